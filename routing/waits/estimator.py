"""The estimator: takes in what happens, tells how long a caller at a place in a line will wait.

Times are seconds of one clock (Unix time); `local` turns one into seconds of the local calendar, of which only the
time of day counts. Events that contradict what is known (a leave without a join) are left aside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.waits.bias import Bias
from routing.waits.correction import Correction
from routing.waits.coverage import QUANTILES, Coverage
from routing.waits.estimate import Estimate
from routing.waits.experience import Experience
from routing.waits.floor import Caller, Doing, Floor, Queue
from routing.waits.grid import SECONDS_A_DAY, Floats
from routing.waits.outlook import capacity
from routing.waits.promises import SHARES, Promises
from routing.waits.schedule import Schedule
from routing.waits.walk import Ahead, Capacity, unthinned, walk

_FIRST_DAY_WEIGHT = 0.1  # without a day seen to its end nobody knows who signs in late
_LEAST_SPAN = 0.5
_AT_ONCE = Estimate(5.0, 5.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What a line has to expect at `now`."""

    capacity: Capacity
    reaches: tuple[float, float]
    """How long callers, and urgent ones, wait for sisters."""
    stays: Sequence[float]
    now: float
    ahead: Sequence[Caller]

    def reach(self, waited: float, *, urgent: bool = False) -> float:
        """Seconds from now until sisters may ring for one who has waited so long."""
        return max(0.0, self.reaches[urgent] - waited)

    def schedule(self, behind: Sequence[Ahead], reach: float) -> Schedule:
        """For one behind those ahead, and behind so many more."""
        waits = [max(0.0, self.now - caller.since) for caller in self.ahead]
        reaches = [self.reach(waited, urgent=caller.urgent) for waited, caller in zip(waits, self.ahead, strict=True)]
        path = walk(self.capacity, [*map(Ahead, waits, reaches), *behind], self.stays)
        return Schedule(path, unthinned(self.capacity, reach, path.idle_taken))


@dataclass(frozen=True, slots=True)
class _Said:
    """What was expected for one caller, to be compared with what happens."""

    schedule: Schedule
    place: int
    factor: float
    second: float
    mean: float
    quantiles: tuple[float, ...]


