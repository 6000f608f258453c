"""Turns that have become a little longer or shorter: the same rows on a stretched time, for a tenth of their making."""

from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np

from routing.waits.grid import GRID, HORIZON, POINTS, WIDTHS, Floats
from routing.waits.spans import Curve
from routing.waits.turns import PAUSE_AGES, Turns


class Slowed(Turns):
    """Every turn of `base` takes `by` times as long."""

    def __init__(self, base: Turns, by: float) -> None:
        self._base = base
        self._by = by
        self._stretching = _stretching(by)
        self.concerns = base.concerns
        self._talking = {}
        self._ringing = ()
        self._paused = {}
        self._wrapping_up = {}
        self._coming = None
        self.free = base.free @ self._stretching

    @property
    def turn_seconds(self) -> float:
        """As that of the base, longer or shorter."""
        return self._base.turn_seconds * self._by

    @cached_property
    def again(self) -> Floats:
        """See `Turns.again`."""
        longer: Floats = self._base.again @ self._stretching
        return longer

    def _in_talk(self, concern: str) -> Floats:
        return np.array(self._base.talks(concern)) @ self._stretching

    def _in_ring(self) -> Floats:
        return np.array(self._base.rings()) @ self._stretching

    def _in_pause(self, reason: str, lasts: Callable[[str], Curve], place: int) -> Floats:
        return self._base.paused(reason, lasts, PAUSE_AGES[place]) @ self._stretching


@lru_cache(maxsize=64)
def _stretching(by: float) -> Floats:
    """The matrix that stretches rows: there are few `by`, and rows are stretched all the time."""
    return np.array([_longer(row, by) for row in np.eye(POINTS)])


def _longer(row: Floats, by: float) -> Floats:
    """What was counted at a moment is counted `by` times as late; beyond the last one it goes on at its pace."""
    pace = float(row[-1] - row[-2]) / float(WIDTHS[-1])
    longer: Floats = np.interp(GRID / by, GRID, row) + pace * np.maximum(GRID / by - HORIZON, 0.0)
    return longer
