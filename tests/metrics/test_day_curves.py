from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from facts.call import LeftBy
from facts.kinds import Fact
from metrics.calendar_days import cuts, midnight
from metrics.counts import Target
from metrics.day_curves import CurvesOfDay, DayCurves
from metrics.intervals import IntervalBooks
from tests.fakes.told_calls import FACTS, answered_call, ended, joined, left

BERLIN = ZoneInfo("Europe/Berlin")
DAY = midnight(date(2026, 11, 23), BERLIN)
NINE = DAY + 9 * 3600
NIGHT = DAY + 86_399
NINTH = 36
"""The quarter hour that begins at nine."""


def curves(facts: Iterable[Fact], now: float = NIGHT) -> CurvesOfDay:
    made = DayCurves(BERLIN)
    for fact in facts:
        made.fold(fact)
    return made.today(now)


def of_report(facts: Iterable[Fact], team: str, day: date) -> list[tuple[int, int, int]]:
    borders = cuts(midnight(day, BERLIN), midnight(day + timedelta(days=1), BERLIN), "15m", BERLIN)
    books = IntervalBooks(borders, lambda _: Target(20, 5), team)
    for fact in facts:
        books.fold(fact)
    counted = [row.counts for row in books.rows((), "default", BERLIN)]
    return [(each.offered, each.answered, each.abandoned) for each in counted]


def of_curves(found: CurvesOfDay, team: str) -> list[tuple[int, int, int]]:
    curve = found.of(team)
    return list(zip(curve.offered, curve.answered, curve.abandoned, strict=True))


def test_a_call_counts_in_the_quarter_hour_of_its_join_whenever_it_is_answered() -> None:
    curve = curves(answered_call(NINE + 899, "1.1", 60.0)).of("L01")
    assert (1, 1, 0) == (curve.offered[NINTH], curve.answered[NINTH], sum(curve.answered[NINTH + 1 :]))


def test_a_join_on_the_border_belongs_to_the_quarter_hour_that_begins_there() -> None:
    assert 1 == curves([joined(NINE + 900)]).of("L01").offered[NINTH + 1]


def test_who_hung_up_is_abandoned_where_they_joined() -> None:
    curve = curves([joined(NINE), left(NINE + 1000, LeftBy.ABANDONED, 1000.0)]).of("L01")
    assert [1, 0] == [*curve.abandoned[NINTH : NINTH + 2]]


def test_the_longest_line_is_that_of_one_moment() -> None:
    facts: list[Fact] = [
        joined(NINE, "1.1"),
        joined(NINE + 10, "1.2"),
        left(NINE + 20, LeftBy.ANSWERED, 20.0, "1.1"),
        left(NINE + 30, LeftBy.ANSWERED, 20.0, "1.2"),
        joined(NINE + 40, "1.3"),
    ]
    assert 2 == curves(facts).of("L01").waiting_max[NINTH]


def test_who_waits_on_stands_in_the_line_of_every_quarter_hour_until_they_are_out() -> None:
    facts: list[Fact] = [joined(NINE), left(NINE + 2000, LeftBy.ANSWERED, 2000.0)]
    assert (0, 1, 1, 1, 0) == curves(facts).of("L01").waiting_max[NINTH - 1 : NINTH + 4]


def test_who_still_waits_stands_there_up_to_now() -> None:
    assert (1, 1, 1) == curves([joined(NINE)], NINE + 1900).of("L01").waiting_max[NINTH:]


def test_looking_changes_nothing() -> None:
    made = DayCurves(BERLIN)
    made.fold(joined(NINE))
    made.today(NINE + 5000)
    made.fold(left(NINE + 60, LeftBy.ANSWERED, 60.0))
    assert 0 == made.today(NINE + 5000).of("L01").waiting_max[NINTH + 1]


def test_quarter_hours_that_have_not_begun_are_not_told() -> None:
    found = curves([joined(NINE)], NINE + 1)
    assert (NINTH + 1, NINTH + 1) == (found.count, len(found.of("L01").offered))


def test_a_team_that_nobody_called_has_zeros() -> None:
    assert (0, 0) == curves([], DAY + 1000).of("V01").offered


def test_at_midnight_a_new_day_begins_with_whoever_waits() -> None:
    found = curves([joined(DAY - 60)], DAY + 1000)
    assert ((0, 0), (1, 1)) == (found.of("L01").offered, found.of("L01").waiting_max)


def test_an_answer_after_midnight_belongs_to_yesterday() -> None:
    assert (0,) == curves(answered_call(DAY - 10, "1.1", 20.0), DAY + 20).of("L01").answered


def test_a_fact_of_a_day_long_past_is_passed_over() -> None:
    facts = [joined(DAY, "1.1"), joined(DAY - 86_400, "1.2"), joined(DAY - 5 * 86_400, "1.3")]
    assert 1 == sum(curves(facts).of("L01").offered)


@pytest.mark.parametrize("at", [-1.0, 0.0, 2.0**33, 1e12])
def test_a_damaged_instant_breaks_nothing(at: float) -> None:
    damaged: list[Fact] = [joined(NINE), joined(at, "1.2"), left(at, LeftBy.ANSWERED, 1.0, "1.2")]
    assert 1 == curves(damaged).of("L01").offered[NINTH]


def test_a_line_never_counts_again_who_is_out() -> None:
    facts = [*answered_call(NINE, "1.1", 5.0), joined(NINE + 1800, "1.2"), ended(NINE + 1810, "1.2")]
    assert (1, 0, 1) == curves(facts).of("L01").waiting_max[NINTH : NINTH + 3]


@pytest.mark.parametrize(("day", "quarters"), [(date(2026, 3, 29), 92), (date(2026, 10, 25), 100)])
def test_the_days_of_clock_changes_are_shorter_and_longer(day: date, quarters: int) -> None:
    assert quarters == curves([], midnight(day + timedelta(days=1), BERLIN) - 1).count


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    begins = midnight(date(2026, 10, 25), BERLIN)
    facts = [joined(begins + 2 * 3600, "1.1"), joined(begins + 3 * 3600, "1.2")]
    curve = curves(facts, begins + 20 * 3600).of("L01")
    assert [8, 12] == [number for number, offered in enumerate(curve.offered) if offered]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 23)])
def test_a_whole_day_says_what_the_report_says(day: date) -> None:
    begins, ends = midnight(day, BERLIN), midnight(day + timedelta(days=1), BERLIN)
    facts: list[Fact] = []
    for number in range(300):
        at = begins + number * (ends - begins) / 300
        call = answered_call(at, f"a.{number}", 30.0 + number)
        facts += (
            call if number % 3 else [joined(at, f"a.{number}"), left(at + 40, LeftBy.ABANDONED, 40.0, f"a.{number}")]
        )
    assert of_report(facts, "L01", day) == of_curves(curves(facts, ends - 1), "L01")


@settings(max_examples=50)
@given(facts=FACTS)
def test_whatever_is_told_curves_and_report_agree(facts: list[Fact]) -> None:
    last = max((fact.at for fact in facts), default=0.0)
    day = datetime.fromtimestamp(last, BERLIN).date()
    found = curves(facts, midnight(day + timedelta(days=1), BERLIN) - 1)
    assert of_report(facts, "L01", day) == of_curves(found, "L01")
