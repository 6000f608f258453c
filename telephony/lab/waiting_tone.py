"""Waiting music that is free of anybody's rights."""

import math
import struct
import wave
from pathlib import Path

_RATE = 8000  # samples a second, what format_wav.c reads
_CHORD = (262, 330, 392)  # hertz: c, e, g
_LOUDNESS = 1500  # a tone, of 32767


def write_waiting_tone(path: Path, seconds: int = 4) -> None:
    """A soft chord that swells and fades once: WAV, 8 kHz, 16 bit, mono."""
    samples = (_sample(step, seconds * _RATE) for step in range(seconds * _RATE))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))


def _sample(step: int, steps: int) -> int:
    swell = _LOUDNESS * math.sin(math.pi * step / steps) ** 2
    return round(swell * sum(math.sin(2 * math.pi * pitch * step / _RATE) for pitch in _CHORD))
