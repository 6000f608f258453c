from dataclasses import replace
from datetime import time

import pytest

from ivr.slices import slice_for
from routing.centre import Centre, WaitRules
from routing.contact_rules import Closing, ClosingRule, Condition, Goal, OverflowRule
from routing.decision import Concern
from routing.hours import OpeningHours, Span, WeeklyHours
from routing.standing import Standing
from routing.wait_estimate import Expected
from tests.fakes.house import house
from tests.fakes.router import ZONE, SmallRouter, small_centre

STANDING = Standing("L01", "L01", Concern.MONEY, 1_767_600_000, 0, held_seconds=10.0)
THIRD = Expected(3, None, 0)
AFTER_30 = OverflowRule(Condition.HOLD_OVER, Goal.GENERAL, 30)
AFTER_12 = OverflowRule(Condition.HOLD_OVER, Goal.GENERAL, 12)
NO_MEMBERS = OverflowRule(Condition.NO_MEMBERS, Goal.GENERAL)


def ruled(*rules: OverflowRule, closing: Closing | None = None, repeat: int = 75) -> Centre:
    centre = small_centre()
    team = replace(centre.teams["L01"], overflow=rules, closing=closing or Closing())
    return replace(centre, teams={**centre.teams, "L01": team}, waits=WaitRules(repeat_seconds=repeat))


def seconds(centre: Centre, expected: Expected | None = THIRD, standing: Standing = STANDING) -> str:
    return slice_for(standing, expected, house(SmallRouter(centre)))


@pytest.mark.parametrize(
    ("position", "free", "repeat", "wanted"),
    [(3, 0, 75, "75"), (2, 0, 75, "150"), (4, 2, 75, "150"), (5, 2, 75, "75"), (5, 2, 60, "60"), (2, 2, 0, "")],
)
def test_a_slice_lasts_until_the_caller_is_told_again(position: int, free: int, repeat: int, wanted: str) -> None:
    assert wanted == seconds(ruled(repeat=repeat), Expected(position, None, free))


def test_a_place_that_nobody_knows_is_never_told_again() -> None:
    assert seconds(ruled(), None) == ""


@pytest.mark.parametrize(
    ("rules", "wanted"), [([AFTER_30], "20"), ([AFTER_12], "5"), ([NO_MEMBERS], "60"), ([NO_MEMBERS, AFTER_30], "20")]
)
def test_a_slice_ends_when_a_rule_may_apply(rules: list[OverflowRule], wanted: str) -> None:
    assert wanted == seconds(ruled(*rules), None)


def test_a_rule_that_is_used_up_is_not_waited_for() -> None:
    assert seconds(ruled(AFTER_30), standing=STANDING.without(0)) == "60"


def test_whoever_has_not_joined_yet_has_all_of_the_time() -> None:
    assert seconds(ruled(AFTER_30), standing=replace(STANDING, held_seconds=None)) == "30"


def test_a_closing_rule_is_looked_at_now_and_then() -> None:
    assert seconds(ruled(closing=Closing(ClosingRule.MESSAGE)), None) == "60"


def test_a_closing_that_came_a_moment_after_the_rules_were_asked_is_looked_at_soon() -> None:
    until_nine = OpeningHours(WeeklyHours(ZONE, {0: (Span(time(8), time(9)),)}))
    closing = Closing(ClosingRule.MESSAGE, within_minutes=0)
    teams = ruled(closing=closing).teams
    closed = replace(small_centre(), teams={**teams, "L01": replace(teams["L01"], hours=until_nine)})
    assert "5" == seconds(closed, None)


def test_a_team_that_is_gone_has_no_rules() -> None:
    assert seconds(ruled(AFTER_30), standing=replace(STANDING, team="gone")) == "75"
