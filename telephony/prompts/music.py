"""Teamline's own hold music: slow, soft chords, composed here, so nobody owes fees for it."""

from pathlib import Path

import numpy as np

from telephony.prompts.plan import EXTENSIONS, is_filled
from telephony.prompts.sound import Samples, resample, write

BEAT_SECONDS = 1.25
BEATS = 4
CHORDS: tuple[tuple[int, ...], ...] = (
    (57, 60, 64, 67),
    (53, 60, 64, 69),
    (55, 59, 62, 69),
    (52, 59, 62, 67),
    (53, 57, 64, 67),
    (50, 57, 60, 65),
    (55, 60, 62, 67),
    (55, 59, 62, 65),
)
"""MIDI notes of eight bars; the last leads back to the first."""
BELLS: tuple[int | None, ...] = (
    *(76, None, 72, None, 81, None, None, 79),
    *(74, None, 79, None, 76, None, None, None),
    *(72, None, None, 76, 77, None, 74, None),
    *(79, None, 74, None, 71, None, None, None),
)
"""One high note or none a beat."""
LOUDNESS = 0.035
"""Root mean square of the whole loop (-29 dBFS): well below the voice."""

SILENCE_SECONDS = 10
_COMPOSED_AT = 16000
_OVERTONES = ((1, 1.0), (2, 0.35), (3, 0.12), (4, 0.05))


def compose() -> Samples:
    """One loop of 40 s at 16 kHz; what rings on at the end sounds at its beginning: no seam is heard."""
    beat = int(BEAT_SECONDS * _COMPOSED_AT)
    loop = np.zeros(beat * len(BELLS))
    for bar, chord in enumerate(CHORDS):
        for note in chord:
            _lay(loop, bar * BEATS * beat, _pad(note))
    for place, bell in enumerate(BELLS):
        if bell is not None:
            _lay(loop, place * beat, 0.5 * _bell(bell))
    return loop * (LOUDNESS / float(np.sqrt(np.square(loop).mean())))


def provide(into: Path) -> bool:
    """Write `<into>/music/hold.wav` and `.wav16` unless the folder holds music already; whether it wrote."""
    folder = into / "music"
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.glob("[!.]*")) and not _half_done(folder):
        return False
    loop = compose()
    for extension, rate in EXTENSIONS.items():
        write(folder / f"hold{extension}", resample(loop, _COMPOSED_AT, rate), rate)
    return True


def provide_silence(into: Path) -> None:
    """Write `<into>/silence/silence.wav` and `.wav16`: sound goes on, so that no network drops a call."""
    folder = into / "silence"
    folder.mkdir(parents=True, exist_ok=True)
    for extension, rate in EXTENSIONS.items():
        file = folder / f"silence{extension}"
        if not is_filled(file):
            write(file, np.zeros(rate * SILENCE_SECONDS), rate)


def _half_done(folder: Path) -> bool:
    return {file.name for file in folder.glob("[!.]*")} == {"hold.wav"}


def _lay(loop: Samples, start: int, tone: Samples) -> None:
    places = (start + np.arange(len(tone))) % len(loop)
    np.add.at(loop, places, tone)


def _pad(note: int) -> Samples:
    seconds = np.arange(int((BEATS + 1.5) * BEAT_SECONDS * _COMPOSED_AT)) / _COMPOSED_AT
    swell = np.sin(np.pi * seconds / seconds[-1]) ** 1.5
    pad: Samples = swell * _tone(note, seconds)
    return pad


def _bell(note: int) -> Samples:
    seconds = np.arange(int(3 * _COMPOSED_AT)) / _COMPOSED_AT
    ringing = np.minimum(seconds / 0.03, 1) * np.exp(-2.2 * seconds) * (1 - seconds / 3)
    bell: Samples = ringing * _tone(note, seconds)
    return bell


def _tone(note: int, seconds: Samples) -> Samples:
    pitch = 440 * 2 ** ((note - 69) / 12)
    waves = [share * np.sin(2 * np.pi * pitch * times * seconds) for times, share in _OVERTONES]
    tone: Samples = np.sum(waves, axis=0)
    return tone
