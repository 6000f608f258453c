from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from routing.closing_time import CALLBACK_OFFERED, MESSAGE_OFFERED, ClosingNotice, closing_notice
from routing.contact_rules import Closing, ClosingRule, Condition, Goal
from routing.decision import Concern, Rule
from routing.hours import OpeningHours, Span, WeeklyHours
from routing.overflow import Move, due_seconds, sent_on
from routing.standing import Standing
from tests.fakes.router import ALWAYS, MONDAY_AT_NINE, ZONE, small_centre
from tests.fakes.ruled_centre import rule, ruled

NOON = MONDAY_AT_NINE.replace(hour=12)
MORNING = OpeningHours(WeeklyHours(ZONE, {0: (Span(time(8), time(12)),)}))
UNTIL_ONE = OpeningHours(WeeklyHours(ZONE, {0: (Span(time(8), time(13)),)}))
CALLBACK = Closing(ClosingRule.CALLBACK, within_minutes=15, announce_minutes=10)
MESSAGE = replace(CALLBACK, rule=ClosingRule.MESSAGE)
SERVE = replace(CALLBACK, rule=ClosingRule.SERVE)
TO_CALLBACK = Move("L01", Rule.CLOSING_TIME, Goal.CALLBACK, "L01", CALLBACK_OFFERED)
TO_MESSAGE = Move("L01", Rule.CLOSING_TIME, Goal.MESSAGE, "L01", MESSAGE_OFFERED)


def at(minutes: float) -> datetime:
    """So long after noon, when the team closes."""
    return NOON + timedelta(minutes=minutes)


def waiting(now: datetime, since_minutes: float = -20) -> Standing:
    held = (now - at(since_minutes)).total_seconds()
    return Standing("L01", "L01", Concern.MONEY, 1000, 0, held_seconds=held)


def offered(closing: Closing, minutes: float, standing: Standing | None = None) -> Move | None:
    centre = ruled({}, small_centre(hours={"L01": MORNING}), closing)
    return sent_on(standing or waiting(at(minutes)), centre, {}, at(minutes))


@pytest.mark.parametrize(("closing", "move"), [(CALLBACK, TO_CALLBACK), (MESSAGE, TO_MESSAGE)])
def test_people_in_line_are_served_for_the_minutes_after_closing(closing: Closing, move: Move) -> None:
    assert offered(closing, 14.99) is None
    assert offered(closing, 15) == move


def test_everybody_is_served_where_the_rule_says_so() -> None:
    assert offered(SERVE, 300) is None


@pytest.mark.parametrize(
    ("closing", "first", "second"), [(CALLBACK, TO_CALLBACK, TO_MESSAGE), (MESSAGE, TO_MESSAGE, TO_CALLBACK)]
)
def test_what_cannot_be_is_followed_by_the_other_and_then_by_staying(
    closing: Closing, first: Move, second: Move
) -> None:
    declined = waiting(at(15)).without(first.index)
    assert offered(closing, 15, declined) == second
    assert offered(closing, 15, declined.without(second.index)) is None


def test_an_open_team_offers_nothing() -> None:
    assert offered(CALLBACK, -1) is None


def test_whoever_joined_after_closing_has_no_minutes() -> None:
    assert offered(CALLBACK, 5, waiting(at(5), since_minutes=4)) == TO_CALLBACK


def test_nobody_at_the_door_falls_under_the_closing_rule() -> None:
    assert offered(CALLBACK, 30, replace(waiting(at(30)), held_seconds=None)) is None


def test_the_time_of_joining_counts_by_the_clock_of_the_hours() -> None:
    standing = replace(waiting(at(15)), held_seconds=3.0, joined_at=at(-5))
    assert offered(CALLBACK, 14, standing) is None
    assert offered(CALLBACK, 15, standing) == TO_CALLBACK


def test_an_overflow_rule_comes_before_the_closing_rule() -> None:
    rules = {"L01": [rule(Condition.HOLD_OVER, Goal.SISTER, 300)]}
    centre = ruled(rules, small_centre(hours={"L01": MORNING}), CALLBACK)
    move = sent_on(waiting(at(15)), centre, {}, at(15))
    assert move == Move("L01", Rule.OVERFLOW_HOLD, Goal.LINE, "L02", 0)


def test_a_widened_line_closes_with_the_last_of_both_teams() -> None:
    centre = ruled({}, small_centre(hours={"L01": MORNING, "L02": UNTIL_ONE}), CALLBACK)
    wide = replace(waiting(at(70)), is_wide=True)
    assert sent_on(wide, centre, {}, at(59)) is None
    assert sent_on(wide, centre, {}, at(74)) is None
    assert sent_on(replace(waiting(at(75)), is_wide=True), centre, {}, at(75)) == TO_CALLBACK


def test_a_widened_line_whose_sister_never_closes_stays_open() -> None:
    centre = ruled({}, small_centre(hours={"L01": MORNING, "L02": ALWAYS}), CALLBACK)
    wide = replace(waiting(at(-5)), is_wide=True)
    assert closing_notice(wide, centre, at(-5)) is None
    assert due_seconds(wide, centre, at(-5)) is None


def test_an_emergency_is_served_and_told_nothing() -> None:
    centre = ruled({}, small_centre(hours={"general": MORNING}), CALLBACK)
    emergency = Standing("general", "general", Concern.EMERGENCY, 1000, 1800, held_seconds=3600.0)
    assert sent_on(emergency, centre, {}, at(30)) is None
    assert closing_notice(emergency, centre, at(-1)) is None
    assert due_seconds(emergency, centre, at(-15)) is None


def noticed(closing: Closing, minutes: float) -> ClosingNotice | None:
    centre = ruled({}, small_centre(hours={"L01": MORNING}), closing)
    return closing_notice(waiting(at(minutes)), centre, at(minutes))


def test_the_closing_is_announced_in_time() -> None:
    assert noticed(CALLBACK, -10.01) is None
    assert noticed(CALLBACK, -10) == ClosingNotice(ClosingRule.CALLBACK, NOON, at(15))


def test_whoever_is_served_hears_no_end() -> None:
    assert noticed(SERVE, -5) == ClosingNotice(ClosingRule.SERVE, NOON, None)


def test_a_closing_that_has_come_is_still_told() -> None:
    assert noticed(MESSAGE, 3) == ClosingNotice(ClosingRule.MESSAGE, NOON, at(15))


def test_a_centre_that_announces_nothing_is_silent() -> None:
    assert noticed(replace(CALLBACK, announce_minutes=0), -5) is None


def test_a_team_that_never_closes_announces_nothing() -> None:
    assert closing_notice(waiting(at(0)), ruled({}, closing=CALLBACK), at(0)) is None


@pytest.mark.parametrize(("minutes", "seconds"), [(-15, 300.0), (-10, 1500.0), (0, 900.0), (15, 0.0)])
def test_the_next_thing_that_closing_brings_is_due(minutes: float, seconds: float | None) -> None:
    centre = ruled({}, small_centre(hours={"L01": MORNING}), CALLBACK)
    assert due_seconds(waiting(at(minutes)), centre, at(minutes)) == seconds


def test_whoever_was_offered_something_at_closing_is_left_in_line() -> None:
    centre = ruled({}, small_centre(hours={"L01": MORNING}), CALLBACK)
    assert due_seconds(replace(waiting(at(15)), passed=(CALLBACK_OFFERED,)), centre, at(15)) is None
