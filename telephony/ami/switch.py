"""What operations ask of Asterisk, said in AMI: fills `operations.ports.Switch`."""

from typing import Protocol

from operations.ports import QueueMember, SwitchRefused
from telephony.ami import actions
from telephony.ami.messages import Action
from telephony.ami.reader import Frame

# The sentences of app_queue.c, manager_add_queue_member and manager_remove_queue_member.
ALREADY_THERE = "Unable to add interface: Already there"
NOT_THERE = "Unable to remove interface: Not there"


class Asks(Protocol):
    """A way to ask Asterisk: `AmiConnection`, or one session of it."""

    async def request(self, action: Action) -> Frame:
        """The answer to one action."""
        ...

    async def collect(self, action: Action) -> list[Frame]:
        """The list that an action asks for."""
        ...


class AmiSwitch:
    """Queues and globals of one Asterisk. Every method raises SwitchAway or SwitchRefused.

    Needs a manager user with `write=agent,call` (QueueAdd, QueueRemove and QueuePause: agent; Getvar: call).
    """

    def __init__(self, asterisk: Asks) -> None:
        self._asterisk = asterisk

    async def members(self, queue: str | None = None, interface: str | None = None) -> list[QueueMember]:
        """Memberships of one queue or all, of one interface or all; an unknown queue has none."""
        frames = await self._asterisk.collect(actions.queue_status(queue, interface))
        return [_membership(frame) for frame in frames if frame.name == "QueueMember"]

    async def add_member(self, queue: str, interface: str, name: str, paused: bool = False, reason: str = "") -> None:
        """Add to a queue, without penalty; already there is no error (and changes nothing)."""
        await self._unless(ALREADY_THERE, actions.queue_add(queue, interface, name, reason if paused else None))

    async def remove_member(self, queue: str, interface: str) -> None:
        """Take out of a queue; not there is no error."""
        await self._unless(NOT_THERE, actions.queue_remove(queue, interface))

    async def pause(self, interface: str, paused: bool, reason: str = "") -> None:
        """Pause or unpause in all queues at once; refused for an interface that is in none."""
        await self._asterisk.request(actions.queue_pause(interface, paused, reason))

    async def global_variable(self, name: str) -> str | None:
        """A dialplan global, None if unset (Asterisk answers both with an empty value)."""
        answer = await self._asterisk.request(actions.get_variable(name))
        return answer.get("Value") or None

    async def send_into_line(self, call: str) -> None:
        """Enter the line anew, with the place that the channel keeps (telephony/dialplan: `teamline-line`)."""
        await self._asterisk.request(actions.redirect(call, "teamline-line", "s"))

    async def hang_up(self, call: str) -> None:
        """End the channel with this Uniqueid."""
        await self._asterisk.request(actions.hang_up(call))

    async def caller_variable(self, call: str, name: str) -> str:
        """A variable of the channel with this Uniqueid; empty if it is not set."""
        return (await self._asterisk.request(actions.get_variable(name, call))).get("Value", "")

    async def set_caller(self, call: str, **variables: str) -> None:
        """Set variables of the channel with this Uniqueid, in this order."""
        for name, value in variables.items():
            await self._asterisk.request(actions.set_variable(name, value, call))

    async def raise_caller(self, queue: str, call: str, priority: int) -> None:
        """Give the caller, who waits in this queue now, another priority; the channel's variables stay."""
        await self._asterisk.request(actions.queue_priority(queue, await self._channel(call), priority))

    async def withdraw(self, queue: str, call: str) -> None:
        """Let the caller, who waits in this queue now, out of it: the dialplan goes on."""
        await self._asterisk.request(actions.queue_withdraw(queue, await self._channel(call)))

    async def _channel(self, call: str) -> str:
        name = (await self._asterisk.request(actions.channel_name(call))).get("Value", "")
        if not name:
            raise SwitchRefused("No such channel")
        return name

    async def _unless(self, harmless: str, action: Action) -> None:
        try:
            await self._asterisk.request(action)
        except SwitchRefused as refused:
            if str(refused) != harmless:
                raise


def _membership(frame: Frame) -> QueueMember:
    return QueueMember(
        queue=frame.get("Queue"),
        interface=frame.get("Location"),
        name=frame.get("Name"),
        is_paused=frame.get("Paused") == "1",
        paused_reason=frame.get("PausedReason"),
    )
