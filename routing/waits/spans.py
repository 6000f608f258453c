"""How long something lasts, learned as a histogram over the logarithm and leaning on a wider experience."""

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from routing.waits.grid import Floats

BINS = 64
LONGEST = 7200.0
_STEP = math.log(LONGEST) / BINS
EDGES: Floats = np.exp(np.arange(BINS + 1) * _STEP)
EDGES[0] = 0.0
_CENTRES: Floats = (EDGES[1:] + EDGES[:-1]) / 2
_MIDDLES: list[float] = _CENTRES.tolist()


class Spans:
    """Seconds of one kind (talks of a queue, a pause for a reason).

    `lean` is what is believed with the weight of so many spans until there are own ones: a wider experience (which
    learns along), or shares of the bins.
    """

    def __init__(self, lean: "Spans | Floats", weight: float) -> None:
        self._lean = lean
        self._weight = weight
        self._counts = np.zeros(BINS)
        self._seconds = 0.0
        self.seen = 0

    def add(self, seconds: float) -> None:
        """One more."""
        place = 0 if seconds <= 1 else min(BINS - 1, int(math.log(seconds) / _STEP))
        self._counts[place] += 1
        self._seconds += _MIDDLES[place]
        self.seen += 1
        if isinstance(self._lean, Spans):
            self._lean.add(seconds)

    def shares(self) -> Floats:
        """The share of each bin."""
        lean = self._lean.shares() if isinstance(self._lean, Spans) else self._lean
        shares: Floats = (self._counts + self._weight * lean) / (self.seen + self._weight)
        return shares

    def mean(self) -> float:
        """In seconds; that of `shares`, for less."""
        lean = self._lean.mean() if isinstance(self._lean, Spans) else float(self._lean @ _CENTRES)
        return (self._seconds + self._weight * lean) / (self.seen + self._weight)

    def curve(self) -> "Curve":
        """The distribution as it is known now."""
        return Curve(np.concatenate(((0.0,), np.cumsum(self.shares()))))


class Curve:
    """A distribution of seconds, fixed."""

    _END = 1 - 1e-3  # whoever lasts longer than nearly everything is taken for one of the longest known

    def __init__(self, shares: Floats) -> None:
        self._shares = shares

    @cached_property
    def _longest(self) -> float:
        return float(np.interp(self._END, self._shares, EDGES))

    def masses(self, step: float, count: int, age: float = 0.0) -> Floats:
        """The chances that it ends around 0, 1, 2 ... `step` seconds from now if it has lasted `age` seconds."""
        masses: Floats = self.masses_of(step, count, [age])[0]
        return masses

    def masses_of(self, step: float, count: int, ages: Sequence[float]) -> Floats:
        """The same for each of these ages, a row each."""
        moments = (np.arange(count + 1) - 0.5) * step
        moments[0] = 0.0
        gone = np.interp(moments + np.minimum(ages, self._longest)[:, None], EDGES, self._shares)
        masses: Floats = (gone[:, 1:] - gone[:, :-1]) / (1 - gone[:, :1])
        return masses


def lognormal(mean: float, variation: float) -> Floats:
    """Shares of a log-normal prior: its mean in seconds and its coefficient of variation."""
    square = math.log1p(variation * variation)
    middle = math.log(mean) - square / 2
    below = [0.0, *(0.5 * (1 + math.erf((math.log(edge) - middle) / math.sqrt(2 * square))) for edge in EDGES[1:-1])]
    return np.diff(np.array([*below, 1.0]))
