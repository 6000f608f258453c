from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import LeftBy
from facts.kinds import Fact
from facts.wait import WaitProved
from facts.watch import GapSeen
from metrics.calendar_days import cuts, midnight
from metrics.estimate_intervals import EstimateBooks, EstimateRow
from metrics.said_happened import SaidAndHappened
from operations.fact_stream import FactStream
from routing.centre import CENTRE
from tests.fakes.told_calls import CALLS, FACTS, TEAMS, VISITS, answered_call, joined, left
from tests.fakes.told_waits import wait_proved, wait_told

ZONE = ZoneInfo("Europe/Berlin")
DAY, NEXT_DAY = midnight(date(2026, 11, 22), ZONE), midnight(date(2026, 11, 23), ZONE)
NINE = DAY + 9 * 3600
SENTENCES = st.lists(st.builds(wait_told, st.floats(0, 1e6), CALLS, TEAMS, VISITS), max_size=8)


def rows(*facts: Fact, step: str | None = None, team: str | None = None) -> list[EstimateRow]:
    books = EstimateBooks(cuts(DAY, NEXT_DAY, step, ZONE), team)
    for fact in facts:
        books.fold(fact)
    return list(books.rows(["L02", "L01"], ZONE))


def only(given: Sequence[EstimateRow], team: str) -> EstimateRow:
    (row,) = [row for row in given if row.team == team]
    return row


def journalled(facts: Sequence[Fact]) -> list[Fact]:
    journal: list[Fact] = []
    said = SaidAndHappened()
    FactStream([said], journal.append, sequels=[said]).take(facts)
    return journal


def test_every_configured_team_has_a_row_and_others_come_after() -> None:
    assert ["L02", "L01", "gone"] == [row.team for row in rows(wait_told(NINE, team="gone"))]


def test_a_sentence_belongs_to_the_interval_in_which_it_was_said() -> None:
    told = wait_told(NINE + 1799)
    cut = rows(told, wait_proved(told, 600.0), step="30m", team="L01")
    assert [("2026-11-22T09:00:00+01:00", 1, 1)] == [
        (row.begins, row.told, row.kept.answered) for row in cut if row.told
    ]


@pytest.mark.parametrize("at", [DAY - 1, NEXT_DAY])
def test_a_sentence_outside_of_the_span_is_not_counted(at: float) -> None:
    told = wait_told(at)
    assert 0 == only(rows(told, wait_proved(told, 90.0)), "L01").told


def test_a_sentence_outside_of_the_span_is_not_concluded_either() -> None:
    assert 0 == only(rows(wait_told(DAY - 2), *answered_call(DAY, "1.1", 30.0)), "L01").told


def test_what_was_told_is_answered_or_gave_up_or_left_or_waits() -> None:
    told = [wait_told(NINE + number, f"{number}.1") for number in range(4)]
    outcomes = (LeftBy.ANSWERED, LeftBy.ABANDONED, LeftBy.MOVED)
    proved = [wait_proved(each, 9.0, outcome) for each, outcome in zip(told, outcomes, strict=False)]
    row = only(rows(*told, *proved), "L01")
    assert (4, 1, 1, 1, 1) == (row.told, row.kept.answered, row.kept.gave_up, row.kept.other, row.waiting)


def test_a_proof_whose_sentence_the_journal_lacks_counts_both() -> None:
    row = only(rows(wait_proved(wait_told(NINE), 9.0)), "L01")
    assert (1, 1, 0) == (row.told, row.kept.answered, row.waiting)


def test_a_proof_that_the_journal_lacks_is_concluded_from_its_facts() -> None:
    row = only(rows(wait_told(NINE - 2), *answered_call(NINE, "1.1", 30.0)), "L01")
    assert (1, 32.0) == (row.kept.answered, row.kept.mean_wait_seconds)


def test_a_proof_that_the_journal_tells_before_its_facts_counts_once() -> None:
    told = wait_told(NINE - 2)
    row = only(rows(wait_proved(told, 33.0), told, *answered_call(NINE, "1.1", 30.0)), "L01")
    assert (1, 1, 33.0) == (row.told, row.kept.answered, row.kept.mean_wait_seconds)


def test_the_centre_has_the_sentences_of_all_teams() -> None:
    told = [wait_told(NINE), wait_told(NINE, "1.2", "L02")]
    (row,) = rows(*told, *(wait_proved(each, 9.0) for each in told), team=CENTRE)
    assert (CENTRE, 2, 2) == (row.team, row.told, row.kept.answered)


def test_one_team_has_its_own_alone() -> None:
    (row,) = rows(wait_told(NINE), wait_told(NINE, "1.2", "L02"), team="L02")
    assert ("L02", 1) == (row.team, row.told)


def test_gaps_within_the_span_are_told() -> None:
    books = EstimateBooks((DAY, NEXT_DAY))
    gap = GapSeen(at=NINE + 60, node="pbx1", since=NINE, filled=True)
    for fact in (gap, GapSeen(at=DAY, node="pbx1", since=DAY - 9, filled=True), gap):
        books.fold(fact)
    assert (gap,) == books.gaps


def test_looking_at_the_rows_changes_nothing() -> None:
    books = EstimateBooks((DAY, NEXT_DAY))
    for fact in (wait_told(NINE), joined(NINE + 1), left(NINE + 31, LeftBy.ANSWERED, 30.0)):
        books.fold(fact)
    assert list(books.rows(["L01"], ZONE)) == list(books.rows(["L01"], ZONE))


@given(FACTS, SENTENCES, st.randoms())
def test_a_journal_without_its_proofs_gives_the_same_rows(
    facts: list[Fact], sentences: list[Fact], chance: object
) -> None:
    mixed = [*facts, *sentences]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    journal = journalled(mixed)
    told = [EstimateBooks((0.0, 5e5, 2e6)) for _ in range(2)]
    for fact in journal:
        told[0].fold(fact)
        if not isinstance(fact, WaitProved):
            told[1].fold(fact)
    whole, bare = (list(books.rows([], ZONE)) for books in told)
    assert whole == bare
    assert all(row.told == row.waiting + row.kept.answered + row.kept.gave_up + row.kept.other for row in whole)
    assert all(row.waiting >= 0 for row in whole)
