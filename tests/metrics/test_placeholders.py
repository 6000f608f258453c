"""Callbacks are in the line and in nobody's calls: the books, the board, the reports, metrics and what waits teach."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import CallEnded, CallerJoined, CallerLeft, CallFact, LeftBy, MemberAnswered, MemberRang, TalkEnded
from facts.kinds import Fact
from facts.member import MemberSignedIn, PhoneChanged, PhoneState
from facts.place import CALLBACK, Place
from metrics.board import TodayFigures, board
from metrics.books import Books
from metrics.call_counts import CallCounts
from metrics.counts import Counts, target_in
from metrics.emergencies import EmergencyBooks
from metrics.intervals import rows
from metrics.live import LiveModel
from metrics.member_state import MemberState
from routing.centre import CENTRE as TOTALS
from routing.rules import Concern
from tests.fakes.router import small_centre
from tests.fakes.told_calls import FACTS

CENTRE = small_centre()
TEAM = next(iter(CENTRE.teams))
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 23, 12, tzinfo=BERLIN).timestamp()
PLACE = Place("pbx1", "m-1", TEAM, 1, TEAM, arrival=int(NOON) - 900, rule=CALLBACK, concern=Concern.EMERGENCY)
CALLER = replace(PLACE, call="1.1", rule="household-team", concern="money")


def way(place: Place, at: float = NOON, ring: str = "1.2") -> list[Fact]:
    return [
        CallerJoined(at=at, place=place),
        MemberRang(at=at + 10, place=place, ring=ring, member="one"),
        CallerLeft(at=at + 12, place=place, cause=LeftBy.ANSWERED, hold_seconds=12.0),
        MemberAnswered(at=at + 12, place=place, ring=ring, member="one", ring_seconds=2.0),
        TalkEnded(at=at + 72, place=place, ring=ring, member="one", talk_seconds=60.0),
        CallEnded(at=at + 72, place=place),
    ]


def model(*facts: Fact) -> LiveModel:
    made = LiveModel()
    for fact in facts:
        made.fold(fact)
    return made


@pytest.mark.parametrize("team", [None, TOTALS, TEAM])
def test_a_placeholder_is_in_no_row_of_the_calls(team: str | None) -> None:
    told, _ = rows(way(PLACE), (NOON, NOON + 3600), CENTRE, team)
    assert all(row.counts == Counts() for row in told)


def test_a_placeholder_is_in_no_talk_time() -> None:
    counts = CallCounts(CENTRE.teams.values())
    for fact in way(PLACE):
        counts.fold(fact)
    assert {0.0} == {team.talks.total_seconds for team in counts.copy().teams}


@pytest.mark.parametrize("team", [None, TOTALS])
def test_a_callback_about_an_emergency_is_no_emergency_in_line(team: str | None) -> None:
    books = EmergencyBooks((NOON, NOON + 3600), 3, team)
    for fact in way(PLACE):
        books.fold(fact)
    assert {0} == {row.counts.emergencies for row in books.rows(CENTRE.teams, BERLIN)}


def test_the_board_counts_who_waits_on_the_line() -> None:
    joined = (CallerJoined(at=NOON, place=CALLER), CallerJoined(at=NOON, place=PLACE))
    shown = board(CENTRE, model(joined[1]), lambda _: TodayFigures(), NOON + 60)
    both = board(CENTRE, model(*joined), lambda _: TodayFigures(), NOON + 60)
    assert [(0, 0.0), (1, 960.0)] == [
        next((team.waiting, team.longest_wait_seconds) for team in each.teams if team.id == TEAM)
        for each in (shown, both)
    ]


@pytest.mark.parametrize(
    ("steps", "state"),
    [(1, MemberState.AVAILABLE), (2, MemberState.RINGING), (4, MemberState.TALKING), (6, MemberState.WRAPUP)],
)
def test_a_member_rings_and_talks_for_a_callback_as_for_anybody(steps: int, state: MemberState) -> None:
    signed_in = MemberSignedIn(at=NOON, node="pbx1", member="one", queue=TEAM)
    phone = PhoneChanged(at=NOON, node="pbx1", member="one", phone=PhoneState.IDLE)
    made = model(signed_in, phone, *way(PLACE)[:steps])
    assert state is made.state_of("one", NOON + 73, lambda _: 10.0)


def as_placeholder(fact: CallFact, calls: frozenset[str]) -> CallFact:
    return replace(fact, place=replace(fact.place, rule=CALLBACK)) if fact.place.call in calls else fact


@given(FACTS, st.sampled_from([frozenset(("1.1",)), frozenset(("1.1", "1.2"))]), st.randoms())
def test_the_books_balance_with_placeholders_in_whatever_order(
    facts: list[CallFact], callbacks: frozenset[str], order: object
) -> None:
    broken: list[str] = []
    books = Books(partial(target_in, CENTRE), BERLIN, lambda: "default", lambda team, _: broken.append(team))
    mixed = [as_placeholder(fact, callbacks) for fact in facts]
    order.shuffle(mixed)  # type: ignore[attr-defined]
    offered = 0
    for fact in mixed:
        books.fold(fact)
        offered += isinstance(fact, CallerJoined) and not fact.place.is_placeholder
    assert (0, []) == (books.broken, broken)
    assert sum(books.counts(team).offered for team in books.teams) <= offered
    assert not (len(callbacks) > 1 and books.teams)
