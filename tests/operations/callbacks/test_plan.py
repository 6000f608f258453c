from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from facts.contact import LeftState
from operations.callbacks.plan import (
    Answer,
    AskResult,
    Expire,
    LetGo,
    Moment,
    OutOfLine,
    Place,
    Step,
    plan,
)
from operations.callbacks.ports import Placeholder
from operations.callbacks.rules import (
    DAY,
    erased_at,
    expires_at,
    longest_seconds,
    opens_within,
    placement,
    team_in_time,
    team_of,
)
from operations.mailbox.ports import Entry
from routing.callback import State
from routing.centre import Centre, Kiosk, Member
from routing.contact_rules import CallbackRules
from routing.hours import Closure, OpeningHours, Span, WeeklyHours
from tests.fakes.directory_centre import ZONE, centre
from tests.fakes.entries import MONDAY, callback

AFTERNOONS = OpeningHours(WeeklyHours(ZONE, {0: (Span(time(13), time(16)),)}))


def staffed(**others: object) -> Centre:
    """L01 and the general line have members; L02 has, and opens at 13:00; V01 has none."""
    whole = centre()
    teams = {**whole.teams, "L02": replace(whole.teams["L02"], hours=AFTERNOONS)}
    members = {
        each: Member(each, each, (team,), "3001") for each, team in (("a", "L01"), ("b", "L02"), ("c", "general"))
    }
    kiosks = {"K1": Kiosk("K1", "nord", "3900")}
    return replace(whole, teams=teams, members=members, kiosks=kiosks, **others)  # type: ignore[arg-type]


CENTRE = staffed()


def moment(now: float = MONDAY + 60, whole: Centre = CENTRE, **others: bool) -> Moment:
    return Moment(whole, now, datetime.fromtimestamp(now, UTC), **others)


def entry(life: State = State.CONFIRMED, **others: object) -> Entry:
    return replace(callback(), life=life.value, **others)  # type: ignore[arg-type]


def seen(
    each: Entry, *, member: bool = False, attempt: int = 0, talks: bool = False, queue: str = ""
) -> dict[str, Placeholder]:
    return {each.id: Placeholder(each.id, not member, member, attempt, talks, queue)}


def names(steps: Sequence[Step]) -> list[str]:
    return [type(step).__name__ for step in steps]


WAITING = (State.CONFIRMED, State.IN_LINE, State.ANSWERED, State.RETRY)


@pytest.mark.parametrize("life", WAITING)
def test_who_is_due_and_has_no_placeholder_gets_one(life: State) -> None:
    each = entry(life)
    assert [Place(each)] == plan([each], {}, moment())


@pytest.mark.parametrize("life", WAITING)
def test_whoever_stands_in_line_waits(life: State) -> None:
    each = entry(life)
    assert [] == plan([each], seen(each), moment())


@pytest.mark.parametrize(
    ("queue", "steps"), [("L01", []), ("", []), ("L02", ["LetGo"]), ("gone", ["LetGo"]), ("general-line", ["LetGo"])]
)
def test_whoever_stands_in_a_line_that_is_not_their_own_any_more_is_let_go(queue: str, steps: list[str]) -> None:
    each = entry(State.IN_LINE)
    assert steps == names(plan([each], seen(each, queue=queue), moment()))


def test_without_any_members_a_placeholder_is_let_go() -> None:
    each = entry(State.IN_LINE)
    whole = replace(CENTRE, members={})
    assert ["LetGo"] == names(plan([each], seen(each, queue="L01"), moment(whole=whole)))


@pytest.mark.parametrize("life", WAITING)
def test_a_member_who_has_answered_is_connected(life: State) -> None:
    each = entry(life)
    assert [Answer(each)] == plan([each], seen(each, member=True), moment())


@pytest.mark.parametrize("life", WAITING)
def test_what_has_dialled_already_is_no_placeholder_for_the_next_attempt(life: State) -> None:
    each = entry(life, attempts=1)
    assert [LetGo(each.id)] == plan([each], seen(each, member=True, attempt=1), moment())


@pytest.mark.parametrize(
    "each",
    [
        entry(due_at=MONDAY + 61),
        entry(State.RETRY, due_at=MONDAY + 61),
        entry(appointment_at=MONDAY + 61),
        entry(team="L02"),
    ],
)
def test_nobody_stands_in_line_before_their_time(each: Entry) -> None:
    assert [] == plan([each], {}, moment())
    assert [LetGo(each.id)] == plan([each], seen(each), moment())


def test_who_is_noted_in_line_and_is_not_to_be_is_noted_out_of_it() -> None:
    each = entry(State.IN_LINE, team="L02")
    assert [OutOfLine(each)] == plan([each], {}, moment())


