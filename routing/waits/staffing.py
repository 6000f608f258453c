"""Who will sign in and who will leave, learned by the time of day.

Sign-ins count against those who are missing (fewer are there than at the best of the last days), leaves against those
who are there while callers wait: whoever goes home from an empty line at closing time deserts nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from routing.waits.grid import GRID, SECONDS_A_DAY, Floats

SLOT = 300
_SLOTS = SECONDS_A_DAY // SLOT
_AHEAD = 49
_PART = 60
_KEEP_A_DAY = 0.9
_KEEP_ROSTER = 0.7
_COMES_WITHIN = 4 * 3600.0
_LEAVES_WITHIN = 20 * 3600.0
_WEIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Outlook:
    """Shares: of those present who stay, between the moments of GRID; of the missing who have come, up to each."""

    stay: Floats
    come: Floats


class Staffing:
    """Hazards by slot of the day, for the whole centre; how many a queue has at its best, for each."""

    def __init__(self) -> None:
        self._slot = -1
        self._came = np.zeros((_SLOTS, 2))
        self._left = np.zeros((_SLOTS, 2))
        self._most: dict[str, float] = {}
        self._usual: dict[str, float] = {}
        self._outlook: tuple[int, Outlook] | None = None

    @property
    def knows_a_day(self) -> bool:
        """Whether one day has been seen to its end."""
        return bool(self._usual)

    def is_news(self, second: float) -> bool:
        """Whether this second of the day begins another slot."""
        return int(second) // SLOT != self._slot

    def tick(self, second: float, present: Mapping[str, int], waiting: Mapping[str, bool]) -> None:
        """A new slot begins: how many are there by queue, and whether callers wait there."""
        slot = int(second) // SLOT
        if slot < self._slot:
            self._close_day()
        self._slot, self._outlook = slot, None
        for queue, count in present.items():
            self._most[queue] = max(self._most.get(queue, 0.0), count)
        missing = sum(self.missing(queue, count) for queue, count in present.items())
        serving = sum(count for queue, count in present.items() if waiting.get(queue))
        for seen, exposed in ((self._came, missing), (self._left, serving)):
            seen[slot] *= _KEEP_A_DAY
            seen[slot, 1] += exposed * SLOT

    def came(self, queue: str, present: int) -> None:
        """Somebody signed in; so many are there now."""
        if self._usual:
            self._came[self._slot, 0] += 1
        self._most[queue] = max(self._most.get(queue, 0.0), present)

    def left(self, callers_wait: bool) -> None:
        """Somebody signed out."""
        self._left[self._slot, 0] += callers_wait

    def missing(self, queue: str, present: int) -> float:
        """How many may still come; somebody, if nobody is there."""
        return max(self._usual.get(queue, 0.0) - present, 0.0 if present else 1.0)

    def outlook(self, second: float) -> Outlook:
        """From this second of the day on (a minute sooner or later makes no difference)."""
        part = int(second) // _PART
        if self._outlook is None or self._outlook[0] != part:
            self._outlook = (part, self._seen_from(float(part * _PART)))
        return self._outlook[1]

    def _seen_from(self, second: float) -> Outlook:
        slots = (self._slot + np.arange(_AHEAD)) % _SLOTS
        came, left = self._came[slots], self._left[slots]
        come = (came[:, 0] + _WEIGHT) / (came[:, 1] + _WEIGHT * _COMES_WITHIN)
        leave = (left[:, 0] + _WEIGHT) / (left[:, 1] + _WEIGHT * _LEAVES_WITHIN)
        moments: Floats = np.arange(_AHEAD + 1, dtype=np.float64) * SLOT - second % SLOT
        moments[0] = 0.0
        stay = np.exp(-_since(moments, leave))
        return Outlook((stay[1:] + stay[:-1]) / 2, -np.expm1(-_since(moments, come)))

    def _close_day(self) -> None:
        for queue, most in self._most.items():
            usual = self._usual.get(queue, most)
            self._usual[queue] = _KEEP_ROSTER * usual + (1 - _KEEP_ROSTER) * most
        self._most.clear()


def _since(moments: Floats, hazard: Floats) -> Floats:
    summed = np.concatenate(((0.0,), np.cumsum(hazard * np.diff(moments))))
    return np.interp(GRID, moments, summed)
