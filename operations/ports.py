"""What operations need from the switch and the store, as Protocols."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class SwitchAway(Exception):
    """Asterisk cannot be asked just now (not connected, or no answer in time)."""


class SwitchRefused(Exception):
    """Asterisk answered, with an error; the sentence is Asterisk's own."""


@dataclass(frozen=True, slots=True)
class QueueMember:
    """One membership as QueueStatus tells it."""

    queue: str
    interface: str
    name: str
    is_paused: bool
    paused_reason: str


class Switch(Protocol):
    """The changes and questions that operations put to Asterisk. All raise SwitchAway or SwitchRefused."""

    async def members(self, queue: str | None = None, interface: str | None = None) -> Sequence[QueueMember]:
        """Memberships of one queue or all, of one interface or all; an unknown queue has none."""
        ...

    async def add_member(self, queue: str, interface: str, name: str, paused: bool = False, reason: str = "") -> None:
        """Add to a queue, without penalty, paused for `reason`; already there is no error."""
        ...

    async def remove_member(self, queue: str, interface: str) -> None:
        """Take out of a queue; not there is no error."""
        ...

    async def pause(self, interface: str, paused: bool, reason: str = "") -> None:
        """Pause or unpause in all queues at once. `reason` is a token `[A-Za-z0-9_-]*`."""
        ...

    async def global_variable(self, name: str) -> str | None:
        """A dialplan global, None if unset."""
        ...
