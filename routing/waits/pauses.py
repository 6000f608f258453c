"""Pauses: how likely after a talk, by reason and time of day, and how long.

Nobody's pauses are kept, but counts by reason. Where reasons are not told, what they would tell shows in the lengths:
short, middling and long pauses each have their hours.
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
_MOST_REASONS = 12
_OTHER = ""


class Pauses:
    """For the whole centre: one team alone shows too few."""

    def __init__(self) -> None:
        self._all = Spans(_PRIOR, _LEAN)
        self._reasons: dict[str, int] = {_OTHER: 0}
        self._lengths = [Spans(self._all, _LEAN)]
        self._begun = np.zeros((_MOST_REASONS + 1, _COUNT, _SLOTS))
        self._talks = np.zeros(_SLOTS)
        self.seen = 0
        """Pauses that have ended."""

    def ended(self, reason: str, second: float, seconds: float) -> None:
        """One that began at this second of the day lasted so long. Beyond a dozen reasons the others are one."""
        if reason not in self._reasons and len(self._lengths) <= _MOST_REASONS:
            self._reasons[reason] = len(self._lengths)
            self._lengths.append(Spans(self._all, _LEAN))
        place = self._reasons.get(reason, 0)
        self._lengths[place].add(seconds)
        self.seen += 1
        kind = 0 if place else int(np.searchsorted(_KINDS, seconds, "right"))
        self._begun[place, kind, int(second) // SLOT] += 1

    def talk_ended(self, second: float) -> None:
        """What pauses are counted against."""
        self._talks[int(second) // SLOT] += 1

    def known(self, reason: str) -> str:
        """The reason as which pauses for this one are learned: itself, or "" for all that are not told apart."""
        return reason if reason in self._reasons else _OTHER

    def curve(self, reason: str, second: float = 0.0) -> Curve:
        """How long a pause for this reason lasts that began at this second of the day: one if the reason is told."""
        place = self._reasons.get(reason, 0)
        if place:
            return _curve(self._lengths[place].shares())
        return _curve(self._shares(place, self._chances(second)[place] + _LEAST_CHANCE))

    def after_talk(self, second: float) -> list[tuple[float, Curve]]:
        """The chance of a pause after a talk at this second of the day, and its length; none where none was seen."""
        shares = self._shares_after_talk(second)
        chance = float(shares.sum())
        return [(chance, _curve(shares))] if chance > 0 else []

    def seconds_after_talk(self, second: float) -> float:
        """The pause to be expected after a talk at this second of the day."""
        return float(self._shares_after_talk(second) @ _MIDDLES)

    def _shares_after_talk(self, second: float) -> Floats:
        """The chance of a pause in each bin of lengths."""
        total: Floats = np.zeros(len(_MIDDLES))
        chances = self._chances(second)
        for place in range(len(self._lengths)):
            if chances[place].any():
                total += self._shares(place, chances[place])
        return total

    def _shares(self, place: int, chances: Floats) -> Floats:
        """The chance of each bin, from the chances of the kinds; a reason that is told is of one kind."""
        shares = self._lengths[place].shares()
        scale: Floats = chances[:1] if place else (chances / _by_kind(shares))[_KIND_OF_BIN]
        return shares * scale

    def _chances(self, second: float) -> Floats:
        """Rows of reasons, columns of kinds of length: those that are not told apart have three."""
        slot = int(second) // SLOT
        usual = self._begun.sum(axis=2) / (self._talks.sum() + _TALKS)
        chances: Floats = (self._begun[:, :, slot] + _SLOT_WEIGHT * usual) / (self._talks[slot] + _SLOT_WEIGHT)
        return chances * (_MOST / max(float(chances.sum()), _MOST))


def _by_kind(bins: Floats) -> Floats:
    return np.bincount(_KIND_OF_BIN, bins, _COUNT).astype(np.float64)


def _curve(shares: Floats) -> Curve:
    summed = np.cumsum(shares)
    return Curve(np.concatenate(((0.0,), summed / summed[-1])))
