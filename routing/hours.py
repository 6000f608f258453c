"""Opening hours: open now, open next.

A span is what the sign on the door says: a line is open while the wall clock shows a time within it. In the
night when clocks go back, 02:30 is shown twice and a span over it counts twice; in the night when they go
forward, what lies in the skipped hour does not happen. Exceptions and holidays come before weekly hours: they
will ask `WeeklyHours` last, so it knows nothing of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

END_OF_DAY = time(0)
_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_LOOK_AHEAD_DAYS = 15  # a week, and one more for an opening that a change of the clocks swallows


@dataclass(frozen=True, slots=True)
class Span:
    """From `opens` (inclusive) to `closes` (exclusive: 12:00 closes at 12:00:00), local time of one day.

    `closes` 00:00 is the end of the day, written 24:00.
    """

    opens: time
    closes: time

    def holds(self, clock: time) -> bool:
        """Whether the wall clock's time lies in the span."""
        return self.opens <= clock and (clock < self.closes or self.closes == END_OF_DAY)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open spans per weekday (0 Monday .. 6 Sunday), in the centre's time zone; a missing day is closed."""

    zone: ZoneInfo
    days: Mapping[int, tuple[Span, ...]]
    always: bool = False

    def is_open(self, now: datetime) -> bool:
        """Whether `now` (aware, any zone) lies in a span. Never raises for an aware time."""
        if self.always:
            return True
        try:
            local = now.astimezone(self.zone)
        except OverflowError:  # the zone's clock shows a year before 1 or after 9999
            return False
        return any(span.holds(local.time()) for span in self.days.get(local.weekday(), ()))

    def next_opening(self, now: datetime) -> datetime | None:
        """The first moment strictly after `now` (aware) at which a closed line opens, in the centre's zone.

        Spans that touch are one opening. None if there is none: always open, or never.
        """
        if self.always or not any(self.days.values()):
            return None
        try:
            return self._search(now)
        except OverflowError:  # beyond the year 9999
            return None

    def _search(self, now: datetime) -> datetime | None:
        today = now.astimezone(self.zone).date()
        for ahead in range(-1, _LOOK_AHEAD_DAYS):  # clocks set back over midnight bring yesterday again
            day = today + ahead * _DAY
            openings = [*self._openings(day, now), *self._openings(day + _DAY, now)]
            if openings:
                return min(openings).astimezone(self.zone)
        return None

    def _openings(self, day: date, now: datetime) -> Iterator[datetime]:
        """Instants (UTC) after `now` on this local day at which a closed line opens."""
        for instant in self._moments(day):
            if instant > now and self.is_open(instant) and not self.is_open(instant - _INSTANT):
                yield instant

    def _moments(self, day: date) -> Iterator[datetime]:
        """Where an opening can be (UTC): each span's beginning, whenever it is shown, and a clock change."""
        for span in self.days.get(day.weekday(), ()):
            for fold in (0, 1):
                yield datetime.combine(day, span.opens, self.zone).replace(fold=fold).astimezone(UTC)
        yield from self._clock_change(day)

    def _clock_change(self, day: date) -> Iterator[datetime]:
        """The instant (UTC) at which the zone's clocks change on this day, if they do."""
        before = datetime.combine(day, END_OF_DAY, self.zone).astimezone(UTC)
        after = datetime.combine(day + _DAY, END_OF_DAY, self.zone).astimezone(UTC)
        old = self._offset(before)
        if self._offset(after) == old:
            return
        while after - before > timedelta(seconds=1):
            middle = (before + (after - before) / 2).replace(microsecond=0)
            before, after = (middle, after) if self._offset(middle) == old else (before, middle)
        yield after

    def _offset(self, instant: datetime) -> timedelta | None:
        return instant.astimezone(self.zone).utcoffset()


def always_open(zone: ZoneInfo) -> WeeklyHours:
    """Hours of a line that never closes."""
    return WeeklyHours(zone, {}, always=True)
