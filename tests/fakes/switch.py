"""Queues in memory that behave as Asterisk's do, for whoever needs an `operations.ports.Switch`."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from operations.ports import QueueMember, SwitchAway, SwitchRefused


class FakeSwitch:
    """Knows the queues it is given. `calls` lists every change in order.

    `is_away` makes everything raise SwitchAway; `fails_next` holds the fate of the next calls, an error or
    None; `refuses` names queues that refuse every change.
    """

    def __init__(self, queues: Iterable[str] = (), variables: dict[str, str] | None = None) -> None:
        self.queues: dict[str, dict[str, QueueMember]] = {queue: {} for queue in queues}
        self.variables = dict(variables or {})
        self.static: set[tuple[str, str]] = set()
        self.refuses: set[str] = set()
        self.fails_next: list[Exception | None] = []
        self.is_away = False
        self.calls: list[tuple[str, ...]] = []
        self.questions = 0

    def queues_of(self, interface: str) -> set[str]:
        return {queue for queue, members in self.queues.items() if interface in members}

    def place(self, queue: str, member: str, name: str | None = None, paused: bool = False, reason: str = "") -> None:
        """Put somebody there behind the desk's back."""
        interface = f"PJSIP/{member}"
        self.queues[queue][interface] = QueueMember(queue, interface, name or member, paused, reason)

    async def members(self, queue: str | None = None, interface: str | None = None) -> Sequence[QueueMember]:
        await self._turn()
        self.questions += 1
        return [
            member
            for name, members in self.queues.items()
            for member in members.values()
            if queue in (None, name) and interface in (None, member.interface)
        ]

    async def add_member(self, queue: str, interface: str, name: str, paused: bool = False, reason: str = "") -> None:
        await self._change("add", queue, interface)
        self._open(queue, "Unable to add interface to queue: No such queue").setdefault(
            interface, QueueMember(queue, interface, name, paused, reason if paused else "")
        )

    async def remove_member(self, queue: str, interface: str) -> None:
        await self._change("remove", queue, interface)
        members = self._open(queue, "Unable to remove interface from queue: No such queue")
        if (queue, interface) in self.static:
            raise SwitchRefused("Member not dynamic")
        members.pop(interface, None)

    async def pause(self, interface: str, paused: bool, reason: str = "") -> None:
        await self._change("pause" if paused else "unpause", interface, reason)
        if not self.queues_of(interface):
            raise SwitchRefused("Interface not found")
        for members in self.queues.values():
            if interface in members:
                members[interface] = replace(
                    members[interface], is_paused=paused, paused_reason=reason if paused else ""
                )

    async def global_variable(self, name: str) -> str | None:
        await self._turn()
        return self.variables.get(name)

    def _open(self, queue: str, refusal: str) -> dict[str, QueueMember]:
        if queue not in self.queues:
            raise SwitchRefused(refusal)
        if queue in self.refuses:
            raise SwitchRefused("refused for this test")
        return self.queues[queue]

    async def _change(self, *call: str) -> None:
        await self._turn()
        self.calls.append(call)

    async def _turn(self) -> None:
        """Let others run first, as a real question over a socket does."""
        await asyncio.sleep(0)
        if self.is_away:
            raise SwitchAway("away for this test")
        if self.fails_next and (error := self.fails_next.pop(0)):
            raise error
