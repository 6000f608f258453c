"""The estimator: takes in what happens, tells how long a caller at a place in a line will wait.

Times are seconds of one clock (Unix time); `local` turns one into seconds of the local calendar, of which only the
time of day counts. Events that contradict what is known (a leave without a join) are left aside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from routing.waits import line_ahead
from routing.waits.estimate import Estimate
from routing.waits.floor import Caller, Doing, Queue
from routing.waits.grid import SECONDS_A_DAY, Floats
from routing.waits.learned import Learned
from routing.waits.lesson import Said
from routing.waits.line_ahead import Before
from routing.waits.outlook import capacity
from routing.waits.present import Present
from routing.waits.promises import SHARES
from routing.waits.schedule import Schedule
from routing.waits.walk import Ahead, Capacity, walk

_AT_ONCE = Estimate(5.0, 5.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What a line has to expect at `now`."""

    capacity: Capacity
    reaches: tuple[float, float]
    """How long callers, and urgent ones, wait for sisters."""
    stays: Sequence[float]
    now: float
    ahead: Sequence[Before]

    def reach(self, waited: float, *, urgent: bool = False) -> float:
        """Seconds from now until sisters may ring for one who has waited so long."""
        return max(0.0, self.reaches[urgent] - waited)

    def schedule(self, behind: Sequence[Ahead], reach: float) -> Schedule:
        """For one behind those ahead, and behind so many more."""
        path = walk(self.capacity, [*map(self._ahead, self.ahead), *behind], self.stays)
        return Schedule.behind(path, self.capacity, reach)

    def _ahead(self, before: Before) -> Ahead:
        waited = max(0.0, self.now - before.caller.since)
        return Ahead(waited, self.reach(waited, urgent=before.caller.urgent), before.weight)


