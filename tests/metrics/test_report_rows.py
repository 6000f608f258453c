from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from facts.call import LeftBy
from facts.kinds import Fact
from metrics.calendar_days import cuts, midnight
from metrics.counts import Target
from metrics.day_sheets import DaySheets
from metrics.intervals import IntervalBooks, Row
from metrics.report import record
from metrics.report_rows import Asked, Counted
from routing.centre import CENTRE
from tests.fakes.told_calls import FACTS, answered_call, ended, joined, left

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
DAY = midnight(MONDAY, BERLIN)
NINE = DAY + 9 * 3600
TEAMS = ("L01", "L02", "V01")
FORMULA = "default"


def target(team: str) -> Target:
    return Target(20 if team == "L01" else 30, 5)


def counted(
    facts: Iterable[Fact], borders: Sequence[float], days: Sequence[date], **groups: Sequence[str]
) -> list[Row]:
    sheets = DaySheets(days, BERLIN)
    for fact in facts:
        sheets.fold(fact)
    lines = [sheets.sheet(day).contacts if CENTRE in groups else sheets.sheet(day).stays for day in days]
    return list(Counted(Asked(borders, groups, target), lines).rows(FORMULA, BERLIN))


def of_report(facts: Iterable[Fact], borders: Sequence[float], team: str | None = None) -> list[Row]:
    books = IntervalBooks(borders, target, team)
    for fact in facts:
        books.fold(fact)
    return list(books.rows(TEAMS, FORMULA, BERLIN))


def whole_day(day: date = MONDAY, step: str | None = None) -> list[float]:
    return cuts(midnight(day, BERLIN), midnight(day + timedelta(days=1), BERLIN), step, BERLIN)


@settings(max_examples=60)
@given(facts=FACTS)
def test_teams_counted_of_sheets_are_those_of_the_report(facts: list[Fact]) -> None:
    days = sorted({datetime.fromtimestamp(fact.at, BERLIN).date() for fact in facts} | {MONDAY})
    borders = cuts(midnight(days[0], BERLIN), midnight(days[-2] if days[1:] else MONDAY, BERLIN) + 86_400, "1d", BERLIN)
    own = {team: (team,) for team in TEAMS}
    assert list(map(record, of_report(facts, borders))) == list(map(record, counted(facts, borders, days, **own)))


@settings(max_examples=60)
@given(facts=FACTS)
def test_the_centre_counted_of_sheets_is_that_of_the_report(facts: list[Fact]) -> None:
    days = sorted({datetime.fromtimestamp(fact.at, BERLIN).date() for fact in facts} | {MONDAY})
    borders = [0.0, midnight(days[-1], BERLIN) + 86_400]
    expected = list(map(record, of_report(facts, borders, CENTRE)))
    assert expected == list(map(record, counted(facts, borders, days, centre=TEAMS)))


@pytest.mark.parametrize("step", [None, "5m", "30m", "1h"])
def test_every_step_says_what_the_report_says(step: str | None) -> None:
    facts: list[Fact] = []
    for number in range(200):
        facts += answered_call(DAY + number * 431, f"a.{number}", number * 0.7, TEAMS[number % 3])
    own = {team: (team,) for team in TEAMS}
    found = counted(facts, whole_day(step=step), [MONDAY], **own)
    assert list(map(record, of_report(facts, whole_day(step=step)))) == list(map(record, found))


def test_an_area_has_the_percentiles_of_all_its_calls_and_not_the_mean_of_its_teams() -> None:
    facts = [call for n in range(9) for call in answered_call(NINE + n, f"a.{n}", 1.0)]
    facts += answered_call(NINE, "b.1", 100.0, "L02")
    (row,) = counted(facts, whole_day(), [MONDAY], A1=("L01", "L02"))
    assert (10, 1.0, 1.0, 100.0) == (row.counts.offered, row.p50_seconds, row.p90_seconds, row.p95_seconds)


def test_in_a_sum_each_call_is_measured_by_its_own_team_s_target() -> None:
    facts = [*answered_call(NINE, "a.1", 25.0), *answered_call(NINE, "a.2", 25.0, "L02")]
    (row,) = counted(facts, whole_day(), [MONDAY], A1=("L01", "L02"))
    assert (2, 1) == (row.counts.answered, row.counts.answered_in_target)


def test_a_team_that_was_not_asked_for_is_not_counted() -> None:
    (row,) = counted([joined(NINE, "a.1", "V01")], whole_day(), [MONDAY], A1=("L01", "L02"))
    assert 0 == row.counts.offered


def test_a_day_is_over_once_everybody_who_came_is_out() -> None:
    sheets = DaySheets([MONDAY], BERLIN)
    sheets.fold(joined(NINE))
    is_over = [sheets.sheet(MONDAY).is_over]
    sheets.fold(left(NINE + 5, LeftBy.ABANDONED, 5.0))
    sheets.fold(ended(NINE + 5))
    assert [False, True] == [*is_over, sheets.sheet(MONDAY).is_over]


def test_nothing_told_is_nothing_counted() -> None:
    (row,) = counted([], whole_day(), [MONDAY], L01=("L01",))
    assert (0, None) == (row.counts.offered, row.service_level)
