"""A keyboard device of Linux, read alone: nobody else gets what is typed there (linux/input.h)."""

import asyncio
import contextlib
import errno
import fcntl
import os
import struct
from collections.abc import Callable

import structlog

from kiosk.backoff import Backoff
from kiosk.keyboard import Stroke

_EVENT = struct.Struct("llHHi")
_EVIOCGRAB = 0x40044590
_EV_KEY = 1
_RELEASED, _PRESSED = 0, 1  # 2 is a key held down
_AT_ONCE = 64

log = structlog.get_logger()


def strokes(raw: bytes) -> list[Stroke]:
    """The keys in what was read; repeats, lights and time stamps are none."""
    whole = len(raw) - len(raw) % _EVENT.size
    found = (_EVENT.unpack_from(raw, at) for at in range(0, whole, _EVENT.size))
    return [
        Stroke(code, value == _PRESSED)
        for _, _, kind, code, value in found
        if kind == _EV_KEY and value in {_RELEASED, _PRESSED}
    ]


class Keyboard:
    """One device, opened again when it was pulled out. `is_there` is told of each change."""

    def __init__(
        self,
        path: str,
        hears: Callable[[Stroke], None],
        is_there: Callable[[bool], None],
        take: Callable[[int], object] = lambda device: fcntl.ioctl(device, _EVIOCGRAB, 1),
    ) -> None:
        """`take`: makes an open device ours alone. Raises OSError."""
        self._path, self._hears, self._is_there, self._take = path, hears, is_there, take

    async def run(self) -> None:
        """Read until cancelled."""
        backoff = Backoff()
        while True:
            try:
                device = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)
                try:
                    self._take(device)
                    self._is_there(True)
                    backoff.worked()
                    await self._read(device)
                finally:
                    os.close(device)
            except OSError as error:
                log.warning("device_away", why=error.strerror)
            self._is_there(False)
            await asyncio.sleep(backoff.failed())

    async def _read(self, device: int) -> None:
        """Raises OSError when the device has gone."""
        loop = asyncio.get_running_loop()
        gone: asyncio.Future[None] = loop.create_future()

        def lost(error: OSError) -> None:
            loop.remove_reader(device)
            gone.set_exception(error)

        def ready() -> None:
            try:
                with contextlib.suppress(BlockingIOError):
                    raw = os.read(device, _EVENT.size * _AT_ONCE)
                    if not raw:
                        lost(OSError(errno.ENODEV, os.strerror(errno.ENODEV)))
                    for stroke in strokes(raw):
                        self._hears(stroke)
            except OSError as error:
                lost(error)

        loop.add_reader(device, ready)
        try:
            await gone
        finally:
            loop.remove_reader(device)