class Estimator:
    """All queues of a centre. Hostile or odd streams only make it know less.

    `present` and `learned` may be told apart from each other (facts come with their own seconds, and old ones come
    late); the events here tell both.
    """

    def __init__(self, local: Callable[[float], float] = float) -> None:
        self._local = local
        self.present = Present()
        self.learned = Learned(local)

    # What happens

    def signed_in(self, member: str, queue: str, at: float, penalty: int = 0, wrap_up_seconds: float = 0.0) -> None:
        """The member serves this queue."""
        self.learned.tick(at)
        self.present.signed_in(member, queue, at, penalty, wrap_up_seconds)

    def signed_out(self, member: str, queue: str, at: float) -> None:
        """The member serves this queue no longer."""
        self.learned.tick(at)
        self.present.signed_out(member, queue)

    def paused(self, member: str, at: float, reason: str = "") -> None:
        """The member rings no more, in all queues."""
        self.learned.tick(at)
        self.present.paused(member, at, reason)

    def resumed(self, member: str, at: float) -> None:
        """The member rings again."""
        self.learned.tick(at)
        self.present.resumed(member)

    def staff_counted(self, queue: str, at: float, signed_in: int, paused: int) -> None:
        """So many members serve this queue first, so many of them on pause: what is learned of coming and going."""
        self.learned.staff_counted(queue, at, signed_in, paused)

    def joined(self, queue: str, call: str, at: float, *, arrival: float | None = None, urgent: bool = False) -> None:
        """A caller stands in line, in the order of `arrival` (their virtual arrival; `at` if none is told)."""
        caller = Caller(at, at if arrival is None else arrival, urgent)
        self.present.joined(queue, call, caller)
        self.learned.joined(queue, at, urgent=urgent, lag=at - caller.arrival)

    def left(self, queue: str, call: str, at: float, *, answered: bool, gave_up: bool) -> None:
        """A caller stands in line no longer; neither answered nor given up: moved, timed out, a placeholder gone."""
        caller = self.present.left(queue, call)
        if caller is None:
            self.learned.tick(at)
            return
        waited = at - caller.since
        self.learned.left(queue, waited, at, gave_up=gave_up)
        if caller.said is not None and waited > 0:
            self.learned.learn(queue, self.learned.lesson(caller.said, waited, answered=answered))

    def rang(self, member: str, queue: str, call: str, at: float) -> None:
        """The member's phone began to ring for a caller of this queue."""
        self.learned.tick(at)
        caller = self.present.rang(member, queue, call, at)
        if caller:
            self.learned.reached(queue, at - caller.since, urgent=caller.urgent)

    def ring_ended(self, member: str, at: float) -> None:
        """It stopped without an answer."""
        self.learned.tick(at)
        self.present.ring_ended(member, at)

    def answered(self, member: str, queue: str, at: float) -> None:
        """Member and caller talk."""
        self.learned.tick(at)
        rang = self.present.answered(member, queue, at)
        if rang is not None:
            self.learned.rang(rang)

    def talk_ended(self, member: str, at: float) -> None:
        """The talk is over, wrap-up begins."""
        talked = self.present.talk_ended(member, at)
        if talked:
            self.learned.talked(talked.queue, talked.seconds, at)

    # What is to be expected

    def estimate(
        self, queue: str, now: float, place: int, *, urgent: bool = False, call: str | None = None
    ) -> Estimate:
        """For a caller at this place (from 1) in the line. What is told for a `call` is learned from when it ends."""
        place = max(1, place)
        team = self.present.floor.queue(queue)
        ahead = [Before(caller) for caller in team.in_order()[: place - 1]]
        caller = team.callers.get(call) if call is not None else None
        return self._told(queue, now, ahead, place - 1 - len(ahead), caller, urgent=urgent, keep=True)

    def expect(
        self, queue: str, now: float, arrival: float, caller: Caller | None = None, *, keep: bool = False
    ) -> Estimate:
        """For a caller of this virtual arrival, in line already or not. `keep`: to be learned from when it ends."""
        ahead = line_ahead.ahead(self.present.floor, queue, arrival, caller)
        return self._told(queue, now, ahead, 0, caller, urgent=False, keep=keep, arrival=arrival)

    def line(self, queue: str, now: float) -> list[Estimate]:
        """For everybody in line, first to last; far cheaper than one by one."""
        team = self.present.floor.queue(queue)
        callers = team.in_order()
        if not callers:
            return []
        ahead = line_ahead.ahead(self.present.floor, queue, callers[-1].arrival, callers[-1])
        outlook = self._outlook(queue, now, ahead, urgent=False, arrival=callers[-1].arrival)
        reaches = [outlook.reach(now - caller.since, urgent=caller.urgent) for caller in callers]
        # Whoever may have sisters at once or never: two schedules are enough for a line.
        soon, late = (self._rows(queue, outlook.schedule((), reach), now) for reach in (0.0, max(reaches)))
        before = _weight_before([*ahead, Before(callers[-1])])
        told, least = [], np.zeros(len(SHARES) + 3)
        for caller, reach in zip(callers, reaches, strict=True):
            weight = before[id(caller)]
            least = np.maximum(least, _row(late if reach else soon, weight))
            told.append(self._as_said(queue, team, 1 + weight, now, least))
        return told

    def _rows(self, queue: str, schedule: Schedule, now: float) -> Floats:
        factor = self.learned.bias.factor(queue, self._local(now) % SECONDS_A_DAY)
        return schedule.when(self.learned.promises.places(schedule.place) * factor)

    def _told(
        self,
        queue: str,
        now: float,
        ahead: Sequence[Before],
        behind: int,
        caller: Caller | None,
        *,
        urgent: bool,
        keep: bool,
        arrival: float | None = None,
    ) -> Estimate:
        second = self._local(now) % SECONDS_A_DAY
        learned, team = self.learned, self.present.floor.queue(queue)
        outlook = self._outlook(queue, now, ahead, urgent=urgent, arrival=arrival)
        schedule = outlook.schedule(
            [Ahead(0.0, outlook.reach(0.0))] * behind,
            outlook.reach(now - caller.since if caller else 0.0, urgent=urgent),
        )
        factor = learned.bias.factor(queue, second)
        mean, quantiles = _parts(schedule.last(learned.promises.places(schedule.place) * factor))
        covering = learned.coverage.covering(quantiles)
        is_next = self._is_next(queue, team, schedule.place, now)
        if keep and caller and caller.said is None and not is_next:
            caller.said = Said(schedule, now, second, schedule.place, factor, mean, covering)
        return _estimate(learned.correction.corrected(mean), covering, is_next=is_next)

    def _as_said(self, queue: str, team: Queue, place: float, now: float, seconds: Floats) -> Estimate:
        mean, quantiles = _parts(seconds)
        is_next = self._is_next(queue, team, place, now)
        corrected, covering = self.learned.correction.corrected(mean), self.learned.coverage.covering(quantiles)
        return _estimate(corrected, covering, is_next=is_next)

    def _outlook(
        self, queue: str, now: float, ahead: Sequence[Before], *, urgent: bool, arrival: float | None
    ) -> _Outlook:
        known = self.learned.known
        second = self._local(now) % SECONDS_A_DAY
        available = capacity(self.present.floor, known, queue, now, second, urgent=urgent, arrival=arrival)
        reach = (known.reach[queue, False].seconds, known.reach[queue, True].seconds)
        return _Outlook(available, reach, known.patience.stays(queue), now, ahead)

    def _is_next(self, queue: str, team: Queue, place: float, now: float) -> bool:
        """Whether a phone rings at once for the caller at this place."""
        reachable = self.learned.known.reach[queue, False].seconds <= 0
        free = rung = 0
        for member in team.members.values():
            free += member.is_free(now) and (reachable or queue in member.first)
            if member.doing is Doing.RINGING:
                rung += member.queue == queue or {queue, member.queue} <= {*member.first}
        return bool(free) and place - rung <= free


def _weight_before(line: Sequence[Before]) -> dict[int, float]:
    """Caller (their identity) -> the places ahead of them."""
    weights = accumulate((before.weight for before in line), initial=0.0)
    return {id(before.caller): weight for before, weight in zip(line, weights, strict=False)}


def _row(rows: Floats, weight: float) -> Floats:
    """Between the rows of two places for whoever stands between them."""
    low = min(int(weight), len(rows) - 1)
    high = min(low + 1, len(rows) - 1)
    row: Floats = rows[low] + (weight - low) * (rows[high] - rows[low]) if high > low else rows[low]
    return row


def _parts(seconds: Floats) -> tuple[float, tuple[float, ...]]:
    """Mean and quantiles of what the columns of `Promises.places` come to."""
    return float(seconds[:-3] @ SHARES), tuple(seconds[-3:].tolist())


def _estimate(mean: float, quantiles: tuple[float, ...], *, is_next: bool) -> Estimate:
    p50, p80, p90 = quantiles
    if not is_next:
        return Estimate(mean, p50, p80, p90)
    now = _AT_ONCE
    return Estimate(min(mean, now.mean), min(p50, now.p50), min(p80, now.p80), min(p90, now.p90))
