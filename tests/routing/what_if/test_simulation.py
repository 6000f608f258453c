from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from routing.what_if.changes import By, Of, WhatIf, changed
from routing.what_if.erlang_a import Queues
from routing.what_if.intervals import Interval, interval
from routing.what_if.plan import Plan
from routing.what_if.quick import quick
from routing.what_if.simulation import Lived, runs
from routing.what_if.tally import Tally
from tests.fakes.planned import PROMISE, mean, plan, pool, queue

TALK = 200.0
CASES = [(1, 0.6, 900.0), (3, 0.9, 300.0), (5, 1.3, 300.0), (10, 1.0, 60.0), (30, 0.95, 600.0)]


def lived(of: Plan, count: int = 1, seed: int = 1) -> list[Lived]:
    return [now["L03"] for (now,) in runs([of], {"L03": PROMISE}, count, seed)]


def level(of: Tally) -> float:
    return of.answered_in_target / of.calls


def between(of: Interval | None) -> tuple[float, float]:
    """Three times the interval, so that no seed of 75 comparisons falls out of it by chance."""
    found = cast("Interval", of)
    return found.mean - 1.6 * (found.mean - found.low), found.mean + 1.6 * (found.high - found.mean)


@pytest.mark.parametrize(("members", "load", "patience"), CASES)
def test_a_day_with_a_known_answer_meets_the_formula_within_its_interval(
    members: int, load: float, patience: float
) -> None:
    calls = load * members / TALK
    played = [each.tally for each in lived(plan(queue(calls * 1800, TALK, patience), members), 12)]
    exact = Queues(*(np.array([each]) for each in (calls, 1 / TALK, 1 / patience, float(members)))).solved()
    for simulated, known in (
        ([level(each) for each in played], exact.answered_within(30)[0]),
        ([each.abandoned / each.calls for each in played], exact.abandoned[0]),
        ([each.asa_seconds for each in played], exact.answered_wait_seconds[0]),
        ([each.abandoned_in_target / each.calls for each in played], exact.abandoned_within(30)[0]),
        ([each.occupancy for each in played], exact.occupancy[0]),
    ):
        low, high = between(interval(simulated))
        assert low - 0.004 * known <= known <= high + 0.004 * known  # a day begins and ends with an empty line


def test_the_same_seed_gives_the_same_runs_and_another_one_others() -> None:
    of = plan(queue(20.0, TALK, 300.0), 2)
    first, again, other = (lived(of, 2, seed) for seed in (7, 7, 8))
    assert [each.tally for each in first] == [each.tally for each in again]
    assert first[0].tally != first[1].tally
    assert first[0].tally != other[0].tally


@pytest.mark.parametrize("members", [1, 2, 3, 4])
def test_more_members_never_lower_the_service_level(members: int) -> None:
    of = plan(queue(25.0, TALK, 300.0, ring=5.0), members)
    more = changed(of, [WhatIf(Of.MEMBERS, By.MORE, 1.0, "L03")])
    pairs = [(now["L03"].tally, then["L03"].tally) for now, then in runs([of, more], {"L03": PROMISE}, 5, 1)]
    assert all(level(then) >= level(now) for now, then in pairs)
    assert all(then.calls == now.calls for now, then in pairs)


def test_the_same_plan_twice_gives_the_same_twice() -> None:
    of = plan(queue(20.0, TALK, 300.0), 2.5)
    ((now, then),) = runs([of, replace(of)], {"L03": PROMISE}, 1, 1)
    assert now["L03"].tally == then["L03"].tally


def test_common_random_numbers_make_the_difference_sharper_than_either_side() -> None:
    of = plan(queue(20.0, TALK, 300.0), 3)
    more = changed(of, [WhatIf(Of.CALLS, By.TIMES, 1.05)])
    pairs = [
        (level(now["L03"].tally), level(then["L03"].tally)) for now, then in runs([of, more], {"L03": PROMISE}, 20, 1)
    ]
    assert np.std([then - now for now, then in pairs]) < 0.6 * np.std([now for now, _ in pairs])


@pytest.mark.parametrize(("factor", "expected"), [(1.2, 1.2), (0.5, 0.5), (0.0, 0.0)])
def test_more_or_fewer_calls_come_in_proportion(factor: float, expected: float) -> None:
    of = plan(queue(20.0, TALK, 300.0), 3)
    other = changed(of, [WhatIf(Of.CALLS, By.TIMES, factor)])
    ((now, then),) = runs([of, other], {"L03": PROMISE}, 1, 1)
    assert expected == pytest.approx(then["L03"].tally.calls / now["L03"].tally.calls, abs=0.03)


def test_a_team_draws_the_same_whichever_others_are_there() -> None:
    alone = plan(queue(20.0, TALK, 300.0), 2)
    both = Plan(alone.days, {"L01": queue(9.0, TALK, 300.0, name="L01"), **alone.teams}, (pool(1, "L01"), *alone.pools))
    ((of_both,),) = runs([both], {"L03": PROMISE, "L01": PROMISE}, 1, 1)
    assert lived(alone)[0].tally == of_both["L03"].tally


def test_half_a_member_is_there_on_half_of_the_days() -> None:
    none, half, one = (lived(plan(queue(20.0, TALK, 60.0, days=40), members))[0].tally for members in (0.0, 0.5, 1.0))
    assert none.answered == 0
    assert 0.5 == pytest.approx(half.answered / one.answered, abs=0.15)


def test_the_formulas_and_the_runs_agree_when_phones_ring_and_members_wrap_up() -> None:
    of = plan(replace(queue(20.0, TALK, 300.0, ring=8.0), wrap_up_seconds=30.0), 3)
    played, formula = [each.tally for each in lived(of, 12)], quick(of, "L03", PROMISE).tally
    for name in ("answered", "answered_in_target", "abandoned_short", "abandoned_in_target"):
        simulated = mean([getattr(each, name) / each.calls for each in played])
        assert getattr(formula, name) / formula.calls == pytest.approx(simulated, abs=0.02), name


def test_nobody_calls_and_nothing_is_to_be_told() -> None:
    none = lived(plan(queue(0.0, TALK, 300.0), 2))[0]
    assert (None, None, None) == (none.p80_seconds, none.tally.asa_seconds, none.tally.abandoned_share)
