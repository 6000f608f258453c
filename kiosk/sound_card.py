"""The sound of the handset: ALSA's own programs (Debian: alsa-utils) behind pipes.

The wheels of pjsua2 know no sound card. Raw samples come from `arecord` and go to `aplay`; a program that ends (a
handset pulled out) is started again. What nobody takes in time is dropped: late speech is no speech. Between two calls
nobody asks for frames, so that the recorder stands still with speech of before: the next call gets none of it.
"""

import contextlib
import fcntl
import math
import os
import subprocess
import time
from collections.abc import Callable, Sequence

from kiosk.backoff import Backoff

RATE = 16000
FRAME_BYTES = RATE // 50 * 2
"""20 ms of 16-bit samples."""
_MOST_BYTES = 6 * FRAME_BYTES
_PIPE_BYTES = 4096
_PAUSE_SECONDS = 0.5
"""Who asks for no frame for so long was in no call."""
_STALE_SECONDS = 0.1
"""After a pause: what the pipe and the recorder held is out."""
_MOST_WAIT_SECONDS = 4.0
"""Somebody may be talking into the handset that comes back."""
_READS = 3
"""So often a frame empties the pipe at most: who asks for frames must not be held up by a program that writes on."""
_F_SETPIPE_SZ = 1031
_FORMAT = ("-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1", "--buffer-time=80000")


class Capture:
    """What is spoken into the handset, frame by frame."""

    def __init__(
        self, device: str, program: Sequence[str] = ("arecord",), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._program = _Program([*program, "-D", device, *_FORMAT], is_input=True)
        self._clock = clock
        self._asked, self._fresh_at = math.inf, -math.inf
        self._heard = b""

    def frame(self) -> bytes | None:
        """The next 20 ms, or None when they are not there."""
        now = self._clock()
        if now - self._asked > _PAUSE_SECONDS:
            self._fresh_at = now + _STALE_SECONDS
        self._asked = now
        self._listen()
        if now < self._fresh_at:
            self._heard = b""
        if len(self._heard) < FRAME_BYTES:
            return None
        frame, self._heard = self._heard[:FRAME_BYTES], self._heard[FRAME_BYTES:]
        return frame

    def _listen(self) -> None:
        with contextlib.suppress(BlockingIOError):
            for _ in range(_READS):
                self._heard += self._program.read()
                too_many = max(0, len(self._heard) - _MOST_BYTES)
                self._heard = self._heard[too_many + too_many % 2 :]  # half a sample off is noise

    @property
    def is_there(self) -> bool:
        """Whether the program has not failed: it is started when it is needed."""
        return not self._program.has_failed

    def close(self) -> None:
        """End the program."""
        self._program.close()


class Playback:
    """What is heard in the handset."""

    def __init__(self, device: str, program: Sequence[str] = ("aplay",)) -> None:
        self._program = _Program([*program, "-D", device, *_FORMAT], is_input=False)

    def frame(self, samples: bytes) -> None:
        """Let these samples be heard, unless too many are waiting already."""
        with contextlib.suppress(BlockingIOError):
            self._program.write(samples)

    @property
    def is_there(self) -> bool:
        """Whether the program has not failed: it is started when it is needed."""
        return not self._program.has_failed

    def close(self) -> None:
        """End the program."""
        self._program.close()


class _Program:
    """One of them, started again when it has ended."""

    def __init__(self, argv: Sequence[str], *, is_input: bool) -> None:
        self._argv, self._is_input = argv, is_input
        self._backoff = Backoff(most=_MOST_WAIT_SECONDS)
        self._next_try = 0.0
        self._child: subprocess.Popen[bytes] | None = None
        self.has_failed = False

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def read(self) -> bytes:
        """Raises BlockingIOError when there is nothing yet; empty while the program is away."""
        pipe = self._pipe()
        if pipe is None:
            return b""
        if samples := os.read(pipe, _PIPE_BYTES):
            self._works()
        elif self._child:  # it says no more, even if it still runs: the next turn starts another
            self._child.kill()
        return samples

    def write(self, samples: bytes) -> None:
        """Raises BlockingIOError when the pipe is full."""
        pipe = self._pipe()
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(pipe, samples)
                self._works()

    def _works(self) -> None:
        self.has_failed = False
        self._backoff.worked()

    def _pipe(self) -> int | None:
        if not self.is_running and not self._start():
            return None
        assert self._child is not None  # noqa: S101 - it runs
        pipe = self._child.stdout if self._is_input else self._child.stdin
        return pipe.fileno() if pipe else None

    def _start(self) -> bool:
        now = time.monotonic()
        if now < self._next_try:
            return False
        self.has_failed = self.has_failed or self._child is not None
        self.close()
        self._next_try = now + self._backoff.failed()
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own words and a device of kiosk.yaml
                self._argv,
                stdin=subprocess.DEVNULL if self._is_input else subprocess.PIPE,
                stdout=subprocess.PIPE if self._is_input else subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        except OSError:
            self.has_failed = True
            return False
        pipe = self._child.stdout if self._is_input else self._child.stdin
        if pipe:
            os.set_blocking(pipe.fileno(), False)
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe.fileno(), _F_SETPIPE_SZ, _PIPE_BYTES)
        return True

    def close(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        child.kill()
        child.wait()
