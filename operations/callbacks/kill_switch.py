"""Stop all callbacks, and start them again: one word in the store, followed by every router within two seconds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

POLL_SECONDS = 0.5
"""One small question to the store."""

log = structlog.get_logger()


class StopAway(Exception):
    """The store does not answer: nothing was stopped or started. Try again in a moment."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Nothing is placed and nobody dialled. `at`: Unix seconds; `by`: the account or command."""

    at: float
    by: str
    reason: str


class KeptStop(Protocol):
    """The store's side. All raise StopAway."""

    async def get(self) -> Stopped | None:
        """The order that is in force; None: callbacks are dialled."""
        ...

    async def put(self, order: Stopped) -> None:
        """From now on; durable on return."""
        ...

    async def remove(self) -> bool:
        """Whether there was one."""
        ...


class KillSwitch:
    """Whether callbacks are stopped. While the store is away what was known last counts (then nothing is dialled)."""

    def __init__(self, kept: KeptStop) -> None:
        self._kept = kept
        self.stopped: Stopped | None = None
        self.changed: list[Callable[[], object]] = []

    async def look(self) -> None:
        """One look at the store."""
        try:
            order = await self._kept.get()
        except StopAway:
            return
        if (order is None) == (self.stopped is None):
            self.stopped = order
            return
        self.stopped = order
        if order:
            log.warning("callbacks_stopped", by=order.by, cure="teamline callbacks start")
        else:
            log.info("callbacks_started")
        for hears in self.changed:
            hears()

    async def follow(self) -> None:
        """Look again and again until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("callbacks_stop_look_failed")
            await asyncio.sleep(POLL_SECONDS)
