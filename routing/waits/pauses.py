"""Pauses: how likely after a talk, by length and time of day, and how long.

Nobody's reasons are kept. What they would tell shows in the lengths: short, middling and long pauses each have their
hours.
"""

import numpy as np

from routing.waits.grid import SECONDS_A_DAY, Floats
from routing.waits.spans import EDGES, Curve, Spans, lognormal

SLOT = 1800
_SLOTS = SECONDS_A_DAY // SLOT
_PRIOR = lognormal(400.0, 1.2)
_LEAN = 5.0
_TALKS = 20.0
_SLOT_WEIGHT = 60.0
_MOST = 0.9
_KINDS = (120.0, 600.0)
_COUNT = len(_KINDS) + 1
_KIND_OF_BIN = np.searchsorted(_KINDS, EDGES[:-1], "right")
_MIDDLES: Floats = (EDGES[1:] + EDGES[:-1]) / 2
_LEAST_CHANCE = 1e-4


class Pauses:
    """For the whole centre: one team alone shows too few."""

    def __init__(self) -> None:
        self._lengths = Spans(_PRIOR, _LEAN)
        self._begun = np.zeros((_COUNT, _SLOTS))
        self._talks = np.zeros(_SLOTS)

    def ended(self, second: float, seconds: float) -> None:
        """One that began at this second of the day lasted so long."""
        self._lengths.add(seconds)
        self._begun[int(np.searchsorted(_KINDS, seconds, "right")), int(second) // SLOT] += 1

    def talk_ended(self, second: float) -> None:
        """What pauses are counted against."""
        self._talks[int(second) // SLOT] += 1

    def curve(self, second: float) -> Curve:
        """How long one lasts that began at this second of the day."""
        chances = self._chances(second) + _LEAST_CHANCE
        shares = self._lengths.shares()
        return _curve(shares * (chances / _by_kind(shares))[_KIND_OF_BIN])

    def after_talk(self, second: float) -> list[tuple[float, Curve]]:
        """The chance of each kind of pause after a talk at this second of the day, and its length."""
        shares = self._lengths.shares()
        kinds = enumerate(self._chances(second).tolist())
        return [(chance, _curve(np.where(kind == _KIND_OF_BIN, shares, 0.0))) for kind, chance in kinds if chance > 0]

    def seconds_after_talk(self, second: float) -> float:
        """The pause to be expected after a talk at this second of the day."""
        shares = self._lengths.shares()
        return float(self._chances(second) @ (_by_kind(shares * _MIDDLES) / _by_kind(shares)))

    def _chances(self, second: float) -> Floats:
        slot = int(second) // SLOT
        usual = self._begun.sum(axis=1) / (self._talks.sum() + _TALKS)
        chances: Floats = (self._begun[:, slot] + _SLOT_WEIGHT * usual) / (self._talks[slot] + _SLOT_WEIGHT)
        return chances * (_MOST / max(float(chances.sum()), _MOST))


def _by_kind(bins: Floats) -> Floats:
    return np.bincount(_KIND_OF_BIN, bins, _COUNT).astype(np.float64)


def _curve(shares: Floats) -> Curve:
    summed = np.cumsum(shares)
    return Curve(np.concatenate(((0.0,), summed / summed[-1])))
