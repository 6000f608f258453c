"""The wall clock, which a lab may begin at another time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def wall_clock(begins_at: datetime | None = None) -> Clock:
    """A clock in UTC; with `begins_at` (aware) it shows that time now and goes on from there."""
    if begins_at is None:
        return lambda: datetime.now(UTC)
    offset = begins_at.astimezone(UTC) - datetime.now(UTC)
    return lambda: datetime.now(UTC) + offset
