"""How good wait estimates were: error, bias, coverage, broken promises."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_OPENING_SECONDS = 900
_BROKEN_TIMES, _BROKEN_SECONDS = 1.5, 60


@dataclass(frozen=True, slots=True)
class Score:
    """Of callers who had to wait. Shares from 0 to 1; `error` is the root mean square over the mean wait (RRASE)."""

    callers: int
    wait_seconds: float
    error: float
    bias: float
    opening_bias: float
    """Mean error of those who came in the first quarter of an hour; like `bias` over the mean wait."""
    p50_covers: float
    p80_covers: float
    p90_covers: float
    broken: float
    """Waited more than half as long again as told, and a minute."""


def error(mean: NDArray[np.float64], waited: NDArray[np.float64]) -> float:
    """Root mean square error over the mean wait (RRASE)."""
    return float(np.sqrt(((mean - waited) ** 2).mean()) / waited.mean())


def score(said: NDArray[np.float64], waited: NDArray[np.float64], since_open: NDArray[np.float64]) -> Score:
    """`said` has a row a caller: mean, p50, p80, p90; all in seconds."""
    mean, p50, p80, p90 = said.T
    late, usual = mean - waited, float(waited.mean())
    opening = late[since_open < _OPENING_SECONDS]
    return Score(
        len(waited),
        usual,
        error(mean, waited),
        float(late.mean()) / usual,
        float(opening.mean()) / usual if len(opening) else 0.0,
        float((waited <= p50).mean()),
        float((waited <= p80).mean()),
        float((waited <= p90).mean()),
        float((waited > _BROKEN_TIMES * mean + _BROKEN_SECONDS).mean()),
    )
