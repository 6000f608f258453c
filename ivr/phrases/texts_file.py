"""One language's YAML file to parts; every mistake at once, with its place and a cure."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
import yamlcore

from ivr.phrases.parts import CENTRE, PHRASES, Blank, Part, Text, Texts, TextsRefused

LONGEST_TEXT = 100
"""Characters of one part: a sound is one step of a call and must stay short (about 6 s)."""

_SLOT = re.compile(r"\{([a-z_]+)\}")


def read(file: Path) -> Texts:
    """The phrases that a file holds (not necessarily all there are); its language is the file's name.

    Raises TextsRefused with every mistake in it.
    """
    reading = _Reading(file)
    texts = reading.phrases()
    if reading.mistakes:
        raise TextsRefused("\n".join(reading.mistakes))
    return texts


class _Reading:
    """One pass over one file; mistakes are collected, not raised."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.mistakes: list[str] = []

    def phrases(self) -> Texts:
        root = self._root()
        if not isinstance(root, yaml.MappingNode):
            if root is not None:
                self._mistake(root, "no phrases: write `phrase-id:` and its parts as a list below it")
            return {}
        found: dict[str, tuple[Part, ...]] = {}
        for key, value in root.value:
            phrase = str(key.value)
            if phrase not in PHRASES:
                self._mistake(key, f"unknown phrase {phrase!r}: the known ones are listed in docs/prompts.md")
            elif phrase in found:
                self._mistake(key, f"{phrase} stands here twice: keep one of them")
            else:
                found[phrase] = self._parts(phrase, value)
        return found

    def _root(self) -> yaml.Node | None:
        try:
            text = self._file.read_text("utf-8-sig")
            root: yaml.Node | None = yaml.compose(text, Loader=yamlcore.CoreLoader)
        except UnicodeDecodeError:
            self.mistakes.append(f"{self._file}:1:1: not UTF-8: save it as UTF-8")
        except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
            self.mistakes.append(_syntax(self._file, error))
        else:
            return root
        return None

    def _parts(self, phrase: str, node: yaml.Node) -> tuple[Part, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._mistake(node, f"{phrase} has no list of parts: begin each with `- `")
            return ()
        parts = tuple(part for item in node.value for part in self._part(phrase, item))
        said = {part.slot for part in parts if isinstance(part, Blank)}
        for slot in sorted(PHRASES[phrase].keys() - said):
            self._mistake(node, f'{phrase} does not say {{{slot}}}: add the part "{{{slot}}}"')
        return parts

    def _part(self, phrase: str, node: yaml.Node) -> Iterator[Part]:
        if isinstance(node, yaml.ScalarNode):
            slot = _SLOT.fullmatch(node.value)
            if slot and node.value != CENTRE:
                yield from self._blank(phrase, slot[1], node)
            else:
                yield from self._text(node, self._file.stem)
        elif isinstance(node, yaml.MappingNode) and len(node.value) == 1:
            ((language, words),) = node.value
            yield from self._text(words, str(language.value))
        else:
            self._mistake(node, 'a part is a text, "{slot}", or one `language: "text"`: write one of these')

    def _blank(self, phrase: str, slot: str, node: yaml.Node) -> Iterator[Blank]:
        if slot in PHRASES[phrase]:
            yield Blank(slot)
        else:
            known = ", ".join(PHRASES[phrase]) or "none"
            self._mistake(node, f"{phrase} has no slot {slot!r}: its slots are: {known}")

    def _text(self, node: yaml.Node, language: str) -> Iterator[Text]:
        words = " ".join(str(node.value).split()) if isinstance(node, yaml.ScalarNode) else ""
        if not words:
            self._mistake(node, "an empty part: write what is to be said, or leave the part out")
        elif not words.isprintable():
            self._mistake(node, "characters that nobody can speak: keep letters, digits and punctuation")
        elif len(words) > LONGEST_TEXT:
            self._mistake(node, f"{len(words)} characters in one part: split it, at most {LONGEST_TEXT} each")
        elif re.search("[{}]", words.replace(CENTRE, "")):
            self._mistake(
                node,
                f"braces inside a text: give the slot a part of its own (only {CENTRE} may stand inside)",
            )
        else:
            yield Text(words, language)

    def _mistake(self, node: yaml.Node, sentence: str) -> None:
        mark = node.start_mark
        self.mistakes.append(f"{self._file}:{mark.line + 1}:{mark.column + 1}: {sentence}")


def _syntax(file: Path, error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return f"{file}:{mark.line + 1}:{mark.column + 1}: {error.problem}: put texts in quotes"
    return f"{file}:1:1: no YAML: save it as plain UTF-8 text"
