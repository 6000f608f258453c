"""The hours of an ordinary week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from routing.hours.span import END_OF_DAY, Span

WHOLE_DAY = (Span(END_OF_DAY, END_OF_DAY),)
"""From 00:00 to 24:00."""


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open spans per weekday (0 Monday .. 6 Sunday), in the centre's time zone; a missing day is closed.

    `always`: every day from 00:00 to 24:00, whatever `days` says.
    """

    zone: ZoneInfo
    days: Mapping[int, tuple[Span, ...]]
    always: bool = False

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans of a local date, were it an ordinary day of its week."""
        return WHOLE_DAY if self.always else self.days.get(day.weekday(), ())
