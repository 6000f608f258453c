"""Checked hours of teams.yaml -> `OpeningHours` of the centre, its sites and its teams, each with what it inherits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from routing.hours import DatedDay, DatedDays, HolidaysKept, OpeningHours, WeeklyHours
from routing.teams.hours import month_day, spans, weekly_hours
from routing.teams.hours_kinds import SpecialDayKeys
from routing.teams.schema import HoursKeys, SiteKeys, TeamKeys, TeamsYaml

CENTRE_PATH = "hours"


class WrittenHours:
    """The hours of one file. Who writes nothing of their own shares the very object of whom they inherit from."""

    def __init__(self, keys: TeamsYaml) -> None:
        self._rules = keys.hours
        self._zone = ZoneInfo(keys.centre.timezone)
        self._kept = HolidaysKept(
            keys.centre.land,
            tuple(keys.hours.open_on),
            tuple(keys.hours.closed_on),
        )
        self.centre = self._centre(keys.hours)
        self._sites = {site.id: self._own(self.centre, f"sites.{site.id}", site) for site in keys.sites}
        site_of = {team: area.site for area in keys.areas for team in (*area.benefit, area.placement)}
        self._teams = {
            name: self._own(self._sites[site_of[name]] if name in site_of else self.centre, f"teams.{name}", team)
            for name, team in keys.teams.items()
        }

    def of_site(self, name: str) -> OpeningHours:
        """The site's hours: its own, else the centre's."""
        return self._sites[name]

    def of_team(self, name: str) -> OpeningHours:
        """The team's hours: its own, else its site's, else the centre's."""
        return self._teams[name]

    def _centre(self, keys: HoursKeys) -> OpeningHours:
        week = weekly_hours(self._zone, keys.default)
        own = _dated(CENTRE_PATH, keys.closing_days, keys.exceptions)
        return OpeningHours(week, self._holidays(week), own)

    def _own(self, inherited: OpeningHours, path: str, keys: SiteKeys | TeamKeys) -> OpeningHours:
        dated = _dated(path, keys.closing_days, keys.exceptions)
        if keys.hours is None:
            return replace(inherited, dated=(*dated, *inherited.dated)) if dated else inherited
        week = weekly_hours(self._zone, keys.hours)
        return OpeningHours(week, self._holidays(week), (*dated, *inherited.dated))

    def _holidays(self, week: WeeklyHours) -> HolidaysKept | None:
        """Hours that never close do so on holidays only if the file says it."""
        if self._rules.holidays == "open":
            return None
        is_said = self._rules.holidays or self._kept.open_on or self._kept.closed_on
        return self._kept if is_said or not week.always else None


def _dated(
    path: str, closing_days: Mapping[str, SpecialDayKeys], exceptions: Mapping[str, SpecialDayKeys]
) -> tuple[DatedDays, ...]:
    yearly = {found: _special(day) for key, day in closing_days.items() if (found := month_day(key))}
    once = {date.fromisoformat(key): _special(day) for key, day in exceptions.items()}
    return (DatedDays(path, yearly, once),) if yearly or once else ()


def _special(keys: SpecialDayKeys) -> DatedDay:
    return DatedDay(keys.name, spans(keys.open))
