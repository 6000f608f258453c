"""What is asked of a program that speaks."""

from pathlib import Path
from typing import Protocol


class SpeechFailed(Exception):
    """A text could not be spoken. The sentence names the program and the cure."""


class SpeechEngine(Protocol):
    """A program that speaks."""

    @property
    def name(self) -> str:
        """The program's name, as in messages."""
        ...

    def version(self) -> str:
        """Everything besides text and language that changes the sound; never empty."""
        ...

    def speaks(self, language: str) -> bool:
        """Whether it has a voice for this language (`de`, `de-leicht`, `en`)."""
        ...

    def speak(self, text: str, language: str, into: Path) -> None:
        """Write the text as a PCM WAV file of any rate. Raises SpeechFailed."""
        ...
