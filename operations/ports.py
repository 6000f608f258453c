"""What operations need from the switch and the store, as Protocols."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from facts.kinds import CallKind, Fact
from facts.place import Place
from metrics.live import Talk, Visit
from metrics.stays import Stay
from operations.seen import Snapshot


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


class AsksAsterisk(Protocol):
    """The questions that live truth puts to Asterisk. Both raise SwitchAway or SwitchRefused."""

    async def look(self) -> Snapshot:
        """Its queues, callers, members and channels now."""
        ...

    async def queue_status(self, call: str) -> str:
        """The channel variable QUEUESTATUS of a call; empty if it has none, or is gone."""
        ...


class Unexplained(Protocol):
    """What events have left open: `telephony.ami.facts.EventFacts`. `monotonic` is that of the events' reader."""

    @property
    def unsettled(self) -> frozenset[str]:
        """Calls that have left their line, and nobody has told yet why."""
        ...

    def questions(self, monotonic: float) -> Sequence[str]:
        """Calls whose QUEUESTATUS is to be asked, each once."""
        ...

    def told(self, call: str, status: str, at: float, monotonic: float) -> Sequence[Fact]:
        """What the answer to such a question means."""
        ...

    def overdue(self, at: float, monotonic: float) -> Sequence[Fact]:
        """What is taken for settled, since nobody has explained it in time."""
        ...

    def forget_what_is_open(self) -> None:
        """The link was cut: what was open has gone on unseen."""
        ...


@dataclass(frozen=True, slots=True)
class KnownCalls:
    """The open calls as far as we know them, copied: what the queue_log of a gap goes on from."""

    places: Mapping[str, Place] = field(default_factory=dict)
    """Call -> its last place."""
    visits: Mapping[str, Visit] = field(default_factory=dict)
    """Call -> its visit now."""
    talks: Mapping[str, Talk] = field(default_factory=dict)
    """Uniqueid of the member's channel -> talk."""
    stays: Mapping[str, Stay] = field(default_factory=dict)
    """Call -> its stay."""


class PastRead(Protocol):
    """What was written down about a span of time."""

    @property
    def is_whole(self) -> bool:
        """False when some of it lies where it cannot be read."""
        ...

    async def facts(self, known: KnownCalls, living: Collection[str]) -> Sequence[CallKind]:
        """What happened, in order, those things that `known` has already included.

        `living`: the calls whose channels were alive after the reading: they have neither hung up nor been lost.
        """
        ...


class Past(Protocol):
    """Asterisk's own record of what happened to callers."""

    async def read(self, since: float) -> PastRead | None:
        """What was written from `since` (Unix seconds) on; None when nobody can know."""
        ...
