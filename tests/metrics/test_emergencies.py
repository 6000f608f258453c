from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import CallerJoined, CallerLeft, LeftBy
from facts.contact import ContactDecided, OnCallAnswered
from facts.kinds import Fact
from facts.place import Place
from facts.watch import GapSeen
from metrics.calendar_days import cuts, midnight
from metrics.emergencies import EmergencyBooks, EmergencyCounts, EmergencyRow
from metrics.emergency_report import COLUMNS, HEADINGS, csv_text, json_text, table_text
from routing.centre import CENTRE
from tests.fakes.told_calls import CALLS, FACTS, INSTANTS, TEAMS, answered_call, ended

ZONE = ZoneInfo("Europe/Berlin")
DAY, NEXT_DAY = midnight(date(2026, 11, 22), ZONE), midnight(date(2026, 11, 23), ZONE)
NINE = DAY + 9 * 3600
A_DAY = 86_400
OFTEN = 3


def books(*facts: Fact, step: str | None = None, team: str | None = None) -> EmergencyBooks:
    opened = EmergencyBooks(cuts(DAY, NEXT_DAY, step, ZONE), OFTEN, team)
    for fact in facts:
        opened.fold(fact)
    return opened


def rows(*facts: Fact, step: str | None = None, team: str | None = None) -> list[EmergencyRow]:
    return list(books(*facts, step=step, team=team).rows(["L01", "L02"], ZONE))


def counts(*facts: Fact, team: str = "L01") -> EmergencyCounts:
    (row,) = [row for row in rows(*facts) if row.team == team]
    return row.counts


def of_centre(*facts: Fact) -> EmergencyCounts:
    (row,) = rows(*facts, team=CENTRE)
    return row.counts


def urgent(call: str = "1.1", team: str = "L01", visit: int = 1, rule: str = "emergency-area") -> Place:
    return Place("pbx1", call, "A1-urgent", visit, team, concern="emergency", rule=rule)


def joined(at: float, place: Place) -> CallerJoined:
    return CallerJoined(at=at, place=place)


def left(at: float, place: Place, cause: LeftBy, hold: float | None, *, returns: bool = False) -> CallerLeft:
    return CallerLeft(at=at, place=place, cause=cause, hold_seconds=hold, returns=returns)


def emergency(at: float, call: str, hold: float, cause: LeftBy = LeftBy.ANSWERED, team: str = "L01") -> list[Fact]:
    place = urgent(call, team)
    return [joined(at, place), left(at + hold, place, cause, hold), replace(ended(at + hold + 60, call), place=place)]


def decided(at: float, call: str = "1.1", goal: str = "line", home: str = "L01", **other: object) -> ContactDecided:
    told: dict[str, object] = {"rule": "emergency-area", "concern": "emergency", **other}
    return ContactDecided(at=at, node="pbx1", call=call, visit=0, team=home, home=home, goal=goal, **told)  # type: ignore[arg-type]


def test_an_emergency_that_was_answered_is_counted_beside_all_contacts() -> None:
    (row,) = rows(*emergency(NINE, "1.1", 4.0), *answered_call(NINE, "1.2", 9.0), team="L01")
    assert (row.counts.emergencies, row.counts.answered, row.share) == (1, 1, 0.5)
    assert [4.0, 4.0] == [row.wait_seconds(50), row.wait_seconds(90)]


def test_a_team_without_contacts_has_no_share_and_no_wait() -> None:
    (row,) = rows(team="L01")
    assert [None, None] == [row.share, row.wait_seconds(50)]


@pytest.mark.parametrize(
    ("cause", "column"),
    [
        (LeftBy.ANSWERED, "answered"),
        (LeftBy.ABANDONED, "abandoned"),
        (LeftBy.MOVED, "other"),
        (LeftBy.LOST, "other"),
    ],
)
def test_every_way_out_has_a_column(cause: LeftBy, column: str) -> None:
    found = counts(*emergency(NINE, "1.1", 4.0, cause))
    assert (getattr(found, column), found.waiting) == (1, 0)


def test_whoever_is_still_in_line_waits() -> None:
    assert counts(joined(NINE, urgent())).waiting == 1
    assert of_centre(joined(NINE, urgent())).waiting == 1


def test_what_is_no_emergency_is_a_contact_only() -> None:
    found = counts(*answered_call(NINE, "1.1", 9.0))
    assert (found.contacts, found.emergencies) == (1, 0)


def test_an_emergency_raised_after_a_talk_is_one_of_the_team_it_was_sent_to() -> None:
    again = urgent(visit=2, team="L02", rule="emergency-raised")
    told = [
        *answered_call(NINE, "1.1", 9.0)[:2],
        joined(NINE + 60, again),
        left(NINE + 63, again, LeftBy.ANSWERED, 3.0),
    ]
    assert (counts(*told).emergencies, counts(*told, team="L02").raised) == (0, 1)
    centre = of_centre(*told)
    assert (centre.contacts, centre.emergencies, centre.raised, centre.answered) == (1, 1, 1, 1)


def test_an_emergency_raised_in_line_is_counted_from_its_stays_beginning() -> None:
    place = Place("pbx1", "1.1", "L01", 1, "L01", concern="money")
    told = [
        joined(NINE, place),
        left(NINE + 20, place, LeftBy.MOVED, 20.0, returns=True),
        joined(NINE + 20, urgent(visit=2, rule="emergency-raised")),
        left(NINE + 30, urgent(visit=2), LeftBy.ANSWERED, 30.0),
    ]
    found = counts(*told)
    assert (found.contacts, found.emergencies, found.raised, found.holds) == (1, 1, 1, [30.0])


