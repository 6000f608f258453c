from dataclasses import replace

import numpy as np
import pytest

from routing.what_if.plan import STEPS, Plan
from routing.what_if.quick import quick
from routing.what_if.staffing import Staffing, at_work, needed, staffed, told_of
from routing.what_if.tally import Promise, Tally
from tests.fakes.planned import MONDAY, PROMISE, days_from, plan, pool, queue

TALK = 200.0


def level(of: Tally) -> float | None:
    return of.answered_in_target / of.calls if of.calls else None


@pytest.mark.parametrize("share", [0.5, 0.75, 0.95])
def test_the_members_needed_reach_the_share_and_one_fewer_would_not(share: float) -> None:
    of = plan(queue(30.0, TALK, 300.0), 1)
    members = needed(of, "L03", PROMISE, level, share)
    assert members is not None
    most = members.max()
    reached, missed = (level(quick(plan(of.teams["L03"], each), "L03", PROMISE).tally) for each in (most, most - 1))
    assert (reached or 0.0) >= share > (missed or 0.0)


def test_the_busiest_half_hour_is_named() -> None:
    team = queue(10.0, TALK, 300.0)
    calls = team.calls.copy()
    calls[1, 18] = 60.0  # Tuesday 09:00
    of = plan(replace(team, calls=calls), 1)
    found = told_of(of, "L03", needed(of, "L03", PROMISE, level, 0.75))
    assert isinstance(found, Staffing)
    assert (1, 9 * 3600) == (found.weekday, found.second)
    assert found.mean < found.most


def test_half_hours_with_hardly_a_call_need_nobody() -> None:
    team = queue(0.0, TALK, 300.0)
    team.calls[:, 18], team.calls[:, 40] = 30.0, 0.1
    members = needed(plan(team, 1), "L03", PROMISE, level, 0.75)
    assert members is not None
    assert (True, 0.0) == (members[0, 18] > 0, members[0, 40])


def test_a_target_shorter_than_the_ringing_is_never_reached() -> None:
    assert needed(plan(queue(10.0, TALK, 300.0, ring=30.0), 1), "L03", PROMISE, level, 0.75) is None


def test_a_share_that_callers_make_impossible_is_not_reached() -> None:
    assert needed(plan(queue(10.0, TALK, 10.0, ring=29.0), 1), "L03", Promise(30.0, 5.0), level, 0.75) is None


def test_nobody_calls_and_nobody_is_needed() -> None:
    of = plan(queue(0.0, TALK, 300.0), 2)
    assert (None, None) == (needed(of, "L03", PROMISE, level, 0.75), at_work(of, "L03"))
    assert told_of(of, "L03", None) is None


def test_who_is_at_work_is_told_where_calls_come() -> None:
    assert at_work(plan(queue(10.0, TALK, 300.0), 2.5), "L03") == Staffing(2.5, 2.5, 0, 0)


def test_a_staffed_plan_has_the_members_needed_and_else_those_who_were_there() -> None:
    team = queue(0.0, TALK, 300.0)
    team.calls[:, 18] = 30.0
    of = Plan(days_from(MONDAY, 5), {"L03": team, "L01": queue(1.0, TALK, 300.0)}, (pool(1.0, "L03", "L01"),))
    members = needed(of, "L03", PROMISE, level, 0.75)
    assert members is not None
    present = staffed(of, {"L03": members}).present("L03")
    assert (0.5, members[0, 18]) == (present[0, 0], present[0, 18 * STEPS // 48])
    assert np.all(staffed(of, {"L03": members}).present("L01") == 0.5)
