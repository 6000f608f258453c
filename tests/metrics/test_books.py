from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from facts.call import LeftBy, MemberRang
from facts.kinds import Fact
from metrics.books import Books, Earlier, Figures, today_of
from metrics.counts import Counts, Target, target_in
from metrics.stays import FlowReason, Outcome, Stay, StayClosed, StayOpened, Stays, Turn
from routing.centre import CENTRE
from routing.teams.file import read
from tests.fakes.told_calls import FACTS, answered_call, ended, joined, left, place

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


NOON = at("2026-11-23T12:00")


class Opened:
    """Books and what they told of themselves."""

    def __init__(self, stays: Stays | None = None) -> None:
        self.breaks: list[str] = []
        self.books = Books(
            lambda _: Target(30, 5), BERLIN, lambda: "default", lambda team, _: self.breaks.append(team), stays
        )

    def fold(self, *facts: Fact) -> Books:
        for fact in facts:
            self.books.fold(fact)
        return self.books


@pytest.fixture
def opened() -> Opened:
    return Opened()


def centre_today(books: Books, now: float = NOON) -> Counts:
    return books.today(CENTRE, now).counts


WAYS = [
    (Counts(1, answered=1, answered_in_target=1), left(NOON + 30, LeftBy.ANSWERED, 30.0)),
    (Counts(1, answered=1), left(NOON + 31, LeftBy.ANSWERED, 30.001)),
    (Counts(1, answered=1), left(NOON + 31, LeftBy.ANSWERED, None)),
    (Counts(1, abandoned=1, abandoned_short=1, abandoned_in_target=1), left(NOON, LeftBy.ABANDONED, 5.0)),
    (Counts(1, abandoned=1, abandoned_in_target=1), left(NOON, LeftBy.ABANDONED, 5.001)),
    (Counts(1, abandoned=1), left(NOON, LeftBy.ABANDONED, None)),
    (Counts(1, lost=1), left(NOON, LeftBy.LOST, 3.0)),
    (Counts(1, flowed_out=1, flowed_out_by={FlowReason.TIMEOUT: 1}), left(NOON, LeftBy.TIMEOUT, 3.0)),
]


@pytest.mark.parametrize(("counts", "way_out"), WAYS)
def test_each_way_out_counts_by_its_hold_time(opened: Opened, counts: Counts, way_out: Fact) -> None:
    books = opened.fold(joined(NOON), way_out)
    assert counts == books.counts("L01")
    assert counts == books.today("L01", NOON).counts


def test_who_is_in_line_waits(opened: Opened) -> None:
    assert Counts(offered=1, waiting=1) == opened.fold(joined(NOON)).counts("L01")


def test_a_team_that_nobody_called_has_empty_books(opened: Opened) -> None:
    assert Figures(Counts(), None, "default") == opened.books.today("V09", NOON)
    assert Counts() == opened.books.counts("V09")


def test_a_day_with_calls_for_others_only_is_empty_too(opened: Opened) -> None:
    assert Counts() == opened.fold(joined(NOON)).today("V09", NOON).counts


def test_a_team_that_left_teams_yaml_keeps_its_books(opened: Opened) -> None:
    assert ("gone",) == opened.fold(joined(NOON, team="gone")).teams


def test_a_call_belongs_to_the_day_of_its_join(opened: Opened) -> None:
    before, after = at("2026-11-22T23:59:59"), at("2026-11-23T00:00:10")
    books = opened.fold(joined(before), left(after, LeftBy.ANSWERED, 11.0))
    assert Counts(1, answered=1, answered_in_target=1) == books.today("L01", before).counts
    assert Counts() == books.today("L01", after).counts


def test_at_midnight_another_day_begins_without_any_fact(opened: Opened) -> None:
    books = opened.fold(*answered_call(NOON, "1.1", 3.0))
    assert Counts() == books.today("L01", at("2026-11-24T00:00")).counts


def test_the_night_of_25_hours_is_one_day(opened: Opened) -> None:
    first, last = at("2026-10-25T00:00"), at("2026-10-25T23:59:59")
    assert 25 * 3600 - 1 == last - first
    books = opened.fold(joined(first), joined(last, "1.2"))
    assert 2 == books.today("L01", last).counts.offered


