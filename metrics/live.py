"""The live model: who waits, rings, talks; who is signed in. A fold of facts, and nothing else changes it.

Theory of operation. Facts come in the order in which they happened, but some twice, and some from a snapshot that
is newer than events still on their way. So every step is idempotent: what is there already is not put there
again, what is not there cannot leave, and the visits of a living call only count upwards. A call stands in at most
one queue at a time; a ringing and a talk are known by the member's channel. Between two visits (a slice, `#` and
back) the caller still waits: only the next join, or the call's end, decides. Whatever a call has left behind goes
when the call ends.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType

from facts.call import CallEnded, CallerJoined, CallerLeft, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.callback import CallbackMoved
from facts.contact import ContactDecided, LeftWithUs, OnCallAnswered
from facts.kinds import ContactKind, Fact, WaitKind
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.pause_reasons import wrap_up_until
from facts.place import Place
from facts.wait import WaitLearned, WaitProved, WaitTold
from facts.watch import GapSeen, StaffCounted
from metrics.legs import Legs
from metrics.member_state import MemberState, Situation, state


@dataclass(frozen=True, slots=True)
class Visit:
    """A call in line now. `joined_at`: Unix seconds of this visit's begin."""

    place: Place
    joined_at: float


@dataclass(frozen=True, slots=True)
class Ring:
    """A member's phone that rings for a caller. `member` is empty when nobody told."""

    place: Place
    member: str
    since: float


@dataclass(frozen=True, slots=True)
class Talk:
    """A member and a caller who talk. `member` is empty when nobody told (known from the journal only)."""

    place: Place
    member: str
    since: float


@dataclass(slots=True)
class MemberNow:
    """One member who is signed in somewhere. `paused` is the reason, None if not paused; instants in Unix seconds."""

    queues: set[str] = field(default_factory=set)
    paused: str | None = None
    phone: PhoneState = PhoneState.IDLE
    last_talk_ended_at: float | None = None
    last_place: Place | None = None
    """Of the caller talked to last."""


