"""A year's openings as iCalendar (RFC 5545), for calendars of members and web sites."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from routing.centre import Team
from routing.hours import Day, OpeningHours
from routing.hours.stretches import clock_changes
from routing.year_preview import Group, PreviewDay, days, openings

_PRODUCT = "-//Teamline//Opening hours//DE"
_UID_DOMAIN = "hours.teamline"


def year_calendar(groups: Iterable[Group], zone: ZoneInfo, year: int, now: datetime) -> bytes:
    """One event an opening and team, one of a whole day where a team is closed for a reason. `now` is their DTSTAMP.

    An event keeps its UID from file to file, so that importing again replaces it, also where its times have changed:
    it is named by its date, and by its place among the day's openings.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_timezone(zone, year))
    for group in groups:
        planned = tuple(days(group.hours, year))
        for team in group.teams:
            for preview in planned:
                for event in _events(team, group.hours, preview):
                    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
                    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _events(team: Team, hours: OpeningHours, preview: PreviewDay) -> Iterable[Event]:
    if preview.day.spans:
        moments = enumerate(_moments(hours, preview), start=1)
        return [_open(team, preview, place, begin, end) for place, (begin, end) in moments]
    return [_closed(team, preview.day)] if preview.day.name else []


def _moments(hours: OpeningHours, preview: PreviewDay) -> Iterable[tuple[datetime, datetime]]:
    """In the zone's time; in UTC on a day on which clocks change, where local times may come twice."""
    moments = openings(hours, preview.day)
    if preview.clocks:
        return moments
    return [(begin.astimezone(hours.zone), end.astimezone(hours.zone)) for begin, end in moments]


def _open(team: Team, preview: PreviewDay, place: int, begin: datetime, end: datetime) -> Event:
    event = Event()
    event.add("uid", _uid(team, preview.day, place))
    event.add("summary", f"{team.id} {team.name}: geöffnet")
    event.add("dtstart", begin)
    event.add("dtend", end)
    if preview.day.name:
        event.add("description", preview.day.name)
    return event


def _closed(team: Team, day: Day) -> Event:
    event = Event()
    event.add("uid", _uid(team, day, 1))
    event.add("summary", f"{team.id} {team.name}: geschlossen ({day.name})")
    event.add("dtstart", day.date)
    event.add("dtend", day.date + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _uid(team: Team, day: Day, place: int) -> str:
    return f"{team.id}-{day.date:%Y%m%d}-{place}@{_UID_DOMAIN}"


def _timezone(zone: ZoneInfo, year: int) -> Timezone:
    """The zone's rules as far as the year needs them."""
    block = Timezone()
    block.add("tzid", zone.key)
    begin = datetime(year - 1, 12, 31)  # noqa: DTZ001 - VTIMEZONE has local times (RFC 5545 3.6.5)
    offset = begin.replace(tzinfo=zone).utcoffset() or timedelta()
    block.add_component(_observance(TimezoneStandard(), begin, offset, offset))
    for change in clock_changes(zone, year):
        kind = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
        block.add_component(_observance(kind, change.shown_before, change.before, change.after))
    return block


def _observance(
    part: TimezoneStandard | TimezoneDaylight, begin: datetime, before: timedelta, after: timedelta
) -> TimezoneStandard | TimezoneDaylight:
    part.add("dtstart", begin)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    return part
