"""The estimator on invented days: what it told callers who never give up, and how long they waited."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import thread_time_ns
from typing import Any

import numpy as np

from routing.waits.estimator import Estimator
from teamline.bench.invented_days import DAY, Family, live
from teamline.bench.wait_rivals import Rivals
from teamline.bench.wait_score import Score, error, score
from teamline.bench.wait_staff import Counted


@dataclass(slots=True)
class Judged:
    """What was told and what happened; microseconds of CPU an estimate and an event; errors of simpler predictors."""

    score: Score
    estimate_us: float
    event_us: float
    holdtime: float
    same_line: float


@dataclass(slots=True)
class Judge:
    """Listens to invented days, asks the estimator for everybody and remembers what it told the patient."""

    estimator: Estimator
    warm_up_days: int
    opens: tuple[float, ...]
    """Seconds of the day."""
    rivals: Rivals = field(default_factory=Rivals)
    said: dict[str, tuple[float, tuple[float, ...]]] = field(default_factory=dict)
    waits_seen: list[tuple[float, float, tuple[float, ...]]] = field(default_factory=list)
    """What was waited, seconds since the opening, what was told; the two rivals' words last."""
    asked: int = 0
    asked_ns: int = 0
    told: int = 0
    told_ns: int = 0

    def waits(self, queue: str, call: str, at: float, place: int, *, urgent: bool, is_patient: bool) -> None:
        """Ask, and keep what is told to those who are scored."""
        began = thread_time_ns()
        told = self.estimator.estimate(queue, at, place, urgent=urgent, call=call)
        self.asked_ns += thread_time_ns() - began
        self.asked += 1
        others = self.rivals.told(queue, call, at, place)
        if is_patient and at >= self.warm_up_days * DAY:
            self.said[call] = (at, (told.mean, told.p50, told.p80, told.p90, *others))

    def left(self, queue: str, call: str, at: float, *, answered: bool, gave_up: bool) -> None:
        """A wait has ended."""
        self._timed(self.estimator.left, queue, call, at, answered=answered, gave_up=gave_up)
        self.rivals.left(queue, call, at, answered=answered)
        asked = self.said.pop(call, None)
        if asked:
            since = min((asked[0] % DAY - opens for opens in self.opens if opens <= asked[0] % DAY), default=0.0)
            self.waits_seen.append((at - asked[0], since, asked[1]))

    def __getattr__(self, name: str) -> Callable[..., None]:
        """All other events go to the estimator as they are, those of members with the counts."""
        step = getattr(Counted(self.estimator), name, None) or getattr(self.estimator, name)
        return lambda *told, **named: self._timed(step, *told, **named)

    def _timed(self, step: Callable[..., None], *told: Any, **named: Any) -> None:  # noqa: ANN401 - passes events on
        began = thread_time_ns()
        step(*told, **named)
        self.told_ns += thread_time_ns() - began
        self.told += 1


def judged(family: Family, days: int, warm_up_days: int, seed: int) -> Judged:
    """Live so many days and score all but the first."""
    judge = Judge(Estimator(), warm_up_days, tuple(begin * 3600 for begin, _ in family.shifts))
    live(family, days, seed, judge)
    waited, since, said = (np.array(column) for column in zip(*judge.waits_seen, strict=True))
    costs = judge.asked_ns / judge.asked / 1000, judge.told_ns / judge.told / 1000
    return Judged(score(said[:, :4], waited, since), *costs, *(error(told, waited) for told in said.T[4:]))
