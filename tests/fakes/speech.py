"""A speech engine that hums: a small real one, so that builds need no program."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from telephony.prompts.sound import write
from telephony.prompts.speech import SpeechFailed


@dataclass
class Humming:
    """Hums a tone as long as its text; `fails_at` is a text that it cannot speak."""

    number: str = "1"
    languages: tuple[str, ...] = ("de", "en")
    fails_at: str = ""
    spoken: list[tuple[str, str]] = field(default_factory=list)
    name: str = "humming"

    def version(self) -> str:
        return self.number

    def speaks(self, language: str) -> bool:
        return language in self.languages

    def speak(self, text: str, language: str, into: Path) -> None:
        if text == self.fails_at:
            raise SpeechFailed("humming lost its voice: drink some water")
        self.spoken.append((language, text))
        seconds = 0.05 * len(text) if text != "silence" else 0
        hum = 0.2 * np.sin(np.arange(int(22050 * seconds)) / 10)
        write(into, np.concatenate((hum, np.zeros(2205))), 22050)
