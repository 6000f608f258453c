"""Stays: what the books count. One call in the line of one team, over slices, `#` and back, until one of four ways out.

Theory of operation. A visit is one entrance into one queue; Asterisk's slices, a key and back, a widened queue make
several of them. A stay is what a supervisor means: offered once, then answered, abandoned, flowed out or lost
(docs/reports.md: OFF = ANS + ABN + FLO + LST + WAI). It ends with its visit, unless the dialplan has the caller back in
a moment (`CallerLeft.returns`): then the next join decides, or the call's end. A caller who flows out and comes back
later begins another stay, so that counters never run backwards. A snapshot may be newer than events still on their
way, and a log that is read later tells what was before: the end of an earlier visit than the last one joined says
nothing about the stay, and an earlier join to another team was offered there, and has flowed out since. Whoever is
between two visits and is sent to a message or a callback (`ContactDecided`) has flowed out, if no join follows.
A placeholder of a callback is nobody on the line: it makes no stay, and callbacks have books of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from facts.call import CallEnded, CallerJoined, CallerLeft, CallFact, LeftBy
from facts.contact import ContactDecided
from facts.kinds import Fact
from facts.place import Place
from routing.contact_rules import Goal
from routing.rules import Rule


class Outcome(StrEnum):
    """The four ways out of a line."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    FLOWED_OUT = "flowed_out"
    LOST = "lost"


class FlowReason(StrEnum):
    """Why a caller flowed out."""

    TIMEOUT = "timeout"
    OVERFLOW = "overflow"
    MOVED = "moved"
    CALLBACK = "callback"
    MESSAGE = "message"
    CLOSED = "closed"
    EMPTY = "empty"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Stay:
    """One call in the line of one team since `joined_at` (Unix seconds). `place` is that of its first visit."""

    place: Place
    joined_at: float

    @property
    def team(self) -> str:
        """The team in whose books it counts."""
        return self.place.team


@dataclass(frozen=True, slots=True)
class StayOpened:
    """Offered."""

    stay: Stay


@dataclass(frozen=True, slots=True)
class StayClosed:
    """Out of line at `at` (Unix seconds). `hold_seconds` is None when nobody knows; `reason` belongs to flowing out."""

    stay: Stay
    at: float
    outcome: Outcome
    hold_seconds: float | None
    reason: FlowReason | None = None


Turn = StayOpened | StayClosed

_OUTCOMES: Mapping[LeftBy, tuple[Outcome, FlowReason | None]] = {
    LeftBy.ANSWERED: (Outcome.ANSWERED, None),
    LeftBy.ABANDONED: (Outcome.ABANDONED, None),
    LeftBy.LOST: (Outcome.LOST, None),
    LeftBy.TIMEOUT: (Outcome.FLOWED_OUT, FlowReason.TIMEOUT),
    LeftBy.KEY: (Outcome.FLOWED_OUT, FlowReason.WITHDRAWN),
    LeftBy.EMPTY: (Outcome.FLOWED_OUT, FlowReason.EMPTY),
    LeftBy.WITHDRAWN: (Outcome.FLOWED_OUT, FlowReason.WITHDRAWN),
    LeftBy.MOVED: (Outcome.FLOWED_OUT, FlowReason.MOVED),
}
"""How a stay ends when its visit ends so, and nothing brings the caller back."""

_ELSEWHERE: Mapping[LeftBy, FlowReason] = {
    LeftBy.TIMEOUT: FlowReason.OVERFLOW,
    LeftBy.KEY: FlowReason.WITHDRAWN,
    LeftBy.EMPTY: FlowReason.EMPTY,
    LeftBy.WITHDRAWN: FlowReason.WITHDRAWN,
}
"""Why a caller flowed out who left so, was to come back, and then joined another team."""

_HUNG_UP: Mapping[LeftBy, tuple[Outcome, FlowReason | None]] = {
    LeftBy.TIMEOUT: (Outcome.ABANDONED, None),
    LeftBy.EMPTY: (Outcome.ABANDONED, None),
    LeftBy.KEY: (Outcome.FLOWED_OUT, FlowReason.WITHDRAWN),
    LeftBy.WITHDRAWN: (Outcome.FLOWED_OUT, FlowReason.WITHDRAWN),
    LeftBy.MOVED: (Outcome.FLOWED_OUT, FlowReason.MOVED),
}
"""What became of a caller who left so, was to come back, and hung up: who pressed a key has left the line. Whoever
left in another way (answered, hung up, lost) does not come back, whatever was told."""


