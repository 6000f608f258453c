"""What in a year's hours an administrator may not have meant. Nothing here stops a file from being used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from routing.hours import DatedDay, OpeningHours, Why
from routing.teams.mistakes import shown
from routing.year_preview import Group, dates, days, openings

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """`date`: the day, or the first one; `where`: a path of teams.yaml; `what`: one sentence."""

    date: date
    where: str
    what: str


def conflicts(groups: Iterable[Group], year: int, today: date) -> tuple[Conflict, ...]:
    """Every conflict of these teams in the year, each once, in order."""
    return tuple(sorted({found for group in groups for found in _of_group(group, year, today)}))


def _of_group(group: Group, year: int, today: date) -> Iterator[Conflict]:
    hours = group.hours
    yield from _outside(hours, year, today)
    for day in dates(year):
        yield from _of_day(hours, day, today)
    yield from _closed_weeks(group, year)
    yield from _skipped(group, year)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A special day that one level has for a date."""

    where: str
    kind: Why
    day: DatedDay

    def __str__(self) -> str:
        return f"the {self.kind} {shown(self.day.name)}"


def _rules(hours: OpeningHours, day: date) -> Iterator[_Rule]:
    """All of them for one date, the one that counts first."""
    for level in hours.dated:
        if special := level.exceptions.get(day):
            yield _Rule(f"{level.path}.exceptions.{day}", Why.EXCEPTION, special)
    for level in hours.dated:
        if special := level.closing_days.get((day.month, day.day)):
            yield _Rule(f"{level.path}.closing_days.{day:%m-%d}", Why.CLOSING_DAY, special)


def _of_day(hours: OpeningHours, day: date, today: date) -> Iterator[Conflict]:
    rules = list(_rules(hours, day))
    for hidden in rules[1:]:
        yield Conflict(day, hidden.where, f"{hidden} does not count: {rules[0]} ({rules[0].where}) wins")
    for rule in rules[:1]:
        if rule.kind is Why.EXCEPTION and day < today:
            yield Conflict(day, rule.where, f"{rule} lies in the past")
        if what := _needless(hours, day, rule):
            yield Conflict(day, rule.where, f"{rule} {what}")


def _needless(hours: OpeningHours, day: date, rule: _Rule) -> str:
    """What is odd about a special day beside the holiday or ordinary day that it replaces; "" for nothing."""
    holiday = hours.holidays.on(day) if hours.holidays else ""
    usual = hours.weekly.on(day)
    if holiday:
        return f"opens on a holiday ({holiday})" if rule.day.spans else f"is a holiday anyway ({holiday})"
    if rule.kind is Why.CLOSING_DAY and not usual:
        return ""  # every year on another day of the week
    if rule.day.spans == usual:
        return "changes nothing: its times are those of the week" if usual else "is closed anyway"
    return ""


def _outside(hours: OpeningHours, year: int, today: date) -> Iterator[Conflict]:
    for level in hours.dated:
        for day, special in level.exceptions.items():
            if day.year != year:
                rule = _Rule(f"{level.path}.exceptions.{day}", Why.EXCEPTION, special)
                past = ", and lies in the past" if day < today else ""
                yield Conflict(day, rule.where, f"{rule} is not in {year}{past}")


def _closed_weeks(group: Group, year: int) -> Iterator[Conflict]:
    """Weeks (Monday to Sunday) of this year in which the teams are never open."""
    hours, names = group.hours, ", ".join(team.id for team in group.teams)
    first = date(year, 1, 1)
    if not any(hours.weekly.on(first + timedelta(days=ahead)) for ahead in range(7)):
        yield Conflict(first, "hours", f"the weekly hours of {names} have no opening")
        return
    monday = first + timedelta(days=-first.weekday() % 7)
    while (monday + _WEEK).year == year:
        if not any(hours.day(monday + timedelta(days=ahead)).spans for ahead in range(7)):
            yield Conflict(monday, "hours", f"{names} never open in the week from this Monday on")
        monday += _WEEK


def _skipped(group: Group, year: int) -> Iterator[Conflict]:
    """Openings that the clocks skip, as between 02:00 and 03:00 in the night of March."""
    for preview in days(group.hours, year):
        if preview.clocks and preview.clocks.shown_after > preview.clocks.shown_before:
            planned, there = len(preview.day.spans), len(openings(group.hours, preview.day))
            if there < planned:
                names = ", ".join(team.id for team in group.teams)
                yield Conflict(preview.day.date, "hours", f"an opening of {names} is skipped: the clocks go forward")
