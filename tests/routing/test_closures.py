from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.closures import Closure, apply, closed_teams
from tests.fakes.hours_file import hours_centre

NOON = datetime(2026, 6, 1, 11, tzinfo=ZoneInfo("Europe/Berlin"))
CENTRE = hours_centre()


def closure(scope: str, minutes: int = 30) -> Closure:
    return Closure(scope, NOON, NOON + timedelta(minutes=minutes), "Wasserrohrbruch")


def open_teams(*closures: Closure, now: datetime = NOON) -> set[str]:
    return {team.id for team in apply(CENTRE, closures).teams.values() if team.hours.is_open(now)}


@pytest.mark.parametrize(
    ("scope", "still_open"),
    [
        ("centre", set()),
        ("site:nord", {"general", "L03", "V02"}),
        ("site:sued", {"general", "L01", "L02", "V01"}),
        ("team:L01", {"general", "L02", "L03", "V01", "V02"}),
        ("team:gone", {"general", "L01", "L02", "L03", "V01", "V02"}),
        ("site:gone", {"general", "L01", "L02", "L03", "V01", "V02"}),
        ("everything", {"general", "L01", "L02", "L03", "V01", "V02"}),
    ],
)
def test_a_closure_closes_its_scope_and_nothing_else(scope: str, still_open: set[str]) -> None:
    assert still_open == open_teams(closure(scope))


def test_a_closure_ends_by_itself() -> None:
    assert open_teams(closure("centre"), now=NOON + timedelta(minutes=30)) == set(CENTRE.teams)


def test_the_longer_of_two_closures_counts() -> None:
    later = NOON + timedelta(minutes=40)
    assert "L01" not in open_teams(closure("site:nord", 50), closure("team:L01", 10), now=later)


def test_closures_replace_those_before() -> None:
    assert CENTRE == apply(apply(CENTRE, [closure("centre")]), [])


def test_the_centres_own_hours_are_closed_with_the_centre() -> None:
    assert not apply(CENTRE, [closure("centre")]).hours.is_open(NOON)
    assert apply(CENTRE, [closure("site:nord")]).hours.is_open(NOON)


def test_teams_with_the_same_hours_still_share_them() -> None:
    teams = apply(CENTRE, [closure("site:nord")]).teams
    assert teams["L01"].hours is teams["L02"].hours
    assert teams["L03"].hours is teams["general"].hours


@pytest.mark.parametrize("scope", ["site:gone", "team:gone", "team:", "L01", "", "centre:x"])
def test_a_scope_that_is_not_there_is_told(scope: str) -> None:
    with pytest.raises(LookupError):
        closed_teams(CENTRE, scope)


def test_a_site_closes_the_teams_of_its_areas() -> None:
    assert closed_teams(CENTRE, "site:nord") == ("L01", "L02", "V01")