class LiveModel:
    """What is true now, as far as the facts folded so far tell. The mappings are views: copy what you keep."""

    def __init__(self) -> None:
        self._visits: dict[str, Visit] = {}
        self._places: dict[str, Place] = {}
        self._between: dict[str, Visit] = {}
        self._first_contacts: dict[str, float] = {}
        self._rings: Legs[Ring] = Legs()
        self._talks: Legs[Talk] = Legs()
        self._members: dict[str, MemberNow] = {}
        self._steps = {
            CallerJoined: self._joined,
            CallerLeft: self._left,
            CallEnded: self._ended,
            MemberRang: self._rang,
            RingEnded: self._ring_ended,
            MemberAnswered: self._answered,
            TalkEnded: self._talk_ended,
            MemberSignedIn: self._signed_in,
            MemberSignedOut: self._signed_out,
            MemberPaused: self._paused,
            MemberResumed: self._resumed,
            PhoneChanged: self._phone_changed,
            StaffCounted: self._noted,
            GapSeen: self._noted,
            WaitTold: self._noted,
            WaitProved: self._noted,
            WaitLearned: self._noted,
            ContactDecided: self._noted,
            OnCallAnswered: self._noted,
            LeftWithUs: self._noted,
            CallbackMoved: self._noted,
        }
        self.visits: Mapping[str, Visit] = MappingProxyType(self._visits)
        """Call -> its visit now."""
        self.places: Mapping[str, Place] = MappingProxyType(self._places)
        """Call -> its last place, until the call ends: in line, in talk or in between."""
        self.between: Mapping[str, Visit] = MappingProxyType(self._between)
        """Call -> the visit it left a moment ago, while the dialplan has it and is about to bring it back."""
        self.rings: Mapping[str, Ring] = self._rings.all
        """Uniqueid of the member's channel -> ring."""
        self.talks: Mapping[str, Talk] = self._talks.all
        """Uniqueid of the member's channel -> talk."""
        self.members: Mapping[str, MemberNow] = MappingProxyType(self._members)
        """Member id -> everybody who is signed in somewhere."""

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._steps[type(fact)](fact)  # type: ignore[operator]  # each step takes the kind it stands beside

    @property
    def in_line(self) -> Iterator[Visit]:
        """Everybody who waits, those between two visits included, and placeholders of those who are called back."""
        return chain(self._visits.values(), self._between.values())

    def waiting_since(self, visit: Visit) -> float:
        """The first contact of this call (its first join where nobody told one), in Unix seconds."""
        return self._first_contacts.get(visit.place.call, visit.joined_at)

    def waiting_seconds(self, visit: Visit, now: float) -> float:
        """How long since then; `now` in Unix seconds."""
        return max(0.0, now - self.waiting_since(visit))

    def state_of(self, member: str, now: float, wrap_up_seconds: Callable[[Place], float]) -> MemberState | None:
        """What this member does at `now` (Unix seconds); None for one who is signed in nowhere.

        `wrap_up_seconds` after a caller from this place; a pause for more of it is wrap-up, too.
        """
        known = self._members.get(member)
        return self._state(member, known, now, wrap_up_seconds) if known else None

    def states(
        self, now: float, wrap_up_seconds: Callable[[Place], float]
    ) -> Iterator[tuple[str, MemberNow, MemberState]]:
        """Everybody who is signed in somewhere, with their state at `now` as in `state_of`."""
        for member, known in self._members.items():
            yield member, known, self._state(member, known, now, wrap_up_seconds)

    def _state(
        self, member: str, known: MemberNow, now: float, wrap_up_seconds: Callable[[Place], float]
    ) -> MemberState:
        ended_at, place = known.last_talk_ended_at, known.last_place
        is_more = wrap_up_until(known.paused) is not None
        seen = Situation(
            phone=known.phone,
            is_talking=self._talks.has_member(member),
            is_rung=self._rings.has_member(member),
            is_wrapping_up=is_more or bool(place and ended_at and now < ended_at + wrap_up_seconds(place)),
            is_paused=known.paused is not None and not is_more,
        )
        return state(seen)

    def _joined(self, fact: CallerJoined) -> None:
        call, last = fact.place.call, self._places.get(fact.place.call)
        if last and (last.key == fact.place.key or last.visit > fact.place.visit):
            return
        self._stop_ringing(call)
        self._between.pop(call, None)
        self._visits[call] = Visit(fact.place, fact.at)
        self._places[call] = fact.place
        told = float(fact.place.arrival or fact.at)
        self._first_contacts[call] = min(told, self._first_contacts.get(call, told))

    def _left(self, fact: CallerLeft) -> None:
        call, visit = fact.place.call, self._visits.get(fact.place.call)
        if visit and visit.place.key == fact.place.key:
            del self._visits[call]
            self._stop_ringing(call)
            if fact.returns:
                self._between[call] = visit

    def _ended(self, fact: CallEnded) -> None:
        call, last = fact.place.call, self._places.get(fact.place.call)
        if last and last.outlives(fact.place):
            return
        for known in (self._visits, self._between, self._places, self._first_contacts):
            known.pop(call, None)
        self._stop_ringing(call)
        for ring in self._talks.of_call(call):
            self._finish(ring, fact.at)

    def _rang(self, fact: MemberRang) -> None:
        visit = self._visits.get(fact.place.call)
        is_told_already = fact.ring in self.talks or fact.ring in self.rings
        if visit and visit.place.key == fact.place.key and not is_told_already:
            self._rings.put(fact.ring, Ring(fact.place, fact.member, fact.at))

    def _ring_ended(self, fact: RingEnded) -> None:
        self._rings.take(fact.ring)

    def _answered(self, fact: MemberAnswered) -> None:
        ring, known = self._rings.take(fact.ring), self.talks.get(fact.ring)
        if known and known.member:
            return
        member = fact.member or (ring.member if ring else "")
        self._talks.put(fact.ring, Talk(fact.place, member, known.since if known else fact.at))
        self._places.setdefault(fact.place.call, fact.place)

    def _talk_ended(self, fact: TalkEnded) -> None:
        self._finish(fact.ring, fact.at, fact.member)

    def _finish(self, ring: str, at: float, told: str = "") -> None:
        talk = self._talks.take(ring)
        member = self._members.get(talk.member or told) if talk else None
        if talk and member:
            member.last_talk_ended_at, member.last_place = at, talk.place

    def _stop_ringing(self, call: str) -> None:
        for ring in self._rings.of_call(call):
            self._rings.take(ring)

    def _signed_in(self, fact: MemberSignedIn) -> None:
        self._members.setdefault(fact.member, MemberNow()).queues.add(fact.queue)

    def _signed_out(self, fact: MemberSignedOut) -> None:
        member = self._members.get(fact.member)
        if member:
            member.queues.discard(fact.queue)
            if not member.queues:
                del self._members[fact.member]

    def _paused(self, fact: MemberPaused) -> None:
        if member := self._members.get(fact.member):
            member.paused = fact.reason

    def _resumed(self, fact: MemberResumed) -> None:
        if member := self._members.get(fact.member):
            member.paused = None

    def _phone_changed(self, fact: PhoneChanged) -> None:
        if member := self._members.get(fact.member):
            member.phone = fact.phone

    def _noted(self, fact: StaffCounted | GapSeen | WaitKind | ContactKind) -> None:
        """Told for others: the model knows members and callers themselves."""
