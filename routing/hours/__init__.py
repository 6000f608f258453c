"""When lines are open: the week, holidays of the Land, closing days, dated exceptions, emergency closings."""

from routing.hours.closure import Closure
from routing.hours.day import DatedDay, DatedDays, Day, MonthDay, Why
from routing.hours.opening_hours import OpeningHours, always_open
from routing.hours.public_holidays import HolidaysKept
from routing.hours.span import END_OF_DAY, Span
from routing.hours.weekly import WeeklyHours

__all__ = [
    "END_OF_DAY",
    "Closure",
    "DatedDay",
    "DatedDays",
    "Day",
    "HolidaysKept",
    "MonthDay",
    "OpeningHours",
    "Span",
    "WeeklyHours",
    "Why",
    "always_open",
]
