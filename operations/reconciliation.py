"""Members follow teams.yaml, again and again until Asterisk has done all of it.

A queue that is new in teams.yaml is known to Asterisk only some moments after it has been rendered, and where an
administrator reloads by hand, much later: until then it refuses whoever is to join.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from ivr.ports import DeskAway
from operations.members import Change, NotDone
from routing.centre import Centre

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30.0

log = structlog.get_logger()


class Reconciles(Protocol):
    """What brings members into their queues: `MemberDesk`."""

    async def reconcile(self, centre: Centre) -> list[Change]:
        """Bring everybody who is signed in into the queues that `centre` gives them. Raises DeskAway."""
        ...


class Reconciliation:
    """One at a time: a later `follow` takes over from an earlier one that is still trying."""

    def __init__(
        self,
        desk: Reconciles,
        centre: Callable[[], Centre],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._desk = desk
        self._centre = centre
        self._pause = pause
        self._latest = 0

    async def follow(self) -> None:
        """Bring members in step with the active centre; returns when all is done, or Asterisk is away."""
        self._latest += 1
        mine, seconds = self._latest, FIRST_PAUSE_SECONDS
        told: list[Change] = []
        while mine == self._latest:
            try:
                changes = await self._desk.reconcile(self._centre())
            except DeskAway as error:
                log.warning("members_not_reconciled", reason=str(error))  # the next connection tries again
                return
            for change in changes:
                if change not in told:
                    log.info("member_reconciled", change=str(change))
            if not any(isinstance(change, NotDone) for change in changes):
                return
            told = changes
            await self._pause(seconds)
            seconds = min(2 * seconds, LONGEST_PAUSE_SECONDS)
