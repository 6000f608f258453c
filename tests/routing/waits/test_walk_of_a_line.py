import math

import numpy as np
import pytest

from routing.waits.grid import GRID, WIDTHS
from routing.waits.patience import COUNT, STEP
from routing.waits.promises import Promises
from routing.waits.schedule import Schedule
from routing.waits.sisters import NO_HELP, EmptyLines, Help, Reach
from routing.waits.walk import Ahead, Capacity, Path, counted, walk

STAY = [1.0] * (COUNT + 1)
LEAVE = [max(1e-6, math.exp(-place * STEP / 300)) for place in range(COUNT + 1)]
ONE_A_MINUTE = Capacity(WIDTHS / 60, NO_HELP)


def last(path: Path) -> float:
    return float(path.seconds[-1])


def test_those_who_stay_are_served_one_after_the_other() -> None:
    path = walk(ONE_A_MINUTE, [Ahead(0)] * 5, STAY)
    assert [60, 120, 180, 240, 300] == pytest.approx(np.interp([1, 2, 3, 4, 5], path.places, path.seconds))


def test_a_line_longer_than_the_horizon_goes_on_at_its_last_pace() -> None:
    assert 30_000 == pytest.approx(last(walk(ONE_A_MINUTE, [Ahead(0)] * 500, STAY)))


def test_those_who_give_up_leave_their_place_to_others() -> None:
    """A caller is gone at 1/300 a second, the line moves at 1/60 + 1/300 for each in it."""
    path = walk(ONE_A_MINUTE, [Ahead(0)] * 10, LEAVE)
    expected = 300 * math.log(1 + 10 * 60 / 300)
    assert expected == pytest.approx(last(path), rel=0.05)


def test_nobody_to_serve_them_means_a_very_long_but_finite_wait() -> None:
    path = walk(Capacity(WIDTHS * 0, NO_HELP), [Ahead(0)] * 3, STAY)
    assert math.isfinite(last(path))


def test_a_caller_of_another_queue_takes_as_much_of_an_answer_as_is_likely() -> None:
    path = walk(ONE_A_MINUTE, [Ahead(0), Ahead(0, weight=0.5), Ahead(0, weight=0.0), Ahead(0, weight=0.25)], STAY)
    assert 105 == pytest.approx(last(path))
    assert 2.75 == Schedule.behind(path, ONE_A_MINUTE, 0.0).place


def test_a_placeholder_never_gives_up() -> None:
    patient, others = (walk(ONE_A_MINUTE, [Ahead(0, patient=kind)] * 10, LEAVE) for kind in (True, False))
    assert 600 == pytest.approx(last(patient))
    assert last(others) < 500


def test_a_place_between_two_is_served_between_them() -> None:
    rows = []
    for weights in ((1.0, 1.0), (1.0, 1.0, 0.5), (1.0, 1.0, 1.0)):
        path = walk(ONE_A_MINUTE, [Ahead(0, weight=weight) for weight in weights], STAY)
        schedule = Schedule.behind(path, ONE_A_MINUTE, 0.0)
        rows.append(schedule.when(Promises().places(schedule.place))[-1])
    assert (rows[0] < rows[1]).all()
    assert (rows[1] < rows[2]).all()


def test_sisters_serve_whoever_has_waited_long_enough() -> None:
    helped = Capacity(WIDTHS / 60, Help(WIDTHS / 60))
    assert 30 == pytest.approx(last(walk(helped, [Ahead(0)], STAY)), abs=5)
    assert 60 == pytest.approx(last(walk(helped, [Ahead(0, reach=90)], STAY)))


def test_idle_sisters_take_as_many_as_they_are() -> None:
    helped = Capacity(WIDTHS / 600, Help(WIDTHS * 0, idle=2, idle_later=2))
    path = walk(helped, [Ahead(0)] * 3, STAY)
    assert 2 == path.idle_taken
    assert last(walk(helped, [Ahead(0)] * 2, STAY)) < 30
    assert last(path) > 400
    assert 1 < counted(helped, 0.0, 0.0)[1, 3] < 2.1
    assert counted(helped, 0.0, 2.0)[1, 3] < 0.2


def test_a_schedule_tells_when_a_place_is_served_and_what_is_served_when() -> None:
    path = walk(ONE_A_MINUTE, [Ahead(0)] * 2, STAY)
    schedule = Schedule.behind(path, ONE_A_MINUTE, 0.0)
    places = np.array([[0.5, 1.0], [1.0, 2.0], [1.5, 3.0]])
    assert [[30, 60], [60, 120], [90, 180]] == [pytest.approx(row) for row in schedule.when(places).tolist()]
    for seconds in (10, 70, 119, 200, 5000, 50_000):
        assert seconds == pytest.approx(schedule.moment(schedule.served(seconds)), rel=1e-3)


def test_a_line_behind_is_never_served_before_one_ahead() -> None:
    schedule = Schedule.behind(walk(ONE_A_MINUTE, [Ahead(0)], STAY), ONE_A_MINUTE, 0.0)
    assert [3 * 60] * 2 == [pytest.approx(row[0]) for row in schedule.when(np.array([[3.0], [2.0]])).tolist()]


def test_in_the_long_run_a_line_is_as_often_empty_as_for_one_queue_and_one_server() -> None:
    """M/M/1: without customers, or with the one in service only: 1 - rho^2 of the time; ours counts waiting ones."""
    empty = EmptyLines().chance(0, 0.05, 0.1, 1e-5)
    assert 1 == pytest.approx(empty[0], abs=0.01)
    assert 0.5 == pytest.approx(empty[GRID.searchsorted(3000)], abs=0.05)


def test_a_longer_line_is_empty_later_and_solutions_are_used_again() -> None:
    lines = EmptyLines()
    few, many = lines.chance(1, 0.01, 0.03, 0.002), lines.chance(99, 0.01, 0.03, 0.002)
    assert (few >= many - 1e-9).all()
    assert few is lines.chance(1, 0.01, 0.03, 0.002)


def test_solutions_are_not_kept_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.waits.sisters._MOST_KEPT", 2)
    lines = EmptyLines()
    for rate in (0.001, 0.01, 0.1):
        lines.chance(1, rate, 0.03, 0.002)
    assert 1 == len(lines._solved)


def test_the_reach_of_sisters_is_seen_from_when_they_ring() -> None:
    reach = Reach()
    reach.rang(90)
    reach.rang(95)
    assert 0 == reach.seconds
    reach.rang(300)
    assert 90 == reach.seconds


@pytest.mark.parametrize("pace", [30, 60, 600])
@pytest.mark.parametrize("stays", [STAY, LEAVE])
def test_the_last_of_a_schedule_is_the_same_with_all_and_alone(pace: float, stays: list[float]) -> None:
    capacity = Capacity(WIDTHS / pace, NO_HELP)
    for ahead in (0, 1, 7, 40):
        schedule = Schedule.behind(walk(capacity, [Ahead(20)] * ahead, stays), capacity, 0.0)
        places = Promises().places(schedule.place)
        assert schedule.when(places)[-1] == pytest.approx(schedule.last(places))
