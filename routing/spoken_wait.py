"""A wait as callers hear it: a range of round minutes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WaitRange:
    """From `low_minutes` to `high_minutes`; (0, 1) is less than a minute."""

    low_minutes: int
    high_minutes: int
