"""What is learned of a centre: a function of journalled facts alone, so that reading them back brings it back.

Calls and counts of staff, never what a single member did; a wait is learned from by the figures of its `Lesson`.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

from routing.waits.bias import Bias
from routing.waits.correction import Correction
from routing.waits.counted import StaffChanges
from routing.waits.coverage import QUANTILES, Coverage
from routing.waits.experience import Experience
from routing.waits.grid import SECONDS_A_DAY
from routing.waits.lesson import Lesson, Said
from routing.waits.opening import Doors, always_open
from routing.waits.promises import Promises

_FIRST_DAY_WEIGHT = 0.1  # without a day seen to its end nobody knows who signs in late


class Learned:
    """Times as the Estimator has them; every event in the order in which it happened."""

    def __init__(
        self,
        local: Callable[[float], float],
        area_of: Callable[[str], str] = lambda _: "",
        doors: Callable[[str, float], Doors] = always_open,
    ) -> None:
        """`area_of` a queue: those of one area lean on each other before they lean on the centre; "" for none.

        `doors` of a queue, from a moment on: see `opening`.
        """
        self._local = local
        self.known = Experience(area_of, doors)
        self.promises = Promises()
        self.bias = Bias()
        self.correction = Correction()
        self.coverage = Coverage()
        self._staff = StaffChanges(self.known.staffing, self.known.pauses)
        self._waiting: Counter[str] = Counter()
        self._day: int | None = None
        self._latest = -math.inf

    def tick(self, at: float) -> float:
        """Time goes on; the second of the local day. What is told late does not turn it back."""
        day, second = divmod(self._local(at), SECONDS_A_DAY)
        is_late = self._latest - SECONDS_A_DAY < at < self._latest
        if is_late:
            return second
        self._latest = at
        staffing = self.known.staffing
        if staffing.is_news(second):
            if self._day is not None and day > self._day:
                self.known.close_day()
            self._day = int(day)
            present = self._staff.present
            staffing.tick(second, present, {queue: self._waiting[queue] > 0 for queue in present})
        return second

    def joined(self, queue: str, at: float, *, urgent: bool, lag: float = 0.0, is_new: bool = True) -> None:
        """A caller came, with a virtual arrival `lag` seconds before; one who is not new comes from another queue."""
        second = self.tick(at)
        self._waiting[queue] += 1
        if is_new:
            self.known.arrivals[queue].add(at, second, urgent, lag)

    def moved(self, queue: str, at: float) -> None:
        """A caller waits on in another queue."""
        self.tick(at)
        self._waiting[queue] = max(0, self._waiting[queue] - 1)

    def left(self, queue: str, waited: float, at: float, *, gave_up: bool) -> None:
        """A caller is in line no longer, after so many seconds."""
        self.moved(queue, at)
        if waited > 0:
            self.known.patience.add(queue, waited, gave_up)

    def reached(self, queue: str, waited: float, *, urgent: bool) -> None:
        """A sister's phone rang for one who had waited so many seconds."""
        self.known.reach[queue, urgent].rang(waited)

    def rang(self, seconds: float) -> None:
        """A phone rang so long before it was answered."""
        self.known.rings.add(seconds)

    def talked(self, queue: str, seconds: float, at: float, concern: str = "") -> None:
        """A talk with a caller of this queue about this concern is over."""
        self.known.talks_about(queue, concern).add(seconds)
        self.known.pauses.talk_ended(self.tick(at))

    def staff_counted(
        self,
        queue: str,
        at: float,
        signed_in: int,
        paused: int,
        reasons: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """So many serve this queue first, so many of those on pause, for these reasons."""
        second = self.tick(at)
        self._staff.counted(queue, at, second, signed_in, paused, self._waiting[queue] > 0, reasons)

    def lesson(self, said: Said, waited: float, *, answered: bool) -> Lesson:
        """How an estimate was kept by a wait that ended so many seconds after it."""
        ratio = said.schedule.served(waited) / said.place / said.factor
        end = waited
        if not answered:
            _, in_the_end = self.promises.compared(said.place, ratio, answered)
            end = max(waited, said.schedule.moment(in_the_end * said.factor * said.place))
        place = max(1, round(said.place))
        return Lesson(place, said.second, said.factor, ratio, said.mean, said.quantiles, waited, end, answered)

    def learn(self, queue: str, lesson: Lesson) -> None:
        """From one wait."""
        weight = 1.0 if self.known.staffing.knows_a_day else _FIRST_DAY_WEIGHT
        place, ratio, answered = lesson.place, lesson.ratio, lesson.answered
        self.promises.add(place, ratio, answered, weight)
        compared, _ = self.promises.compared(place, ratio, answered)
        self.bias.add(queue, lesson.second, compared * lesson.factor, place, weight)
        self.coverage.add(self._kept(lesson), weight)
        self.correction.add(lesson.mean, lesson.end, weight)

    def _kept(self, lesson: Lesson) -> tuple[float, ...]:
        """Of each quantile; who gave up before it would have been kept with the chance of those still there."""
        if lesson.answered:
            return tuple(float(lesson.waited <= told) for told in lesson.quantiles)
        still = max(self.promises.still(lesson.place, lesson.ratio), 1e-9)
        return tuple(
            0.0 if lesson.waited > told else max(0.0, 1 - (1 - quantile) / still)
            for told, quantile in zip(lesson.quantiles, QUANTILES, strict=True)
        )
