"""How many callers come, and how many of them go first.

A rate by half-hour of the day, times how today compares with it (a gamma-Poisson ratio over the last three quarters of
an hour). Used for who will overtake, and for what a sister team has left to give.

Whoever joins with a virtual arrival that lies back overtakes all who stand there with a later one: a credit does so,
and minutes in the menus before. How far back it lies is counted by minutes.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from routing.waits.grid import SECONDS_A_DAY, Floats

SLOT = 1800
_SLOTS = SECONDS_A_DAY // SLOT
_MEMORY = 2700.0
_UNKNOWN_RATE = 1 / 60  # before the first day has been seen
_WEIGHT = 8.0
_FIRST_DAY_WEIGHT = 1.0
_LITTLE = 0.3
_LEAST_NEWS = 0.1
_URGENT_WEIGHT = 20.0
_MINUTES = 70  # the longest credit is an hour
LAGS: Floats = np.arange(_MINUTES + 1, dtype=np.float64) * 60.0
"""Seconds that a virtual arrival may lie back when its caller joins."""


@dataclass(slots=True)
class Arrivals:
    """Of one queue. Times in seconds of one clock, `second` the second of the local day."""

    _usual: Floats | None = None
    _today: Floats = field(default_factory=lambda: np.zeros(_SLOTS))
    _days: int = 0
    _last: float | None = None
    _came: float = 0.0
    _expected: float = 0.0
    _all: float = 0.0
    _urgent: float = 0.0
    _lags: Floats = field(default_factory=lambda: np.zeros(_MINUTES + 1))
    _lagging: Floats | None = None
    has_credits: bool = False
    """Whether anybody's virtual arrival lay back at all."""

    def close_day(self) -> None:
        """Midnight: what was seen today becomes experience."""
        self._days += 1
        news = max(_LEAST_NEWS, 1 / self._days)
        usual = self._today if self._usual is None else self._usual
        self._usual = usual * (1 - news) + self._today * news
        self._today = np.zeros(_SLOTS)

    def add(self, at: float, second: float, urgent: bool, lag: float = 0.0) -> None:
        """A caller came, with a virtual arrival `lag` seconds before."""
        self._came, self._expected = self._recent(at, second)
        self._came += 1
        self._last = at
        self._today[int(second) // SLOT] += 1
        self._all += 1
        self._urgent += urgent
        self._lagging = None
        if lag > 0:
            self.has_credits = True
            self._lags[min(_MINUTES, int(lag / LAGS[1]) + 1)] += 1

    def rate(self, at: float, second: float) -> float:
        """Callers a second, in the next minutes."""
        came, expected = self._recent(at, second)
        weight = _WEIGHT if self._days else _FIRST_DAY_WEIGHT
        return self._usual_rate(second) * (came + weight) / (expected + weight)

    @property
    def urgent_share(self) -> float:
        """Of all callers, those who go first."""
        return self._urgent / (self._all + _URGENT_WEIGHT)

    def lagging(self) -> Floats:
        """The share of callers whose virtual arrival lies back more than each of `LAGS`."""
        if self._lagging is None:
            further = np.cumsum(self._lags[::-1])[::-1]
            self._lagging = np.append(further[1:], 0.0) / (self._all + _URGENT_WEIGHT)
        return self._lagging

    def _recent(self, at: float, second: float) -> tuple[float, float]:
        if self._last is None:
            return 0.0, 0.0
        passed = max(0.0, at - self._last)
        kept = math.exp(-passed / _MEMORY)
        # After a night or a closed noon only this half-hour's part of the day was there to come in.
        open_seconds = passed if passed < SLOT else second % SLOT
        more = self._usual_rate(second) * _MEMORY * -math.expm1(-open_seconds / _MEMORY)
        return self._came * kept, self._expected * kept + more

    def _usual_rate(self, second: float) -> float:
        if self._usual is None:
            return _UNKNOWN_RATE
        return (float(self._usual[int(second) // SLOT]) + _LITTLE) / SLOT
