from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import LeftBy
from metrics.kept_words import Kept, coverage, kept
from tests.fakes.told_waits import wait_proved, wait_told

TOLD = wait_told(10.0)
ENDS = st.lists(st.tuples(st.floats(0, 3), st.booleans()), max_size=40)


def test_of_nothing_nothing_is_known() -> None:
    assert Kept(0, 0, 0, None, None, (None, None, None), None) == kept([])


def test_bias_is_said_minus_waited_of_those_who_were_answered() -> None:
    told = kept([wait_proved(TOLD, 60.0), wait_proved(TOLD, 100.0), wait_proved(TOLD, 500.0, LeftBy.ABANDONED)])
    assert (2, 1, 0) == (told.answered, told.gave_up, told.other)
    assert (20.0, 0.25, 80.0) == (told.bias_seconds, told.bias_share, told.mean_wait_seconds)


def test_who_left_in_another_way_is_neither_answered_nor_gave_up() -> None:
    told = kept([wait_proved(TOLD, 5.0, outcome) for outcome in LeftBy])
    assert (1, 1, len(LeftBy) - 2) == (told.answered, told.gave_up, told.other)


def test_a_bias_of_waits_of_nothing_has_no_share() -> None:
    told = kept([wait_proved(TOLD, 0.0)])
    assert (100.0, None, 0.0) == (told.bias_seconds, told.bias_share, told.mean_wait_seconds)


def test_each_quantile_is_held_against_its_own_promise() -> None:
    waits = [wait_proved(TOLD, waited) for waited in (90.0, 90.1, 150.0, 150.1, 200.0, 200.1)]
    assert (pytest.approx(1 / 6), pytest.approx(3 / 6), pytest.approx(5 / 6)) == kept(waits).coverages


def test_who_gave_up_early_counts_as_those_who_stayed() -> None:
    waits = [wait_proved(TOLD, 100.0), wait_proved(TOLD, 120.0, LeftBy.ABANDONED), wait_proved(TOLD, 160.0)]
    assert pytest.approx(1 / 3) == kept(waits).coverages[1]
    waits[1] = wait_proved(TOLD, 80.0, LeftBy.ABANDONED)
    assert pytest.approx(1 / 2) == kept(waits).coverages[1]


def test_the_figure_is_that_of_the_published_example() -> None:
    """Kaplan and Meier 1958, section 2: deaths at 0.8, 3.1, 5.4, 9.2, losses at 1.0, 2.7, 7.0, 12.1 months."""
    ends = [(at, at in {0.8, 3.1, 5.4, 9.2}) for at in (0.8, 1.0, 2.7, 3.1, 5.4, 7.0, 9.2, 12.1)]
    staying = [7 / 8, 7 / 10, 21 / 40, 21 / 80]
    by = [3.0, 4.0, 6.0, 10.0]
    assert staying == [pytest.approx(1 - (coverage((at / month, seen) for at, seen in ends) or 0)) for month in by]


def test_one_who_was_lost_by_a_fault_says_nothing() -> None:
    assert (0.5,) * 3 == kept([wait_proved(TOLD, 5.0), wait_proved(TOLD, 900.0, LeftBy.MOVED)]).coverages
    assert (1.0,) * 3 == kept([wait_proved(TOLD, 5.0), wait_proved(TOLD, 900.0, LeftBy.LOST)]).coverages


def test_no_wait_as_told_is_kept_by_an_answer_at_once() -> None:
    at_once = wait_told(10.0, mean=0.0)
    assert (1.0,) * 3 == kept([wait_proved(at_once, 0.0)]).coverages
    assert (0.0,) * 3 == kept([wait_proved(at_once, 0.1)]).coverages


@pytest.mark.parametrize(
    ("ends", "share"),
    [
        ([(0.5, False)], None),
        ([(2.0, False)], 0.0),
        ([(inf, True)], 0.0),
        ([(1.0, True)], 1.0),
        ([(1.0, False), (1.0, True)], 0.5),
        ([(0.2, True), (0.9, False)], None),
        ([(0.2, True), (1.0, False)], 0.5),
        ([(0.2, True), (0.9, False), (0.95, True)], 1.0),
    ],
)
def test_a_share_is_told_only_of_what_was_seen(ends: list[tuple[float, bool]], share: float | None) -> None:
    assert share == coverage(ends)


@given(ENDS)
def test_without_leaves_the_share_is_that_of_the_answered(ends: list[tuple[float, bool]]) -> None:
    seen = [ratio for ratio, _ in ends]
    share = sum(ratio <= 1 for ratio in seen) / len(seen) if seen else None
    assert (pytest.approx(share) if seen else None) == coverage([(ratio, True) for ratio in seen])


@given(ENDS, st.randoms())
def test_the_order_of_waits_does_not_matter(ends: list[tuple[float, bool]], chance: object) -> None:
    shuffled = list(ends)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert coverage(ends) == coverage(shuffled)


@given(ENDS)
def test_the_share_lies_between_all_broken_and_all_kept(ends: list[tuple[float, bool]]) -> None:
    share = coverage(ends)
    assert share is None or 0 <= share <= 1
