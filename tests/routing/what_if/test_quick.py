from dataclasses import replace

import numpy as np
import pytest

from routing.what_if.erlang_a import Queues
from routing.what_if.plan import SLOTS
from routing.what_if.quick import quick
from tests.fakes.planned import PROMISE, plan, queue

TALK = 200.0


def test_a_constant_day_is_the_formula_itself() -> None:
    exact = Queues(*(np.array([each]) for each in (20 / 1800, 1 / TALK, 1 / 300, 3.0))).solved()
    tally = quick(plan(queue(20.0, TALK, 300.0), 3), "L03", PROMISE).tally
    assert 20.0 * SLOTS * 5 == pytest.approx(tally.calls)
    assert exact.answered_within(30)[0] == pytest.approx(tally.answered_in_target / tally.calls, rel=1e-6)
    assert exact.answered_wait_seconds[0] == pytest.approx(tally.asa_seconds, rel=1e-6)
    assert exact.abandoned_within(5)[0] == pytest.approx(tally.abandoned_short / tally.calls, rel=1e-6)
    assert exact.occupancy[0] == pytest.approx(tally.occupancy, rel=1e-6)


def test_eighty_percent_wait_no_longer_than_the_p80() -> None:
    exact = Queues(*(np.array([each]) for each in (20 / 1800, 1 / TALK, 1 / 300, 3.0))).solved()
    found = quick(plan(queue(20.0, TALK, 300.0), 3), "L03", PROMISE).p80_seconds
    assert found is not None
    assert 0.8 * exact.answered[0] == pytest.approx(exact.answered_within(found)[0], abs=0.001)


def test_half_a_member_lies_between() -> None:
    levels = [quick(plan(queue(20.0, TALK, 300.0), each), "L03", PROMISE).tally.answered for each in (2.0, 2.5, 3.0)]
    assert levels[1] == pytest.approx((levels[0] + levels[2]) / 2)


def test_where_nobody_is_all_give_up_in_their_time() -> None:
    found = quick(plan(queue(10.0, TALK, 300.0), 0.0), "L03", PROMISE)
    assert (0.0, None) == (found.tally.answered, found.p80_seconds)
    assert 1 - np.exp(-30 / 300) == pytest.approx(found.tally.abandoned_in_target / found.tally.calls)


def test_no_calls_are_no_calls() -> None:
    assert 0.0 == quick(plan(queue(0.0, TALK, 300.0), 3), "L03", PROMISE).tally.calls


def test_ringing_is_waited_for_and_may_be_given_up() -> None:
    found = quick(plan(queue(1.0, TALK, 300.0, ring=10.0), 50), "L03", PROMISE).tally
    assert 10.0 == pytest.approx(found.asa_seconds)
    assert 1 - np.exp(-10 / 300) == pytest.approx(found.abandoned_share)


def test_more_than_500_members_are_as_good_as_500() -> None:
    of = plan(queue(10.0, TALK, 300.0), 700)
    assert quick(of, "L03", PROMISE).tally.answered == pytest.approx(10.0 * SLOTS * 5)


def test_wrap_up_takes_members_time_only() -> None:
    of = queue(20.0, TALK, 300.0)
    less, more = (quick(plan(replace(of, wrap_up_seconds=each), 3), "L03", PROMISE).tally for each in (0.0, 60.0))
    assert more.answered_in_target < less.answered_in_target
