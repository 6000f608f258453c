"""The live model: who waits, rings, talks; who is signed in. A fold of facts, and nothing else changes it.

Theory of operation. Facts come in the order in which they happened, but some twice, and some from a snapshot that
is newer than events still on their way. So every step is idempotent: what is there already is not put there
again, what is not there cannot leave. A call stands in at most one queue at a time, a phone rings for one call at
a time, and a talk is known by the member's channel. Whatever a call has left behind goes when the call ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from facts.call import CallEnded, CallerJoined, CallerLeft, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.place import Place
from facts.watch import GapSeen, StaffCounted


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
    last_queue: str = ""


class LiveModel:
    """What is true now, as far as the facts folded so far tell. The mappings are views: copy what you keep."""

    def __init__(self) -> None:
        self._visits: dict[str, Visit] = {}
        self._places: dict[str, Place] = {}
        self._rings: dict[str, Ring] = {}
        self._talks: dict[str, Talk] = {}
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
            StaffCounted: self._counted,
            GapSeen: self._counted,
        }
        self.visits: Mapping[str, Visit] = MappingProxyType(self._visits)
        """Call -> its visit now."""
        self.places: Mapping[str, Place] = MappingProxyType(self._places)
        """Call -> its last place, until the call ends: in line, in talk or in between."""
        self.rings: Mapping[str, Ring] = MappingProxyType(self._rings)
        """Uniqueid of the member's channel -> ring."""
        self.talks: Mapping[str, Talk] = MappingProxyType(self._talks)
        """Uniqueid of the member's channel -> talk."""
        self.members: Mapping[str, MemberNow] = MappingProxyType(self._members)
        """Member id -> everybody who is signed in somewhere."""

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._steps[type(fact)](fact)  # type: ignore[operator]  # each step takes the kind it stands beside

    def _joined(self, fact: CallerJoined) -> None:
        call, known = fact.place.call, self._visits.get(fact.place.call)
        if known is None or known.place.key != fact.place.key:
            self._visits[call] = Visit(fact.place, fact.at)
            self._places[call] = fact.place

    def _left(self, fact: CallerLeft) -> None:
        visit = self._visits.get(fact.place.call)
        if visit and visit.place.key == fact.place.key:
            del self._visits[fact.place.call]
            self._stop_ringing(fact.place.call)

    def _ended(self, fact: CallEnded) -> None:
        call = fact.place.call
        self._visits.pop(call, None)
        self._places.pop(call, None)
        self._stop_ringing(call)
        for ring in [ring for ring, talk in self._talks.items() if talk.place.call == call]:
            self._finish(ring, fact.at)

    def _rang(self, fact: MemberRang) -> None:
        if fact.ring not in self._talks and fact.place.call in self._visits:
            self._rings.setdefault(fact.ring, Ring(fact.place, fact.member, fact.at))

    def _ring_ended(self, fact: RingEnded) -> None:
        self._rings.pop(fact.ring, None)

    def _answered(self, fact: MemberAnswered) -> None:
        ring = self._rings.pop(fact.ring, None)
        member = fact.member or (ring.member if ring else "")
        known = self._talks.get(fact.ring)
        if known is None or not known.member:
            self._talks[fact.ring] = Talk(fact.place, member, known.since if known else fact.at)

    def _talk_ended(self, fact: TalkEnded) -> None:
        self._finish(fact.ring, fact.at)

    def _finish(self, ring: str, at: float) -> None:
        talk = self._talks.pop(ring, None)
        member = self._members.get(talk.member) if talk else None
        if talk and member:
            member.last_talk_ended_at, member.last_queue = at, talk.place.queue

    def _stop_ringing(self, call: str) -> None:
        for ring in [ring for ring, rung in self._rings.items() if rung.place.call == call]:
            del self._rings[ring]

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

    def _counted(self, fact: StaffCounted | GapSeen) -> None:
        """Told for the journal's readers: the model knows the members themselves."""
