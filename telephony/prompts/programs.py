"""Programs that speak: a text in, a WAV file out. All started as argument lists, never by a shell."""

import hashlib
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from telephony.prompts.speech import SpeechFailed

LONGEST_SECONDS = 60
"""A text that takes longer to render has a stuck program behind it."""


@dataclass(frozen=True, slots=True)
class EspeakNg:
    """espeak-ng: small, fast, in every distribution; sounds like a machine. The default."""

    name: str = "espeak-ng"
    voices: Mapping[str, str] = field(default_factory=lambda: {"de": "de", "en": "en-gb"})
    """By first subtag; another language is its own voice's name."""
    # what espeak-ng makes of its own figure is measured (`teamline prompts measure`): German 1.13 x, English 1.28 x
    words_per_minute: Mapping[str, int] = field(default_factory=lambda: {"de": 138, "de-leicht": 100, "en": 128})

    def version(self) -> str:
        """The program's version, voices and speeds. Raises SpeechFailed."""
        number = re.search(r"\d+(\.\d+)+\S*", _run((self.name, "--version")))
        return self.shaped_by(number[0] if number else "unknown")

    def shaped_by(self, number: str) -> str:
        """The version number with the voices and speeds."""
        return f"{number} {dict(self.voices)} {dict(self.words_per_minute)}"

    def voice(self, language: str) -> str:
        """The voice's name."""
        first = _first(language)
        return self.voices.get(first, first)

    def speed(self, language: str) -> int:
        """Words a minute."""
        return self.words_per_minute.get(language, 150)

    def speaks(self, language: str) -> bool:
        """Whatever language it is asked for: it speaks more than a hundred."""
        return bool(language)

    def speak(self, text: str, language: str, into: Path) -> None:
        """The text goes in by standard input (`-b 1`: UTF-8). Raises SpeechFailed."""
        voice, speed = self.voice(language), str(self.speed(language))
        _run((self.name, "-b", "1", "-v", voice, "-s", speed, "-w", str(into), "--stdin"), text)


@dataclass(frozen=True, slots=True)
class Pico2Wave:
    """SVOX Pico: clearer than espeak-ng, few languages, no speed."""

    name: str = "pico2wave"
    voices: Mapping[str, str] = field(default_factory=lambda: {"de": "de-DE", "en": "en-GB"})
    """By first subtag."""

    def version(self) -> str:
        """The voices; the program has had one version for years and does not name it."""
        return f"pico2wave {dict(self.voices)}"

    def speaks(self, language: str) -> bool:
        """Whether there is a voice."""
        return _first(language) in self.voices

    def speak(self, text: str, language: str, into: Path) -> None:
        """The text is the last argument, a blank keeps it from being an option. Raises SpeechFailed."""
        _run((self.name, "-l", self.voices[_first(language)], "-w", str(into), f" {text}"))


@dataclass(frozen=True, slots=True)
class Piper:
    """Piper with voices that the operator brought: sounds like a person, needs a model file for each language."""

    models: Mapping[str, Path]
    """Language -> `.onnx` file (its `.onnx.json` beside it); `de` serves `de-leicht` too unless that has one."""
    name: str = "piper"
    stretch: Mapping[str, float] = field(default_factory=lambda: {"de-leicht": 1.2})
    """How much longer than usual each sound lasts."""

    def version(self) -> str:
        """A digest of the models and the stretch. Raises SpeechFailed if a model cannot be read."""
        digest = hashlib.sha256(repr(sorted(self.stretch.items())).encode())
        for language, model in sorted(self.models.items()):
            try:
                digest.update(f"{language} {model.stat().st_size} {model.stat().st_mtime_ns}".encode())
            except OSError as error:
                raise SpeechFailed(f"{model}: {error.strerror}: give the path of a piper voice") from error
        return f"piper {digest.hexdigest()}"

    def speaks(self, language: str) -> bool:
        """Whether a model was given."""
        return language in self.models or _first(language) in self.models

    def speak(self, text: str, language: str, into: Path) -> None:
        """The text goes in by standard input. Raises SpeechFailed."""
        model = self.models.get(language) or self.models[_first(language)]
        slow = str(self.stretch.get(language, 1.0))
        _run((self.name, "--model", str(model), "--length_scale", slow, "--output_file", str(into)), text)


def _first(language: str) -> str:
    return language.partition("-")[0]


def _run(arguments: Sequence[str], text: str = "") -> str:
    program = arguments[0]
    try:
        ended = subprocess.run(  # noqa: S603 an argument list made here; texts are data, never options
            arguments, input=text.encode(), capture_output=True, check=False, timeout=LONGEST_SECONDS
        )
    except FileNotFoundError as error:
        raise SpeechFailed(f"{program} is not installed: docs/prompts.md says how") from error
    except subprocess.TimeoutExpired as error:
        raise SpeechFailed(f"{program} took over {LONGEST_SECONDS} s for one text: try it by hand") from error
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise SpeechFailed(f"{program} ended with {ended.returncode}: {' '.join(said) or 'no message'}: try it by hand")
    return ended.stdout.decode(errors="replace")
