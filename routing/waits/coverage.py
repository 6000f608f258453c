"""Whether p50, p80 and p90 were kept as often as they say; a factor on each follows, slowly.

Adaptive conformal inference (Gibbs and Candes, 2021): after every wait a quantile moves a little up if it was broken
and a little less down if it was kept, so that in the long run it is kept as often as it should be.
"""

import math

QUANTILES = (0.5, 0.8, 0.9)
_STEP = 0.002
_LEAST, _MOST = math.log(0.5), math.log(2.0)


class Coverage:
    """Learns from every wait that was estimated."""

    def __init__(self) -> None:
        self._logs = [0.0] * len(QUANTILES)

    def add(self, kept: tuple[float, ...], weight: float) -> None:
        """Each quantile was kept (1) or not (0); or the chance of it, if the caller gave up before one could tell."""
        for place, (quantile, one) in enumerate(zip(QUANTILES, kept, strict=True)):
            moved = self._logs[place] + _STEP * weight * (quantile - one)
            self._logs[place] = min(_MOST, max(_LEAST, moved))

    def covering(self, quantiles: tuple[float, ...]) -> tuple[float, ...]:
        """The quantiles as they should have been, still in order."""
        found: list[float] = []
        for seconds, log in zip(quantiles, self._logs, strict=True):
            found.append(max(seconds * math.exp(log), found[-1] if found else 0.0))
        return tuple(found)
