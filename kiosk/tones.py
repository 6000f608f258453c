"""What a kiosk's phone lets hear by itself, as tones; the calls' own are Germany's (ITU-T E.180 Supplement 2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.words import Sound


@dataclass(frozen=True, slots=True)
class Tone:
    """Hertz, and milliseconds of sound and of silence behind it."""

    hertz: int
    on: int
    off: int


@dataclass(frozen=True, slots=True)
class Melody:
    """Tones one after the other; again and again, or once. `volume`: 0 to 32767."""

    tones: tuple[Tone, ...]
    is_endless: bool = True
    volume: int = 12000


LOUD = 32000
MELODIES: Mapping[Sound, Melody] = {
    Sound.RING: Melody((*(Tone(1000, 60, 0), Tone(1300, 60, 0)) * 7, Tone(1300, 60, 2500)), volume=LOUD),
    Sound.BUSY: Melody((Tone(425, 480, 480),)),
    Sound.AWAY: Melody((Tone(425, 240, 240),)),
    Sound.ALARM: Melody((Tone(1400, 100, 0), Tone(2060, 100, 0)), volume=LOUD),
    Sound.TAKEN: Melody((Tone(1000, 150, 0),), is_endless=False),
    Sound.REFUSED: Melody((Tone(400, 200, 100), Tone(300, 300, 0)), is_endless=False),
}
"""Quiet is none of them. PJSIP plays at most 32 tones."""
