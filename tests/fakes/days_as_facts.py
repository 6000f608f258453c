"""Invented days told as the facts of a centre, to whoever wants them; and what the journal would give back."""

from collections.abc import Callable, Iterable

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.kinds import Fact, Journalled
from facts.member import (
    MemberFact,
    MemberPaused,
    MemberResumed,
    MemberSignedIn,
    MemberSignedOut,
    PhoneChanged,
    PhoneState,
)
from facts.pause_reasons import told
from facts.place import Place
from facts.record import fact_from, record
from facts.watch import StaffCounted

MIDNIGHT = 1_790_028_000.0  # 2026-09-22 00:00 in Berlin
TEAMS = ("L01", "L02", "V01")
NODE = "n"


class DaysAsFacts:
    """A Watcher of `teamline.bench.invented_days`: its teams are the first of `TEAMS`.

    What `take` refuses has not happened.
    """

    def __init__(self, take: Callable[[Fact], None]) -> None:
        self._take = take
        self._places: dict[str, Place] = {}
        self._rings: dict[str, tuple[str, str, float]] = {}
        self._talks: dict[str, tuple[str, str, float]] = {}
        self.signed_in_to: dict[str, str] = {}
        self.pauses: dict[str, MemberPaused] = {}

    def signed_in(self, member: str, queue: str, at: float, penalty: int = 0, wrap_up_seconds: float = 0.0) -> None:
        del penalty, wrap_up_seconds
        self._take(MemberSignedIn(at=MIDNIGHT + at, node=NODE, member=member, queue=team(queue)))
        self.signed_in_to[member] = team(queue)
        self._count(team(queue), at)

    def signed_out(self, member: str, queue: str, at: float) -> None:
        self._take(MemberSignedOut(at=MIDNIGHT + at, node=NODE, member=member, queue=team(queue)))
        del self.signed_in_to[member]
        self._count(team(queue), at)

    def paused(self, member: str, at: float, reason: str = "") -> None:
        pause = MemberPaused(at=MIDNIGHT + at, node=NODE, member=member, reason=reason)
        self._take(pause)
        self.pauses[member] = pause
        self._count(self.signed_in_to[member], at)

    def resumed(self, member: str, at: float) -> None:
        self._take(MemberResumed(at=MIDNIGHT + at, node=NODE, member=member))
        del self.pauses[member]
        self._count(self.signed_in_to[member], at)

    def joined(self, queue: str, call: str, at: float, *, urgent: bool = False) -> None:
        credit = 1800 if urgent else 0
        self._places[call] = Place(NODE, call, team(queue), 1, team(queue), int(MIDNIGHT + at), credit, concern="money")
        self._take(CallerJoined(at=MIDNIGHT + at, place=self._places[call]))

    def waits(self, queue: str, call: str, at: float, place: int, *, urgent: bool, is_patient: bool) -> None:
        """Asked by itself."""

    def left(self, queue: str, call: str, at: float, *, answered: bool, gave_up: bool) -> None:
        del queue, gave_up
        cause, place = LeftBy.ANSWERED if answered else LeftBy.ABANDONED, self._places.pop(call)
        self._take(CallerLeft(at=MIDNIGHT + at, place=place, cause=cause, hold_seconds=None))
        if answered:
            member = next(member for member, (_, rung_for, _) in self._rings.items() if rung_for == call)
            ring, _, since = self._rings.pop(member)
            self._talks[member] = (ring, call, at)
            self._places[call] = place
            self._take(MemberAnswered(at=MIDNIGHT + at, place=place, ring=ring, member=member, ring_seconds=at - since))
        else:
            self._take(CallEnded(at=MIDNIGHT + at, place=place))

    def rang(self, member: str, queue: str, call: str, at: float) -> None:
        del queue
        ring = f"{call}-{member}-{at:.3f}"
        self._rings[member] = (ring, call, at)
        self._take(MemberRang(at=MIDNIGHT + at, place=self._places[call], ring=ring, member=member))

    def ring_ended(self, member: str, at: float) -> None:
        ring, call, _ = self._rings.pop(member)
        self._take(RingEnded(at=MIDNIGHT + at, place=self._places[call], ring=ring, member=member))

    def answered(self, member: str, queue: str, at: float) -> None:
        """Told with the leave."""

    def talk_ended(self, member: str, at: float) -> None:
        ring, call, since = self._talks[member]
        place = self._places[call]
        self._take(TalkEnded(at=MIDNIGHT + at, place=place, ring=ring, member=member, talk_seconds=at - since))
        del self._talks[member], self._places[call]
        self._take(CallEnded(at=MIDNIGHT + at, place=place))

    def members_now(self, at: float, taken: Iterable[Fact]) -> list[Fact]:
        """What a snapshot tells of members and phones, and of talks that the journal has without their names."""
        facts: list[Fact] = [
            MemberSignedIn(at=MIDNIGHT + at, node=NODE, member=member, queue=queue)
            for member, queue in self.signed_in_to.items()
        ]
        running = {ring for ring, _, _ in self._talks.values()}
        facts += [fact for fact in taken if isinstance(fact, MemberAnswered) and fact.ring in running]
        facts += [
            PhoneChanged(at=MIDNIGHT + at, node=NODE, member=member, phone=PhoneState.RINGING) for member in self._rings
        ]
        return [*facts, *self.pauses.values()]

    def _count(self, queue: str, at: float) -> None:
        members = [member for member, serves in self.signed_in_to.items() if serves == queue]
        reasons = [self.pauses[member].reason for member in members if member in self.pauses]
        signed_in, paused = len(members), len(reasons)
        at += MIDNIGHT
        self._take(
            StaffCounted(at=at, node=NODE, team=queue, signed_in=signed_in, paused=paused, reasons=told(reasons))
        )


def team(number: str) -> str:
    """By the number of an invented team."""
    return TEAMS[int(number)]


def journalled(facts: Iterable[Fact]) -> list[Journalled]:
    """Written and read back: no member is named."""
    return [fact_from(record(fact)) for fact in facts if not isinstance(fact, MemberFact)]
