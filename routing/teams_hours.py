"""Hours as written in teams.yaml: `mon-thu: ["08:00-12:00"]` -> weekdays and spans."""

import re
from collections.abc import Iterable, Mapping
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo

from routing.hours import END_OF_DAY, Span, WeeklyHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: Mapping[str, list[str]] = {"mon-sun": ["00:00-24:00"]}
OFFICE: Mapping[str, list[str]] = {"mon-thu": ["08:00-12:00", "14:00-16:00"], "fri": ["08:00-12:00"]}

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


def overlapping(texts: Iterable[str]) -> tuple[str, str] | None:
    """Two of these spans of one day that overlap; None if none do. What is no span is left out."""
    spans = [(text, found) for text in texts if (found := span(text))]
    spans.sort(key=lambda pair: pair[1].opens)
    for (earlier, one), (later, other) in pairwise(spans):
        if one.holds(other.opens):
            return earlier, later
    return None


def weekly_hours(zone: ZoneInfo, written: Mapping[str, Iterable[str]]) -> WeeklyHours:
    """The hours that checked keys and spans mean; open round the clock on all days is `always`."""
    days = {
        day: tuple(sorted((found for text in texts if (found := span(text))), key=lambda one: one.opens))
        for key, texts in written.items()
        for day in weekdays(key)
    }
    whole = (Span(time(0), END_OF_DAY),)
    return WeeklyHours(zone, days, always=all(days.get(day) == whole for day in range(7)))
