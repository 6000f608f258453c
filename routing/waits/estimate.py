"""What is told about a wait."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds until a member answers, for a caller who stays; half, 80 % and 90 % of such callers wait no longer."""

    mean: float
    p50: float
    p80: float
    p90: float
