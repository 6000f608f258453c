"""Pauses: how likely after a talk, by reason and time of day, and how long."""

import numpy as np

from routing.waits.grid import SECONDS_A_DAY, Floats
from routing.waits.spans import Curve, Spans, lognormal

SLOT = 1800
_SLOTS = SECONDS_A_DAY // SLOT
_PRIOR = lognormal(400.0, 1.2)
_LEAN = 5.0
_TALKS = 20.0
_SLOT_WEIGHT = 60.0
_MOST = 0.9
_REASONS = 12
_OTHER = ""


class Pauses:
    """For the whole centre: one team alone shows too few."""

    def __init__(self) -> None:
        self._all = Spans(_PRIOR, _LEAN)
        self._spans: dict[str, Spans] = {}
        self._begun: dict[str, Floats] = {}
        self._talks = np.zeros(_SLOTS)

    def begun(self, reason: str, second: float) -> None:
        """Somebody pauses from this second of the day on."""
        known = self._known(reason)
        self._begun.setdefault(known, np.zeros(_SLOTS))[int(second) // SLOT] += 1

    def ended(self, reason: str, seconds: float) -> None:
        """It lasted so long."""
        known = self._known(reason)
        self._spans.setdefault(known, Spans(self._all, _LEAN)).add(seconds)

    def talk_ended(self, second: float) -> None:
        """What pauses are counted against."""
        self._talks[int(second) // SLOT] += 1

    def curve(self, reason: str) -> Curve:
        """How long a pause for this reason lasts."""
        return self._spans.get(self._known(reason), self._all).curve()

    def after_talk(self, second: float) -> list[tuple[float, Curve]]:
        """The chance of each pause after a talk at this second of the day, and its length."""
        slot = int(second) // SLOT
        return [
            (self._chance(self._begun[reason], slot), spans.curve())
            for reason, spans in self._spans.items()
            if reason in self._begun
        ]

    def seconds_after_talk(self, second: float) -> float:
        """The pause to be expected after a talk at this second of the day."""
        slot = int(second) // SLOT
        known = ((self._begun[reason], spans) for reason, spans in self._spans.items() if reason in self._begun)
        return sum(self._chance(begun, slot) * spans.mean() for begun, spans in known)

    def _chance(self, begun: Floats, slot: int) -> float:
        usual = float(begun.sum() / (self._talks.sum() + _TALKS))
        chance = (float(begun[slot]) + _SLOT_WEIGHT * usual) / (float(self._talks[slot]) + _SLOT_WEIGHT)
        return min(chance, _MOST / len(self._begun))

    def _known(self, reason: str) -> str:
        """Reasons are free text: beyond a dozen they are one."""
        return reason if reason in self._begun or len(self._begun) < _REASONS else _OTHER