def test_a_day_before_yesterday_is_let_go(opened: Opened) -> None:
    books = opened.fold(joined(NOON), joined(NOON + 86_400, "1.2"), joined(NOON + 2 * 86_400, "1.3"))
    assert Counts() == books.today("L01", NOON).counts
    assert 3 == opened.fold(left(NOON + 2 * 86_400, LeftBy.LOST, None)).counts("L01").offered


def test_a_call_that_is_told_long_after_its_day_is_in_no_day(opened: Opened) -> None:
    late = opened.fold(joined(NOON), joined(NOON + 86_400, "1.2"), joined(NOON - 86_400, "1.3"))
    assert Counts() == late.today("L01", NOON - 86_400).counts
    assert 3 == late.counts("L01").offered


@pytest.mark.parametrize("moment", [-1e15, 1e15])
def test_an_impossible_instant_stops_nothing(opened: Opened, moment: float) -> None:
    assert 1 == opened.fold(joined(moment)).counts("L01").offered


def test_every_figure_has_the_name_of_its_formula() -> None:
    books = Books(lambda _: Target(30, 5), BERLIN, lambda: "strict", lambda _team, _what: None)
    for fact in (joined(NOON), left(NOON, LeftBy.ABANDONED, 1.0)):
        books.fold(fact)
    assert ("strict", 0.0) == (books.today("L01", NOON).formula, books.today("L01", NOON).service_level)


def test_the_board_gets_today_s_figures(opened: Opened) -> None:
    today = today_of(opened.fold(*answered_call(NOON, "1.1", 3.0)), NOON)
    assert (1, 1, 1, 1.0) == (
        today("L01").offered,
        today("L01").answered,
        today("L01").answered_in_target,
        today("L01").service_level,
    )


def test_the_centre_counts_a_contact_once_though_two_teams_count_it_each(opened: Opened) -> None:
    books = opened.fold(
        joined(NOON),
        left(NOON + 20, LeftBy.TIMEOUT, 20.0, returns=True),
        joined(NOON + 21, team="L02", visit=2),
        left(NOON + 31, LeftBy.ANSWERED, 10.0, team="L02", visit=2),
    )
    assert (1, 1) == (books.counts("L01").offered, books.counts("L02").offered)
    assert Counts(1, answered=1, answered_in_target=1) == centre_today(books)


def test_the_centre_s_hold_time_is_what_the_contact_spent_in_all_lines(opened: Opened) -> None:
    books = opened.fold(
        joined(NOON),
        left(NOON + 20, LeftBy.TIMEOUT, 20.0),
        joined(NOON + 21, team="L02", visit=2),
        left(NOON + 32, LeftBy.ANSWERED, 11.0, team="L02", visit=2),
        ended(NOON + 90),
    )
    assert Counts(1, answered=1) == centre_today(books)


def test_a_hold_that_nobody_knows_is_in_no_target_of_the_centre(opened: Opened) -> None:
    books = opened.fold(
        joined(NOON), joined(NOON, team="L02", visit=2), left(NOON, LeftBy.ANSWERED, 1.0, team="L02", visit=2)
    )
    assert Counts(1, answered=1) == centre_today(books)


def test_a_contact_that_was_answered_stays_answered_after_a_transfer(opened: Opened) -> None:
    books = opened.fold(
        joined(NOON),
        left(NOON + 9, LeftBy.ANSWERED, 9.0),
        joined(NOON + 60, team="L02", visit=2),
        left(NOON + 70, LeftBy.ABANDONED, 10.0, team="L02", visit=2),
        ended(NOON + 70),
    )
    assert Counts(1, answered=1, answered_in_target=1) == centre_today(books)


def test_the_centre_knows_who_waits_and_who_flowed_out(opened: Opened) -> None:
    books = opened.fold(joined(NOON), joined(NOON, "1.2"), left(NOON + 20, LeftBy.TIMEOUT, 20.0, "1.2"))
    assert Counts(2, flowed_out=1, waiting=1, flowed_out_by={FlowReason.TIMEOUT: 1}) == centre_today(books)


