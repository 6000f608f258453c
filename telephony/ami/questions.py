"""What live truth asks of Asterisk, said in AMI: fills `operations.ports.AsksAsterisk`."""

import asyncio
import time
from collections.abc import Callable, Sequence

from operations.ports import SwitchRefused
from operations.seen import Snapshot
from routing.centre import Centre
from telephony.ami import actions
from telephony.ami.messages import UnsafeAction
from telephony.ami.reader import Frame
from telephony.ami.snapshot import PLACE, Looking
from telephony.ami.switch import Asks
from telephony.ami.time_outs import NO_CHANNEL

PIECE = 50
"""Frames that are read at a time: about a millisecond of the loop."""


class AmiQuestions:
    """Questions to one Asterisk (`node`). Needs a manager user with `write=call` (Status, Getvar)."""

    def __init__(
        self, asterisk: Asks, node: str, centre: Callable[[], Centre], now: Callable[[], float] = time.time
    ) -> None:
        self._asterisk = asterisk
        self._node = node
        self._centre = centre
        self._now = now
        self._our_queues: set[str] = set()

    async def look(self) -> Snapshot:
        """Queues first, channels after: a caller of the first answer who is not in the second has just gone."""
        queues = await self._asterisk.collect(actions.queue_status())
        channels = await self._asterisk.collect(actions.status(variables=(PLACE,)))
        at, centre = self._now(), self._centre()
        self._our_queues.update(centre.queues)  # and those before: a line that is dropped has its callers still
        looking = Looking(self._node, centre, self._our_queues)
        await _taken(looking.take_queue, queues)
        await _taken(looking.take_channel, channels)
        return looking.snapshot(at)

    async def queue_status(self, call: str) -> str:
        """QUEUESTATUS of a call, by its Uniqueid; empty if it has none, or is gone."""
        try:
            answer = await self._asterisk.request(actions.get_variable("QUEUESTATUS", call))
        except UnsafeAction:
            return ""
        except SwitchRefused as refused:
            if NO_CHANNEL in str(refused):
                return ""
            raise
        return answer.get("Value")


async def _taken(take: Callable[[Frame], None], frames: Sequence[Frame]) -> None:
    """Take all of them in; whatever else is due on the loop comes between the pieces."""
    for start in range(0, len(frames), PIECE):
        for frame in frames[start : start + PIECE]:
            take(frame)
        await asyncio.sleep(0)
