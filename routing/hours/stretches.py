"""Spans on a zone's wall clock -> stretches of time (UTC), in order, over changes of the clocks.

A span holds whenever the clock on the wall shows a time in it: in the night in which clocks go back 02:00-02:30
comes twice, in the one in which they go forward a span from 02:30 begins at 03:00. So time is taken in pieces of
one offset, and each piece is laid over the local dates that it touches.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from routing.hours.span import END_OF_DAY, Span

Stretch = tuple[datetime, datetime]
"""From (inclusive) to (exclusive), UTC."""
_Piece = tuple[datetime, datetime, timedelta]

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_SECOND = timedelta(seconds=1)
_INSTANT = timedelta(microseconds=1)


def stretches(
    zone: ZoneInfo, spans_of: Callable[[date], tuple[Span, ...]], begin: datetime, days: int
) -> Iterator[Stretch]:
    """The open stretches of so many days (24 hours each) from `begin` (UTC) on; those that touch are one.

    Raises OverflowError beyond the calendar.
    """
    yield from _merged(_open(zone, spans_of, begin, days))


def without(open_: Iterable[Stretch], closed: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of open stretches outside of closed ones, which may overlap."""
    shut = sorted(closed)
    for begin, end in open_:
        at = begin
        for since, until in shut:
            if until <= at or since >= end:
                continue
            if since > at:
                yield at, since
            at = until
        if at < end:
            yield at, end


def _open(
    zone: ZoneInfo, spans_of: Callable[[date], tuple[Span, ...]], begin: datetime, days: int
) -> Iterator[Stretch]:
    for since, until, offset in _pieces(zone, begin, days):
        first, last = ((moment + offset).replace(tzinfo=None) for moment in (since, until))
        day = first.date()
        while day <= (last - _INSTANT).date():
            for span in spans_of(day):
                opens, closes = max(first, datetime.combine(day, span.opens)), min(last, _end(day, span))
                if opens < closes:
                    yield (opens - offset).replace(tzinfo=UTC), (closes - offset).replace(tzinfo=UTC)
            day += _DAY


def _end(day: date, span: Span) -> datetime:
    return datetime.combine(day + _DAY, time(0)) if span.closes == END_OF_DAY else datetime.combine(day, span.closes)


def _merged(parts: Iterable[Stretch]) -> Iterator[Stretch]:
    whole: Stretch | None = None
    for begin, end in parts:
        if whole is not None and whole[1] != begin:
            yield whole
            whole = None
        whole = (whole[0] if whole else begin, end)
    if whole is not None:
        yield whole


def _pieces(zone: ZoneInfo, begin: datetime, days: int) -> Iterator[_Piece]:
    """The time from `begin` (UTC) on, cut every week and where the zone's clocks change: once a week at most."""
    last = begin + days * _DAY
    while begin < last:
        end = min(last, begin + _WEEK)
        old, new = _offset(zone, begin), _offset(zone, end)
        change = end if old == new else _change(zone, begin, end)
        yield begin, change, old
        if change < end:
            yield change, end, new
        begin = end


def _change(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """The whole second at which the zone's clocks change in between."""
    before, after = begin.replace(microsecond=0), end.replace(microsecond=0)
    old = _offset(zone, before)
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The moment (UTC) at which a zone's clocks change, and what they are ahead of UTC before and after."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def shown_before(self) -> datetime:
        """What clocks would show at the moment if they did not change."""
        return (self.at + self.before).replace(tzinfo=None)

    @property
    def shown_after(self) -> datetime:
        """What they show instead."""
        return (self.at + self.after).replace(tzinfo=None)


def clock_changes(zone: ZoneInfo, year: int) -> tuple[ClockChange, ...]:
    """When the zone's clocks change in a year (UTC), in order."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    pieces = list(_pieces(zone, begin, (end - begin).days))
    return tuple(ClockChange(until, old, new) for (_, until, old), (_, _, new) in pairwise(pieces) if old != new)
