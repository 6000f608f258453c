"""Versions of what kiosks show: whoever knows one waits for the next."""

import asyncio
import contextlib
import secrets
from collections import Counter


class Versions:
    """Counts what changes, for each kiosk; another start of the router begins with another word."""

    def __init__(self) -> None:
        self._start = secrets.token_hex(4)
        self._counts: Counter[str] = Counter()
        self._waiting: dict[str, asyncio.Event] = {}
        self._is_closed = False

    def of(self, kiosk: str) -> str:
        """The version now."""
        return f"{self._start}-{self._counts[kiosk]}"

    def touch(self, kiosk: str) -> None:
        """It has changed."""
        self._counts[kiosk] += 1
        if event := self._waiting.pop(kiosk, None):
            event.set()

    async def wait(self, kiosk: str, after: str, seconds: float) -> None:
        """Until the version is another than `after`, at most so many seconds."""
        if self._is_closed or self.of(kiosk) != after:
            return
        event = self._waiting.setdefault(kiosk, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()

    def close(self) -> None:
        """Nobody waits any more."""
        self._is_closed = True
        for event in self._waiting.values():
            event.set()
