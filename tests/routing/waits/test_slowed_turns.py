import numpy as np
import pytest

from routing.waits.grid import GRID
from routing.waits.slowed import Slowed
from routing.waits.spans import Curve, lognormal
from routing.waits.turns import Habits, Turns


def curve(mean: float, variation: float = 0.6) -> Curve:
    return Curve(np.concatenate(((0.0,), np.cumsum(lognormal(mean, variation)))))


def turns(slower: float = 1.0) -> Turns:
    return Turns(Habits(curve(5 * slower), curve(240 * slower), 240 * slower, 20 * slower))


@pytest.mark.parametrize("by", [0.97, 1.04])
def test_what_has_become_a_little_slower_is_nearly_what_would_be_made_anew(by: float) -> None:
    slowed, anew = Slowed(turns(), by), turns(by)
    assert slowed.turn_seconds == pytest.approx(anew.turn_seconds)
    assert slowed.pace == pytest.approx(anew.pace, rel=0.01)
    for rows, others in (
        (slowed.free, anew.free),
        (slowed.talking(20), anew.talking(20)),
        (slowed.ringing(2), anew.ringing(2)),
        (slowed.paused("0", lambda _: curve(300), 60), anew.paused("0", lambda _: curve(300 * by), 60)),
    ):
        assert rows[0] == pytest.approx(others[0], rel=0.03, abs=0.05)
    assert slowed.again == pytest.approx(anew.again, rel=0.03, abs=0.05)


def test_slower_turns_answer_fewer_and_go_on_beyond_the_last_moment() -> None:
    base, faster, slower = turns(), Slowed(turns(), 0.95), Slowed(turns(), 1.05)
    assert (slower.free[0] <= base.free[0]).all()
    assert (base.free[0] <= faster.free[0]).all()
    assert faster.free[0, -1] / GRID[-1] == pytest.approx(base.free[0, -1] / GRID[-1] / 0.95, rel=0.02)


def test_rows_that_are_the_same_stay_the_same_row() -> None:
    slowed = Slowed(turns(), 1.01)
    assert slowed.talking(20) is slowed.talking(21)
