"""What live truth asks of Asterisk, said in AMI: fills `operations.ports.AsksAsterisk`."""

import time
from collections.abc import Callable

from operations.ports import SwitchRefused
from operations.seen import Snapshot
from routing.centre import Centre
from telephony.ami import actions
from telephony.ami.messages import UnsafeAction
from telephony.ami.snapshot import PLACE, snapshot
from telephony.ami.switch import Asks
from telephony.ami.time_outs import NO_CHANNEL


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
        centre = self._centre()
        self._our_queues.update(centre.queues)  # and those before: a line that is dropped has its callers still
        return snapshot(queues, channels, self._node, centre, self._our_queues, self._now())

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
