"""Places that callers have lost a moment ago: hung up in line, or dropped. Known by a keyed hash of who it was.

Theory of operation. Whose call it is, is noted once the caller is identified; the facts of that call say what became
of it. In memory, and in the store for a router that starts anew; both for ten minutes, and as well as can be: a place
that is not found costs somebody minutes, so nothing waits for it.
"""

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import structlog

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.contact import ContactDecided
from facts.kinds import Fact
from facts.place import Place
from routing.number import TypedNumber

KEPT_SECONDS = 600
STORE_SECONDS = 0.15
"""A caller waits for the answer."""
STOP_SECONDS = 0.5
MOST = 5000
"""Calls, and places: the oldest are forgotten."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LostPlace:
    """A place that nobody stands at any more. Times are Unix seconds."""

    team: str
    """The team that the contact was for."""
    concern: str
    arrival: int
    credit: int
    lost_at: float


class LostPlacesAway(Exception):
    """The store does not answer."""


class KeptPlaces(Protocol):
    """The store's side. Every method may raise LostPlacesAway."""

    async def put(self, whose: str, place: LostPlace, seconds: int) -> None:
        """For so long; in place of one before."""
        ...

    async def get(self, whose: str) -> LostPlace | None:
        """None for none, or one that cannot be read."""
        ...

    async def remove(self, whose: str) -> None:
        """None there is no error."""
        ...


class HashedCustomers:
    """Customers as keyed hashes: to know one again without keeping the number. `secret`: the installation's."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"teamline:lost-places", hashlib.sha256)

    def __call__(self, number: TypedNumber) -> str:
        """32 hex digits of a customer's or household's number with its letter."""
        written = f"{number.kind.value}:{number.canonical}:{number.letter or ''}"
        return hmac.digest(self._key, written.encode(), hashlib.sha256)[:16].hex()


@dataclass(slots=True)
class _Caller:
    whose: str
    home: str = ""
    team: str = ""


class LostPlaces:
    """Folds facts; never raises, never waits. `now`: Unix seconds."""

    def __init__(self, kept: KeptPlaces, now: Callable[[], float]) -> None:
        self._kept, self._now = kept, now
        self._since = now()
        self._callers: OrderedDict[str, _Caller] = OrderedDict()
        self._lost: OrderedDict[str, LostPlace] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def about(self, call: str, whose: str) -> None:
        """This call is that customer's."""
        self._callers[call] = _Caller(whose)
        self._callers.move_to_end(call)
        while len(self._callers) > MOST:
            self._callers.popitem(last=False)

    def settled(self, call: str) -> None:
        """This caller has left a message or a wish: there is no place to be lost."""
        self._callers.pop(call, None)

    def broke_off(self, call: str, place: LostPlace) -> None:
        """This caller has hung up on the way into line."""
        if caller := self._callers.get(call):
            self._lose(caller.whose, place)

    async def find(self, whose: str) -> LostPlace | None:
        """The place that this customer has lost within ten minutes; within `STORE_SECONDS`, else None."""
        found = self._lost.get(whose)
        if found is None and self._now() < self._since + KEPT_SECONDS:  # it may be from before this process
            found = await self._from_store(whose)
        return found if found and self._now() < found.lost_at + KEPT_SECONDS else None

    def fold(self, fact: Fact) -> None:
        """Follow what becomes of the calls that are known."""
        if isinstance(fact, ContactDecided):
            self._decided(fact)
        elif isinstance(fact, (CallerJoined, CallerLeft, CallEnded)) and (caller := self._callers.get(fact.place.call)):
            self._follow(fact, caller)

    async def stop(self) -> None:
        """What is on its way to the store has a moment still."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _decided(self, fact: ContactDecided) -> None:
        if caller := self._callers.get(fact.call):
            caller.home, caller.team = fact.home, fact.team

    def _follow(self, fact: CallerJoined | CallerLeft | CallEnded, caller: _Caller) -> None:
        if isinstance(fact, CallerJoined):
            self._found_again(caller.whose)
        elif isinstance(fact, CallerLeft):
            if fact.cause in (LeftBy.ABANDONED, LeftBy.LOST):
                self._lose(caller.whose, self._place(fact.place, caller))
        else:
            if fact.hold_seconds is not None:  # between two stays in line
                self._lose(caller.whose, self._place(fact.place, caller))
            self._callers.pop(fact.place.call, None)

    def _place(self, place: Place, caller: _Caller) -> LostPlace:
        """A member may have sent them to another team than the rules did: then it is for that one."""
        team = caller.home if caller.home and place.team == caller.team else place.team
        return LostPlace(team, place.concern, place.arrival, place.credit, self._now())

    def _lose(self, whose: str, place: LostPlace) -> None:
        if not place.arrival:
            return
        self._lost[whose] = place
        self._lost.move_to_end(whose)
        while len(self._lost) > MOST or self._is_over(next(iter(self._lost.values()))):
            self._lost.popitem(last=False)
        self._background(partial(self._kept.put, whose, place, KEPT_SECONDS))

    def _is_over(self, place: LostPlace) -> bool:
        return place.lost_at + KEPT_SECONDS <= self._now()

    def _found_again(self, whose: str) -> None:
        known = self._lost.pop(whose, None)
        if known or self._now() < self._since + KEPT_SECONDS:
            self._background(partial(self._kept.remove, whose))

    async def _from_store(self, whose: str) -> LostPlace | None:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                return await self._kept.get(whose)
        except (LostPlacesAway, TimeoutError):
            return None

    def _background(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.get_running_loop().create_task(_best_effort(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _best_effort(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await work()
    except LostPlacesAway:
        log.debug("lost_place_not_kept")  # the memory has it, this process's life long
