"""A wait as callers hear it: a range of round minutes, and never a worse one than they have heard."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from routing.waits.estimate import Estimate

ROUND_MINUTES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 45, 60, 90, 120)
"""The numbers that people use of waits."""
AN_HOUR = 60
OPEN = 24 * 60
"""The upper end of a wait that is only said to be longer than an hour: none of this day."""

_WRITTEN = re.compile(r"([0-9]{1,4})-([0-9]{1,4})").fullmatch


@dataclass(frozen=True, slots=True)
class WaitRange:
    """From `low_minutes` to `high_minutes`; (0, 1) is less than a minute, (`AN_HOUR`, `OPEN`) more than an hour."""

    low_minutes: int
    high_minutes: int


LESS_THAN_A_MINUTE = WaitRange(0, 1)
MORE_THAN_AN_HOUR = WaitRange(AN_HOUR, OPEN)


def range_of(estimate: Estimate) -> WaitRange | None:
    """Half of the callers wait longer than the low end, at most one in five longer than the high one.

    The high end is rounded up from midway between p80 and p90. None where an honest range is too wide to help.
    """
    low = _down(estimate.p50 / 60)
    if low >= AN_HOUR:
        return MORE_THAN_AN_HOUR
    high = _up(max(estimate.p50, (estimate.p80 + estimate.p90) / 2) / 60)
    if low == 1:
        high = max(high, 2)  # nobody can promise one minute to the second
    return WaitRange(low, high) if high <= _widest(low) else None


def improved(now: WaitRange, before: WaitRange | None) -> WaitRange | None:
    """What may be said to somebody who has heard `before`: no number that is larger than theirs, else nothing."""
    if before and (now.low_minutes > before.low_minutes or now.high_minutes > before.high_minutes):
        return None
    return now


def callback_is_due(estimate: Estimate | None, limit_seconds: int) -> bool:
    """Whether the wait is likely to be longer than a team lets people wait; unknown is not long."""
    return estimate is not None and estimate.p50 > limit_seconds


def written(said: WaitRange | None) -> str:
    """For a channel variable: `5-8`; empty for nothing."""
    return f"{said.low_minutes}-{said.high_minutes}" if said else ""


def read(text: str | None) -> WaitRange | None:
    """A range as `written`; None for anything else that a channel variable may hold."""
    found = _WRITTEN(text or "")
    if not found:
        return None
    said = WaitRange(int(found[1]), int(found[2]))
    is_round = said.low_minutes in (0, *ROUND_MINUTES) and said.high_minutes in (*ROUND_MINUTES, OPEN)
    return said if is_round and said.low_minutes <= said.high_minutes else None


def _down(minutes: float) -> int:
    at = bisect_right(ROUND_MINUTES, minutes)
    return ROUND_MINUTES[at - 1] if at else 0


def _up(minutes: float) -> int:
    at = bisect_left(ROUND_MINUTES, minutes)
    return ROUND_MINUTES[at] if at < len(ROUND_MINUTES) else OPEN


def _widest(low: int) -> int:
    """Up to here a range still helps somebody to decide whether to stay."""
    return 3 * low + 5