class Estimator:
    """All queues of a centre. Hostile or odd streams only make it know less."""

    def __init__(self, local: Callable[[float], float] = float) -> None:
        self._local = local
        self._floor = Floor()
        self._known = Experience()
        self._promises = Promises()
        self._bias = Bias()
        self._correction = Correction()
        self._coverage = Coverage()
        self._day: int | None = None

    # What happens

    def signed_in(self, member: str, queue: str, at: float, penalty: int = 0, wrap_up_seconds: float = 0.0) -> None:
        """The member serves this queue."""
        self._tick(at)
        team = self._floor.queue(queue)
        team.wrap_up_seconds = wrap_up_seconds
        known = self._floor.sign_in(member, queue, penalty, at)
        if known.own == queue:
            self._known.staffing.came(queue, sum(1 for _ in team.own(queue)))

    def signed_out(self, member: str, queue: str, at: float) -> None:
        """The member serves this queue no longer."""
        self._tick(at)
        known = self._floor.members.get(member)
        if known and known.own == queue:
            self._known.staffing.left(bool(self._floor.queue(queue).callers))
        self._floor.sign_out(member, queue)

    def paused(self, member: str, at: float, reason: str = "") -> None:
        """The member rings no more, in all queues."""
        second = self._tick(at)
        known = self._floor.members.get(member)
        if known and known.paused is None:
            known.paused, known.paused_since = reason, at
            self._known.pauses.begun(reason, second)

    def resumed(self, member: str, at: float) -> None:
        """The member rings again."""
        self._tick(at)
        known = self._floor.members.get(member)
        if known and known.paused is not None:
            self._known.pauses.ended(known.paused, max(_LEAST_SPAN, at - known.paused_since))
            known.paused = None

    def joined(self, queue: str, call: str, at: float, *, arrival: float | None = None, urgent: bool = False) -> None:
        """A caller stands in line, in the order of `arrival` (their virtual arrival; `at` if none is told)."""
        second = self._tick(at)
        place = Caller(at, at if arrival is None else arrival, urgent)
        self._floor.queue(queue).callers.setdefault(call, place)
        self._known.arrivals[queue].add(at, second, urgent)

    def left(self, queue: str, call: str, at: float, *, answered: bool, gave_up: bool) -> None:
        """A caller stands in line no longer; neither answered nor given up: moved, timed out, a placeholder gone."""
        self._tick(at)
        caller = self._floor.queue(queue).callers.pop(call, None)
        if caller is None or at <= caller.since:
            return
        self._known.patience.add(queue, at - caller.since, gave_up)
        if caller.said is not None:
            self._learn(queue, caller.said, at - caller.since, answered)

    def rang(self, member: str, queue: str, call: str, at: float) -> None:
        """The member's phone began to ring for a caller of this queue."""
        self._tick(at)
        known = self._floor.members.get(member)
        if known is None:
            return
        known.doing, known.since, known.queue = Doing.RINGING, at, queue
        caller = self._floor.queue(queue).callers.get(call)
        if caller and known.own != queue:
            self._known.reach[queue, caller.urgent].rang(at - caller.since)

    def ring_ended(self, member: str, at: float) -> None:
        """It stopped without an answer."""
        self._tick(at)
        known = self._floor.members.get(member)
        if known and known.doing is Doing.RINGING:
            known.doing, known.since = Doing.FREE, at

    def answered(self, member: str, queue: str, at: float) -> None:
        """Member and caller talk."""
        self._tick(at)
        known = self._floor.members.get(member)
        if known is None:
            return
        if known.doing is Doing.RINGING:
            self._known.rings.add(max(_LEAST_SPAN, at - known.since))
        known.doing, known.since, known.queue = Doing.TALKING, at, queue

    def talk_ended(self, member: str, at: float) -> None:
        """The talk is over, wrap-up begins."""
        second = self._tick(at)
        known = self._floor.members.get(member)
        if known is None or known.doing is not Doing.TALKING:
            return
        self._known.talks_of(known.queue).add(max(_LEAST_SPAN, at - known.since))
        self._known.pauses.talk_ended(second)
        known.wrap_up_until = at + self._floor.queue(known.queue).wrap_up_seconds
        known.doing, known.since = Doing.FREE, at

    # What is to be expected

    def estimate(
        self, queue: str, now: float, place: int, *, urgent: bool = False, call: str | None = None
    ) -> Estimate:
        """For a caller at this place (from 1) in the line. What is told for a `call` is learned from when it ends."""
        second = self._local(now) % SECONDS_A_DAY
        place = max(1, place)
        team = self._floor.queue(queue)
        caller = team.callers.get(call) if call is not None else None
        factor = self._bias.factor(queue, second)
        ahead = team.in_order()[: place - 1]
        outlook = self._outlook(queue, now, ahead, urgent=urgent)
        behind = [Ahead(0.0, outlook.reach(0.0))] * (place - 1 - len(ahead))
        schedule = outlook.schedule(behind, outlook.reach(now - caller.since if caller else 0.0, urgent=urgent))
        mean, quantiles = _parts(schedule.last(self._promises.places(schedule.place) * factor))
        is_next = self._is_next(queue, team, place, now)
        covering = self._coverage.covering(quantiles)
        if caller and caller.said is None and not is_next:
            caller.said = _Said(schedule, place, factor, second, mean, covering)
        return _told(self._correction.corrected(mean), covering, is_next=is_next)

    def line(self, queue: str, now: float) -> list[Estimate]:
        """For everybody in line, first to last; far cheaper than one by one."""
        team = self._floor.queue(queue)
        callers = team.in_order()
        if not callers:
            return []
        outlook = self._outlook(queue, now, callers[:-1], urgent=False)
        places = self._promises.places(len(callers)) * self._bias.factor(queue, self._local(now) % SECONDS_A_DAY)
        reaches = [outlook.reach(now - caller.since, urgent=caller.urgent) for caller in callers]
        # Whoever may have sisters at once or never: two schedules are enough for a line.
        soon, late = (outlook.schedule((), reach).when(places) for reach in (0.0, max(reaches)))
        rows = [soon[row] if not reach else late[row] for row, reach in enumerate(reaches)]
        told = []
        for place, seconds in enumerate(np.maximum.accumulate(rows, axis=0), 1):
            mean, quantiles = _parts(seconds)
            is_next = self._is_next(queue, team, place, now)
            told.append(_told(self._correction.corrected(mean), self._coverage.covering(quantiles), is_next=is_next))
        return told

    def _outlook(self, queue: str, now: float, ahead: Sequence[Caller], *, urgent: bool) -> "_Outlook":
        second = self._local(now) % SECONDS_A_DAY
        available = capacity(self._floor, self._known, queue, now, second, urgent=urgent)
        reach = (self._known.reach[queue, False].seconds, self._known.reach[queue, True].seconds)
        return _Outlook(available, reach, self._known.patience.stays(queue), now, ahead)

    def _is_next(self, queue: str, team: Queue, place: int, now: float) -> bool:
        """Whether a phone rings at once for the caller at this place."""
        members = team.members.values()
        reachable = self._known.reach[queue, False].seconds <= 0
        free = sum(member.is_free(now) and (reachable or member.own == queue) for member in members)
        if not free:
            return False
        return place - sum(member.doing is Doing.RINGING and member.queue == queue for member in members) <= free

    def _learn(self, queue: str, said: _Said, waited: float, answered: bool) -> None:
        served = said.schedule.served(waited)
        ratio = served / said.place / said.factor
        weight = 1.0 if self._known.staffing.knows_a_day else _FIRST_DAY_WEIGHT
        self._promises.add(said.place, ratio, answered, weight)
        compared, in_the_end = self._promises.compared(said.place, ratio, answered)
        self._bias.add(queue, said.second, compared * said.factor, said.place, weight)
        self._coverage.add(self._kept(said, waited, ratio, answered=answered), weight)
        if not answered:
            waited = max(waited, said.schedule.moment(in_the_end * said.factor * said.place))
        self._correction.add(said.mean, waited, weight)

    def _kept(self, said: _Said, waited: float, ratio: float, *, answered: bool) -> tuple[float, ...]:
        """Of each quantile; who gave up before it would have been kept with the chance of those still there."""
        if answered:
            return tuple(float(waited <= told) for told in said.quantiles)
        still = max(self._promises.still(said.place, ratio), 1e-9)
        return tuple(
            0.0 if waited > told else max(0.0, 1 - (1 - quantile) / still)
            for told, quantile in zip(said.quantiles, QUANTILES, strict=True)
        )

    def _tick(self, at: float) -> float:
        """The second of the local day."""
        day, second = divmod(self._local(at), SECONDS_A_DAY)
        if self._known.staffing.is_news(second):
            if self._day is not None and day > self._day:
                self._known.close_day()
            self._day = int(day)
            queues = self._floor.queues
            present = {name: sum(1 for _ in team.own(name)) for name, team in queues.items()}
            self._known.staffing.tick(second, present, {name: bool(team.callers) for name, team in queues.items()})
        return second


def _parts(seconds: Floats) -> tuple[float, tuple[float, ...]]:
    """Mean and quantiles of what the columns of `Promises.places` come to."""
    return float(seconds[:-3] @ SHARES), tuple(seconds[-3:].tolist())


def _told(mean: float, quantiles: tuple[float, ...], *, is_next: bool) -> Estimate:
    p50, p80, p90 = quantiles
    if not is_next:
        return Estimate(mean, p50, p80, p90)
    now = _AT_ONCE
    return Estimate(min(mean, now.mean), min(p50, now.p50), min(p80, now.p80), min(p90, now.p90))
