"""Opening hours: open now, open next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Span:
    """From `opens` (inclusive) to `closes` (exclusive: 12:00 closes at 12:00:00), local time of one day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open spans per weekday (0 Monday .. 6 Sunday), in the centre's time zone; a missing day is closed."""

    zone: ZoneInfo
    days: Mapping[int, tuple[Span, ...]]
    always: bool = False

    def is_open(self, now: datetime) -> bool:
        """Whether `now` (aware) lies in a span."""
        raise NotImplementedError

    def next_opening(self, now: datetime) -> datetime | None:
        """The first opening strictly after `now` (aware, local zone) while closed; None if there is none."""
        raise NotImplementedError
