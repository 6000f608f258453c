"""The moments ahead at which everything is computed: close together first, then wider, to four hours."""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

SECONDS_A_DAY = 86_400
POINTS = 48
HORIZON = 14_400.0
_FIRST = 75.0  # about a quarter of a talk: below, points stand evenly
GRID: Floats = _FIRST * np.expm1(np.linspace(0, math.log1p(HORIZON / _FIRST), POINTS))
"""Seconds from now."""
WIDTHS: Floats = np.diff(GRID)
MIDDLES: Floats = (GRID[1:] + GRID[:-1]) / 2


def steps(counted: Floats) -> Floats:
    """What happens between the moments, of what is counted up to each (numpy.diff, without its ceremony)."""
    between: Floats = counted[..., 1:] - counted[..., :-1]
    return between


def moments_of(at: Floats) -> Floats:
    """A matrix: what is counted up to these moments, one after the other, by it is what is counted up to GRID's."""
    return np.array([np.interp(GRID, at, one) for one in np.eye(len(at))])
