"""Callers in a queue that a reload has taken away: app_queue rings nobody for them any more, even when it is back.

They are sent into line once more, with the place that their channel keeps: to their own queue if it is there again,
else, when it stays away, to wherever the dialplan sends whoever has no queue (the general line).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

import structlog

from operations.difference import Difference, Drift
from operations.ports import SwitchAway, SwitchRefused

PATIENCE_SECONDS = 20.0
"""So long a queue may be away (an administrator corrects a file) before its callers are sent elsewhere."""

log = structlog.get_logger()


class SendsIntoLine(Protocol):
    """The one change that this asks of the switch."""

    async def send_into_line(self, call: str) -> None:
        """Enter the line anew, for the channel with this Uniqueid. Raises SwitchAway or SwitchRefused."""
        ...


class Stranded:
    """Looks after each caller that a comparison has found stranded. `standing`: what differs now."""

    def __init__(
        self,
        switch: SendsIntoLine,
        standing: Callable[[], Collection[Difference]],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._switch = switch
        self._standing = standing
        self._pause = pause

    async def bring_back(self, found: Difference) -> None:
        """Send this caller into line, at once if their queue is back, else if it is still away after a while."""
        if found.kind is Drift.QUEUE_MISSING:
            await self._pause(PATIENCE_SECONDS)
            if found.key not in {each.key for each in self._standing()}:
                return
        try:
            await self._switch.send_into_line(found.call)
        except (SwitchAway, SwitchRefused) as error:
            log.warning("caller_still_stranded", call=found.call, reason=str(error), cure=found.cure)
        else:
            log.info("caller_sent_into_line", call=found.call, kind=found.kind.value)
