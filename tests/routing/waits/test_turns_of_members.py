import math

import numpy as np
import pytest

from routing.waits.grid import GRID
from routing.waits.spans import EDGES, Curve, Spans, lognormal
from routing.waits.turns import Habits, Turns

RING = Spans(lognormal(6, 0.6), 1).curve()
EXPONENTIAL = Curve(np.array([*(1 - math.exp(-edge / 200) for edge in EDGES[:-1]), 1.0]))
PAUSE = Spans(lognormal(400, 0.5), 1).curve()


def turns(wrap_up: float = 0.0, pause: float = 0.0) -> Turns:
    return Turns(Habits(RING, EXPONENTIAL, 200, wrap_up, [(pause, PAUSE)] if pause else []))


def at(row: np.ndarray, seconds: float) -> float:
    return float(np.interp(seconds, GRID, row[0] if row.ndim > 1 else row))


@pytest.mark.parametrize("age", [0, 100, 5000])
def test_a_talk_that_forgets_its_age_ends_at_the_mean_rate(age: float) -> None:
    assert 2000 / 206 == pytest.approx(at(turns().talking(age), 2000), rel=0.05)


def test_in_the_long_run_there_is_one_answer_a_turn_even_beyond_what_was_computed() -> None:
    row = turns(wrap_up=30).free[0]
    assert 1 / 236 == pytest.approx((row[-1] - row[-2]) / (GRID[-1] - GRID[-2]), rel=0.03)


def test_pauses_after_talks_cost_answers() -> None:
    assert 1 / 246 == pytest.approx(
        (turns(pause=0.1).free[0, -1] - turns(pause=0.1).free[0, -2]) / (GRID[-1] - GRID[-2]), rel=0.03
    )


def test_a_free_member_answers_when_the_ring_is_over() -> None:
    assert 0.95 < at(turns().free, 20) < 1.15


def test_a_wrap_up_is_waited_for() -> None:
    made = turns()
    assert at(made.free, 60) == pytest.approx(at(made.wrapping_up(100), 160), rel=0.02)
    assert 0 == at(made.wrapping_up(100), 80)


def test_a_wrap_up_is_told_apart_by_the_second() -> None:
    made = turns()
    assert made.wrapping_up(9.2) is made.wrapping_up(9.9)
    assert made.wrapping_up(10.1) is not made.wrapping_up(9.9)
    assert made.wrapping_up(1e9) is made.wrapping_up(1e12)


def test_the_next_answer_of_one_who_talks_comes_later_than_of_one_who_rings() -> None:
    made = turns()
    assert (made.ringing(3)[:, 1:] > made.talking(3)[:, 1:]).all()


def test_a_short_rest_of_a_pause_is_waited_for() -> None:
    made = turns()
    rows = [made.paused("rest", lambda _: PAUSE, age) for age in (0, 100, 350)]
    assert at(rows[0], 200) < at(rows[1], 200) < at(rows[2], 200) < at(made.free, 200)
    assert rows[0] is made.paused("rest", lambda _: PAUSE, 1)


@pytest.mark.parametrize("age", [0, 100])
def test_the_hazard_of_the_first_answer_is_exact(age: float) -> None:
    """Of a talk that forgets its age, then a ring of 6 s: nearly exponential."""
    assert 300 / 200 == pytest.approx(float(np.interp(306, GRID, turns().talking(age)[1])), rel=0.03)


def test_the_first_answer_of_one_in_wrap_up_is_as_good_as_sure_when_the_ring_is_over() -> None:
    hazard = turns().wrapping_up(100)[1]
    assert 0 == np.interp(80, GRID, hazard)
    assert np.interp(140, GRID, hazard) > 4


def test_again_leaves_the_first_answer_out() -> None:
    made = turns()
    assert 1 == pytest.approx(at(made.free, 1000) - at(made.again, 1000), abs=0.02)
    assert 200 == made.turn_seconds
