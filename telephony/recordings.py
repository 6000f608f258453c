"""Voice messages as Asterisk records them: read whatever is there, find the speech, trim the silence around it.

Asterisk writes 8 kHz 16 bit mono PCM and puts the lengths into the header when it closes the file (formats/
format_wav.c, `update_header`): in a recording that was cut off they are 0, and what follows the header counts. Speech
is what stands out from the noise of the line for long enough; a click is too short for it, and a beep is one steady
tone or two.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from telephony.prompts.sound import Samples, SoundRefused, write

RATE = 8000
KEPT_SECONDS = 0.3
"""Silence that stays on each side: words begin softly."""
LONGEST_SECONDS = 3600
_HEADER = 44
"""Bytes of the header that Asterisk writes; the last four are the length of the samples."""
_FRAME_SECONDS = 0.02
_FRAME = int(RATE * _FRAME_SECONDS)
_FLOOR_PERCENTILE = 10
_ABOVE_FLOOR = 10.0
"""10 dB above the line's noise stands out."""
_BELOW_LOUDEST = 0.01
"""What is less than 20 dB below the loudest is loud, however little pause there is to know the noise by."""
_QUIETEST = 10 ** (-50 / 10)
"""Mean square of the softest that can be speech, of full scale: below it lies the noise of a line."""
_LOUDEST_HISS = 10 ** (-35 / 10)
_HISS_SWING = 4.0
"""What never changes by 6 dB and is no louder than that is an empty line."""
_PAUSE_FRAMES = 10
"""Sounds with less than 0.2 s between them belong together."""
_LEAST_FRAMES = 10
"""0.2 s of sound in a run: less is a click."""
_LONGEST_BEEP_FRAMES = 60
"""1.2 s: no longer tone is taken for a beep or a key."""
_TONE_SHARE = 0.9
_TONE_BINS = 2

_Flags = npt.NDArray[np.bool_]


def trimmed(file: Path) -> float:
    """Cut the silence before and after the speech in this recording; seconds of speech, 0.0 for none.

    The file is replaced whole or stays as it is; without speech it stays. Raises SoundRefused, OSError.
    """
    samples = read(file)
    loud = speech(samples)
    found = np.flatnonzero(loud)
    if not len(found):
        return 0.0
    margin = int(KEPT_SECONDS / _FRAME_SECONDS)
    begin, end = max(0, int(found[0]) - margin), int(found[-1]) + 1 + margin
    write(file, samples[begin * _FRAME : end * _FRAME], RATE)
    return round(float(loud.sum()) * _FRAME_SECONDS, 2)


def read(file: Path) -> Samples:
    """The samples of a recording; its header is believed where it can be true. Raises SoundRefused, OSError."""
    if file.stat().st_size > LONGEST_SECONDS * RATE * 2:
        raise SoundRefused(f"{file.name}: longer than an hour")
    content = file.read_bytes()
    begin, length = _data(content, file.name)
    pcm = np.frombuffer(content, dtype="<i2", count=length // 2, offset=begin)
    samples: Samples = pcm.astype(np.float64) / 32768
    return samples


def is_closed(file: Path) -> bool:
    """Whether Asterisk has written it to its end: only then the header has a length (behind it, all samples)."""
    try:
        with file.open("rb") as stream:
            return stream.read(_HEADER)[-4:] not in (b"", bytes(4))
    except OSError:
        return False


def speech(samples: Samples) -> _Flags:
    """For each 20 ms whether it is speech (pauses between words do not count)."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return np.zeros(0, dtype=np.bool_)
    power = np.square(frames).mean(axis=1)
    floor = float(np.percentile(power, _FLOOR_PERCENTILE))
    loudest = float(power.max())
    if loudest < min(_LOUDEST_HISS, floor * _HISS_SWING):
        return np.zeros(len(frames), dtype=np.bool_)
    limit = max(_QUIETEST, min(floor * _ABOVE_FLOOR, loudest * _BELOW_LOUDEST))
    loud: _Flags = power > limit
    for begin, end in _runs(loud):
        if loud[begin:end].sum() < _LEAST_FRAMES or _is_beep(frames[begin:end][loud[begin:end]]):
            loud[begin:end] = False
    return loud


def _runs(loud: _Flags) -> Iterator[tuple[int, int]]:
    """Begin and end of each stretch of sound without a pause."""
    found = np.flatnonzero(loud)
    if not len(found):
        return
    breaks = np.flatnonzero(np.diff(found) > _PAUSE_FRAMES)
    begins, ends = [found[0], *found[breaks + 1]], [*found[breaks], found[-1]]
    for begin, end in zip(begins, ends, strict=True):
        yield int(begin), int(end) + 1


def _is_beep(frames: Samples) -> bool:
    """Whether this is the same one or two tones throughout: our own beep, a key, a fax calling."""
    if len(frames) > _LONGEST_BEEP_FRAMES:
        return False
    spectrum = np.square(np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1)))
    mean = spectrum.mean(axis=0)
    rest, tones = mean.copy(), 0.0
    for _ in range(_TONE_BINS):
        top = int(rest.argmax())
        near = slice(max(0, top - 1), top + 2)
        tones += float(rest[near].sum())
        rest[near] = 0
    return tones >= _TONE_SHARE * float(mean.sum())


def _data(content: bytes, name: str) -> tuple[int, int]:
    """Offset and length of the samples. Raises SoundRefused."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise SoundRefused(f"{name}: not a WAV file")
    place, is_ours = 12, False
    while place + 8 <= len(content):
        kind, length = content[place : place + 4], int.from_bytes(content[place + 4 : place + 8], "little")
        place += 8
        if kind == b"fmt ":
            is_ours = _is_asterisks_format(content[place : place + 16])
        if kind == b"data":
            if not is_ours:
                break
            rest = len(content) - place
            return place, length if 0 < length <= rest else rest
        place += length + length % 2
    raise SoundRefused(f"{name}: not 8 kHz 16 bit mono PCM")


def _is_asterisks_format(told: bytes) -> bool:
    """Whether a `fmt ` chunk says PCM, one channel, 8000 samples a second, 16 bit."""
    if len(told) < 16:  # noqa: PLR2004 - bytes of the chunk, as every WAV file has them
        return False
    form, channels, rate, _, _, bits = struct.unpack("<HHIIHH", told)
    return (form, channels, rate, bits) == (1, 1, RATE, 16)
