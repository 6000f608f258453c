import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.what_if.expected import expected
from routing.what_if.intervals import Interval, interval, student
from routing.what_if.patience import Waits
from routing.what_if.plan import SLOTS
from routing.what_if.spans import Exponential, seen

DAYS = [0, 1, 2, 3, 4] * 4


def played(rates: np.ndarray, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(rates).astype(float)


def opened(calls: float, first: int = 16, last: int = 32) -> np.ndarray:
    rows = np.zeros((len(DAYS), SLOTS))
    rows[:, first:last] = calls
    return rows


def test_a_thin_team_leans_on_the_centre_and_keeps_its_number_of_calls() -> None:
    calls = {"thin": played(opened(0.5)), "large": played(opened(30.0), 2)}
    likely = expected(calls, {team: opened(1.0) for team in calls}, DAYS)
    assert calls["thin"].sum() == pytest.approx(likely["thin"].sum(), rel=0.1)
    assert likely["thin"][:, 16:32].std() < 0.5 * calls["thin"].reshape(4, 5, SLOTS).mean(axis=0)[:, 16:32].std()


def test_a_team_with_shorter_hours_gets_no_calls_after_them() -> None:
    calls = {"short": played(opened(4.0, 16, 24)), "large": played(opened(30.0), 2)}
    likely = expected(calls, {team: opened(1.0) for team in calls}, DAYS)
    assert (True, 0.0) == (likely["short"][0, 20] > 1.0, likely["short"][:, 24:].sum())


def test_where_nobody_calls_and_nobody_is_none_are_expected() -> None:
    calls = {"thin": opened(0.0), "large": opened(30.0)}
    likely = expected(calls, {"thin": opened(0.0), "large": opened(1.0)}, DAYS)
    assert 0.0 == likely["thin"].sum()


def test_chance_alone_makes_no_day_busy_but_a_mass_letter_does() -> None:
    steady = expected({"L03": played(opened(10.0))}, {"L03": opened(1.0)}, DAYS)["L03"].sum(axis=1)
    letter = opened(10.0)
    letter[7] *= 3
    busy = expected({"L03": played(letter)}, {"L03": opened(1.0)}, DAYS)["L03"].sum(axis=1)
    assert np.ptp(steady[[2, 7, 12, 17]]) < 0.1 * steady.mean()
    assert 3.0 == pytest.approx(busy[7] / busy[[2, 12, 17]].mean(), rel=0.15)


def test_one_day_of_each_weekday_is_taken_as_it_is() -> None:
    likely = expected({"L03": opened(10.0)[:5]}, {"L03": opened(1.0)[:5]}, DAYS[:5])
    assert opened(10.0)[:5] == pytest.approx(likely["L03"])


def test_nobody_calls_at_all() -> None:
    assert 0.0 == expected({"L03": opened(0.0)}, {"L03": opened(1.0)}, DAYS)["L03"].sum()


def test_patience_is_learned_with_those_who_were_answered_first() -> None:
    chance, waits = np.random.default_rng(1), Waits()
    for patience, answered in zip(chance.exponential(200.0, 4000), chance.exponential(60.0, 4000), strict=True):
        waits.add("L03", min(patience, answered), gave_up=bool(patience < answered))
    found = waits.patience("L03")
    assert [200.0, 200.0] == pytest.approx([found.mean, 1 / waits.rate("L03")], rel=0.1)
    assert float(np.median(Exponential(200.0).at(np.array([0.5])))) == pytest.approx(
        found.at(np.array([0.5]))[0], rel=0.1
    )


def test_a_team_without_calls_is_as_patient_as_the_centre_and_a_new_centre_waits_ten_minutes() -> None:
    waits = Waits()
    assert 600.0 == pytest.approx(1 / waits.rate("L03"))
    assert 600.0 == pytest.approx(waits.patience("L03").mean, rel=0.01)
    for _ in range(500):
        waits.add("L01", 50.0, gave_up=True)
    assert waits.rate("L03") == pytest.approx(waits.rate("L01"), rel=0.2)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.booleans()), max_size=30), st.floats(0.1, 10))
def test_patience_is_a_distribution_and_stretches(ended: list[tuple[float, bool]], factor: float) -> None:
    waits = Waits()
    for waited, gave_up in ended:
        waits.add("L03", waited, gave_up=gave_up)
    ranks = np.linspace(0, 0.999, 50)
    found = waits.patience("L03")
    assert np.all(np.diff(found.at(ranks)) >= 0)
    assert found.at(ranks) * factor == pytest.approx(found.times(factor).at(ranks), rel=1e-9)
    assert found.mean * factor == pytest.approx(found.times(factor).mean, rel=1e-9)


def test_talks_of_a_thin_team_lean_on_the_centre_s() -> None:
    assert 250.0 == pytest.approx(seen([200.0] * 30, [300.0] * 500, 30.0, 240.0).mean)
    assert 300.0 == pytest.approx(seen([], [300.0] * 500, 30.0, 240.0).mean)
    assert 240.0 == seen([], [], 30.0, 240.0).mean


def test_talks_are_drawn_as_they_were_seen() -> None:
    found = seen([60.0] * 300 + [300.0] * 100, [], 30.0, 240.0)
    assert [60.0, 60.0, 300.0] == pytest.approx(found.at(np.array([0.0, 0.7, 0.8])), rel=0.01)
    assert [120.0, 240.0] == pytest.approx([found.mean, found.times(2.0).mean])


def test_talks_of_no_length_have_none() -> None:
    assert 0.0 == seen([0.0, 0.0], [], 30.0, 240.0).mean


@pytest.mark.parametrize(
    ("freedom", "table"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (29, 2.045), (199, 1.972)],
)
def test_student_s_t_is_that_of_the_tables(freedom: int, table: float) -> None:
    assert table == pytest.approx(student(freedom), abs=0.004)


def test_an_interval_needs_two_runs_that_have_a_value() -> None:
    assert [None, None] == [interval([1.0, None]), interval([])]
    found = interval([1.0, None, 3.0])
    assert isinstance(found, Interval)
    assert [2.0, 2.0 - 12.706, 2.0 + 12.706] == pytest.approx([found.mean, found.low, found.high], abs=0.01)
