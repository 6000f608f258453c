"""Open now, open next, open until: one line's week with its holidays, closing days, exceptions and closures.

Precedence: close now > exception > closing day > holiday > week; of two of a kind the more specific level (team,
site, centre) wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from routing.hours.closure import LAST, Closure, in_utc
from routing.hours.day import DatedDays, Day, Why
from routing.hours.public_holidays import HolidaysKept
from routing.hours.span import Span
from routing.hours.stretches import Stretch, stretches, without
from routing.hours.weekly import WeeklyHours

LOOK_AHEAD_DAYS = 1_500
"""So far openings and closings are looked for: past the next 29th of February."""
_LONG_ENOUGH = timedelta(days=LOOK_AHEAD_DAYS)
_A_DAY = timedelta(days=1)
_MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found, the same for every moment from `since` (inclusive) to `until` (exclusive). All in UTC."""

    since: datetime
    until: datetime
    found: datetime | None

    def holds(self, now: datetime) -> bool:
        return self.since <= now < self.until


class _Known:
    """What has been worked out already: the days asked for, the last answers about openings and closings."""

    __slots__ = ("closing", "days", "opening")

    def __init__(self) -> None:
        self.days: dict[date, Day] = {}
        self.opening: _Answer | None = None
        self.closing: _Answer | None = None


@dataclass(frozen=True)
class OpeningHours:
    """When one line is open. All times are aware; answers are in the centre's zone.

    `dated`: special days, the most specific level first. `closures`: those that concern this line.
    """

    weekly: WeeklyHours
    holidays: HolidaysKept | None = None
    dated: tuple[DatedDays, ...] = ()
    closures: tuple[Closure, ...] = ()
    _known: _Known = field(default_factory=_Known, init=False, repr=False, compare=False)

    @property
    def zone(self) -> ZoneInfo:
        """The centre's time zone."""
        return self.weekly.zone

    @property
    def always(self) -> bool:
        """Whether the line never closes."""
        return self._planned_always and not self.closures

    def is_open(self, now: datetime) -> bool:
        """Whether the line is open at this moment. Never raises for an aware time."""
        if self.closures and self.closed_by(now) is not None:
            return False
        if self._planned_always:
            return True
        try:
            local = now.astimezone(self.zone)
        except OverflowError:  # the zone's clock shows a year before 1 or after 9999
            return False
        clock = local.time()
        return any(span.holds(clock) for span in self.day(local.date()).spans)

    def closed_by(self, now: datetime) -> Closure | None:
        """The emergency closing in force at this moment: the one that lasts longest."""
        holding = (closure for closure in self.closures if closure.holds(now))
        return max(holding, key=lambda closure: closure.until, default=None)

    def day(self, day: date) -> Day:
        """A local date as planned (whatever is closed at once): its spans, and what they come from."""
        known = self._known.days.get(day)
        if known is None:
            if len(self._known.days) >= _MOST_DAYS:
                self._known.days.clear()
            known = self._known.days[day] = self._day(day)
        return known

    def next_opening(self, now: datetime) -> datetime | None:
        """The first moment strictly after `now` at which a closed line opens.

        Spans that touch are one opening. None if there is none: always open, or not for years.
        """
        moment = in_utc(now)
        known = self._known.opening
        if known is None or not known.holds(moment):
            known = self._known.opening = self._opening(moment)
        return known.found and known.found.astimezone(self.zone)

    def closes_at(self, now: datetime) -> datetime | None:
        """The moment at which a line that is open now closes, exact to the microsecond.

        Spans that touch, also over midnight, are one opening. None if it is closed now, or stays open for years.
        """
        moment = in_utc(now)
        known = self._known.closing
        if known is None or not known.holds(moment):
            known = self._known.closing = self._closing(moment)
        return known.found and known.found.astimezone(self.zone)

    def is_over_for_today(self, now: datetime) -> bool:
        """Whether the line is closed and does not open again on this local date."""
        if self.is_open(now):
            return False
        opens = self.next_opening(now)
        return opens is None or opens.date() > now.astimezone(self.zone).date()

    def with_closures(self, closures: tuple[Closure, ...]) -> "OpeningHours":
        """The same hours, with these emergency closings in place of those before."""
        return replace(self, closures=closures)

    @property
    def _planned_always(self) -> bool:
        return self.weekly.always and self.holidays is None and not self.dated

    def _spans(self, day: date) -> tuple[Span, ...]:
        return self._day(day).spans

    def _day(self, day: date) -> Day:
        for level in self.dated:
            if special := level.exceptions.get(day):
                return Day(day, special.spans, Why.EXCEPTION, special.name, level.path)
        for level in self.dated:
            if special := level.closing_days.get((day.month, day.day)):
                return Day(day, special.spans, Why.CLOSING_DAY, special.name, level.path)
        if self.holidays and (name := self.holidays.on(day)):
            return Day(day, (), Why.HOLIDAY, name)
        return Day(day, self.weekly.on(day))

    def _opening(self, now: datetime) -> _Answer:
        found = next((begin for begin, _ in self._stretches(now) if begin > now), None)
        return _Answer(now, found or _later(now), found)

    def _closing(self, now: datetime) -> _Answer:
        first = next(self._stretches(now), None)
        if first is None or first[1] - now >= _LONG_ENOUGH:
            return _Answer(now, _later(now), None)
        begin, end = first
        return _Answer(now, begin, None) if begin > now else _Answer(now, end, end)

    def _stretches(self, now: datetime) -> Iterator[Stretch]:
        """When the line is open from `now` (UTC) on, in order; nothing beyond the calendar."""
        try:
            yield from without(self._planned(now), (closure.stretch for closure in self.closures))
        except OverflowError:
            return

    def _planned(self, begin: datetime) -> Iterator[Stretch]:
        if self._planned_always:
            return iter([(begin, LAST)])
        if not any(self.weekly.days.values()) and not self.weekly.always and not self._opens_on_special_days:
            return iter(())
        return stretches(self.zone, self._spans, begin, LOOK_AHEAD_DAYS)

    @property
    def _opens_on_special_days(self) -> bool:
        return any(
            day.spans for level in self.dated for day in (*level.exceptions.values(), *level.closing_days.values())
        )


def _later(now: datetime) -> datetime:
    """So long nothing that was not found is looked for again."""
    return min(now, LAST - _A_DAY) + _A_DAY


def always_open(zone: ZoneInfo) -> OpeningHours:
    """Hours of a line that never closes."""
    return OpeningHours(WeeklyHours(zone, {}, always=True))
