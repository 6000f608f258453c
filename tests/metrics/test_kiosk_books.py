"""Calls from kiosks in the report: by kiosk, each call once."""

import csv
import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.kinds import Fact
from facts.place import Place
from facts.watch import GapSeen
from metrics.kiosk_books import KioskBooks, KioskRow
from metrics.kiosk_report import COLUMNS, HEADINGS, csv_text, json_text, table_text
from metrics.stays import Outcome
from routing.centre import CENTRE
from tests.fakes.told_calls import FACTS

ZONE = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 11, 23, 9, tzinfo=ZONE).timestamp()
CUTS = (NINE, NINE + 3600)
KIOSKS = {"K1": "north", "K2": "south"}
PLACE = Place("pbx1", "1.1", "L01", 1, "L01", site="north", kiosk="K1")
NEXT = replace(PLACE, queue="L02", team="L02", visit=2)


def call(
    place: Place = PLACE, cause: LeftBy = LeftBy.ANSWERED, hold: float | None = 12.0, at: float = NINE
) -> list[Fact]:
    return [
        CallerJoined(at=at, place=place),
        CallerLeft(at=at + 12, place=place, cause=cause, hold_seconds=hold),
        CallEnded(at=at + 60, place=place),
    ]


def books(*facts: Fact, team: str | None = None) -> KioskBooks:
    opened = KioskBooks(CUTS, team)
    for fact in facts:
        opened.fold(fact)
    return opened


def rows(*facts: Fact, team: str | None = None) -> list[KioskRow]:
    return list(books(*facts, team=team).rows(KIOSKS, ZONE))


def test_every_kiosk_has_its_row_with_its_site() -> None:
    assert [("K1", "north", 1), ("K2", "south", 0)] == [
        (row.kiosk, row.site, row.counts.calls) for row in rows(*call())
    ]


def test_a_call_that_stood_in_two_lines_counts_once() -> None:
    moved = [
        CallerJoined(at=NINE, place=PLACE),
        CallerLeft(at=NINE + 30, place=PLACE, cause=LeftBy.TIMEOUT, hold_seconds=30.0, returns=True),
    ]
    counts = rows(*moved, *call(NEXT, at=NINE + 30))[0].counts
    assert (1, {Outcome.ANSWERED: 1}, [42.0]) == (counts.calls, dict(counts.ended), counts.holds)


def test_who_is_in_line_still_waits() -> None:
    counts = rows(CallerJoined(at=NINE, place=PLACE))[0].counts
    assert (1, 1) == (counts.calls, counts.waiting)


def test_calls_from_elsewhere_are_not_here() -> None:
    assert [0, 0] == [row.counts.calls for row in rows(*call(replace(PLACE, kiosk="")))]


def test_a_kiosk_that_only_the_facts_name_comes_last_with_its_site() -> None:
    row = rows(*call(replace(PLACE, kiosk="K9", site="west")))[-1]
    assert ("K9", "west", 1) == (row.kiosk, row.site, row.counts.calls)


def test_the_centre_s_row_has_all_kiosks() -> None:
    (row,) = rows(*call(), *call(replace(PLACE, call="1.2", kiosk="K2", site="south")), team=CENTRE)
    assert (CENTRE, "", 2) == (row.kiosk, row.site, row.counts.calls)


def test_of_one_team_only_the_calls_that_it_had_last_count() -> None:
    told = rows(*call(), *call(replace(NEXT, call="1.2")), team="L02")
    assert [1, 0] == [row.counts.calls for row in told]


def test_a_call_outside_of_the_span_is_not_counted() -> None:
    assert [0, 0] == [row.counts.calls for row in rows(*call(at=NINE - 1))]


def test_an_answer_after_a_wait_that_nobody_knows_has_no_wait() -> None:
    counts = rows(*call(hold=None))[0].counts
    assert (None, None) == (counts.asa_seconds, counts.wait_seconds(50))


def test_gaps_are_told() -> None:
    gap = GapSeen(at=NINE + 60, node="pbx1", since=NINE, filled=True)
    assert (gap,) == books(gap).gaps


def test_machines_get_every_column() -> None:
    head, row, *_ = csv.reader("".join(csv_text(rows(*call()))).splitlines())
    assert [*COLUMNS] == head
    assert ["north", "1", "1", "0", "0", "0", "0", "12.0", "12.0", "12.0"] == row[3:]


def test_what_is_empty_is_null() -> None:
    assert [None, None] == [row["asa_seconds"] for row in json.loads("".join(json_text(rows())))]


def test_people_get_a_table_with_what_its_words_mean() -> None:
    text = "".join(table_text(rows(*call())))
    assert len(HEADINGS) == len(COLUMNS) - 1
    assert "K1     north" in text
    assert "each once" in text


@given(FACTS, st.sampled_from([None, CENTRE, "L01"]))
def test_every_row_balances_whatever_the_order(facts: list[Fact], team: str | None) -> None:
    opened = KioskBooks((0.0, 5e5, 1e6 + 1), team)
    for fact in facts:
        kiosk = replace(fact.place, kiosk="K1", site="north")  # type: ignore[union-attr]  # FACTS are of calls
        opened.fold(replace(fact, place=kiosk))  # type: ignore[call-arg]  # the same
    for row in opened.rows(KIOSKS, ZONE):
        assert row.counts.calls == row.counts.ended.total() + row.counts.waiting
        assert row.counts.waiting >= 0
