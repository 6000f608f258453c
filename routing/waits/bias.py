"""What is left over: teams and times of day at which the outlook is regularly too early or too late.

A factor on the outlook for each team and each half-hour, both drawn towards 1 and slow: they correct what lasts, and
do not run after chance.
"""

from collections import defaultdict
from dataclasses import dataclass

_DRAWN = 600.0  # waits; those of one rush share its chance, so so many are a few dozen at most
_KEEP = 0.999
_MOST_A_WAIT = 4.0
_LEAST, _MOST = 0.5, 2.0
_FULL_WEIGHT_PLACE = 5.0
SLOT = 1800


@dataclass(slots=True)
class _Factor:
    found: float = 0.0
    expected: float = 0.0

    @property
    def value(self) -> float:
        return (self.found + _DRAWN) / (self.expected + _DRAWN)

    def add(self, ratio: float, weight: float) -> None:
        self.found = self.found * _KEEP + min(ratio, _MOST_A_WAIT) * weight
        self.expected = self.expected * _KEEP + weight


class Bias:
    """Factors by queue and time of day."""

    def __init__(self) -> None:
        self._queues: defaultdict[str, _Factor] = defaultdict(_Factor)
        self._times: defaultdict[int, _Factor] = defaultdict(_Factor)

    def factor(self, queue: str, second: float) -> float:
        """How much further than it says the outlook must be; at this second of the day."""
        both = self._queues[queue].value * self._times[int(second) // SLOT].value
        return min(_MOST, max(_LEAST, both))

    def add(self, queue: str, second: float, ratio: float, place: int, weight: float) -> None:
        """A caller who joined at this second was answered at `ratio` times what the bare outlook led to expect.

        The first places tell little: chance moves them most.
        """
        team, time = self._queues[queue], self._times[int(second) // SLOT]
        weight *= min(1.0, place / _FULL_WEIGHT_PLACE)
        of_team, of_time = team.value, time.value
        team.add(ratio / of_time, weight)
        time.add(ratio / of_team, weight)
