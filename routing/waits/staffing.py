"""Who will sign in and who will leave, learned by the time of day.

Sign-ins count against those who are missing (fewer are there than at the best of the last days), leaves against those
who are there while callers wait: whoever goes home from an empty line at closing time deserts nobody.

Where hours are known, members are believed to leave within minutes of closing, and to be back within minutes of
opening, until it was seen what they do.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from routing.waits.grid import GRID, SECONDS_A_DAY, WIDTHS, Floats, moments_of, steps

SLOT = 300
_SLOTS = SECONDS_A_DAY // SLOT
AHEAD = 49
"""Slots that the horizon touches."""
_PART = 60
_KEEP_A_DAY = 0.9
_KEEP_ROSTER = 0.7
_COMES_WITHIN = 4 * 3600.0
_LEAVES_WITHIN = 20 * 3600.0
_WEIGHT = 0.02
_WITHIN_MINUTES = 300.0
_NOBODY_COMES = 100 * 3600.0
_HOURS_WEIGHT = 1.0
_SLOTS_AHEAD: NDArray[np.intp] = (np.arange(_SLOTS)[:, None] + np.arange(AHEAD)) % _SLOTS
_ALWAYS: Floats = np.ones(len(WIDTHS))


@dataclass(frozen=True, slots=True)
class Outlook:
    """Shares: of those present who stay, between the moments of GRID; of the missing who have come, up to each.

    Those present who left for a break stay again when they are back. `open`: the part that is open between the moments.
    """

    stay: Floats
    come: Floats
    open: Floats
    _nobody: dict[int, Floats] = field(default_factory=dict)

    def nobody(self, present: int) -> Floats:
        """The chance that it is open and that none of so many who are present stays."""
        known = self._nobody.get(present)
        if known is None:
            known = self._nobody[present] = self.open * (1 - self.stay) ** present
        return known


class Staffing:
    """Hazards by slot of the day, for the whole centre; how many a queue has at its best, for each."""

    def __init__(self) -> None:
        self._slot = -1
        self._came = np.zeros((_SLOTS, 2))
        self._left = np.zeros((_SLOTS, 2))
        self._most: dict[str, float] = {}
        self._usual: dict[str, float] = {}
        self._present: dict[str, int] = {}
        self._outlooks: dict[Sequence[bool], Outlook] = {}
        self._part = -1

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
        self._slot, self._part = slot, -1
        for queue, count in present.items():
            self._most[queue] = max(self._most.get(queue, 0.0), count)
        missing = sum(max(self._missing(queue, count), not count) for queue, count in present.items())
        serving = sum(count for queue, count in present.items() if waiting.get(queue))
        for seen, exposed in ((self._came, missing), (self._left, serving)):
            seen[slot] *= _KEEP_A_DAY
            seen[slot, 1] += exposed * SLOT

    def counted(self, queue: str, present: int) -> None:
        """So many are there now, as far as it was told."""
        self._present[queue] = present

    def came(self, queue: str, present: int) -> None:
        """Somebody signed in; so many are there now."""
        if self._usual:
            self._came[self._slot, 0] += 1
        self._most[queue] = max(self._most.get(queue, 0.0), present)

    def left(self, callers_wait: bool) -> None:
        """Somebody signed out."""
        self._left[self._slot, 0] += callers_wait

    def missing(self, queue: str) -> float:
        """How many may still come, when as many are there as were counted last."""
        return self._missing(queue, self._present.get(queue, 0))

    def outlook(self, second: float, doors: Sequence[bool] = ()) -> Outlook:
        """From this second of the day on (a minute sooner or later makes no difference).

        `doors`: open or closed, in the slots of `SLOT` seconds from the present one on; () as long as there is no
        closing in sight.
        """
        part = int(second) // _PART
        if part != self._part:
            self._part = part
            self._outlooks.clear()
        known = self._outlooks.get(doors)
        if known is None:
            second = float(part * _PART)
            known = self._seen_from(second, np.array(doors)) if doors else self._while_open(second)
            self._outlooks[doors] = known
        return known

    def _missing(self, queue: str, present: int) -> float:
        return max(self._usual.get(queue, 0.0) - present, 0.0)

    def _while_open(self, second: float) -> Outlook:
        """For as long as no closing is in sight, which is nearly always."""
        slots = _SLOTS_AHEAD[int(second) // SLOT % _SLOTS]
        hazards: Floats = np.array(
            (
                _hazard_while_open(self._came[slots], _COMES_WITHIN),
                _hazard_while_open(self._left[slots], _LEAVES_WITHIN),
            )
        )
        there: Floats = np.exp(-(hazards @ _since(second % SLOT)))
        return Outlook((there[1, 1:] + there[1, :-1]) / 2, 1 - there[0], _ALWAYS)

    def _seen_from(self, second: float, is_open: NDArray[np.bool_]) -> Outlook:
        slots = _SLOTS_AHEAD[int(second) // SLOT % _SLOTS]
        reopened = is_open & np.logical_or.accumulate(~is_open)
        come = _hazard(self._came[slots], [(is_open, _COMES_WITHIN), (reopened, _WITHIN_MINUTES)], _NOBODY_COMES)
        leave = _hazard(self._left[slots], [(is_open, _LEAVES_WITHIN)], _WITHIN_MINUTES)
        hazards: Floats = np.array((come, is_open))
        came, opened = hazards @ _since(second % SLOT)
        stay = _there(_moments(second % SLOT), leave, come * reopened)
        return Outlook((stay[1:] + stay[:-1]) / 2, -np.expm1(-came), steps(opened) / WIDTHS)

    def _close_day(self) -> None:
        for queue, most in self._most.items():
            usual = self._usual.get(queue, most)
            self._usual[queue] = _KEEP_ROSTER * usual + (1 - _KEEP_ROSTER) * most
        self._most.clear()


def _hazard_while_open(seen: Floats, within: float) -> Floats:
    """The same where hours are not touched."""
    hazard: Floats = (seen[:, 0] + _WEIGHT) / (seen[:, 1] + _WEIGHT * within)
    return hazard


def _hazard(seen: Floats, expected: Sequence[tuple[NDArray[np.bool_], float]], otherwise: float) -> Floats:
    """Of slots where so many went in so many seconds; until then, within as many seconds as the last that is true says.

    While nobody's hours are touched (the first of `expected`), little is believed without having seen it.
    """
    within, weight = np.full(len(seen), otherwise), np.full(len(seen), _HOURS_WEIGHT)
    for (slots, seconds), believed in zip(expected, (_WEIGHT, _HOURS_WEIGHT), strict=False):
        within[slots], weight[slots] = seconds, believed
    hazard: Floats = (seen[:, 0] + weight) / (seen[:, 1] + weight * within)
    return hazard


def _there(moments: Floats, leave: Floats, back: Floats) -> Floats:
    """The chance that one who is there now is there at the moments of GRID, when who has left may come back."""
    there = [1.0]
    for seconds, going, coming in zip(np.diff(moments).tolist(), leave.tolist(), back.tolist(), strict=True):
        usual = coming / (going + coming)
        there.append(usual + (there[-1] - usual) * math.exp(-(going + coming) * seconds))
    return np.interp(GRID, moments, there)


def _moments(second: float) -> Floats:
    """Where slots begin, from this second of the first one on."""
    moments: Floats = np.arange(AHEAD + 1, dtype=np.float64) * SLOT - second
    moments[0] = 0.0
    return moments


@lru_cache(maxsize=SLOT // _PART)
def _since(second: float) -> Floats:
    """A matrix: hazards of slots by it are what they come to by the moments of GRID."""
    moments = _moments(second)
    counted: Floats = np.triu(np.ones((AHEAD, AHEAD + 1)), 1) * np.diff(moments)[:, None]
    by_then: Floats = counted @ moments_of(moments)
    return by_then
