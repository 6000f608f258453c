"""One who looks, and what waits to be sent to them: never more than a bound, then they are let go."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request

from web.looking import Audience
from web.stream.wire import Lens, over

MOST_EVENTS = 64
MOST_BYTES = 256 * 1024
PIECE_BYTES = 64 * 1024
"""Handed to the connection at a time."""

GRACE_SECONDS = 1.0
"""So long a reader has for the last word; then the connection is cut."""
TOO_SLOW, SIGNED_OUT, SHUTDOWN = "too-slow", "signed-out", "shutdown"


@dataclass(eq=False, slots=True)
class Viewer:
    """An open stream. `ended` is told once why we end it; not when the reader does."""

    request: Request
    audience: Audience
    wanted: Lens
    ended: Callable[[str], None]
    is_over: bool = False
    """Nothing more is taken: what waits is the rest."""
    connection: asyncio.Transport | None = None
    _outbox: deque[bytes] = field(default_factory=deque)
    _unsent: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def lens(self) -> Lens:
        """What they see: of what they want, what is theirs."""
        own = self.audience.teams
        if self.wanted is None or own is None:
            return own if self.wanted is None else self.wanted
        return own & self.wanted

    def give(self, frame: bytes) -> None:
        """Send as soon as the connection takes it; a frame alone may have any size."""
        if self.is_over or not frame:
            return
        if self._outbox and (len(self._outbox) >= MOST_EVENTS or self._unsent + len(frame) > MOST_BYTES):
            self.end(TOO_SLOW)
            return
        self._put(frame)

    def end(self, reason: str) -> None:
        """Say why and close; to a slow one nothing else."""
        if self.is_over:
            return
        self.is_over = True
        if reason == TOO_SLOW:
            self._empty()
        self._put(over(reason))
        if self.connection:
            asyncio.get_running_loop().call_later(GRACE_SECONDS, self.connection.abort)
        self.ended(reason)

    def leave(self) -> None:
        """The reader is gone."""
        self.is_over = True
        self._empty()
        self._wake.set()

    async def next(self) -> bytes:
        """What is to be sent now, as soon as there is something; empty at the end."""
        while not self._outbox and not self.is_over:
            self._wake.clear()
            await self._wake.wait()
        taken: list[bytes] = []
        size = 0
        while self._outbox and (not taken or size + len(self._outbox[0]) <= PIECE_BYTES):
            taken.append(self._outbox.popleft())
            size += len(taken[-1])
        self._unsent -= size
        return b"".join(taken)

    def _put(self, frame: bytes) -> None:
        self._outbox.append(frame)
        self._unsent += len(frame)
        self._wake.set()

    def _empty(self) -> None:
        self._outbox.clear()
        self._unsent = 0
