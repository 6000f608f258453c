"""A year as teams.yaml plans it: every local date of every team, teams with the same hours together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from routing.centre import Centre, Team
from routing.hours import Day, OpeningHours
from routing.hours.stretches import ClockChange, Stretch, clock_changes, stretches

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Group:
    """Teams that are open at the same times."""

    hours: OpeningHours
    teams: tuple[Team, ...]


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """One local date. `clocks`: set on a date on which the clocks change."""

    day: Day
    clocks: ClockChange | None = None


def groups(centre: Centre, teams: Iterable[str] | None = None) -> tuple[Group, ...]:
    """Teams (all, or those named) by their hours, in the order of teams.yaml."""
    found: list[tuple[OpeningHours, list[Team]]] = []
    for team in centre.teams.values():
        if teams is None or team.id in teams:
            same = next((members for hours, members in found if hours == team.hours), None)
            if same is None:
                found.append((team.hours, [team]))
            else:
                same.append(team)
    return tuple(Group(hours, tuple(members)) for hours, members in found)


def dates(year: int) -> Iterator[date]:
    """Every date of a year."""
    first = date(year, 1, 1).toordinal()
    yield from map(date.fromordinal, range(first, date(year + 1, 1, 1).toordinal()))


def days(hours: OpeningHours, year: int) -> Iterator[PreviewDay]:
    """Every date of the year with its openings, and whether clocks change."""
    changes = {change.shown_before.date(): change for change in clock_changes(hours.zone, year)}
    for day in dates(year):
        yield PreviewDay(hours.day(day), changes.get(day))


def openings(hours: OpeningHours, day: Day) -> tuple[Stretch, ...]:
    """The openings of one local date as moments (UTC), also in the nights in which clocks change."""
    begin = datetime.combine(day.date, time(0), hours.zone).astimezone(UTC)
    return tuple(stretches(hours.zone, lambda asked: day.spans if asked == day.date else (), begin, 2))
