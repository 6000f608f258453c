"""The estimator: takes in what happens, tells how long a caller at a place in a line will wait.

Times are seconds of one clock (Unix time); `local` turns one into seconds of the local calendar, of which only the
time of day counts. Events that contradict what is known (a leave without a join) are left aside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from routing.waits import line_ahead
from routing.waits.estimate import Estimate
from routing.waits.floor import Caller, Doing, Queue
from routing.waits.grid import SECONDS_A_DAY, Floats
from routing.waits.learned import Learned
from routing.waits.lesson import Said
from routing.waits.line_ahead import NOBODY, Lines, Stage
from routing.waits.outlook import capacity
from routing.waits.present import Present
from routing.waits.promises import SHARES
from routing.waits.schedule import Schedule
from routing.waits.walk import Ahead, Capacity, Standing, walk

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
        path = walk(self.capacity, [*self._waiting(), *behind], self.stays)
        return Schedule.behind(path, self.capacity, reach)

    def _waiting(self) -> list[Standing]:
        """Those ahead. Written flat: there may be hundreds."""
        now, reaches = self.now, self.reaches
        if not any(reaches):
            return [(now - one.since if now > one.since else 0.0, 0.0, 1.0, one.patient) for one in self.ahead]
        waits = [(now - one.since if now > one.since else 0.0, one.urgent, one.patient) for one in self.ahead]
        return [(waited, max(0.0, reaches[urgent] - waited), 1.0, patient) for waited, urgent, patient in waits]


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

    def staff_counted(
        self,
        queue: str,
        at: float,
        signed_in: int,
        paused: int,
        reasons: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """So many members serve this queue first, so many of them on pause: what is learned of coming and going."""
        self.learned.staff_counted(queue, at, signed_in, paused, reasons)

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
        ahead = team.in_order()[: place - 1]
        caller = team.callers.get(call) if call is not None else None
        return self._told(queue, now, ahead, place - 1 - len(ahead), caller, urgent=urgent, keep=True)

    def expect(
        self, queue: str, now: float, arrival: float, caller: Caller | None = None, *, keep: bool = False
    ) -> Estimate:
        """For a caller of this virtual arrival, in line already or not. `keep`: to be learned from when it ends."""
        floor = self.present.floor
        turn = line_ahead.turn(caller) if caller else line_ahead.turn_of_newcomer(arrival)
        ahead = line_ahead.ahead(floor, queue, arrival, caller)
        earlier = line_ahead.before(line_ahead.elsewhere(floor, queue), turn)
        return self._told(queue, now, ahead, 0, caller, urgent=False, keep=keep, arrival=arrival, earlier=earlier)

    def line(self, queue: str, now: float) -> list[Estimate]:
        """For everybody in line, first to last; far cheaper than one by one."""
        team = self.present.floor.queue(queue)
        callers = team.in_order()
        if not callers:
            return []
        lines = line_ahead.elsewhere(self.present.floor, queue)
        counts, stages = line_ahead.stages(lines, callers)
        reach = self.learned.known.reach
        reaches = [max(0.0, reach[queue, one.urgent].seconds - (now - one.since)) for one in callers]
        tables = [self._table(queue, now, callers, stage, max(reaches)) for stage in stages]
        told, least = [], np.zeros(len(SHARES) + 3)
        for place, (caller, count, seconds) in enumerate(zip(callers, counts, reaches, strict=True)):
            stage = max(at for at, one in enumerate(stages) if one.number <= count)
            rows = [tables[at][seconds > 0][place] for at in (stage, stage + 1)[: len(stages) - stage]]
            least = np.maximum(least, _between(rows, stages[stage:], count))
            bound = line_ahead.before(lines, line_ahead.turn(caller))
            told.append(self._as_said(queue, team, 1 + place, now, least, bound))
        return told

    def _table(
        self, queue: str, now: float, callers: Sequence[Caller], stage: Stage, late: float
    ) -> tuple[Floats, Floats]:
        """Rows of the places of a line, for who may have sisters at once, and only so `late` or never."""
        arrival, ahead = callers[-1].arrival, callers[: stage.last]
        outlook = self._outlook(queue, now, ahead, urgent=False, arrival=arrival, earlier=stage.earlier)
        factor = self.learned.bias.factor(queue, self._local(now) % SECONDS_A_DAY)
        places = self.learned.promises.places(len(ahead) + 1) * factor
        soon = outlook.schedule((), 0.0).when(places)
        return soon, outlook.schedule((), late).when(places) if late else soon

    def _told(
        self,
        queue: str,
        now: float,
        ahead: Sequence[Caller],
        behind: int,
        caller: Caller | None,
        *,
        urgent: bool,
        keep: bool,
        arrival: float | None = None,
        earlier: Lines = NOBODY,
    ) -> Estimate:
        second = self._local(now) % SECONDS_A_DAY
        learned, team = self.learned, self.present.floor.queue(queue)
        outlook = self._outlook(queue, now, ahead, urgent=urgent, arrival=arrival, earlier=earlier)
        schedule = outlook.schedule(
            [Ahead(0.0, outlook.reach(0.0))] * behind,
            outlook.reach(now - caller.since if caller else 0.0, urgent=urgent),
        )
        factor = learned.bias.factor(queue, second)
        mean, quantiles = _parts(schedule.last(learned.promises.places(schedule.place) * factor))
        covering = learned.coverage.covering(quantiles)
        is_next = self._is_next(queue, team, schedule.place, now, earlier)
        if keep and caller and caller.said is None and not is_next:
            caller.said = Said(schedule, now, second, schedule.place, factor, mean, covering)
        return _estimate(learned.correction.corrected(mean), covering, is_next=is_next)

    def _as_said(self, queue: str, team: Queue, place: float, now: float, seconds: Floats, earlier: Lines) -> Estimate:
        mean, quantiles = _parts(seconds)
        is_next = self._is_next(queue, team, place, now, earlier)
        corrected, covering = self.learned.correction.corrected(mean), self.learned.coverage.covering(quantiles)
        return _estimate(corrected, covering, is_next=is_next)

    def _outlook(
        self,
        queue: str,
        now: float,
        ahead: Sequence[Caller],
        *,
        urgent: bool,
        arrival: float | None,
        earlier: Lines,
    ) -> _Outlook:
        known = self.learned.known
        second = self._local(now) % SECONDS_A_DAY
        available = capacity(
            self.present.floor, known, queue, now, second, urgent=urgent, arrival=arrival, earlier=earlier
        )
        reach = (known.reach[queue, False].seconds, known.reach[queue, True].seconds)
        return _Outlook(available, reach, known.patience.stays(queue), now, ahead)

    def _is_next(self, queue: str, team: Queue, place: float, now: float, earlier: Lines) -> bool:
        """Whether a phone rings at once for the caller at this place; not one of those that `earlier` ones wait for."""
        if place > len(team.members):
            return False
        reachable = self.learned.known.reach[queue, False].seconds <= 0
        free = rung = 0
        for member in team.members.values():
            comes_first = queue in member.first
            free += (reachable or comes_first) and member.is_free(now) and earlier.keys().isdisjoint(member.first)
            rung += member.doing is Doing.RINGING and member.queue == queue
        return bool(free) and place - rung <= free


def _between(rows: Sequence[Floats], stages: Sequence[Stage], count: int) -> Floats:
    """The row of whoever has so many before them elsewhere: between those of the first stage and of the next."""
    if len(rows) == 1:
        return rows[0]
    row: Floats = rows[0] + (count - stages[0].number) / (stages[1].number - stages[0].number) * (rows[1] - rows[0])
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
