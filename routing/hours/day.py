"""One local date: when it is open, and what says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from routing.hours.span import Span

MonthDay = tuple[int, int]
"""A date without its year."""


class Why(StrEnum):
    """What the spans of a day come from."""

    WEEKLY = "weekly"
    HOLIDAY = "holiday"
    CLOSING_DAY = "closing day"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class DatedDay:
    """A day that is not as its week says: its name, and when it is open all the same (never: closed)."""

    name: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class DatedDays:
    """The special days that one level has written. `path`: of that level in teams.yaml (`hours`, `teams.L01`)."""

    path: str
    closing_days: Mapping[MonthDay, DatedDay] = field(default_factory=dict)
    """Every year; the 29th of February in leap years."""
    exceptions: Mapping[date, DatedDay] = field(default_factory=dict)
    """On this date of this year."""


@dataclass(frozen=True, slots=True)
class Day:
    """A local date's openings. `name`: of the holiday, closing day or exception; `path`: of the level that says so."""

    date: date
    spans: tuple[Span, ...]
    why: Why = Why.WEEKLY
    name: str = ""
    path: str = ""
