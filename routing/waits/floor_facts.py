"""What is true now, from facts as they happen; the newest days of the journal bring it back, a snapshot completes it.

A phone that is away, or in use by something else, rings no more than a paused one.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.pause_reasons import wrap_up_until
from facts.place import Place
from routing.waits.centre_queues import CentreQueues
from routing.waits.floor import Caller, Doing
from routing.waits.present import Present
from routing.waits.visits import CallTurn, Came, Gone, Turn, Visits

MOST_LEGS = 5_000
"""Rings, and talks, at once: far more than members; beyond it the oldest are forgotten."""

_AWAY = {PhoneState.UNAVAILABLE: "phone away", PhoneState.IN_USE: "phone in use"}


@dataclass(slots=True)
class _Rest:
    """Why a member may not be rung; `shown` is what the floor has of it."""

    queues: set[str] = field(default_factory=set)
    paused: str | None = None
    phone: PhoneState = PhoneState.IDLE
    shown: str | None = None

    def reason(self, *, is_talking: bool) -> str | None:
        """A phone is in use by a talk of ours, too: that is no rest."""
        if self.paused is not None:
            return self.paused
        return None if is_talking and self.phone is PhoneState.IN_USE else _AWAY.get(self.phone)


@dataclass(frozen=True, slots=True)
class _Leg:
    """A member's channel with a caller, in use since `at`; `member` is empty as long as nobody told."""

    member: str
    place: Place
    at: float


