"""How loud and how fast callers are spoken to, measured on the files that they hear."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import log10
from pathlib import Path
from statistics import median

import numpy as np

from telephony.prompts.plan import Catalogue
from telephony.prompts.sound import SoundRefused, loudness, read, trim

WORDS_THAT_TELL = 4
"""Shorter texts say little about the speed of speech: a pause or one long word rules them."""
LOUDNESS = (-25.0, -19.0)
"""dBFS of the loud parts: as loud as a person on the same line (-22), 3 dB up or down."""
HIGHEST_PEAK = -2.9
"""dBFS; louder ones are cut by some telephones."""
FASTEST = 170.0
"""Words a minute that are easily followed on a telephone."""
FASTEST_PLAIN = 130.0
"""The same for Leichte Sprache."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Measured:
    """One language. Loudness and peaks in dBFS, speed in words a minute (None where no text is long enough)."""

    language: str
    sounds: int
    quietest: float
    loudness: float
    loudest: float
    peak: float
    speed: float | None
    fastest: float | None

    @property
    def faults(self) -> tuple[str, ...]:
        """What callers would find hard to hear or to follow, with its cure; empty when all is well."""
        return tuple(self._faults())

    def _faults(self) -> Iterator[str]:
        low, high = LOUDNESS
        if self.quietest < low or self.loudest > high:
            yield f"sounds from {self.quietest:.1f} to {self.loudest:.1f} dBFS: build them again, or record them anew"
        if self.peak > HIGHEST_PEAK:
            yield f"a peak of {self.peak:.1f} dBFS: build it again"
        limit = FASTEST_PLAIN if self.language.endswith("-leicht") else FASTEST
        if self.speed is not None and self.speed > limit:
            yield f"{self.speed:.0f} words a minute, {limit:.0f} are easily followed: speak more slowly"


def measure(catalogue: Catalogue, folder: Path, language: str, centre: str) -> Measured | None:
    """Every sound of a language that can be read; None when there is none."""
    heard = [
        one
        for name, text in catalogue.every_sound(language, centre).items()
        if (one := _sound(folder, language, name, text))
    ]
    if not heard:
        return None
    loud, peaks = [each[0] for each in heard], [each[1] for each in heard]
    speeds = [speed for each in heard if (speed := each[2]) is not None]
    return Measured(
        language,
        len(heard),
        min(loud),
        median(loud),
        max(loud),
        max(peaks),
        median(speeds) if speeds else None,
        max(speeds) if speeds else None,
    )


def _sound(folder: Path, language: str, name: str, text: str) -> tuple[float, float, float | None] | None:
    try:
        samples, rate = read(folder / language / f"{name}.wav16")
    except SoundRefused:
        return None
    spoken = trim(samples, rate)
    if not len(spoken):
        return None
    words = len(_WORD.findall(text))
    speed = words / (len(spoken) / rate) * 60 if words >= WORDS_THAT_TELL else None
    return _dbfs(loudness(spoken, rate)), _dbfs(float(np.abs(spoken).max())), speed


def _dbfs(share: float) -> float:
    return 20 * log10(max(share, 1e-6))
