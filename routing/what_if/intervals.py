"""What runs agree on: a mean, and the interval in which the true one lies in 95 of 100 cases."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Interval:
    """95 % of such intervals hold the true mean: how exact the runs are, not how different a single month may be."""

    mean: float
    low: float
    high: float


def interval(values: Sequence[float | None]) -> Interval | None:
    """Of the runs that have a value (Student's t); None for fewer than two of them."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - one run has no spread
        return None
    mean = fmean(known)
    half = student(len(known) - 1) * stdev(known) / math.sqrt(len(known))
    return Interval(mean, mean - half, mean + half)


def student(freedom: int) -> float:
    """The 97.5 % quantile of Student's t, by Cornish and Fisher (Abramowitz and Stegun 26.7.5); exact for 1 and 2."""
    if freedom <= 2:  # noqa: PLR2004 - where the expansion is poor there are closed forms
        return math.tan(math.pi * 0.475) if freedom == 1 else 0.95 * math.sqrt(2 / (1 - 0.95**2))
    z, n = _Z, float(freedom)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / n + second / n**2 + third / n**3 + fourth / n**4
