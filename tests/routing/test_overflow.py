from dataclasses import replace

import pytest

from routing.centre import Centre
from routing.contact_rules import Closing, Condition, Goal, OverflowRule
from routing.decision import Concern, Rule
from routing.overflow import Move, due_seconds, sent_on
from routing.standing import Standing
from routing.team_state import TeamState, TeamStates
from tests.fakes.router import MONDAY_AT_NINE as NOW
from tests.fakes.router import NEVER, small_centre
from tests.fakes.ruled_centre import rule, ruled

AT_DOOR = Standing("L01", "L01", Concern.MONEY, 1000, 0)
IN_LINE = replace(AT_DOOR, held_seconds=0.0)
BUSY = {"L01": TeamState(members_signed_in=3, waiting=21, estimated_wait_seconds=601.0)}
CALM = {"L01": TeamState(members_signed_in=3, waiting=20, estimated_wait_seconds=600.0)}
NOBODY = {"L01": TeamState(members_signed_in=0)}
WAIT = rule(Condition.WAIT_OVER, Goal.SISTER, 600)
HOLD = rule(Condition.HOLD_OVER, Goal.SISTER, 300)
LINE = rule(Condition.LINE_OVER, Goal.SISTER, 20)
NO_MEMBERS = rule(Condition.NO_MEMBERS, Goal.SISTER)
CLOSED = rule(Condition.CLOSED, Goal.SISTER)
TO_SISTER = Move("L01", Rule.OVERFLOW_WAIT, Goal.LINE, "L02", 0)
WITHOUT_NOTICE = Closing(announce_minutes=0)


def moved(
    standing: Standing,
    *rules: OverflowRule,
    states: TeamStates | None = None,
    centre: Centre | None = None,
) -> Move | None:
    known = BUSY if states is None else states
    return sent_on(standing, ruled({standing.team: rules}, centre), known, NOW)


def test_a_team_without_rules_keeps_everybody() -> None:
    assert moved(AT_DOOR) is None


def test_a_longer_wait_than_the_limit_sends_to_the_sister() -> None:
    assert moved(AT_DOOR, WAIT) == TO_SISTER


def test_a_wait_at_the_limit_stays() -> None:
    assert moved(AT_DOOR, WAIT, states=CALM) is None


def test_its_own_estimate_counts_for_who_stands_in_line() -> None:
    assert moved(replace(IN_LINE, expected_seconds=30.0), WAIT) is None
    assert moved(replace(IN_LINE, expected_seconds=601.0), WAIT, states=CALM) == TO_SISTER


def test_without_its_own_estimate_nobody_in_line_is_sent_on() -> None:
    assert moved(IN_LINE, WAIT) is None


def test_a_longer_line_than_the_limit_sends_on_at_the_door() -> None:
    assert moved(AT_DOOR, LINE) == replace(TO_SISTER, rule=Rule.OVERFLOW_LINE)


def test_a_line_at_the_limit_lets_one_more_in() -> None:
    assert moved(AT_DOOR, LINE, states=CALM) is None


def test_whoever_stands_in_a_long_line_keeps_the_place() -> None:
    assert moved(IN_LINE, LINE) is None


def test_nobody_signed_in_sends_on_at_the_door_and_in_line() -> None:
    expected = replace(TO_SISTER, rule=Rule.OVERFLOW_NO_MEMBERS)
    assert moved(AT_DOOR, NO_MEMBERS, states=NOBODY) == expected
    assert moved(IN_LINE, NO_MEMBERS, states=NOBODY) == expected


@pytest.mark.parametrize("only", [WAIT, LINE, NO_MEMBERS])
def test_an_unknown_figure_sends_nobody_elsewhere(only: OverflowRule) -> None:
    assert moved(AT_DOOR, only, states={}) is None
    assert moved(AT_DOOR, only, states={"L01": TeamState()}) is None


def test_a_long_hold_sends_on_at_the_very_limit() -> None:
    assert moved(replace(IN_LINE, held_seconds=299.9), HOLD) is None
    assert moved(replace(IN_LINE, held_seconds=300.0), HOLD) == replace(TO_SISTER, rule=Rule.OVERFLOW_HOLD)


def test_a_closed_team_sends_on_at_the_door_only() -> None:
    shut = small_centre(hours={"L01": NEVER})
    assert moved(AT_DOOR, CLOSED, centre=shut) == replace(TO_SISTER, rule=Rule.OVERFLOW_CLOSED)
    assert moved(IN_LINE, CLOSED, centre=shut) is None
    assert moved(AT_DOOR, CLOSED) is None


def test_figures_of_a_closed_team_count_for_nothing_at_its_door() -> None:
    assert moved(AT_DOOR, WAIT, LINE, centre=small_centre(hours={"L01": NEVER})) is None


def test_the_first_rule_that_applies_counts() -> None:
    message = rule(Condition.WAIT_OVER, Goal.MESSAGE, 500)
    assert moved(AT_DOOR, NO_MEMBERS, message, WAIT) == Move("L01", Rule.OVERFLOW_WAIT, Goal.MESSAGE, "L01", 1)


@pytest.mark.parametrize("goal", [Goal.MESSAGE, Goal.CALLBACK])
def test_a_message_is_for_the_home_wherever_the_contact_stands(goal: Goal) -> None:
    standing = Standing("L02", "L01", Concern.MONEY, 1000, 0, via=("L01",), held_seconds=300.0)
    centre = ruled({"L02": [rule(Condition.HOLD_OVER, goal, 300)]})
    assert sent_on(standing, centre, {}, NOW) == Move("L02", Rule.OVERFLOW_HOLD, goal, "L01", 0)


