from dataclasses import replace
from datetime import UTC, datetime, time

from facts.call import CallerJoined, CallerLeft, LeftBy, MemberAnswered, MemberRang, TalkEnded
from facts.kinds import Fact
from facts.member import MemberPaused, MemberSignedIn, PhoneChanged, PhoneState
from facts.place import Place
from metrics.board import Board, MemberCounts, TeamNow, TodayFigures, Trouble, board
from metrics.live import LiveModel
from routing.centre import Centre
from routing.hours import OpeningHours, Span, WeeklyHours
from tests.fakes.router import ZONE, small_centre

CENTRE = small_centre()
PLACE = Place(node="n", call="c1", queue="L01", visit=1, team="L01", arrival=90)
MONDAY_AT_NINE = datetime(2026, 1, 5, 9, 0, tzinfo=ZONE)
FIGURES = TodayFigures(
    offered=9, answered=4, answered_in_target=3, abandoned=2, flowed_out=1, lost=1, service_level=0.75
)


def today(team: str) -> TodayFigures:
    return FIGURES if team == "L02" else TodayFigures()


def shown(*facts: Fact, centre: Centre = CENTRE, now: float = 120) -> Board:
    model = LiveModel()
    for fact in facts:
        model.fold(fact)
    return board(centre, model, today, now)


def row(team: str, of: Board) -> TeamNow:
    return next(each for each in of.teams if each.id == team)


def joined(place: Place = PLACE) -> CallerJoined:
    return CallerJoined(at=100, place=place)


def signed_in(member: str, *queues: str) -> list[Fact]:
    return [MemberSignedIn(at=1, node="n", member=member, queue=queue) for queue in queues]


def test_a_quiet_team_is_open_and_has_zeros() -> None:
    quiet = TeamNow(
        id="L01",
        name="L01",
        area="A1",
        site="nord",
        open=True,
        waiting=0,
        longest_wait_seconds=0,
        estimated_wait_seconds=None,
        members=MemberCounts(),
        today=TodayFigures(),
        callbacks_open=0,
        messages_open=0,
    )
    assert quiet == row("L01", shown())


def test_teams_stand_in_the_order_of_the_file() -> None:
    assert list(CENTRE.teams) == [each.id for each in shown().teams]


def test_the_general_line_is_in_no_area_and_at_no_site() -> None:
    assert ("", "") == (row("general", shown()).area, row("general", shown()).site)


def test_the_books_of_today_stand_beside_the_team() -> None:
    assert FIGURES == row("L02", shown()).today


def test_the_formula_of_the_centre_is_named() -> None:
    assert "default" == shown().formula


def test_a_caller_in_a_derived_queue_waits_for_the_team_of_the_concern() -> None:
    urgent = replace(PLACE, call="c2", queue="A1-urgent")
    assert 2 == row("L01", shown(joined(), joined(urgent))).waiting


def test_the_longest_wait_is_that_of_the_first_contact() -> None:
    early = replace(PLACE, call="c2", arrival=60)
    assert 60 == row("L01", shown(joined(), joined(early), now=120)).longest_wait_seconds


def test_a_caller_between_two_slices_is_shown_as_waiting() -> None:
    left = CallerLeft(at=110, place=PLACE, cause=LeftBy.TIMEOUT, hold_seconds=10, returns=True)
    assert 1 == row("L01", shown(joined(), left)).waiting


def test_whoever_has_left_the_queue_for_a_moment_is_told_apart_until_they_are_back() -> None:
    left = CallerLeft(at=110, place=PLACE, cause=LeftBy.KEY, hold_seconds=10, returns=True)
    back = CallerJoined(at=115, place=replace(PLACE, visit=2))
    other = joined(replace(PLACE, call="c2"))
    assert (2, 1) == _in_dialogue(shown(joined(), other, left))
    assert (2, 0) == _in_dialogue(shown(joined(), other, left, back))


def _in_dialogue(of: Board) -> tuple[int, int]:
    team = row("L01", of)
    return team.waiting, team.waiting_in_dialogue


def test_callers_of_a_team_that_is_gone_are_a_trouble_with_a_cure() -> None:
    expected = Trouble(
        what="1 waiting for team L99, which is no longer configured",
        cure="put the team back into teams.yaml and activate it",
    )
    assert (expected,) == shown(joined(replace(PLACE, queue="L99", team="L99"))).troubles


def test_troubles_told_by_others_come_first() -> None:
    told = Trouble(what="a phone is in use without a call", cure="restart the phone")
    assert (told,) == board(CENTRE, LiveModel(), today, 120, troubles=[told]).troubles


def test_every_state_is_counted() -> None:
    facts = [fact for member in "abcdefg" for fact in signed_in(member, "L01", "A1-wide", "A1-urgent")]
    facts += [joined(), MemberRang(at=101, place=PLACE, ring="r1", member="b")]
    facts += [MemberAnswered(at=101, place=PLACE, ring="r2", member="c")]
    facts += [PhoneChanged(at=101, node="n", member="d", phone=PhoneState.IN_USE)]
    facts += [MemberAnswered(at=101, place=PLACE, ring="r3", member="e")]
    facts += [TalkEnded(at=115, place=PLACE, ring="r3", member="e", talk_seconds=14)]
    facts += [MemberPaused(at=101, node="n", member="f")]
    facts += [PhoneChanged(at=101, node="n", member="g", phone=PhoneState.UNAVAILABLE)]
    teams = {**CENTRE.teams, "L01": replace(CENTRE.teams["L01"], wrap_up_seconds=10)}
    expected = MemberCounts(available=1, ringing=1, talking=1, busy=1, wrapup=1, paused=1, unavailable=1)
    assert expected == row("L01", shown(*facts, centre=replace(CENTRE, teams=teams))).members


def test_a_member_counts_in_each_own_team() -> None:
    seen = shown(*signed_in("m1", "L01", "L02", "A1-wide"))
    assert [1, 1, 0] == [row(team, seen).members.available for team in ("L01", "L02", "V01")]


def test_a_member_of_the_general_line_counts_there() -> None:
    assert 1 == row("general", shown(*signed_in("m1", "general-line"))).members.available


def test_a_site_counts_a_member_of_two_teams_once() -> None:
    assert MemberCounts(available=1) == shown(*signed_in("m1", "L01", "L02")).people["nord"]


def test_members_of_the_general_line_are_people_without_a_site() -> None:
    people = shown(*signed_in("m1", "general-line")).people
    assert {"nord": MemberCounts(), "": MemberCounts(available=1)} == people


def test_a_team_is_open_by_its_own_hours() -> None:
    mornings = OpeningHours(WeeklyHours(ZONE, {0: (Span(time(8), time(12)),)}))
    centre = small_centre(hours={"L01": mornings})
    assert row("L01", shown(centre=centre, now=MONDAY_AT_NINE.timestamp())).open
    assert not row("L01", shown(centre=centre, now=MONDAY_AT_NINE.replace(hour=12).timestamp())).open


def test_hours_count_by_the_clock_that_rules_them() -> None:
    mornings = OpeningHours(WeeklyHours(ZONE, {0: (Span(time(8), time(12)),)}))
    centre = small_centre(hours={"L01": mornings})
    made = board(centre, LiveModel(), today, 0, opens_by=MONDAY_AT_NINE.astimezone(UTC))
    assert row("L01", made).open


def test_the_estimated_wait_stands_beside_its_team_where_it_is_known() -> None:
    shown_ = board(CENTRE, LiveModel(), today, 120, expected={"L01": 95.5})
    assert (95.5, None) == (row("L01", shown_).estimated_wait_seconds, row("L02", shown_).estimated_wait_seconds)
