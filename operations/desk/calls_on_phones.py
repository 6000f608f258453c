"""Who is on which member's phone now, and who was a moment ago: in memory, for the member's own desk.

Theory of operation. The live model says which phones ring and which talk; this remembers beside it what a member needs
to know of the caller, from the first ring on. It folds facts after the model, so whatever the model no longer has is
over. Customer numbers are here as long as the caller is on the phone, and for the last few callers half an hour.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.kinds import Fact
from facts.member import MemberFact, MemberSignedOut
from facts.place import Place
from metrics.live import LiveModel
from operations.desk.caller import OnPhone, Whose

MOST = 4000
"""Callers on phones: the oldest are forgotten."""
MOST_LAST = 3
LAST_SECONDS = 1800.0

CALL_FACTS = (CallerJoined, CallerLeft, CallEnded, MemberRang, RingEnded, MemberAnswered, TalkEnded)

log = structlog.get_logger()


class CallsOnPhones:
    """A fold of the live facts that never raises. `whose` tells who a caller is; `now`: Unix seconds."""

    def __init__(self, model: LiveModel, whose: Callable[[Place], Whose], now: Callable[[], float]) -> None:
        self._model, self._whose, self._now = model, whose, now
        self._on: OrderedDict[str, OnPhone] = OrderedDict()
        self._rings_of: defaultdict[str, set[str]] = defaultdict(set)
        self._last: dict[str, tuple[OnPhone, ...]] = {}
        self._listening: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def fold(self, fact: Fact) -> None:
        """Follow who is on which phone; a fault here is nobody else's."""
        try:
            if isinstance(fact, MemberFact):
                self._member(fact)
            elif isinstance(fact, CALL_FACTS):
                self._call(fact)
        except Exception:
            log.exception("desk_caller_not_noted")

    def on(self, member: str) -> OnPhone | None:
        """Who is on this member's phone now; who talks before who rings."""
        found = [self._on[ring] for ring in self._rings_of.get(member, ())]
        return max(found, key=lambda each: each.answered_at or 0.0, default=None)

    def last(self, member: str) -> tuple[OnPhone, ...]:
        """Who was, the last first, of the last half hour."""
        since = self._now() - LAST_SECONDS
        kept = tuple(each for each in self._last.get(member, ()) if (each.ended_at or 0.0) >= since)
        if kept:
            self._last[member] = kept
        else:
            self._last.pop(member, None)
        return kept

    def learned(self, ring: str, phone: str) -> None:
        """The number that this caller calls from."""
        if known := self._on.get(ring):
            self._on[ring] = replace(known, whose=replace(known.whose, phone=phone))
            self._wake(known.member)

    @contextmanager
    def listening(self, *topics: str) -> Iterator[asyncio.Event]:
        """Set whenever something may have changed for one of these members and teams."""
        event = asyncio.Event()
        for topic in topics:
            self._listening[topic].add(event)
        try:
            yield event
        finally:
            for topic in topics:
                self._listening[topic].discard(event)
                if not self._listening[topic]:
                    del self._listening[topic]

    def _member(self, fact: MemberFact) -> None:
        if isinstance(fact, MemberSignedOut) and fact.member not in self._model.members:
            self._last.pop(fact.member, None)
        self._wake(fact.member)

    def _call(
        self, fact: CallerJoined | CallerLeft | CallEnded | MemberRang | RingEnded | MemberAnswered | TalkEnded
    ) -> None:
        if isinstance(fact, MemberRang) and fact.ring in self._model.rings:
            self._keep(self._new(fact.ring, fact.member, fact.place, fact.at))
        elif isinstance(fact, MemberAnswered):
            self._answered(fact)
        elif not (isinstance(fact, CallerLeft) and fact.cause is LeftBy.ANSWERED):  # its MemberAnswered comes next
            self._close(fact.place.call, fact.at)
        self._wake(team_topic(fact.place.team))

    def _answered(self, fact: MemberAnswered) -> None:
        talk = self._model.talks.get(fact.ring)
        if talk and talk.member:
            known = self._on.get(fact.ring) or self._new(fact.ring, talk.member, fact.place, talk.since)
            self._keep(replace(known, answered_at=talk.since))

    def _new(self, ring: str, member: str, place: Place, at: float) -> OnPhone:
        visit = self._model.visits.get(place.call)
        waited = self._model.waiting_seconds(visit, at) if visit else max(0.0, at - place.arrival) * bool(place.arrival)
        return OnPhone(ring, member, place, self._whose(place), waited, at)

    def _keep(self, call: OnPhone) -> None:
        self._on[call.ring] = call
        self._rings_of[call.member].add(call.ring)
        if len(self._on) > MOST:
            self._forget(next(iter(self._on)))
        self._wake(call.member)

    def _forget(self, ring: str) -> OnPhone:
        known = self._on.pop(ring)
        self._rings_of[known.member].discard(ring)
        if not self._rings_of[known.member]:
            del self._rings_of[known.member]
        return known

    def _close(self, call: str, at: float) -> None:
        gone = [ring for ring, known in self._on.items() if known.place.call == call and not self._is_alive(ring)]
        for ring in gone:
            known = self._forget(ring)
            if known.answered_at is not None:
                self._last[known.member] = (replace(known, ended_at=at), *self.last(known.member))[:MOST_LAST]
            self._wake(known.member)

    def _is_alive(self, ring: str) -> bool:
        return ring in self._model.rings or ring in self._model.talks

    def _wake(self, topic: str) -> None:
        for event in self._listening.get(topic, ()):
            event.set()


def team_topic(team: str) -> str:
    """What to listen to for a team's line: no member's id has a colon."""
    return f"team:{team}"
