from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import LeftBy, MemberRang
from facts.kinds import Fact
from facts.watch import GapSeen
from metrics.calendar_days import cuts, midnight
from metrics.counts import Counts, Target
from metrics.intervals import IntervalBooks, Row, percentile, rows
from metrics.stays import FlowReason
from routing.centre import CENTRE
from routing.teams.file import read
from tests.fakes.told_calls import FACTS, answered_call, ended, joined, left, place

WHOLE = read(Path("teams.yaml"))
CENTRE_OF_TWO = replace(WHOLE, teams={team: WHOLE.teams[team] for team in ("L02", "L01")})
ZONE = WHOLE.timezone
DAY, NEXT_DAY = midnight(date(2026, 11, 22), ZONE), midnight(date(2026, 11, 23), ZONE)
NINE = DAY + 9 * 3600


def told(*facts: Fact, step: str | None = None, team: str | None = None) -> list[Row]:
    return rows(facts, cuts(DAY, NEXT_DAY, step, ZONE), CENTRE_OF_TWO, team)[0]


def only(given: Sequence[Row], team: str) -> Row:
    (row,) = [row for row in given if row.team == team]
    return row


def test_every_configured_team_has_a_row_in_the_order_of_teams_yaml() -> None:
    assert ["L02", "L01"] == [row.team for row in told()]


def test_teams_that_teams_yaml_no_longer_has_come_last_sorted() -> None:
    facts = (joined(NINE, "1.1", "X2"), joined(NINE, "1.2", "X1"))
    assert ["L02", "L01", "X1", "X2"] == [row.team for row in told(*facts)]


def test_one_team_is_told_alone() -> None:
    facts = (joined(NINE, "1.1", "L01"), joined(NINE, "1.2", "L02"))
    assert [("L01", 1)] == [(row.team, row.counts.offered) for row in told(*facts, team="L01")]


def test_an_empty_row_has_no_level_and_no_durations() -> None:
    empty = told()[0]
    assert Counts() == empty.counts
    assert (None,) * 5 == (
        empty.service_level,
        empty.asa_seconds,
        empty.p50_seconds,
        empty.p90_seconds,
        empty.p95_seconds,
    )


def test_a_row_says_from_when_until_when_with_the_offset() -> None:
    row = told()[0]
    assert ("2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00") == (row.begins, row.ends)


def test_a_call_belongs_to_the_interval_of_its_join() -> None:
    facts = (joined(NINE + 1799), left(NINE + 1830, LeftBy.ANSWERED, 31.0))
    counted = [row.begins for row in told(*facts, step="30m", team="L01") if row.counts.offered]
    assert ["2026-11-22T09:00:00+01:00"] == counted
    assert 1 == sum(row.counts.answered for row in told(*facts, step="30m"))


def test_a_join_on_the_border_belongs_to_the_interval_that_begins_there() -> None:
    counted = [row.begins for row in told(joined(NINE), step="30m", team="L01") if row.counts.offered]
    assert ["2026-11-22T09:00:00+01:00"] == counted


def test_a_call_of_yesterday_that_is_answered_today_is_yesterday_s() -> None:
    assert 0 == only(told(*answered_call(DAY - 5, "1.1", 10.0)), "L01").counts.answered


def test_a_call_over_midnight_is_told_to_its_end() -> None:
    assert 1 == only(told(*answered_call(NEXT_DAY - 5, "1.1", 10.0)), "L01").counts.answered


def test_a_call_of_tomorrow_is_not_told() -> None:
    assert 0 == only(told(joined(NEXT_DAY)), "L01").counts.offered


def test_who_has_not_left_by_the_last_fact_waits() -> None:
    assert Counts(offered=1, waiting=1) == only(told(joined(NINE)), "L01").counts


def test_asa_and_percentiles_are_those_of_answered_calls_only() -> None:
    facts = [fact for number in range(1, 11) for fact in answered_call(NINE, f"1.{number}", float(number))]
    row = only(told(*facts, joined(NINE), left(NINE + 500, LeftBy.ABANDONED, 500.0)), "L01")
    assert (5.5, 5.0, 9.0, 10.0) == (row.asa_seconds, row.p50_seconds, row.p90_seconds, row.p95_seconds)


