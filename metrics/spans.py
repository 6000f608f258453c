"""How long things took, counted in buckets: plain integers, made to be copied and rendered elsewhere."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite

BUCKETS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1200, 1800)
"""Upper bounds in seconds that every centre has."""

Bounds = tuple[float, ...]


def bounds_with(targets: Iterable[float]) -> Bounds:
    """The fixed bounds and every team's target, ascending: the share within a target can be read off exactly."""
    return tuple(sorted({float(bound) for bound in (*BUCKETS, *targets)}))


@dataclass(frozen=True, slots=True)
class Spans:
    """A copy of span counts: how many ended in each bucket (the last one has no bound), and the sum in seconds."""

    counts: tuple[int, ...]
    total_seconds: float

    @property
    def cumulative(self) -> tuple[int, ...]:
        """How many took at most each bound; the last is all of them."""
        return tuple(accumulate(self.counts))


class SpanCounts:
    """Counts spans by bucket. A bound belongs to its bucket (`le`)."""

    __slots__ = ("_counts", "_total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._counts = [0] * (len(bounds) + 1)
        self._total = 0.0

    def observe(self, seconds: float | None, bounds: Sequence[float]) -> None:
        """Count one span; one that nobody knows counts nowhere, a clock's step back as nothing."""
        if seconds is None or not isfinite(seconds):
            return
        self._counts[bisect_left(bounds, seconds)] += 1
        self._total += max(seconds, 0.0)

    def change_bounds(self, before: Sequence[float], now: Sequence[float]) -> None:
        """Go on with other bounds: every count stays below the bounds that it is known to be below.

        A bucket whose bound goes is added to the next one. A new bound starts with what is surely below it, so no
        series ever runs backwards, and what is counted from now on is exact.
        """
        counts = [0] * (len(now) + 1)
        for bound, count in zip(before, self._counts, strict=False):
            counts[bisect_left(now, bound)] += count
        counts[-1] += self._counts[-1]
        self._counts = counts

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return not any(self._counts)

    def copy(self) -> Spans:
        """What is counted now."""
        return Spans(tuple(self._counts), self._total)
