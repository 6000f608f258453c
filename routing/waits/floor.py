"""Who waits in which line, and what each member does: as much of it as a wait depends on."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any


class Doing(Enum):
    """What a member's phone does."""

    FREE = auto()
    RINGING = auto()
    TALKING = auto()


@dataclass(slots=True)
class Member:
    """Signed in somewhere. `since` and `wrap_up_until` in seconds of the stream's clock."""

    since: float
    doing: Doing = Doing.FREE
    queue: str = ""
    """For whose caller the phone rings or talks."""
    concern: str = ""
    """What the talk is about, where it was told."""
    wrap_up_until: float = 0.0
    paused: str | None = None
    paused_since: float = 0.0
    penalties: dict[str, int] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    """The queues that come first for this member: those of the least penalty, in the order of signing in."""

    @property
    def own(self) -> str:
        """The first of those that come first."""
        return self.first[0] if self.first else ""

    def is_free(self, now: float) -> bool:
        """Whether a caller would ring this phone."""
        return self.doing is Doing.FREE and self.paused is None and self.wrap_up_until <= now


@dataclass(slots=True)
class Caller:
    """In line since `since`, served in the order of `arrival`. `said` is what the estimator keeps to learn from.

    A `patient` one never gives up: the placeholder of somebody who is called back.
    """

    since: float
    arrival: float
    urgent: bool = False
    said: Any = None
    patient: bool = False


@dataclass(slots=True)
class Queue:
    """One line and those who serve it."""

    members: dict[str, Member] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)
    wrap_up_seconds: float = 0.0

    def own(self, name: str) -> Iterator[Member]:
        """Members for whom no other queue than this one, of this `name`, comes before it."""
        return (member for member in self.members.values() if name in member.first)

    def in_order(self) -> list[Caller]:
        """Urgent callers first, else by arrival."""
        return sorted(self.callers.values(), key=lambda caller: (not caller.urgent, caller.arrival))


class Floor:
    """All queues and members."""

    def __init__(self) -> None:
        self.queues: dict[str, Queue] = {}
        self.members: dict[str, Member] = {}
        self._both: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """By queue and queue: members, not paused, for whom both come first."""

    def queue(self, name: str) -> Queue:
        """The queue of this name; made when first heard of."""
        known = self.queues.get(name)
        if known is None:
            known = self.queues[name] = Queue()
        return known

    def sign_in(self, member: str, queue: str, penalty: int, at: float) -> Member:
        """The member serves this queue from now on."""
        known = self.members.setdefault(member, Member(at))
        self._serves(known, {**known.penalties, queue: penalty})
        self.queue(queue).members[member] = known
        return known

    def sign_out(self, member: str, queue: str) -> Member | None:
        """The member no longer serves this queue; None if they did not."""
        known = self.queue(queue).members.pop(member, None)
        if known is None:
            return None
        self._serves(known, {name: penalty for name, penalty in known.penalties.items() if name != queue})
        if not known.penalties:
            del self.members[member]
        return known

    def pause(self, member: Member, reason: str, at: float) -> None:
        """The member rings no more; one who is paused already goes on with that pause."""
        if member.paused is None:
            self._count(member, -1)
            member.paused, member.paused_since = reason, at

    def resume(self, member: Member) -> None:
        """The member rings again."""
        if member.paused is not None:
            member.paused = None
            self._count(member, 1)

    def shares(self, queue: str) -> Iterator[tuple[str, float]]:
        """Other queues that come first for members of this one, and the share of theirs that both have in common.

        Of members who are not paused: so likely is a caller of theirs to be answered by one of ours.
        """
        for other, both in self._both[queue].items():
            if both and other != queue:
                yield other, both / self._both[other][other]

    def _serves(self, member: Member, penalties: dict[str, int]) -> None:
        if member.paused is None:
            self._count(member, -1)
        member.penalties = penalties
        least = min(penalties.values(), default=0)
        member.first = tuple(name for name, penalty in penalties.items() if penalty == least)
        if member.paused is None:
            self._count(member, 1)

    def _count(self, member: Member, by: int) -> None:
        for queue in member.first:
            both = self._both[queue]
            for other in member.first:
                both[other] += by