@pytest.mark.parametrize("how", ["is_stopped", "has_no_trunk", "rule"])
def test_nothing_is_placed_or_dialled_where_callbacks_are_off(how: str) -> None:
    each, talking = entry(), entry(State.DIALLING, attempts=1)
    off = {
        "is_stopped": moment(is_stopped=True),
        "has_no_trunk": moment(has_trunk=False),
        "rule": moment(whole=staffed(callbacks=CallbackRules(dial=False))),
    }[how]
    assert [] == plan([each], {}, off)
    assert [LetGo(each.id)] == plan([each], seen(each), off) == plan([each], seen(each, member=True), off)
    rung = [LetGo(talking.id)] if how == "is_stopped" else []
    assert rung == plan([talking], seen(talking, member=True, attempt=1), off)


@pytest.mark.parametrize("life", [State.CONFIRMED, State.IN_LINE, State.DIALLING])
def test_a_router_without_a_trunk_leaves_alone_what_another_may_have_in_hand(life: State) -> None:
    assert [] == plan([entry(life, attempts=1, dialled_at=MONDAY)], {}, moment(has_trunk=False))


def test_a_router_without_a_trunk_takes_up_what_everybody_has_forsaken() -> None:
    over, stuck = entry(until_at=MONDAY + 30), entry(State.DIALLING, attempts=1, dialled_at=MONDAY)
    assert [Expire(over), AskResult(stuck)] == plan([over, stuck], {}, moment(MONDAY + 700, has_trunk=False))


def test_a_kiosk_is_rung_without_a_trunk() -> None:
    each = entry(kiosk="K1", phone="")
    assert [Place(each)] == plan([each], {}, moment(has_trunk=False))


@pytest.mark.parametrize(
    ("attempt", "member", "talks", "step"),
    [
        (2, True, False, []),
        (2, True, True, ["Talks"]),
        (1, True, False, ["DialAgain"]),
        (0, True, False, ["DialAgain"]),
        (0, False, False, ["LetGo"]),
    ],
)
def test_a_dial_that_is_noted_is_adopted_or_begun(attempt: int, member: bool, talks: bool, step: list[str]) -> None:
    each = entry(State.DIALLING, attempts=2)
    assert step == names(plan([each], seen(each, member=member, attempt=attempt, talks=talks), moment()))


def test_a_dial_without_a_channel_is_asked_for() -> None:
    each = entry(State.DIALLING, attempts=1)
    assert [AskResult(each)] == plan([each], {}, moment())


@pytest.mark.parametrize(
    "each",
    [
        entry(state=LeftState.CLAIMED, claimed_by="anna"),
        entry(State.BY_HAND, state=LeftState.CLAIMED),
        entry(State.GIVEN_UP),
        entry(State.EXPIRED),
        replace(entry(), life=""),
    ],
)
def test_nobody_stands_in_for_who_is_not_dialled_by_us(each: Entry) -> None:
    assert [LetGo(each.id)] == plan([each], seen(each), moment()) == plan([each], seen(each, member=True), moment())
    assert [] == plan([each], {}, moment()) == plan([each], seen(each, member=True, attempt=1, talks=True), moment())


def test_a_placeholder_of_nobody_is_let_go_unless_they_talk() -> None:
    gone = entry(State.REACHED)
    assert [LetGo(gone.id)] == plan([], seen(gone), moment())
    assert [] == plan([], seen(gone, member=True, attempt=1, talks=True), moment())


def test_what_is_in_hand_is_left_alone() -> None:
    each, strange = entry(), entry()
    assert [] == plan([each], seen(strange), moment(), {each.id, strange.id})


@pytest.mark.parametrize(
    "each",
    [
        entry(came_at=MONDAY - 6 * DAY),
        entry(until_at=MONDAY),
        entry(appointment_at=MONDAY - 3600, until_at=None),
        entry(kiosk="K1", phone="", came_at=MONDAY - 600),
        entry(phone=""),
        entry(kiosk="gone", phone=""),
    ],
)
def test_what_is_over_becomes_a_task(each: Entry) -> None:
    assert [Expire(each)] == plan([each], {}, moment()) == plan([each], seen(each), moment())


def test_placements_are_in_the_order_of_virtual_arrivals() -> None:
    late, early = entry(arrival=int(MONDAY) - 10), entry(arrival=int(MONDAY) - 20)
    credited = entry(arrival=int(MONDAY) - 5, credit=300)
    agreed = entry(appointment_at=MONDAY, arrival=int(MONDAY) - 5000)
    steps = plan([late, early, credited, agreed], {}, moment())
    assert [agreed, credited, early, late] == [step.entry for step in steps if isinstance(step, Place)]


