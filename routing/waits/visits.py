"""Facts about calls as waits of one line: slices, a key and back, and the same told twice are one wait.

A caller whose `CallerLeft` says that they return still waits: their next join decides, or the call's end. Back in the
same queue nothing has happened; in another one the wait there ends undecided and goes on here, with the time waited so
far and without a new arrival.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.place import Place

MOST_CALLS = 20_000
"""Beyond it the oldest are forgotten: a call whose end nobody told must not stay for ever."""

_HUNG_UP = frozenset({LeftBy.TIMEOUT, LeftBy.EMPTY})
"""Whoever left so, was to come back and hung up, has given up; a key, a withdrawal, a redirection is no hanging up."""
_FOR_GOOD = frozenset({LeftBy.ANSWERED, LeftBy.ABANDONED, LeftBy.LOST})


@dataclass(slots=True)
class Wait:
    """One caller in one line since `since` (Unix seconds). `left` tells how, while the dialplan has them."""

    place: Place
    since: float
    left: CallerLeft | None = None

    @property
    def arrival(self) -> float:
        """By this the line is ordered."""
        return float(self.place.virtual_arrival) if self.place.arrival else self.since


@dataclass(frozen=True, slots=True)
class Came:
    """In line. `is_new`: has not waited elsewhere before."""

    wait: Wait
    is_new: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """Out of line at `at`. Neither answered nor given up: undecided. `is_moved`: waits on in another line.

    `is_forgotten`: there were too many; nobody knows what becomes of this one.
    """

    wait: Wait
    at: float
    answered: bool = False
    gave_up: bool = False
    is_moved: bool = False
    is_forgotten: bool = False


Turn = Came | Gone
CallTurn = CallerJoined | CallerLeft | CallEnded


class Visits:
    """Facts in, turns of waits out."""

    def __init__(self, most_calls: int | None = None) -> None:
        self._waits: OrderedDict[str, Wait] = OrderedDict()
        self._most = most_calls or MOST_CALLS

    def turns(self, fact: CallTurn) -> Sequence[Turn]:
        """What this fact means."""
        if isinstance(fact, CallerJoined):
            return self._joined(fact)
        return self._left(fact) if isinstance(fact, CallerLeft) else self._ended(fact)

    def _joined(self, fact: CallerJoined) -> Sequence[Turn]:
        call, wait = fact.place.call, self._waits.get(fact.place.call)
        if wait is None:
            return self._begun(Wait(fact.place, fact.at), fact.at, is_new=True)
        if fact.place.visit < wait.place.visit:
            return ()
        if fact.place.queue == wait.place.queue:
            wait.place, wait.left = fact.place, None
            return ()
        del self._waits[call]
        gone = Gone(wait, wait.left.at if wait.left else fact.at, is_moved=True)
        return gone, *self._begun(Wait(fact.place, wait.since), fact.at, is_new=False)

    def _begun(self, wait: Wait, at: float, *, is_new: bool) -> Sequence[Turn]:
        self._waits[wait.place.call] = wait
        if len(self._waits) <= self._most:
            return (Came(wait, is_new),)
        _, forgotten = self._waits.popitem(last=False)
        return Gone(forgotten, at, is_forgotten=True), Came(wait, is_new)

    def _left(self, fact: CallerLeft) -> Sequence[Turn]:
        call, wait = fact.place.call, self._waits.get(fact.place.call)
        if wait is None or wait.place.key != fact.place.key:
            return ()
        if fact.returns and fact.cause not in _FOR_GOOD:
            wait.left = fact
            return ()
        del self._waits[call]
        answered, gave_up = fact.cause is LeftBy.ANSWERED, fact.cause is LeftBy.ABANDONED
        return (Gone(wait, fact.at, answered=answered, gave_up=gave_up),)

    def _ended(self, fact: CallEnded) -> Sequence[Turn]:
        wait = self._waits.get(fact.place.call)
        if wait is None or wait.place.outlives(fact.place):
            return ()
        del self._waits[fact.place.call]
        return (Gone(wait, fact.at, gave_up=wait.left is not None and wait.left.cause in _HUNG_UP),)
