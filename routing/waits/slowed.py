"""Turns that have become a little longer or shorter: the same rows on a stretched time, for a tenth of their making."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from routing.waits.grid import GRID, HORIZON, WIDTHS, Floats
from routing.waits.spans import Curve
from routing.waits.turns import Turns


class Slowed(Turns):
    """Every turn of `base` takes `by` times as long."""

    def __init__(self, base: Turns, by: float) -> None:
        self._base = base
        self._by = by
        self._at = GRID / by
        self._beyond = np.maximum(self._at - HORIZON, 0.0)
        self._known: dict[int, Floats] = {}
        self.free = self._stretched(base.free)

    @property
    def turn_seconds(self) -> float:
        """As that of the base, longer or shorter."""
        return self._base.turn_seconds * self._by

    @cached_property
    def again(self) -> Floats:
        """See `Turns.again`."""
        return self._longer(self._base.again)

    def talking(self, age: float, concern: str = "") -> Floats:
        """See `Turns.talking`."""
        return self._stretched(self._base.talking(age, concern))

    def ringing(self, age: float) -> Floats:
        """See `Turns.ringing`."""
        return self._stretched(self._base.ringing(age))

    def paused(self, reason: str, lasts: Callable[[str], Curve], age: float) -> Floats:
        """See `Turns.paused`."""
        return self._stretched(self._base.paused(reason, lasts, age))

    def _stretched(self, rows: Floats) -> Floats:
        """The base keeps its rows, so they are known again by identity."""
        known = self._known.get(id(rows))
        if known is None:
            known = self._known[id(rows)] = np.array([self._longer(row) for row in rows])
        return known

    def _longer(self, row: Floats) -> Floats:
        pace = float(row[-1] - row[-2]) / float(WIDTHS[-1])
        longer: Floats = np.interp(self._at, GRID, row) + pace * self._beyond
        return longer
