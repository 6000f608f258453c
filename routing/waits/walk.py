"""The line walks through the capacity ahead: who is served when, those who give up before left out.

Those ahead need less than one answer each: the chance that they are still there when it is their turn. So place j
is reached as fast as answers come, divided by that chance, which depends on how long j will have waited by then.
Capacity only ever added, or a caller less ahead, can only bring every place forward.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from routing.waits.grid import GRID, HORIZON, MIDDLES, POINTS, WIDTHS, Floats
from routing.waits.patience import COUNT, STEP
from routing.waits.sisters import NO_HELP, Help

_STARTS: list[float] = GRID.tolist()
_MIDDLES: list[float] = MIDDLES.tolist()
_LATER: list[float] = (MIDDLES / STEP).tolist()
"""By so much older, in steps of Patience, is whoever waits until the middle of a slot."""
_WIDTHS: list[float] = WIDTHS.tolist()
_LAST = len(_MIDDLES) - 1
_LEAST_RATE = 1e-9
_LONGEST = COUNT * STEP - HORIZON
_FOR_EVER = [1.0] * (COUNT + 1)


@dataclass(frozen=True, slots=True)
class Capacity:
    """Answers expected between the moments of GRID: of our own members, and of sisters' members who become free.

    Sisters' members who are idle come `ring_seconds` after a caller may have them. `first` is the hazard of the very
    first answer of our members, for whoever is next; where it is not known, `own` is about the same.
    """

    own: Floats
    help: Help
    ring_seconds: float = 0.0
    first: Floats | None = None


class Ahead(NamedTuple):
    """A caller ahead: has waited so long, and may have sisters' members after so many seconds more.

    `weight` is the chance that this caller takes one of our answers: less than 1 for one who may
    be served elsewhere. A `patient` one never gives up: a callback's placeholder.
    """

    waited: float
    reach: float = 0.0
    weight: float = 1.0
    patient: bool = False


Standing: TypeAlias = tuple[float, float, float, bool]
"""An Ahead, or for less the same without names."""


@dataclass(frozen=True, slots=True)
class Path:
    """Seconds from now and the places served by then; neither ever falls. `idle_taken`: sisters' idle members used.

    A caller ahead is as much of a place as their weight.
    """

    seconds: Floats
    places: Floats
    idle_taken: float


def walk(capacity: Capacity, ahead: Iterable[Standing], stays: Sequence[float]) -> Path:
    """Until the last of those ahead is served. `stays` as Patience gives it.

    Written flat: it is most of what an estimate in a long line costs.
    """
    near = np.maximum(capacity.own, _LEAST_RATE)
    own: list[float] = near.tolist()
    all_answers: list[float] = own if capacity.help is NO_HELP else (near + capacity.help.answers).tolist()
    idle = _Idle(capacity)
    slot, left, done = 0, 1.0, 0.0
    seconds, places = [0.0], [0.0]
    for waited, reach, weight, patient in ahead:
        if weight <= 0:
            continue
        need, done = weight, done + weight
        lasts, age = (_FOR_EVER, 0.0) if patient else (stays, min(waited, _LONGEST) / STEP)
        still = lasts[int(age)]
        idle_from = reach + capacity.ring_seconds if idle.is_there else math.inf
        while True:
            chance = lasts[int(age + _LATER[slot])] / still
            middle = _MIDDLES[slot]
            rate = all_answers[slot] if middle >= reach else own[slot]
            if middle >= idle_from:
                idle_from = math.inf
                need -= idle.taken_at(middle, need * chance) / chance
            room = left * rate
            wanted = need * chance
            if wanted <= room or slot == _LAST:
                break
            need -= room / chance
            slot, left = slot + 1, 1.0
            seconds.append(_STARTS[slot])
            places.append(done - need)
        left -= wanted / rate
        seconds.append(_STARTS[slot] + (1 - left) * _WIDTHS[slot])
        places.append(done)
    return Path(np.array(seconds), np.array(places), idle.taken)


def counted(capacity: Capacity, reach: float, idle_taken: float) -> Floats:
    """Up to the moments of GRID, for a caller who stays; sisters may be had after `reach` seconds. Two rows.

    The first is for the next caller: the chance to be unanswered at a moment is e to the power of minus this. The
    second is answers, when those ahead have taken so many of the sisters' idle members.
    """
    both = np.zeros((2, POINTS))
    answers = both[:, 1:]
    answers[0] = capacity.own if capacity.first is None else capacity.first
    answers[1] = capacity.own
    np.maximum(answers, _LEAST_RATE, out=answers)
    if capacity.help is not NO_HELP:
        answers += capacity.help.answers if reach <= _MIDDLES[0] else capacity.help.answers * (reach <= MIDDLES)
        idle = capacity.help.idle_at(reach)
        comes_at = min(_LAST, bisect_left(_MIDDLES, reach + capacity.ring_seconds))
        answers[0, comes_at] += idle
        answers[1, comes_at] += max(0.0, idle - idle_taken)
    return both.cumsum(axis=1)


class _Idle:
    """Sisters' idle members, and how many of them those ahead have taken."""

    __slots__ = ("_help", "is_there", "taken")

    def __init__(self, capacity: Capacity) -> None:
        self._help = capacity.help
        self.is_there = capacity.help.has_idle
        self.taken = 0.0

    def taken_at(self, moment: float, wanted: float) -> float:
        """As many as are there and wanted."""
        took = min(wanted, max(0.0, self._help.idle_at(moment) - self.taken))
        self.taken += took
        return took