def test_a_hold_that_nobody_knows_is_answered_but_in_no_duration() -> None:
    row = only(told(joined(NINE), left(NINE + 3, LeftBy.ANSWERED, None)), "L01")
    assert (Counts(1, answered=1), None, 0.0) == (row.counts, row.asa_seconds, row.service_level)


def test_the_centre_counts_a_contact_once_at_its_first_join() -> None:
    facts = (
        joined(NINE),
        left(NINE + 1900, LeftBy.TIMEOUT, 20.0),
        joined(NINE + 1901, team="L02", visit=2),
        left(NINE + 1911, LeftBy.ANSWERED, 10.0, team="L02", visit=2),
        ended(NINE + 2000),
    )
    offered = [row for row in told(*facts, step="30m", team=CENTRE) if row.counts.offered]
    assert [("centre", "2026-11-22T09:00:00+01:00", 30.0)] == [
        (row.team, row.begins, row.asa_seconds) for row in offered
    ]
    assert Counts(1, answered=1, answered_in_target=1) == offered[0].counts


def test_the_centre_s_row_stands_even_if_empty() -> None:
    assert [(CENTRE, Counts())] == [(row.team, row.counts) for row in told(team=CENTRE)]


def test_the_centre_knows_contacts_whose_call_goes_on() -> None:
    facts = (joined(NINE), joined(NINE, "1.2"), left(NINE + 20, LeftBy.TIMEOUT, 20.0, "1.2"), joined(DAY - 5, "1.3"))
    expected = Counts(2, flowed_out=1, waiting=1, flowed_out_by={FlowReason.TIMEOUT: 1})
    assert expected == told(*facts, team=CENTRE)[0].counts


def test_rows_may_be_asked_for_twice() -> None:
    books = IntervalBooks((DAY, NEXT_DAY), lambda _: Target(30, 5), CENTRE)
    books.fold(joined(NINE))
    books.fold(MemberRang(at=NINE, place=place(), ring="2.1"))
    first, again = (list(books.rows((), "default", ZONE)) for _ in range(2))
    assert first == again


def test_the_formula_is_that_of_teams_yaml() -> None:
    strict = replace(CENTRE_OF_TWO, targets=replace(WHOLE.targets, formula="strict"))
    facts = (joined(NINE), left(NINE, LeftBy.ABANDONED, 1.0))
    row = only(rows(facts, (DAY, NEXT_DAY), strict)[0], "L01")
    assert ("strict", 0.0) == (row.formula, row.service_level)


def gap(since: float, at: float) -> GapSeen:
    return GapSeen(at=at, node="pbx1", since=since, filled=False)


def test_gaps_within_the_span_are_told_by_their_beginning_and_others_are_not() -> None:
    late, early = gap(NINE, NINE + 60), gap(DAY - 5, DAY + 5)
    outside = (gap(DAY - 60, DAY), gap(NEXT_DAY, NEXT_DAY + 5))
    assert (early, late) == rows((late, *outside, early, late), (DAY, NEXT_DAY), CENTRE_OF_TWO)[1]


@pytest.mark.parametrize(
    ("expected", "values", "share"),
    [(None, [], 50), (7.0, [7.0], 95), (1.0, [1.0, 2.0], 50), (2.0, [1.0, 2.0], 51), (19.0, list(range(1, 21)), 95)],
)
def test_a_percentile_is_the_nearest_rank(expected: float | None, values: list[float], share: int) -> None:
    assert expected == percentile(values, share)


NEAR = (0.0, 1e5, 5e5, 1e6)


@given(FACTS, st.sampled_from([None, CENTRE, "L01"]))
def test_every_row_balances_whatever_is_told(facts: list[Fact], team: str | None) -> None:
    books = IntervalBooks(NEAR, lambda _: Target(30, 5), team)
    for fact in facts:
        books.fold(fact)
    assert all(row.counts.is_balanced for row in books.rows((), "default", ZONE))