def test_a_contact_whose_first_team_is_told_late_waits_on_in_the_second(opened: Opened) -> None:
    books = opened.fold(joined(NOON, team="L02", visit=2), joined(NOON - 60))
    assert Counts(1, waiting=1) == centre_today(books)
    books = opened.fold(left(NOON + 9, LeftBy.ANSWERED, 9.0, team="L02", visit=2))
    assert Counts(1, answered=1) == centre_today(books)


def test_a_contact_of_yesterday_is_not_in_today_s_totals(opened: Opened) -> None:
    books = opened.fold(joined(NOON - 86_400), joined(NOON, "1.2"))
    assert Counts(offered=1, waiting=1) == centre_today(books)


def test_a_contact_whose_day_is_let_go_is_forgotten(opened: Opened) -> None:
    opened.fold(*(joined(NOON + day * 86_400, f"1.{day}") for day in range(3)))
    books = opened.fold(left(NOON, LeftBy.ABANDONED, 3.0, "1.0"), ended(NOON, "1.0"))
    assert 3 == books.counts("L01").offered
    assert Counts(offered=1, waiting=1) == centre_today(books, NOON + 2 * 86_400)


def test_a_call_that_never_stood_in_line_is_no_contact(opened: Opened) -> None:
    assert Counts() == centre_today(opened.fold(ended(NOON), joined(NOON - 9e5, "1.2")))


def test_listeners_hear_each_turn_after_the_books_have_it(opened: Opened) -> None:
    heard: list[tuple[type[Turn], int]] = []
    books = opened.books
    books.listen(lambda turn: heard.append((type(turn), books.counts("L01").waiting)))
    opened.fold(joined(NOON), MemberRang(at=NOON, place=place(), ring="2.1"), left(NOON, LeftBy.ANSWERED, 1.0))
    assert [(StayOpened, 1), (StayClosed, 0)] == heard


def test_what_was_before_is_in_the_books_and_no_listener_hears_of_it(opened: Opened) -> None:
    heard: list[Turn] = []
    opened.books.listen(heard.append)
    Earlier(opened.books).fold(joined(NOON))
    assert (1, []) == (opened.books.counts("L01").waiting, heard)
    opened.fold(left(NOON, LeftBy.ANSWERED, 1.0))
    assert [StayClosed] == [type(turn) for turn in heard]


class WrongStays(Stays):
    """Closes what never opened."""

    def turns(self, fact: Fact) -> tuple[Turn, ...]:
        return (StayClosed(Stay(place(), NOON), NOON, Outcome.LOST, None), *super().turns(fact))


def test_books_that_do_not_balance_are_told_and_counted_once_and_stop_nothing() -> None:
    opened = Opened(WrongStays())
    books = opened.fold(ended(NOON), ended(NOON))
    assert ["L01", CENTRE] == opened.breaks
    assert 2 == books.broken


def test_books_that_balance_again_may_break_again() -> None:
    opened = Opened(WrongStays())
    opened.fold(ended(NOON), joined(NOON), joined(NOON, "1.2"), joined(NOON, "1.3"), ended(NOON, "1.9"))
    assert CENTRE in opened.breaks


@given(FACTS)
def test_whatever_is_told_the_books_balance(facts: list[Fact]) -> None:
    opened = Opened()
    for fact in facts:
        opened.fold(fact)
    counts = [opened.books.counts(team) for team in opened.books.teams]
    assert all(each.is_balanced for each in counts)
    assert 0 == opened.books.broken


@given(FACTS)
def test_whatever_is_told_the_centre_s_totals_balance(facts: list[Fact]) -> None:
    opened = Opened()
    for fact in facts:
        opened.fold(fact)
    assert centre_today(opened.books, 1000.0).is_balanced


def test_a_team_s_target_is_its_own_and_the_centre_s_for_one_that_is_gone() -> None:
    centre = read(Path("teams.yaml"))
    slow = replace(centre, teams={"L01": replace(centre.teams["L01"], target_seconds=40)})
    assert Target(40, 5) == target_in(slow, "L01")
    assert Target(30, 5) == target_in(slow, "gone")


def test_a_call_of_a_day_before_those_that_are_kept_ends_without_a_trace(opened: Opened) -> None:
    days = [joined(NOON + day * 86_400, f"1.{place}") for place, day in enumerate((0, 1, -1))]
    books = opened.fold(*days, ended(NOON, "1.2"))
    assert Counts() == centre_today(books, NOON - 86_400)