def test_a_rule_that_is_used_up_is_passed_over() -> None:
    standing = AT_DOOR.without(0)
    assert moved(standing, rule(Condition.WAIT_OVER, Goal.CALLBACK, 600), WAIT) == replace(TO_SISTER, index=1)


def test_nobody_comes_back_to_a_team_that_sent_them_on() -> None:
    assert moved(replace(AT_DOOR, via=("L02",)), WAIT) is None


def test_a_closed_sister_is_passed_over() -> None:
    assert moved(AT_DOOR, WAIT, centre=small_centre(hours={"L02": NEVER})) is None


def test_a_sister_for_which_nobody_is_configured_is_passed_over() -> None:
    assert moved(AT_DOOR, WAIT, centre=small_centre(without_members=("L02",))) is None


def test_the_general_line_and_any_team_can_be_named() -> None:
    general = moved(AT_DOOR, rule(Condition.WAIT_OVER, Goal.GENERAL, 600))
    assert general == replace(TO_SISTER, to="general")
    assert moved(AT_DOOR, rule(Condition.WAIT_OVER, "L04", 600)) == replace(TO_SISTER, to="L04")


def test_the_general_line_never_sends_to_itself() -> None:
    standing = replace(AT_DOOR, team="general")
    states = {"general": BUSY["L01"]}
    assert moved(standing, rule(Condition.WAIT_OVER, Goal.GENERAL, 600), states=states) is None


def test_a_placement_team_has_no_sister() -> None:
    standing = replace(AT_DOOR, team="V01")
    assert moved(standing, WAIT, states={"V01": BUSY["L01"]}) is None


def test_widening_keeps_the_team() -> None:
    wide = rule(Condition.HOLD_OVER, Goal.WIDE, 60)
    standing = replace(IN_LINE, held_seconds=60.0)
    assert moved(standing, wide) == Move("L01", Rule.WIDENED, Goal.WIDE, "L01", 0)


def test_a_line_is_widened_once() -> None:
    wide = rule(Condition.HOLD_OVER, Goal.WIDE, 60)
    assert moved(replace(IN_LINE, held_seconds=90.0, is_wide=True), wide) is None


@pytest.mark.parametrize("centre", [small_centre(hours={"L02": NEVER}), small_centre(without_members=("L02",))])
def test_widening_to_a_sister_who_cannot_help_is_passed_over(centre: Centre) -> None:
    assert moved(replace(IN_LINE, held_seconds=90.0), rule(Condition.HOLD_OVER, Goal.WIDE, 60), centre=centre) is None


@pytest.mark.parametrize(
    ("sisters", "sends_on"),
    [(TeamState(members_signed_in=1), False), (TeamState(members_signed_in=0), True), (TeamState(), False)],
)
def test_in_a_widened_line_the_sisters_members_are_somebody(sisters: TeamState, *, sends_on: bool) -> None:
    to_general = rule(Condition.NO_MEMBERS, Goal.GENERAL)
    found = moved(replace(IN_LINE, is_wide=True), to_general, states=NOBODY | {"L02": sisters})
    assert sends_on == (found is not None)


def test_a_placement_teams_line_cannot_be_widened() -> None:
    standing = replace(IN_LINE, team="V01", held_seconds=90.0)
    assert moved(standing, rule(Condition.HOLD_OVER, Goal.WIDE, 60)) is None


def test_an_urgent_line_has_no_overflow() -> None:
    standing = replace(AT_DOOR, concern=Concern.EMERGENCY)
    assert moved(standing, WAIT) is None
    assert due_seconds(replace(standing, held_seconds=1.0), ruled({"L01": [HOLD]}), NOW) is None


@pytest.mark.parametrize("goal", [Goal.MESSAGE, Goal.CALLBACK])
def test_an_emergency_in_the_general_line_is_sent_to_people_only(goal: Goal) -> None:
    standing = Standing("general", "general", Concern.EMERGENCY, 1000, 1800)
    rules = [rule(Condition.NO_MEMBERS, goal), rule(Condition.NO_MEMBERS, "L01")]
    states = {"general": TeamState(members_signed_in=0)}
    move = moved(standing, *rules, states=states)
    assert move == Move("general", Rule.OVERFLOW_NO_MEMBERS, Goal.LINE, "L01", 1)


def test_a_home_that_is_gone_leaves_its_messages_to_the_general_line() -> None:
    move = moved(replace(AT_DOOR, home="L98"), rule(Condition.WAIT_OVER, Goal.MESSAGE, 600))
    assert move is not None
    assert move.to == "general"


def test_time_is_due_when_the_next_hold_rule_is() -> None:
    centre = ruled({"L01": [rule(Condition.HOLD_OVER, Goal.MESSAGE, 600), HOLD]}, closing=WITHOUT_NOTICE)
    assert due_seconds(IN_LINE, centre, NOW) == 300.0
    assert due_seconds(replace(IN_LINE, held_seconds=300.0), centre, NOW) == 300.0
    assert due_seconds(replace(IN_LINE, held_seconds=600.0), centre, NOW) is None


def test_the_door_is_the_beginning_of_time() -> None:
    assert due_seconds(AT_DOOR, ruled({"L01": [HOLD]}, closing=WITHOUT_NOTICE), NOW) == 300.0


@pytest.mark.parametrize("standing", [IN_LINE.without(0), replace(IN_LINE, via=("L02",))])
def test_a_hold_rule_that_cannot_help_is_never_due(standing: Standing) -> None:
    assert due_seconds(standing, ruled({"L01": [HOLD]}, closing=WITHOUT_NOTICE), NOW) is None


def test_rules_of_state_are_never_due() -> None:
    rules = {"L01": [WAIT, LINE, NO_MEMBERS, CLOSED]}
    assert due_seconds(IN_LINE, ruled(rules, closing=WITHOUT_NOTICE), NOW) is None
