"""What is true now: who waits, what members do. Told by events as they happen; none of it is ever journalled."""

from collections import Counter
from dataclasses import dataclass

from routing.waits.floor import Caller, Doing, Floor

LEAST_SPAN = 0.5


@dataclass(frozen=True, slots=True)
class Talked:
    """A talk that a member has ended: for whose caller, and how many seconds."""

    queue: str
    seconds: float


class Present:
    """The floor, kept by events. What contradicts the known is left aside."""

    def __init__(self) -> None:
        self.floor = Floor()

    def signed_in(self, member: str, queue: str, at: float, penalty: int, wrap_up_seconds: float) -> None:
        """The member serves this queue."""
        self.floor.queue(queue).wrap_up_seconds = wrap_up_seconds
        self.floor.sign_in(member, queue, penalty, at)

    def signed_out(self, member: str, queue: str) -> None:
        """The member serves this queue no longer."""
        self.floor.sign_out(member, queue)

    def paused(self, member: str, at: float, reason: str) -> None:
        """The member rings no more, in all queues."""
        known = self.floor.members.get(member)
        if known:
            self.floor.pause(known, reason, at)

    def wraps_up(self, member: str, until: float) -> None:
        """After-call work lasts until then."""
        known = self.floor.members.get(member)
        if known:
            known.wrap_up_until = until

    def resumed(self, member: str) -> None:
        """The member rings again."""
        known = self.floor.members.get(member)
        if known:
            self.floor.resume(known)

    def joined(self, queue: str, call: str, caller: Caller) -> None:
        """A caller stands in line."""
        self.floor.queue(queue).callers.setdefault(call, caller)

    def left(self, queue: str, call: str) -> Caller | None:
        """A caller stands in line no longer; None for one who did not."""
        known = self.floor.queues.get(queue)
        return known.callers.pop(call, None) if known else None

    def rang(self, member: str, queue: str, call: str, at: float) -> Caller | None:
        """The phone began to ring for this caller; the caller, if it is the phone of a sister of greater penalty."""
        known = self.floor.members.get(member)
        if known is None:
            return None
        known.doing, known.since, known.queue = Doing.RINGING, at, queue
        penalties = known.penalties
        is_sister = penalties.get(queue, 0) > penalties[known.own]
        return self.floor.queue(queue).callers.get(call) if is_sister else None

    def ring_ended(self, member: str, at: float) -> None:
        """It stopped without an answer."""
        known = self.floor.members.get(member)
        if known and known.doing is Doing.RINGING:
            known.doing, known.since = Doing.FREE, at

    def answered(self, member: str, queue: str, at: float, concern: str = "") -> float | None:
        """Member and caller talk about this concern; the seconds that the phone rang, where it was seen to."""
        known = self.floor.members.get(member)
        if known is None:
            return None
        rang = max(LEAST_SPAN, at - known.since) if known.doing is Doing.RINGING else None
        known.doing, known.since, known.queue, known.concern = Doing.TALKING, at, queue, concern
        return rang

    def talk_ended(self, member: str, at: float) -> Talked | None:
        """The talk is over, wrap-up begins."""
        known = self.floor.members.get(member)
        if known is None or known.doing is not Doing.TALKING:
            return None
        talked = Talked(known.queue, max(LEAST_SPAN, at - known.since))
        known.wrap_up_until = at + self.floor.queue(known.queue).wrap_up_seconds
        known.doing, known.since = Doing.FREE, at
        return talked

    def staff(self, queue: str) -> tuple[int, int, Counter[str]]:
        """Members whose first queue this is: how many are signed in, how many of those paused, and why."""
        own = list(self.floor.queue(queue).own(queue))
        reasons = Counter(member.paused for member in own if member.paused is not None)
        return len(own), reasons.total(), reasons
