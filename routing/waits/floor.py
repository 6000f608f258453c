"""Who waits in which line, and what each member does: as much of it as a wait depends on."""

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
    wrap_up_until: float = 0.0
    paused: str | None = None
    paused_since: float = 0.0
    penalties: dict[str, int] = field(default_factory=dict)
    own: str = ""
    """The queue that comes first for this member: the least penalty, of equals the first signed in to."""

    def is_free(self, now: float) -> bool:
        """Whether a caller would ring this phone."""
        return self.doing is Doing.FREE and self.paused is None and self.wrap_up_until <= now


@dataclass(slots=True)
class Caller:
    """In line since `since`, served in the order of `arrival`. `said` is what the estimator keeps to learn from."""

    since: float
    arrival: float
    urgent: bool = False
    said: Any = None


@dataclass(slots=True)
class Queue:
    """One line and those who serve it."""

    members: dict[str, Member] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)
    wrap_up_seconds: float = 0.0

    def own(self, name: str) -> Iterator[Member]:
        """Members whose first queue this is."""
        return (member for member in self.members.values() if member.own == name)

    def in_order(self) -> list[Caller]:
        """Urgent callers first, else by arrival."""
        return sorted(self.callers.values(), key=lambda caller: (not caller.urgent, caller.arrival))


class Floor:
    """All queues and members."""

    def __init__(self) -> None:
        self.queues: dict[str, Queue] = {}
        self.members: dict[str, Member] = {}

    def queue(self, name: str) -> Queue:
        """The queue of this name; made when first heard of."""
        known = self.queues.get(name)
        if known is None:
            known = self.queues[name] = Queue()
        return known

    def sign_in(self, member: str, queue: str, penalty: int, at: float) -> Member:
        """The member serves this queue from now on."""
        known = self.members.setdefault(member, Member(at))
        known.penalties[queue] = penalty
        known.own = min(known.penalties, key=known.penalties.__getitem__)
        self.queue(queue).members[member] = known
        return known

    def sign_out(self, member: str, queue: str) -> Member | None:
        """The member no longer serves this queue; None if they did not."""
        known = self.queue(queue).members.pop(member, None)
        if known is None:
            return None
        known.penalties.pop(queue, None)
        if known.penalties:
            known.own = min(known.penalties, key=known.penalties.__getitem__)
        else:
            del self.members[member]
        return known