_OFFERED: Mapping[str, FlowReason] = {Goal.MESSAGE: FlowReason.MESSAGE, Goal.CALLBACK: FlowReason.CALLBACK}
"""Why a caller flowed out who was offered this in place of the line, and did not come back to it."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """How the last visit ended while the dialplan has the caller."""

    cause: LeftBy
    hold_seconds: float | None


class Stays:
    """Facts in, turns of stays out."""

    def __init__(self) -> None:
        self._open: dict[str, Stay] = {}
        self._pending: dict[str, _Pending] = {}
        self._offered: dict[str, FlowReason] = {}
        self._last: dict[str, Place] = {}
        self.open: Mapping[str, Stay] = MappingProxyType(self._open)
        """Call -> its stay: everybody in line, those between two visits included."""

    def turns(self, fact: Fact) -> tuple[Turn, ...]:
        """What this fact means for the books, in order."""
        if isinstance(fact, CallFact) and fact.place.is_placeholder:
            return ()
        if isinstance(fact, CallerJoined):
            return tuple(self._joined(fact))
        if isinstance(fact, CallerLeft):
            return tuple(self._left(fact))
        if isinstance(fact, CallEnded):
            return tuple(self._ended(fact))
        if isinstance(fact, ContactDecided):
            self._decided(fact)
        return ()

    def _joined(self, fact: CallerJoined) -> Iterator[Turn]:
        call, last = fact.place.call, self._last.get(fact.place.call)
        if last and fact.place.visit < last.visit:
            if fact.place.team != last.team:
                late = Stay(fact.place, fact.at)
                yield StayOpened(late)
                yield StayClosed(late, fact.at, Outcome.FLOWED_OUT, None, FlowReason.MOVED)
            return
        stay, pending = self._open.get(call), self._pending.pop(call, None)
        self._offered.pop(call, None)
        self._last[call] = fact.place
        if stay and stay.team == fact.place.team:
            return
        if stay:
            reason = _ELSEWHERE.get(pending.cause, FlowReason.MOVED) if pending else FlowReason.MOVED
            yield StayClosed(stay, fact.at, Outcome.FLOWED_OUT, pending.hold_seconds if pending else None, reason)
        self._open[call] = Stay(fact.place, fact.at)
        yield StayOpened(self._open[call])

    def _left(self, fact: CallerLeft) -> Iterator[Turn]:
        call = fact.place.call
        stay = self._open.get(call)
        if stay is None or stay.team != fact.place.team or fact.place.visit < self._last[call].visit:
            return
        if fact.returns and fact.cause in _HUNG_UP:
            self._pending[call] = _Pending(fact.cause, fact.hold_seconds)
            return
        self._forget(call)
        outcome, reason = _OUTCOMES[fact.cause]
        yield StayClosed(stay, fact.at, outcome, fact.hold_seconds, reason)

    def _decided(self, fact: ContactDecided) -> None:
        """One at the door, or of a visit before the last, says nothing about the stay."""
        last = self._last.get(fact.call)
        if fact.call in self._open and last and fact.visit == last.visit and fact.goal in _OFFERED:
            closes = fact.rule == Rule.CLOSING_TIME
            self._offered[fact.call] = FlowReason.CLOSED if closes else _OFFERED[fact.goal]

    def _ended(self, fact: CallEnded) -> Iterator[Turn]:
        offered = self._offered.get(fact.place.call)
        stay, pending = self._forget(fact.place.call)
        self._last.pop(fact.place.call, None)
        if stay is None:
            return
        if pending and offered:
            yield StayClosed(stay, fact.at, Outcome.FLOWED_OUT, pending.hold_seconds, offered)
            return
        outcome, reason = _HUNG_UP[pending.cause] if pending else (Outcome.LOST, None)
        hold = fact.hold_seconds if fact.hold_seconds is not None else pending.hold_seconds if pending else None
        yield StayClosed(stay, fact.at, outcome, hold, reason)

    def _forget(self, call: str) -> tuple[Stay | None, _Pending | None]:
        self._offered.pop(call, None)
        return self._open.pop(call, None), self._pending.pop(call, None)
