"""Follows calls from the line to their end: who gives up is listed, who is served is no longer.

Theory of operation. A caller's phone number is asked of Asterisk when they join a line, since nobody can ask any more
once they have hung up; their customer number is known from the dialogue. A fact may come before that answer, so what
became of the call is noted, and counts when the number is there. Never raises, never waits: the fold only notes.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

import structlog

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.contact import ContactDecided, LeftKind, LeftState, OnCallAnswered
from facts.kinds import Fact
from facts.place import Place
from operations.gave_up.people import People
from operations.gave_up.row import GaveUp, id_of
from operations.mailbox.ports import Entry
from operations.ports import SwitchAway, SwitchRefused

MOST_CALLS = 5000
ASK_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(slots=True)
class _Call:
    """What is known of a call. `phone` None: not asked yet."""

    phone: str | None = None
    home: str = ""
    team: str = ""
    is_served: bool = False
    is_asked: bool = False
    row: GaveUp | None = None
    """Gave up, and is not listed yet."""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """Who knows what. Neither may raise but as said."""

    phone: Callable[[str], Awaitable[str]]
    """A call -> its phone number; empty: withheld. Raises SwitchAway, SwitchRefused."""
    number: Callable[[str], str]
    """A call -> the customer number as written; empty if nobody knows."""
    short_seconds: Callable[[str], float]
    """A team -> so soon reports leave out who hangs up."""
    promised: Callable[[], Iterable[Entry]]
    """Callbacks that somebody counts on."""


class GaveUpCalls:
    """A fold of the live facts, and a listener of the mailbox."""

    def __init__(self, people: People, sources: Sources) -> None:
        self._people, self._sources = people, sources
        self._calls: OrderedDict[str, _Call] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def fold(self, fact: Fact) -> None:
        """Follow one fact; a fault here is nobody else's."""
        try:
            self._follow(fact)
        except Exception:
            log.exception("gave_up_not_followed")

    def waiting(self, calls: Iterable[str]) -> None:
        """These stand in line: ask for those that nobody told us of, from before this router."""
        for call in calls:
            if call not in self._calls:
                self._ask(call)

    def settled(self, call: str) -> None:
        """This caller has left a message or a wish."""
        self._known(call).is_served = True

    def entry_moved(self, before: Entry | None, after: Entry) -> None:
        """A message or a callback of theirs has come, or somebody has taken it: they are taken care of."""
        is_new, was = before is None, before.state if before else None
        is_taken = after.state in (LeftState.CLAIMED, LeftState.DONE) and after.state is not was
        if after.what in (LeftKind.VOICE, LeftKind.CALLBACK) and (is_new or is_taken):
            self._people.served(after.phone, after.number)

    async def stop(self) -> None:
        """End what is asked."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _follow(self, fact: Fact) -> None:
        if isinstance(fact, ContactDecided):
            call = self._known(fact.call)
            call.home, call.team = fact.home, fact.team
        elif isinstance(fact, OnCallAnswered):
            self._served(fact.call)
        elif isinstance(fact, CallerJoined) and not fact.place.is_placeholder:
            self._joined(fact.place)
        elif isinstance(fact, CallerLeft) and not fact.place.is_placeholder:
            self._left(fact)
        elif isinstance(fact, CallEnded) and not fact.place.is_placeholder:
            self._ended(fact)

    def _joined(self, place: Place) -> None:
        call = self._known(place.call)
        call.row = None
        if place.kiosk:
            call.phone = ""  # it rings at the kiosk, where nobody stands any more
        elif call.phone is None and not call.is_asked:
            self._ask(place.call)

    def _left(self, fact: CallerLeft) -> None:
        if fact.cause is LeftBy.ANSWERED:
            self._served(fact.place.call)
        elif fact.cause is LeftBy.ABANDONED and not fact.returns:
            self._gave_up(fact.place, fact.at, fact.hold_seconds)

    def _ended(self, fact: CallEnded) -> None:
        call = self._calls.get(fact.place.call)
        if fact.hold_seconds is not None:  # between two stays in line
            self._gave_up(fact.place, fact.at, fact.hold_seconds)
        if call is not None:
            call.is_over = True
            self._let_go(fact.place.call, call)

    def _served(self, name: str) -> None:
        call = self._known(name)
        call.is_served = True
        self._people.served(call.phone or "", self._sources.number(name))

    def _gave_up(self, place: Place, at: float, waited: float | None) -> None:
        call = self._known(place.call)
        if call.is_served:
            return
        team = call.home if call.home and place.team == call.team else place.team
        call.row = GaveUp(
            id=id_of(place),
            team=team,
            at=at,
            waited_seconds=waited,
            concern=place.concern,
            language=place.language,
            number=self._sources.number(place.call),
            is_short=waited is not None and waited < self._sources.short_seconds(team),
            arrival=place.arrival,
            credit=place.credit,
        )
        if not call.is_asked:
            self._list(call)

    def _list(self, call: _Call) -> None:
        row, call.row = call.row, None
        if row is None:
            return
        told = replace(row, phone=call.phone or "")
        if not any(_is_theirs(entry, told) for entry in self._sources.promised()):
            self._people.add(told)

    def _known(self, name: str) -> _Call:
        call = self._calls.get(name)
        if call is None:
            call = self._calls[name] = _Call()
            while len(self._calls) > MOST_CALLS:
                self._calls.popitem(last=False)
        return call

    def _ask(self, name: str) -> None:
        self._known(name).is_asked = True
        task = asyncio.get_running_loop().create_task(self._learn(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _learn(self, name: str) -> None:
        phone = ""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                phone = await self._sources.phone(name)
        except (SwitchAway, SwitchRefused, TimeoutError):
            pass  # gone already, or nobody can be asked: withheld
        except Exception:
            log.exception("gave_up_not_asked")
        call = self._known(name)
        call.phone, call.is_asked = phone, False
        if call.is_served:
            self._people.served(phone, "")
        self._list(call)
        self._let_go(name, call)

    def _let_go(self, name: str, call: _Call) -> None:
        if call.is_over and not call.is_asked:
            self._calls.pop(name, None)


def _is_theirs(entry: Entry, row: GaveUp) -> bool:
    return (row.phone != "" and entry.phone == row.phone) or (row.number != "" and entry.number == row.number)
