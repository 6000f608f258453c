"""How long, honestly: what is expected for a caller, learned from facts; and nothing where too little is known.

Theory of operation. Two folds of the same facts: what is true now (`present`, brought back by the newest days of the
journal and a snapshot) and what is learned (from journalled facts alone). At each new caller an estimate is made that
nobody hears; when the wait ends, a `WaitLearned` follows with all that is to be learned from it. So the journal brings
back everything: its facts come late, in the background, while the phones ring; what happens meanwhile is true now at
once, and learned when the past has been. Until then nobody is told anything.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from facts.call import CallEnded, CallerJoined, Source
from facts.kinds import Fact, Journalled, MemberKind
from facts.wait import WaitLearned
from routing.centre import Centre
from routing.waits.centre_queues import CentreQueues, LocalClock, of_centre
from routing.waits.estimate import Estimate
from routing.waits.estimator import Estimator
from routing.waits.floor import Caller
from routing.waits.floor_facts import FloorFacts
from routing.waits.learned import Learned
from routing.waits.learned_facts import LearnedFacts
from routing.waits.lesson import Lesson
from routing.waits.opening import Openings
from routing.waits.visits import Gone, Wait

TALKS_OF_CENTRE = 20
"""Answered talks, before anybody is told anything: the mean of so many is known to a quarter, as talks vary."""
TALKS_OF_QUEUE = 3
"""Of the queue itself (of its area, for a queue derived from several teams): somebody does answer there. How long
their talks are is then mostly known from the area and the centre."""
PIECE = 200
"""Facts at a time: about 5 ms."""
MOST_PENDING = 50_000
"""Facts that are kept while the journal is away or being read; beyond it the oldest are left to the journal."""
COMING_SECONDS = 30.0
"""So long somebody who is on their way into a line counts there: the sentences until the join. Of one who hangs up
meanwhile nobody tells."""
MOST_COMING = 1_000


@dataclass(frozen=True, slots=True)
class Expected:
    """For a caller at `position` (from 1) of a line.

    `estimate`: the wait from now, None where too little is known for an honest word. `free` members of the queue
    could be rung now; a caller within `free` + 2 is answered in a moment.
    """

    position: int
    estimate: Estimate | None
    free: int


class WaitEstimates:
    """A fold and a sequel of facts. Silent until `catch_up` has said that all of the past is learned."""

    def __init__(self, centre: Callable[[], Centre]) -> None:
        """`centre`: the one in force."""
        self._centre = centre
        self._of: tuple[Centre, CentreQueues] | None = None
        self._clock = LocalClock(lambda: centre().timezone)
        self._estimator = Estimator(self._clock)
        self.present = FloorFacts(self._estimator.present, self._queues)
        """A fold by itself: for the newest days of the journal, before the first snapshot."""
        self._pending: OrderedDict[str, Fact] = OrderedDict()
        self._coming: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._is_ready = False
        self.restoring()

    @property
    def is_ready(self) -> bool:
        """Whether all of the past is learned."""
        return self._is_ready

    # Facts

    def fold(self, fact: Fact) -> None:
        """Take in what happens now."""
        if isinstance(fact, CallerJoined | CallEnded):
            self._forget_coming(fact.place.call)
        self.present.fold(fact)
        if self._is_ready:
            self._learned.fold(fact)
        elif not isinstance(fact, MemberKind) and self._learned.learns_from(fact):
            self._pending[fact.id] = fact
            if len(self._pending) > MOST_PENDING:
                self._pending.popitem(last=False)

    def follows(self, fact: Fact) -> Iterable[Fact]:
        """What is learned from a wait that this fact has ended; at a new caller an estimate is made, and not told."""
        ended, begun = self.present.ended, self.present.begun
        self.present.ended = self.present.begun = None
        if begun and self._is_ready and isinstance(fact, CallerJoined) and fact.source is Source.EVENT:
            self._estimate(begun.wait, fact.at)
        if ended is None or ended[1].said is None:
            return ()
        gone, said = ended[0], ended[1].said
        waited = gone.at - said.at
        if waited <= 0 or not self._is_ready:
            return ()
        return (_fact(gone, self._learned.learned.lesson(said, waited, answered=gone.answered)),)

    def _estimate(self, wait: Wait, now: float) -> None:
        queue = wait.place.queue
        caller = self._estimator.present.floor.queue(queue).callers[wait.place.call]
        self._estimator.expect(queue, now, wait.arrival, caller, keep=True)

    # The past

    def restoring(self) -> None:
        """Begin to read the journal, or begin again: nothing is learned, nothing is said."""
        self._is_ready = False
        doors = Openings(lambda queue: self._queues().hours.get(queue, ()))
        learned = Learned(self._clock, lambda queue: self._queues().areas.get(queue, ""), doors.ahead)
        self._estimator.learned = learned
        self._learned = LearnedFacts(learned, self._queues)

    def restored(self, facts: Iterable[Journalled]) -> None:
        """Learn from facts of the journal, oldest first, about `PIECE` at a time. What was told live counts once."""
        for fact in facts:
            self._pending.pop(fact.id, None)
            self._learned.fold(fact)

    def catch_up(self) -> bool:
        """Learn a `PIECE` of what happened meanwhile. True when that was all: from then on estimates are told."""
        for known in list(islice(self._pending, PIECE)):
            self._learned.fold(self._pending.pop(known))
        self._is_ready = self._is_ready or not self._pending
        return self._is_ready

    # What is to be expected

    def expect(self, queue: str, now: float, virtual_arrival: float, call: str = "") -> Expected:
        """For a caller of this virtual arrival; one who is in line already is known by `call`."""
        self._expire_coming(now)
        floor = self._estimator.present.floor
        line = floor.queues.get(queue)
        if line is None:
            return Expected(1, None, 0)
        caller = line.callers.get(call)
        arrival = caller.arrival if caller else virtual_arrival
        ahead = sum(1 for other in line.callers.values() if other.arrival <= arrival)
        if caller:
            ahead = next(place for place, other in enumerate(line.in_order()) if other is caller)
        free = sum(member.is_free(now) for member in line.members.values())
        estimate = self._estimator.expect(queue, now, arrival, caller) if self._is_enough(queue) else None
        return Expected(1 + ahead, estimate, free)

    def comes(self, queue: str, now: float, virtual_arrival: float, call: str) -> None:
        """Somebody is on their way into this line: in a rush, who comes next is told a place behind theirs."""
        self._expire_coming(now)
        if queue not in self._queues().wrap_up_seconds or len(self._coming) >= MOST_COMING:
            return
        self._forget_coming(call)
        callers = self._estimator.present.floor.queue(queue).callers
        if call not in callers:
            callers[call] = Caller(now, virtual_arrival)
            self._coming[call] = queue, now

    def coming(self, queue: str, now: float) -> int:
        """How many are on their way into this line."""
        self._expire_coming(now)
        return sum(of == queue for of, _ in self._coming.values())

    def _expire_coming(self, now: float) -> None:
        while self._coming and next(iter(self._coming.values()))[1] + COMING_SECONDS <= now:
            self._forget_coming(next(iter(self._coming)))

    def _forget_coming(self, call: str) -> None:
        if call in self._coming:
            queue, _ = self._coming.pop(call)
            self._estimator.present.left(queue, call)

    def for_newcomer(self, queue: str, now: float) -> Estimate | None:
        """For somebody who joins now."""
        return self.expect(queue, now, now).estimate

    def line(self, queue: str, now: float) -> Sequence[Estimate] | None:
        """For everybody in line, first to last; None where too little is known."""
        return self._estimator.line(queue, now) if self._is_enough(queue) else None

    def _is_enough(self, queue: str) -> bool:
        """The one rule: whether an estimate of this queue is worth telling."""
        known, queues = self._learned.learned.known, self._queues()
        line = self._estimator.present.floor.queues.get(queue)
        if not self._is_ready or queue not in queues.wrap_up_seconds or line is None or not line.members:
            return False
        own = known.talks_of(queue) if queue in queues.of_one_team else known.talks_around(queue)
        return known.all_talks.seen >= TALKS_OF_CENTRE and own.seen >= TALKS_OF_QUEUE

    def _queues(self) -> CentreQueues:
        centre = self._centre()
        if self._of is None or self._of[0] is not centre:
            self._of = (centre, of_centre(centre))
            for name, queue in self._estimator.present.floor.queues.items():
                queue.wrap_up_seconds = self._of[1].wrap_up_seconds.get(name, 0.0)
        return self._of[1]


def _fact(gone: Gone, lesson: Lesson) -> WaitLearned:
    p50, p80, p90 = lesson.quantiles
    return WaitLearned(
        at=gone.at,
        place=gone.wait.place,
        position=lesson.place,
        mean_seconds=lesson.mean,
        p50_seconds=p50,
        p80_seconds=p80,
        p90_seconds=p90,
        second=lesson.second,
        factor=lesson.factor,
        ratio=lesson.ratio,
        waited_seconds=lesson.waited,
        end_seconds=lesson.end,
        answered=lesson.answered,
    )