class FloorFacts:
    """A fold. `turns` are what the last fact folded meant for waits."""

    def __init__(self, present: Present, queues: Callable[[], CentreQueues]) -> None:
        self._present = present
        self._queues = queues
        self._visits = Visits()
        self._rests: dict[str, _Rest] = {}
        self._rings: OrderedDict[str, _Leg] = OrderedDict()
        self._talks: OrderedDict[str, _Leg] = OrderedDict()
        self._steps: dict[type, Callable[..., None]] = {
            CallerJoined: self._call_turns,
            CallerLeft: self._left,
            CallEnded: self._call_ended,
            MemberRang: self._rang,
            RingEnded: self._ring_ended,
            MemberAnswered: self._answered,
            TalkEnded: self._talk_ended,
            MemberSignedIn: self._signed_in,
            MemberSignedOut: self._signed_out,
            MemberPaused: self._member_changed,
            MemberResumed: self._member_changed,
            PhoneChanged: self._member_changed,
        }
        self.ended: tuple[Gone, Caller] | None = None
        """The wait that the last fact has ended."""
        self.begun: Came | None = None
        """The wait that the last fact has begun."""

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self.ended = self.begun = None
        step = self._steps.get(type(fact))
        if step:
            step(fact)

    # Callers

    def _call_turns(self, fact: CallTurn) -> None:
        for turn in self._visits.turns(fact):
            self._turn(turn)

    def _turn(self, turn: Turn) -> None:
        place = turn.wait.place
        if isinstance(turn, Gone):
            caller = self._present.left(place.queue, place.call)
            self.ended = (turn, caller) if caller and not turn.is_forgotten else self.ended
        elif place.queue in self._queues().wrap_up_seconds:
            patient = place.is_placeholder
            self._present.joined(place.queue, place.call, Caller(turn.wait.since, turn.wait.arrival, patient=patient))
            self.begun = None if patient else turn

    def _left(self, fact: CallerLeft) -> None:
        self._call_turns(fact)
        if fact.cause is not LeftBy.ANSWERED:
            self._stop_ringing(fact.place, fact.at)

    def _call_ended(self, fact: CallEnded) -> None:
        self._call_turns(fact)
        self._stop_ringing(fact.place, fact.at)
        for ring in _of(self._talks, fact.place):
            self._finish(ring, fact.at)

    def _stop_ringing(self, place: Place, at: float) -> None:
        for ring in _of(self._rings, place):
            self._present.ring_ended(self._rings.pop(ring).member, at)

    # Phones of members

    def _rang(self, fact: MemberRang) -> None:
        if fact.ring not in self._talks and fact.ring not in self._rings:
            _keep(self._rings, fact.ring, _leg(fact, fact.member))
            self._present.rang(fact.member, fact.place.queue, fact.place.call, fact.at)

    def _ring_ended(self, fact: RingEnded) -> None:
        leg = self._rings.pop(fact.ring, None)
        if leg:
            self._present.ring_ended(leg.member, fact.at)

    def _answered(self, fact: MemberAnswered) -> None:
        rang, talk = self._rings.pop(fact.ring, None), self._talks.get(fact.ring)
        if talk is None or not talk.member:
            leg = _leg(fact, fact.member or (rang.member if rang else ""))
            if talk:  # the journal had it without a name; whoever names it now may have come in the middle of the talk
                leg = replace(leg, at=talk.at)
            _keep(self._talks, fact.ring, leg)
            self._talks_now(leg)

    def _talks_now(self, leg: _Leg) -> None:
        self._present.answered(leg.member, leg.place.queue, leg.at, leg.place.concern)
        self._show(leg.member, leg.at)

    def _talk_ended(self, fact: TalkEnded) -> None:
        self._finish(fact.ring, fact.at, fact.member)

    def _finish(self, ring: str, at: float, told: str = "") -> None:
        leg = self._talks.pop(ring, None)
        if leg:
            member = leg.member or told
            self._present.talk_ended(member, at)
            self._show(member, at)

    # Members

    def _signed_in(self, fact: MemberSignedIn) -> None:
        member, wrap_up = fact.member, self._queues().wrap_up_seconds.get(fact.queue)
        if wrap_up is None:
            return
        is_new = member not in self._rests
        self._rests.setdefault(member, _Rest()).queues.add(fact.queue)
        self._present.signed_in(member, fact.queue, fact.at, 0, wrap_up)
        if is_new:
            for talk in [talk for talk in self._talks.values() if talk.member == member]:
                self._talks_now(talk)

    def _signed_out(self, fact: MemberSignedOut) -> None:
        rest = self._rests.get(fact.member)
        if rest is None or fact.queue not in rest.queues:
            return
        self._present.signed_out(fact.member, fact.queue)
        rest.queues.discard(fact.queue)
        if not rest.queues:
            del self._rests[fact.member]

    def _member_changed(self, fact: MemberPaused | MemberResumed | PhoneChanged) -> None:
        rest = self._rests.get(fact.member)
        if rest is None:
            return
        if isinstance(fact, PhoneChanged):
            rest.phone = fact.phone
            self._phone_rings(rest, fact)
        elif isinstance(fact, MemberPaused):
            self._member_paused(rest, fact)
        else:
            rest.paused = None
        self._show(fact.member, fact.at)

    def _member_paused(self, rest: _Rest, fact: MemberPaused) -> None:
        """Whoever needs longer for after-call work says until when: no rest whose end has to be guessed."""
        until = wrap_up_until(fact.reason)
        rest.paused = fact.reason if until is None else None
        if until is not None:
            self._present.wraps_up(fact.member, until)

    def _show(self, member: str, at: float) -> None:
        """Whether the member rests, since now if that is new."""
        rest, known = self._rests.get(member), self._present.floor.members.get(member)
        if rest is None or known is None:
            return
        reason = rest.reason(is_talking=known.doing is Doing.TALKING)
        if reason != rest.shown:
            rest.shown = reason
            self._present.resumed(member)
            if reason is not None:
                self._present.paused(member, at, reason)

    def _phone_rings(self, rest: _Rest, fact: PhoneChanged) -> None:
        """For a caller, if one of whose ringing was read back without a name; else for nobody whom we know."""
        known = self._present.floor.members[fact.member]
        if fact.phone is not PhoneState.RINGING:
            if known.doing is Doing.RINGING and not known.queue:
                self._present.ring_ended(fact.member, fact.at)
        elif known.doing is Doing.FREE:
            nameless = (ring for ring, leg in self._rings.items() if not leg.member and leg.place.queue in rest.queues)
            ring = next(nameless, None)
            if ring is None:
                self._present.rang(fact.member, "", "", fact.at)
            else:
                leg = self._rings[ring] = replace(self._rings[ring], member=fact.member)
                self._present.rang(fact.member, leg.place.queue, leg.place.call, leg.at)


def _leg(fact: MemberRang | MemberAnswered, member: str) -> _Leg:
    return _Leg(member, fact.place, fact.at)


def _of(legs: Mapping[str, _Leg], place: Place) -> list[str]:
    """The members' channels of this call; not those of a later placeholder of the same callback."""
    return [ring for ring, leg in legs.items() if leg.place.call == place.call and not leg.place.outlives(place)]


def _keep(legs: OrderedDict[str, _Leg], ring: str, leg: _Leg) -> None:
    legs[ring] = leg
    if len(legs) > MOST_LEGS:
        legs.popitem(last=False)
