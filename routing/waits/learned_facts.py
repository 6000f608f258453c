"""What is learned, from journalled facts alone: the same code live and when they are read back.

Spans are the facts' own; members are never looked at. A queue that the centre does not have teaches nothing. Nor does a
placeholder: it comes when somebody promised, is as patient as a machine, is told to the member before they talk, and
its talk may have reached nobody.
"""

from collections import OrderedDict
from collections.abc import Callable

from facts.call import CallEnded, CallerJoined, CallerLeft, CallFact, MemberAnswered, TalkEnded
from facts.kinds import Fact
from facts.pause_reasons import counted
from facts.wait import WaitLearned
from facts.watch import StaffCounted
from routing.waits.centre_queues import CentreQueues
from routing.waits.grid import SECONDS_A_DAY
from routing.waits.learned import Learned
from routing.waits.lesson import Lesson
from routing.waits.visits import CallTurn, Came, Turn, Visits

_LEAST_SPAN = 0.5
_RINGS_REMEMBERED = 2_000


class LearnedFacts:
    """A fold."""

    def __init__(self, learned: Learned, queues: Callable[[], CentreQueues]) -> None:
        self.learned = learned
        self._queues = queues
        self._visits = Visits()
        self._rang: OrderedDict[str, None] = OrderedDict()
        self._steps: dict[type, Callable[..., None]] = {
            CallerJoined: self._call_turns,
            CallerLeft: self._call_turns,
            CallEnded: self._call_turns,
            MemberAnswered: self._answered,
            TalkEnded: self._talk_ended,
            StaffCounted: self._counted,
            WaitLearned: self._learned_wait,
        }

    def learns_from(self, fact: Fact) -> bool:
        """Whether this kind of fact teaches anything."""
        return type(fact) in self._steps

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        step = self._steps.get(type(fact))
        if step and not (isinstance(fact, CallFact) and fact.place.is_placeholder):
            step(fact)

    def _knows(self, queue: str) -> bool:
        return queue in self._queues().wrap_up_seconds

    def _call_turns(self, fact: CallTurn) -> None:
        for turn in self._visits.turns(fact):
            if self._knows(turn.wait.place.queue):
                self._turn(turn, fact.at)

    def _turn(self, turn: Turn, at: float) -> None:
        queue, learned = turn.wait.place.queue, self.learned
        if isinstance(turn, Came):
            learned.joined(queue, at, urgent=False, lag=at - turn.wait.arrival, is_new=turn.is_new)
        elif turn.is_moved or turn.is_forgotten:
            learned.moved(queue, at)
        else:
            learned.left(queue, turn.at - turn.wait.since, at, gave_up=turn.gave_up)

    def _answered(self, fact: MemberAnswered) -> None:
        """Told twice where the journal had it without the member's name."""
        if fact.ring_seconds is None or fact.ring in self._rang:
            return
        self._rang[fact.ring] = None
        if len(self._rang) > _RINGS_REMEMBERED:
            self._rang.popitem(last=False)
        self.learned.rang(max(_LEAST_SPAN, fact.ring_seconds))

    def _talk_ended(self, fact: TalkEnded) -> None:
        place = fact.place
        if fact.talk_seconds is not None and self._knows(place.queue):
            self.learned.talked(place.queue, max(_LEAST_SPAN, fact.talk_seconds), fact.at, place.concern)

    def _counted(self, fact: StaffCounted) -> None:
        queue = self._queues().queues.get(fact.team)
        if queue is not None:
            self.learned.staff_counted(queue, fact.at, fact.signed_in, fact.paused, counted(fact.reasons))

    def _learned_wait(self, fact: WaitLearned) -> None:
        if self._knows(fact.place.queue):
            self.learned.learn(fact.place.queue, lesson_of(fact))


def lesson_of(fact: WaitLearned) -> Lesson:
    """Its figures, as far as they are possible."""
    return Lesson(
        place=max(1, fact.position),
        second=fact.second % SECONDS_A_DAY,
        factor=max(0.0, fact.factor),
        ratio=max(0.0, fact.ratio),
        mean=max(0.0, fact.mean_seconds),
        quantiles=(fact.p50_seconds, fact.p80_seconds, fact.p90_seconds),
        waited=max(0.0, fact.waited_seconds),
        end=max(0.0, fact.end_seconds),
        answered=fact.answered,
    )
