from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.fair_line import (
    CLOCK_SKEW_SECONDS,
    CREDIT_LIMIT,
    HORIZON,
    believed_arrival,
    priority,
    virtual_arrival,
)

NOW = int(datetime(2026, 1, 5, 8, tzinfo=UTC).timestamp())
ARRIVALS = st.integers(CREDIT_LIMIT, HORIZON - 1)
CREDITS = st.integers(0, CREDIT_LIMIT)
CALLERS = st.lists(st.tuples(ARRIVALS | st.integers(NOW - 9, NOW + 9), CREDITS))


@given(CALLERS)
def test_priorities_order_any_set_of_callers_as_virtual_arrival_does(callers: list[tuple[int, int]]) -> None:
    by_arrival = sorted(callers, key=lambda caller: virtual_arrival(*caller))
    assert by_arrival == sorted(callers, key=lambda caller: -priority(*caller))


@given(ARRIVALS, CREDITS)
def test_a_priority_is_one_that_app_queue_can_hold(arrival: int, credit: int) -> None:
    assert 0 < priority(arrival, credit) <= 2**31 - 1


@given(ARRIVALS, ARRIVALS, CREDITS)
def test_a_credit_overtakes_by_itself_and_no_more(first: int, second: int, credit: int) -> None:
    assert (first - second > credit) == (priority(second) > priority(first, credit))


def test_the_priority_is_that_of_the_dialplans_first_line() -> None:
    assert priority(NOW) == 2147483647 - NOW


@pytest.mark.parametrize("credit", [-1, CREDIT_LIMIT + 1])
def test_a_credit_out_of_bounds_is_refused(credit: int) -> None:
    with pytest.raises(ValueError, match="credit"):
        priority(NOW, credit)


@pytest.mark.parametrize("arrival", [-1, HORIZON, HORIZON + 1])
def test_an_arrival_that_queue_prio_cannot_hold_is_refused(arrival: int) -> None:
    with pytest.raises(ValueError, match="arrival"):
        priority(arrival)


@pytest.mark.parametrize("arrival", [NOW, NOW - 86_400 * 30, NOW + CLOCK_SKEW_SECONDS, CREDIT_LIMIT])
def test_a_possible_arrival_is_believed(arrival: int) -> None:
    assert arrival == believed_arrival(arrival, NOW)


@pytest.mark.parametrize("arrival", [0, -5, 5, NOW + CLOCK_SKEW_SECONDS + 1, HORIZON, 10**30])
def test_an_impossible_arrival_counts_as_now(arrival: int) -> None:
    assert believed_arrival(arrival, NOW) == NOW


@given(st.integers(), st.integers(), CREDITS)
def test_a_believed_arrival_always_has_a_priority(arrival: int, now: int, credit: int) -> None:
    assert 0 < priority(believed_arrival(arrival, now), credit) <= HORIZON