def test_a_slice_makes_no_second_emergency() -> None:
    told = [joined(NINE, urgent()), left(NINE + 9, urgent(), LeftBy.TIMEOUT, 9.0, returns=True)]
    assert counts(*told, joined(NINE + 9, urgent(visit=2))).emergencies == 1


def test_the_emergency_service_is_counted_for_the_team_of_the_household() -> None:
    told = decided(NINE, goal="on-call", rule="emergency-on-call")
    found = counts(told, OnCallAnswered(at=NINE + 20, node="pbx1", call="1.1"))
    assert (found.contacts, found.emergencies, found.on_call, found.on_call_answered) == (1, 1, 1, 1)


def test_a_call_for_which_nobody_was_reached_is_no_answered_one() -> None:
    found = counts(decided(NINE, goal="on-call"), decided(NINE + 90, goal="message"))
    assert (found.on_call, found.on_call_answered) == (1, 0)


def test_an_answer_of_which_nothing_else_is_known_counts_nowhere() -> None:
    assert counts(OnCallAnswered(at=NINE, node="pbx1", call="1.1")).on_call_answered == 0


def test_an_answer_belongs_to_the_interval_of_its_call() -> None:
    told = decided(NINE + 1799, goal="on-call"), OnCallAnswered(at=NINE + 1801, node="pbx1", call="1.1")
    cut = rows(*told, step="30m", team="L01")
    assert ["2026-11-22T09:00:00+01:00"] == [row.begins for row in cut if row.counts.on_call_answered]


def test_what_was_taken_back_is_counted() -> None:
    assert counts(decided(NINE, concern="money", taken_back=True)).taken_back == 1


def test_a_household_with_many_emergencies_is_counted_and_never_named() -> None:
    told = [decided(NINE + day * -A_DAY, f"1.{day}", customer="a1b2") for day in (29, 10, 0)]
    found = [row for row in rows(*told) if row.team == "L01"]
    assert [1] == [len(row.counts.often) for row in found]
    assert "a1b2" not in "".join((*csv_text(found), *json_text(found), *table_text(found)))


@pytest.mark.parametrize("days", [(31, 10, 0), (10, 0), (40, 35, 0)])
def test_what_lies_more_than_30_days_apart_is_not_often(days: Sequence[int]) -> None:
    told = [decided(NINE - day * A_DAY, f"1.{day}", customer="a1b2") for day in days]
    assert not counts(*told).often


def test_a_call_that_is_decided_again_and_again_counts_once_for_its_household() -> None:
    assert not counts(*[decided(NINE + second, customer="a1b2") for second in range(5)]).often


def test_unknown_households_are_not_one() -> None:
    assert not counts(*[decided(NINE, f"1.{call}") for call in range(5)]).often


def test_the_centre_counts_a_call_once_however_many_lines_it_stood_in() -> None:
    other = urgent(team="L02", visit=2)
    told = [
        joined(NINE, urgent()),
        left(NINE + 9, urgent(), LeftBy.MOVED, 9.0, returns=True),
        joined(NINE + 9, other),
        left(NINE + 12, other, LeftBy.ANSWERED, 3.0),
        replace(ended(NINE + 60), place=other),
    ]
    found = of_centre(*told)
    assert (found.contacts, found.emergencies, found.answered, found.holds) == (1, 1, 1, [12.0])


def test_what_is_outside_of_the_span_is_not_counted() -> None:
    assert counts(*emergency(DAY - 30, "1.1", 60.0)).emergencies == 0
    assert of_centre(*emergency(DAY - 30, "1.1", 60.0)).contacts == 0


def test_gaps_are_told() -> None:
    gap = GapSeen(at=NINE, node="pbx1", since=NINE - 60, filled=True)
    assert books(gap).gaps == (gap,)


def test_teams_that_only_the_facts_name_come_after_those_of_the_file() -> None:
    assert ["L01", "L02", "gone"] == [row.team for row in rows(*emergency(NINE, "1.1", 4.0, team="gone"))]


def test_the_table_explains_its_columns() -> None:
    text = "".join(table_text(rows(*emergency(NINE, "1.1", 4.0))))
    assert len(HEADINGS) == len(COLUMNS) - 1
    assert "taken back" in text


MANY = st.lists(
    st.builds(joined, INSTANTS, st.builds(urgent, CALLS, TEAMS, st.integers(1, 3)))
    | st.builds(decided, INSTANTS, CALLS, st.sampled_from(["line", "on-call"]), TEAMS)
    | st.builds(OnCallAnswered, at=INSTANTS, node=st.just("pbx1"), call=CALLS),
    max_size=8,
)


@given(FACTS, MANY, st.sampled_from([None, CENTRE]), st.randoms())
def test_every_row_balances(calls: list[Fact], more: list[Fact], team: str | None, order: object) -> None:
    told = [*calls, *more]
    order.shuffle(told)  # type: ignore[attr-defined]
    opened = EmergencyBooks([0.0, 5e5, 1e6 + 1], OFTEN, team)
    for fact in told:
        opened.fold(fact)
    for row in opened.rows(["L01"], ZONE):
        found = row.counts
        assert found.answered + found.abandoned + found.other + found.waiting + found.on_call == found.emergencies
        assert 0 <= found.emergencies <= found.contacts
        assert found.on_call_answered <= found.on_call
        assert found.waiting >= 0


def test_an_answer_after_a_wait_that_nobody_knows_has_no_wait() -> None:
    place = urgent()
    found = counts(joined(NINE, place), left(NINE + 4, place, LeftBy.ANSWERED, None))
    assert (found.answered, found.holds) == (1, [])


def test_of_one_team_only_its_own_decisions_count() -> None:
    (row,) = rows(decided(NINE, home="L02", goal="on-call"), team="L01")
    assert row.counts.on_call == 0
