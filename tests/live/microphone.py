"""Somebody who hums 440 Hz into the handset: what `arecord` would write, as fast as it would; arguments: a file.

The file is told which process this is.
"""

import contextlib
import os
import sys
import time
from pathlib import Path

import numpy as np

RATE = 16000
HERTZ = 440
LEVEL = 8000
FRAME_SECONDS = 0.02
_HELD_SECONDS = 0.08


def main() -> None:
    """Hum until nobody listens any more."""
    wave = LEVEL * np.sin(2 * np.pi * HERTZ * np.arange(RATE) / RATE)  # a second is a whole number of turns
    samples = wave.astype("<i2").tobytes()
    size = int(RATE * FRAME_SECONDS) * 2
    due, frame = time.monotonic(), 0
    while True:
        start = frame * size % len(samples)
        os.write(1, samples[start : start + size])
        frame += 1
        due = max(due + FRAME_SECONDS, time.monotonic() - _HELD_SECONDS)  # a sound card holds no more than this
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    told = Path(sys.argv[1])
    beside = told.with_suffix(".new")
    beside.write_text(str(os.getpid()), encoding="ascii")
    beside.rename(told)
    with contextlib.suppress(BrokenPipeError):
        main()
