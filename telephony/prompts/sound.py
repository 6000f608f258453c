"""Sound as numbers: read, resample, trim, level, write. Samples are float64 from -1 to 1, one channel."""

import os
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]

LEVEL = 0.08
"""Root mean square of the loud parts (-22 dBFS): as loud as a person on the same line."""
PEAK = 0.7
"""No sample lies above this (-3 dBFS), whatever the level."""
QUIET = 0.01
"""Frames below this share of the loudest frame (-40 dB) count as silence."""
RATES = (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000)
"""Samples a second that recordings may have."""
LONGEST_SECONDS = 120
_FRAME = 0.01
_FADE = 0.005


class SoundRefused(Exception):
    """A sound file cannot be used: `file: what: cure`."""


def read(file: Path) -> tuple[Samples, int]:
    """Samples and rate of a 16 bit PCM WAV file, stereo mixed to mono. Raises SoundRefused."""
    try:
        with file.open("rb") as stream, wave.open(stream) as sound:
            channels, width, rate, frames = sound.getparams()[:4]
            if width != 2:  # noqa: PLR2004 bytes
                raise SoundRefused(f"{file}: {8 * width} bit samples: save it as 16 bit PCM WAV")
            if rate not in RATES:
                raise SoundRefused(f"{file}: {rate} samples a second: save it with one of {', '.join(map(str, RATES))}")
            if channels not in (1, 2):
                raise SoundRefused(f"{file}: {channels} channels: save it as mono")
            if not 0 < frames <= LONGEST_SECONDS * rate:
                raise SoundRefused(f"{file}: {frames / rate:.0f} s long: a sound has 1 to {LONGEST_SECONDS} s")
            content = sound.readframes(frames)
    except (wave.Error, EOFError) as error:
        raise SoundRefused(f"{file}: not a PCM WAV file: save it as 16 bit PCM WAV, mono") from error
    except OSError as error:
        raise SoundRefused(f"{file}: cannot be read ({error.strerror}): check the file") from error
    whole = len(content) // (2 * channels) * channels
    samples = np.frombuffer(content, dtype="<i2", count=whole).reshape(-1, channels).mean(axis=1) / 32768
    return samples, rate


def write(file: Path, samples: Samples, rate: int) -> None:
    """Write 16 bit mono PCM, whole or not at all: a reader sees the old file or the new one."""
    pcm = np.clip(np.round(samples * 32767), -32768, 32767).astype("<i2")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream, wave.open(stream, "wb") as sound:
            sound.setparams((1, 2, rate, len(pcm), "NONE", ""))
            sound.writeframes(pcm.tobytes())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate, band-limited: the spectrum is cut (softly, last 5 %) or extended."""
    if rate == wanted:
        return samples
    block = rate // 25  # every rate has whole blocks of 40 ms, so lengths stay exact
    padded = np.concatenate((samples, np.zeros(block + -len(samples) % block)))  # a spectrum is circular
    spectrum = np.fft.rfft(padded)
    length = len(padded) * wanted // rate
    bins = min(len(spectrum), length // 2 + 1)
    kept = np.zeros(length // 2 + 1, dtype=np.complex128)
    kept[:bins] = spectrum[:bins]
    soft = max(bins // 20, 1)
    kept[bins - soft : bins] *= np.cos(np.linspace(0, np.pi / 2, soft))
    out = np.fft.irfft(kept, length) * (length / len(padded))
    return out[: -(-len(samples) * wanted // rate)]


def loudness(samples: Samples, rate: int) -> float:
    """Root mean square of the loud parts (frames of 10 ms within 20 dB of the loudest), 0 to 1."""
    power = _power(samples, rate)
    return float(np.sqrt(power[power >= power.max() / 100].mean())) if power.max() > 0 else 0.0


def trim(samples: Samples, rate: int) -> Samples:
    """Without the silence before and after, edges faded over 5 ms; empty if all is silent."""
    power = _power(samples, rate)
    loud = np.flatnonzero(power > power.max() * QUIET**2)
    if not len(loud):
        return samples[:0]
    frame = int(rate * _FRAME)
    kept = samples[max(loud[0] - 1, 0) * frame : (loud[-1] + 2) * frame].copy()
    fade = np.linspace(0, 1, min(int(rate * _FADE), len(kept)))
    kept[: len(fade)] *= fade
    kept[len(kept) - len(fade) :] *= fade[::-1]
    return kept


def level(samples: Samples, rate: int) -> Samples:
    """As loud as every other sound, but never above the peak; silence stays silence."""
    now = loudness(samples, rate)
    if not now:
        return samples
    gain = min(LEVEL / now, PEAK / float(np.abs(samples).max()))
    louder: Samples = samples * gain
    return louder


def _power(samples: Samples, rate: int) -> Samples:
    frame = int(rate * _FRAME)
    padded = np.concatenate((samples, np.zeros(-len(samples) % frame or frame * (not len(samples)))))
    power: Samples = np.square(padded).reshape(-1, frame).mean(axis=1)
    return power
