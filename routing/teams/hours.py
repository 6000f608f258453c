"""Hours as written in teams.yaml: `mon-thu: ["08:00-12:00"]` -> weekdays and spans."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from routing.hours import END_OF_DAY, MonthDay, Span, WeeklyHours
from routing.hours.weekly import WHOLE_DAY

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: Mapping[str, list[str]] = {"mon-sun": ["00:00-24:00"]}
OFFICE: Mapping[str, list[str]] = {"mon-thu": ["08:00-12:00", "14:00-16:00"], "fri": ["08:00-12:00"]}

_LEAP_YEAR = 2028
_MONTH_DAY = re.compile("([0-9]{2})-([0-9]{2})")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")


def weekdays(key: str) -> tuple[int, ...]:
    """`mon` or `mon-thu` as weekdays (0 Monday). Raises ValueError, with the reason, for anything else."""
    first, dash, last = key.partition("-")
    for name in (first, last) if dash else (first,):
        if name not in DAYS:
            raise ValueError(name)
    begin, end = DAYS.index(first), DAYS.index(last if dash else first)
    if end < begin:
        raise ValueError(key)
    return tuple(range(begin, end + 1))


def span(text: str) -> Span | None:
    """`08:00-12:00` as a span; `24:00` may end one. None if it is no time of day or ends before it begins."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    opens = time(int(found[1]), int(found[2]))
    closes = time(int(found[3]), int(found[4])) if found[3] else END_OF_DAY
    return Span(opens, closes) if opens < closes or not found[3] else None


def month_day(text: str) -> MonthDay | None:
    """`12-24` as a day of every year, `02-29` included. None if no year has it."""
    found = _MONTH_DAY.fullmatch(text)
    if found is None:
        return None
    try:
        day = date(_LEAP_YEAR, int(found[1]), int(found[2]))
    except ValueError:
        return None
    return (day.month, day.day)


def overlapping(texts: Iterable[str]) -> tuple[str, str] | None:
    """Two of these spans of one day that overlap; None if none do. What is no span is left out."""
    pairs = [(text, found) for text in texts if (found := span(text))]
    pairs.sort(key=lambda pair: pair[1].opens)
    for (earlier, one), (later, other) in pairwise(pairs):
        if one.holds(other.opens):
            return earlier, later
    return None


def weekly_hours(zone: ZoneInfo, written: Mapping[str, Iterable[str]]) -> WeeklyHours:
    """The hours that checked keys and spans mean; open round the clock on all days is `always`."""
    days = {day: spans(texts) for key, texts in written.items() for day in weekdays(key)}
    return WeeklyHours(zone, days, always=all(days.get(day) == WHOLE_DAY for day in range(7)))


def spans(texts: Iterable[str]) -> tuple[Span, ...]:
    """Checked spans of one day, in order."""
    return tuple(sorted((found for text in texts if (found := span(text))), key=lambda one: one.opens))
