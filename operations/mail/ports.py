"""What goes out for an entry of a mailbox, as values, and what carries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from operations.mailbox.ports import Entry


class Way(StrEnum):
    """How something goes out."""

    MAIL = "mail"
    """Something has come in: to the team's address."""
    REMINDER = "reminder"
    """Nobody has claimed it: to the team's address."""
    DROP = "drop"
    """A copy of a document into the drop folder."""


class Sending(StrEnum):
    """The life of what goes out."""

    WAITING = "waiting"
    SETTLED = "settled"
    """Sent, or not wanted."""
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One thing to be sent. Times are Unix seconds; nothing in it is a person's."""

    entry: str
    way: Way
    since: float
    due_at: float
    tries: int = 0
    state: Sending = Sending.WAITING
    why: str = ""
    """Why it was not sent the last time: a few words of ours."""

    @property
    def id(self) -> str:
        """One an entry and way."""
        return f"{self.way.value}/{self.entry}"


class OutboxAway(Exception):
    """The store cannot tell or keep what goes out just now."""


class Postponed(Exception):
    """It could not be sent now; later perhaps. The words are ours, and say why."""


class Unreachable(Postponed):
    """Nothing at all can be sent this way just now."""


class Refused(Exception):
    """It will never be sent so. The words are ours, and say why."""


class Carrier(Protocol):
    """Sends one kind of thing."""

    async def carry(self, entry: Entry) -> None:
        """Sent on return, or not wanted for this entry. Raises Postponed, Refused."""
        ...


class KeptOutbox(Protocol):
    """The store's side. All raise OutboxAway."""

    async def add(self, outgoing: Outgoing) -> None:
        """Nothing if it is there, or was settled."""
        ...

    async def due(self, way: Way, now: float, most: int) -> Sequence[Outgoing]:
        """Those that wait and are due, the longest first."""
        ...

    async def claim(self, outgoing: Outgoing, now: float, until: float) -> bool:
        """Whether it is ours to send until then: one router has it at a time."""
        ...

    async def change(self, outgoing: Outgoing) -> None:
        """As it is now; of what is settled only its id is kept."""
        ...

    async def hurry(self, way: Way, now: float) -> None:
        """Everything that waits, and is not being sent, is due now."""
        ...

    async def remove(self, ids: Sequence[str]) -> None:
        """No longer known."""
        ...

    async def unsettled(self) -> Sequence[Outgoing]:
        """All that wait or were given up."""
        ...

    async def known(self) -> set[str]:
        """The ids of all, settled ones too."""
        ...

    async def counts(self) -> tuple[int, int]:
        """How many wait, and how many were given up."""
        ...