def test_an_appointments_line_begins_at_its_moment_with_its_credit() -> None:
    each = entry(appointment_at=MONDAY, arrival=17, placements=2)
    placed = placement(each, CENTRE.teams["L01"], CENTRE, MONDAY + 1)
    assert (int(MONDAY), CENTRE.credits.appointment, 100) == (placed.arrival, placed.credit, placed.visit)


def test_an_emergency_stands_in_the_areas_urgent_line() -> None:
    each = entry(concern="emergency")
    assert "A1-urgent" == placement(each, CENTRE.teams["L01"], CENTRE, MONDAY).queue


def test_an_unknown_concern_is_an_ordinary_one() -> None:
    assert ("L01", "money") == (
        placement(entry(concern="?"), CENTRE.teams["L01"], CENTRE, MONDAY).queue,
        placement(entry(concern="?"), CENTRE.teams["L01"], CENTRE, MONDAY).concern,
    )


@pytest.mark.parametrize("team", ["gone", "V01"])
def test_the_general_line_takes_over_for_a_team_that_is_gone_or_has_no_members(team: str) -> None:
    assert CENTRE.teams["general"] == team_of(entry(team=team), CENTRE)


def closed_for(days: float, *teams: str) -> Centre:
    """From a minute after midnight on Monday."""
    begins = datetime(2026, 11, 23, 0, 1, tzinfo=ZONE)
    closure = Closure("team:L01", begins, begins + timedelta(days=days), "staff")
    closed = {
        each: replace(CENTRE.teams[each], hours=CENTRE.teams[each].hours.with_closures((closure,))) for each in teams
    }
    return replace(CENTRE, teams={**CENTRE.teams, **closed})


def test_a_team_that_opens_before_the_callback_expires_is_waited_for() -> None:
    assert [] == plan([entry()], {}, moment(whole=closed_for(5, "L01")))


def test_the_general_line_calls_back_for_a_team_that_opens_too_late() -> None:
    each, late = entry(), moment(whole=closed_for(8, "L01"))
    assert ["Place"] == names(plan([each], {}, late))
    assert CENTRE.teams["general"] == late.team_of(each)


def test_where_all_open_too_late_nobody_stands_in_line() -> None:
    assert [] == plan([entry()], {}, moment(whole=closed_for(8, "L01", "general")))


def test_an_appointment_is_its_own_teams_whatever_the_hours() -> None:
    agreed = entry(appointment_at=MONDAY + 30)
    assert [] == plan([agreed], {}, moment(whole=closed_for(8, "L01")))


@pytest.mark.parametrize(("days", "is_in_time"), [(0.1, True), (6.9, True), (8, False)])
def test_a_team_is_in_time_that_opens_before_a_callback_of_now_expires(days: float, is_in_time: bool) -> None:
    whole = closed_for(days, "L01")
    now = datetime.fromtimestamp(MONDAY, UTC)
    assert is_in_time is opens_within(whole.teams["L01"], now, longest_seconds(whole))
    assert team_in_time("L01", whole, now, longest_seconds(whole)) is whole.teams["L01" if is_in_time else "general"]


def test_without_any_members_nobody_stands_in_line() -> None:
    assert [] == plan([entry()], {}, moment(whole=replace(CENTRE, members={})))


def test_one_whose_team_opens_once_a_week_is_dialled_then() -> None:
    weekly = entry(came_at=MONDAY, due_at=MONDAY + 6 * DAY + 20 * 3600)
    assert (MONDAY + 7 * DAY - 3600, MONDAY + 7 * DAY) == (expires_at(weekly, CENTRE), erased_at(weekly, CENTRE))
    assert MONDAY + DAY == expires_at(weekly, staffed(callbacks=CallbackRules(keep_days=1)))


def test_a_task_has_a_day_mostly_and_no_number_is_kept_longer_than_seven() -> None:
    assert MONDAY + 6 * DAY == expires_at(entry(came_at=MONDAY), CENTRE)
    assert MONDAY + 7 * DAY == erased_at(entry(came_at=MONDAY), CENTRE)
    short = staffed(callbacks=CallbackRules(keep_days=1))
    assert (MONDAY + DAY, MONDAY + 2 * DAY) == (expires_at(entry(), short), erased_at(entry(), short))
    agreed = entry(came_at=MONDAY - 30 * DAY, appointment_at=MONDAY)
    assert MONDAY + 3600 + DAY == erased_at(agreed, CENTRE)
    assert MONDAY + 7 * DAY == erased_at(replace(entry(), life=""), CENTRE)
