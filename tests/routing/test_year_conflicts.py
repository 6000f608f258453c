from datetime import date

import pytest

from routing.year_conflicts import Conflict, conflicts
from routing.year_preview import groups
from tests.fakes.hours_file import OFFICE, hours_centre

TODAY = date(2026, 6, 1)


def test_teams_with_equal_hours_are_one_group() -> None:
    same = ', hours: {mon-thu: ["08:00-12:00", "14:00-16:00"], fri: ["08:00-12:00"]}'
    assert [len(group.teams) for group in groups(hours_centre(team=same))] == [6]
    assert [team.id for group in groups(hours_centre(), ["L03"]) for team in group.teams] == ["L03"]


def found(hours: str = "", site: str = "", team: str = "", default: str = OFFICE) -> tuple[Conflict, ...]:
    return conflicts(groups(hours_centre(default + hours, site=site, team=team)), 2026, TODAY)


def test_an_ordinary_year_has_no_conflicts() -> None:
    assert found('  closing_days: {"12-24": Heiligabend, "12-31": {name: Silvester, open: ["08:00-10:00"]}}\n') == ()


@pytest.mark.parametrize(
    ("hours", "day", "where", "what"),
    [
        (
            "  exceptions: {2026-03-05: Umzug}\n",
            "2026-03-05",
            "hours.exceptions.2026-03-05",
            'the exception "Umzug" lies in the past',
        ),
        (
            "  exceptions: {2026-06-06: Umzug}\n",
            "2026-06-06",
            "hours.exceptions.2026-06-06",
            'the exception "Umzug" is closed anyway',
        ),
        (
            '  exceptions: {2026-12-25: {name: Dienst, open: ["08:00-10:00"]}}\n',
            "2026-12-25",
            "hours.exceptions.2026-12-25",
            'the exception "Dienst" opens on a holiday (Erster Weihnachtstag)',
        ),
        (
            '  closing_days: {"12-25": Weihnachten}\n',
            "2026-12-25",
            "hours.closing_days.12-25",
            'the closing day "Weihnachten" is a holiday anyway (Erster Weihnachtstag)',
        ),
        (
            '  exceptions: {2026-12-04: {name: Freitag, open: ["08:00-12:00"]}}\n',
            "2026-12-04",
            "hours.exceptions.2026-12-04",
            'the exception "Freitag" changes nothing: its times are those of the week',
        ),
        (
            "  exceptions: {2027-03-05: Umzug}\n",
            "2027-03-05",
            "hours.exceptions.2027-03-05",
            'the exception "Umzug" is not in 2026',
        ),
        (
            "  exceptions: {2025-03-05: Umzug}\n",
            "2025-03-05",
            "hours.exceptions.2025-03-05",
            'the exception "Umzug" is not in 2026, and lies in the past',
        ),
        (
            '  closing_days: {"12-24": Weihnacht}\n  exceptions: {2026-12-24: {name: Dienst, open: ["08:00-10:00"]}}\n',
            "2026-12-24",
            "hours.closing_days.12-24",
            'the closing day "Weihnacht" does not count: the exception "Dienst" (hours.exceptions.2026-12-24) wins',
        ),
    ],
)
def test_what_may_not_be_meant_is_told_once(hours: str, day: str, where: str, what: str) -> None:
    assert found(hours) == (Conflict(date.fromisoformat(day), where, what),)


def test_a_closing_day_on_a_weekend_is_no_conflict() -> None:
    assert found('  closing_days: {"12-27": Sonntag}\n') == ()


def test_exceptions_of_two_levels_on_one_date_are_a_conflict() -> None:
    told = found("  exceptions: {2026-12-02: Versammlung}\n", team=", exceptions: {2026-12-02: Ausflug}")
    what = 'the exception "Versammlung" does not count: the exception "Ausflug" (teams.L01.exceptions.2026-12-02) wins'
    assert told == (Conflict(date(2026, 12, 2), "hours.exceptions.2026-12-02", what),)


def test_a_team_that_never_opens_is_a_conflict() -> None:
    told = found(team=", hours: {mon: []}")
    assert told == (Conflict(date(2026, 1, 1), "hours", "the weekly hours of L01 have no opening"),)


def test_a_week_in_which_a_team_never_opens_is_a_conflict() -> None:
    days = ", ".join(f"2026-12-{day}: Ferien" for day in (21, 22, 23, 24))
    told = found(team=", hours: {mon-thu: ['08:00-10:00']}, exceptions: {" + days + "}")
    assert told == (Conflict(date(2026, 12, 21), "hours", "L01 never open in the week from this Monday on"),)


def test_an_opening_that_the_clocks_skip_is_a_conflict() -> None:
    told = found(default='  default: {sat-sun: ["02:10-02:50", "05:00-06:00"]}\n')
    names = "general, L01, L02, L03, V01, V02"
    assert told == (Conflict(date(2026, 3, 29), "hours", f"an opening of {names} is skipped: the clocks go forward"),)
