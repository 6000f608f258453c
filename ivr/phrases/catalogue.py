"""Every spoken text in every language: what a phrase reads like, and which sounds speak it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ivr.phrases import texts_file
from ivr.phrases.parts import CENTRE, PHRASES, Part, Text, Texts, TextsRefused
from ivr.phrases.words import counts, sounds, tongue, words
from routing.spoken import Slot, Spoken

SHIPPED = Path(__file__).parent
"""The folder of the texts that come with Teamline."""

UNNAMED = "Jobcenter"
"""Spoken for {centre} where no name is given."""


class PhraseUnknown(LookupError):
    """Nothing can be said: the language, the phrase or the value of a slot does not exist."""


@dataclass(frozen=True)
class Catalogue:
    """All languages, all phrases; complete and free of mistakes once loaded."""

    texts: Mapping[str, Texts]

    @classmethod
    def load(cls, folder: Path | None = None) -> "Catalogue":
        """The shipped texts; `<language>.yaml` in `folder` replaces single phrases or adds a language.

        Raises TextsRefused with every mistake of every file, OSError if the folder cannot be read.
        """
        texts: dict[str, Texts] = {}
        mistakes: list[str] = []
        for file in (*_files(SHIPPED), *_files(folder)):
            try:
                texts[file.stem] = {**texts.get(file.stem, {}), **texts_file.read(file)}
            except TextsRefused as refusal:
                mistakes.append(str(refusal))
        mistakes = mistakes or list(_gaps(texts))
        if mistakes:
            raise TextsRefused("\n".join(mistakes))
        return cls(texts)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that can be spoken, by its file's name, in alphabetical order."""
        return tuple(sorted(self.texts))

    def text(self, language: str, spoken: Spoken, centre: str = "") -> str:
        """The phrase in writing, with the centre's name in it. Raises PhraseUnknown."""
        parts, speaker = self._parts(language, spoken.phrase), tongue(language)
        pieces = (
            _named(part.words, centre) if isinstance(part, Text) else words(speaker, _value(spoken, part.slot))
            for part in parts
        )
        said = " ".join(filter(None, pieces))
        return f"{said}." if said[-1:].isalnum() else said

    def sounds(self, language: str, spoken: Spoken) -> tuple[str, ...]:
        """Names of the sound files (no folder, no extension) to play in order. Raises PhraseUnknown."""
        parts, speaker = self._parts(language, spoken.phrase), tongue(language)
        names: list[str] = []
        texts = _numbered(spoken.phrase, parts)
        for part in parts:
            if isinstance(part, Text):
                names.append(next(texts)[0])
            else:
                names.extend(sounds(speaker, _value(spoken, part.slot)))
        return tuple(names)

    def every_sound(self, language: str, centre: str = "") -> Mapping[str, str]:
        """Every sound that this language may need -> the words it speaks. Raises PhraseUnknown."""
        own = self._own_texts(language)
        phrases = {name: _named(text.words, centre) for name, text in own.items()}
        return {**phrases, **tongue(language).vocabulary}

    def voice(self, language: str, sound: str) -> str:
        """The language whose voice speaks this sound of `language` (its own, but for foreign parts)."""
        text = self._own_texts(language).get(sound)
        return text.language if text else language

    @cached_property
    def _named_texts(self) -> Mapping[str, Mapping[str, Text]]:
        return {
            language: dict(pair for phrase, parts in texts.items() for pair in _numbered(phrase, parts))
            for language, texts in self.texts.items()
        }

    def _own_texts(self, language: str) -> Mapping[str, Text]:
        if language not in self.texts:
            raise PhraseUnknown(f"no language {language!r}")
        return self._named_texts[language]

    def _parts(self, language: str, phrase: str) -> tuple[Part, ...]:
        parts = self.texts.get(language, {}).get(phrase)
        if parts is None:
            raise PhraseUnknown(f"no phrase {phrase!r} in {language!r}")
        return parts


def _files(folder: Path | None) -> list[Path]:
    return [file for file in sorted(folder.iterdir()) if file.suffix == ".yaml"] if folder else []


def _gaps(texts: Mapping[str, Texts]) -> Iterator[str]:
    for language, phrases in texts.items():
        place = f"{language}.yaml:1:1"
        if not counts(language):
            yield f"{place}: no numbers and dates in {language}: add them as docs/prompts.md says"
        for phrase in sorted(PHRASES.keys() - phrases.keys()):
            yield f"{place}: {phrase} is missing: add it"
        foreign = {part.language for parts in phrases.values() for part in parts if isinstance(part, Text)}
        for voice in sorted(foreign - texts.keys()):
            yield f"{place}: a part in the unknown language {voice!r}: use one of {', '.join(sorted(texts))}"


def _numbered(phrase: str, parts: Iterable[Part]) -> Iterator[tuple[str, Text]]:
    texts = (part for part in parts if isinstance(part, Text))
    return ((f"{phrase}-{number}", text) for number, text in enumerate(texts, 1))


def _named(text: str, centre: str) -> str:
    return text.replace(CENTRE, centre or UNNAMED)


def _value(spoken: Spoken, slot: str) -> Slot:
    if slot not in spoken.slots:
        raise PhraseUnknown(f"{spoken.phrase} needs a value for {slot!r}")
    return spoken.slots[slot]
