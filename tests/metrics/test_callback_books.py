"""The report's books of callbacks: each promise in its interval, balanced whatever the order of facts."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.callback import CallbackMoved
from facts.watch import GapSeen
from metrics.callback_books import CallbackBooks, CallbackFigures, CallbackRow
from metrics.callback_report import COLUMNS, HEADINGS, csv_text, json_text, table_text
from routing.callback import Outcome, State
from routing.centre import CENTRE

ZONE = ZoneInfo("Europe/Berlin")
DAY = datetime(2026, 11, 23, tzinfo=ZONE).timestamp()
NINE, TEN = DAY + 9 * 3600, DAY + 10 * 3600
CUTS = (NINE, TEN, TEN + 3600)


def moved(
    at: float,
    before: str,
    state: State,
    outcome: str = "",
    *,
    name: str = "m-1",
    kind: str = "callback",
    team: str = "L01",
) -> CallbackMoved:
    return CallbackMoved(at=at, callback=name, team=team, before=before, state=state, kind=kind, outcome=outcome)


def promised(at: float = NINE, name: str = "m-1", kind: str = "callback", team: str = "L01") -> CallbackMoved:
    return moved(at, "", State.CONFIRMED, name=name, kind=kind, team=team)


def dialled(at: float, state: State, outcome: str = "") -> list[CallbackMoved]:
    return [
        moved(at, "confirmed", State.IN_LINE),
        moved(at, "in-line", State.ANSWERED),
        moved(at, "answered", State.DIALLING),
        moved(at + 20, "dialling", state, outcome),
    ]


def rows(
    *facts: CallbackMoved | GapSeen, team: str | None = None, teams: Sequence[str] = ("L01",)
) -> list[CallbackRow]:
    return list(books(*facts, team=team).rows(teams, ZONE))


def books(*facts: CallbackMoved | GapSeen, team: str | None = None) -> CallbackBooks:
    opened = CallbackBooks(CUTS, team)
    for fact in facts:
        opened.fold(fact)
    return opened


def first(*facts: CallbackMoved, team: str | None = None) -> CallbackFigures:
    return rows(*facts, team=team)[0].counts


def test_a_promise_is_open_until_it_is_over() -> None:
    assert (1, 1) == (first(promised()).confirmed, first(promised()).open)


def test_a_promise_kept_hours_later_counts_where_it_was_made() -> None:
    made, later = (row.counts for row in rows(promised(), *dialled(TEN + 60, State.REACHED, "reached")))
    assert (1, 1, 0, 0) == (made.confirmed, made.ended[Outcome.REACHED], later.confirmed, made.open)


def test_dials_are_counted_and_faults_of_ours_are_none() -> None:
    told = first(
        promised(),
        *dialled(NINE + 60, State.RETRY, "busy"),
        *dialled(NINE + 90, State.CONFIRMED, "failed"),
        *dialled(NINE + 120, State.GIVEN_UP, "no-answer"),
    )
    assert (2, {Outcome.NO_ANSWER: 1}) == (told.attempts, dict(told.ended))


def test_the_first_dial_alone_counts_for_the_time_until_it() -> None:
    told = first(promised(), *dialled(NINE + 60, State.RETRY, "busy"), *dialled(NINE + 700, State.REACHED))
    assert [60.0] == told.first_attempts


def test_an_appointment_is_dialled_from_its_moment_on() -> None:
    dial = CallbackMoved(
        at=TEN, callback="m-1", team="L01", before="answered", state="dialling", kind="appointment", waited_seconds=5.0
    )
    assert [5.0] == first(promised(kind="appointment"), dial).first_attempts


def test_an_appointment_dialled_a_moment_early_waited_for_nothing() -> None:
    dial = CallbackMoved(
        at=TEN, callback="m-1", team="L01", before="answered", state="dialling", kind="appointment", waited_seconds=-5.0
    )
    assert [0.0] == first(promised(kind="appointment"), dial).first_attempts


def test_appointments_and_calls_to_kiosks_are_told_apart() -> None:
    told = first(
        promised(kind="appointment"),
        *dialled(TEN, State.REACHED),
        promised(name="m-2", kind="appointment"),
        promised(name="m-3", kind="kiosk"),
    )
    assert (2, 1, 1) == (told.kinds["appointment"], told.appointments_reached, told.kinds["kiosk"])


def test_a_task_that_is_struck_off_stays_what_it_was() -> None:
    told = first(promised(), *dialled(NINE, State.GIVEN_UP, "refused"), moved(TEN, "given-up", State.CANCELLED))
    assert {Outcome.REFUSED: 1} == dict(told.ended)


def test_a_promise_of_before_the_span_is_not_counted() -> None:
    told = first(promised(NINE - 1), *dialled(NINE, State.REACHED))
    assert (0, {}) == (told.confirmed, dict(told.ended))


def test_the_same_promise_told_twice_is_one() -> None:
    assert 1 == first(promised(), promised(NINE + 1)).confirmed


def test_of_one_team_only_its_own_promises_count() -> None:
    (row, _) = rows(promised(), promised(name="m-2", team="L02"), team="L02")
    assert ("L02", 1) == (row.team, row.counts.confirmed)


def test_the_centre_s_row_has_all_promises() -> None:
    (row, _) = rows(promised(), promised(name="m-2", team="L02"), team=CENTRE)
    assert (CENTRE, 2) == (row.team, row.counts.confirmed)


def test_teams_that_only_the_facts_name_come_after_those_of_the_file() -> None:
    assert ["L01", "L01", "gone", "gone"] == [row.team for row in rows(promised(team="gone"))]


def test_success_is_reached_of_all() -> None:
    (row, empty) = rows(promised(), *dialled(NINE, State.REACHED), promised(name="m-2"))
    assert (0.5, None) == (row.success, empty.success)


def test_gaps_are_told() -> None:
    gap = GapSeen(at=TEN, node="pbx1", since=NINE, filled=True)
    assert (gap,) == books(gap).gaps


# As text


def test_machines_get_the_columns_that_the_docs_name() -> None:
    head, row, *_ = csv.reader("".join(csv_text(rows(promised(), *dialled(NINE + 60, State.REACHED)))).splitlines())
    told = dict(zip(head, row, strict=True))
    assert [*COLUMNS] == head
    assert ("1", "1", "0", "1", "60.0", "1.0000") == tuple(
        told[name] for name in ("confirmed", "reached", "open", "attempts", "first_attempt_p50_seconds", "success")
    )


def test_what_is_empty_is_null() -> None:
    row = json.loads("".join(json_text(rows())))[0]
    assert (0, None, None) == (row["confirmed"], row["first_attempt_p90_seconds"], row["success"])


def test_people_get_a_table_with_what_its_words_mean() -> None:
    text = "".join(table_text(rows(promised())))
    assert len(HEADINGS) == len(COLUMNS) - 1
    assert "Success: reached of all." in text


WORDS = st.sampled_from(["", *State, "by a newer version"])
MOVES = st.builds(
    CallbackMoved,
    at=st.floats(NINE - 3600, TEN + 7200),
    callback=st.sampled_from(["m-1", "m-2"]),
    team=st.sampled_from(["L01", "L02"]),
    before=WORDS,
    state=WORDS,
    kind=st.sampled_from(["callback", "appointment", "kiosk"]),
    outcome=st.sampled_from(["", *Outcome, "by a newer version"]),
    waited_seconds=st.none() | st.floats(-10, 1e6),
)


@given(st.lists(MOVES, max_size=30), st.sampled_from([None, CENTRE, "L01"]))
def test_every_row_balances_whatever_happened(facts: list[CallbackMoved], team: str | None) -> None:
    for row in rows(*facts, team=team):
        assert row.counts.confirmed == row.counts.ended.total() + row.counts.open
        assert row.counts.open >= 0
        assert row.counts.confirmed == row.counts.kinds.total()
        assert row.success is None or 0 <= row.success <= 1


@pytest.mark.parametrize("end", [State.CONFIRMED, State.IN_LINE, State.RETRY, State.BY_HAND])
def test_what_goes_on_is_open(end: State) -> None:
    assert 1 == first(promised(), moved(TEN, "confirmed", end)).open
