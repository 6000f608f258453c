import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.spoken_wait import (
    LESS_THAN_A_MINUTE,
    MORE_THAN_AN_HOUR,
    OPEN,
    ROUND_MINUTES,
    WaitRange,
    callback_is_due,
    improved,
    range_of,
    read,
    written,
)
from routing.waits.estimate import Estimate
from tests.fakes.waits import minutes

SPANS = st.floats(0, 12_000) | st.floats(0, 600)


@st.composite
def estimates(draw: st.DrawFn, least: tuple[float, float, float] = (0, 0, 0)) -> Estimate:
    quantiles = sorted(draw(st.tuples(SPANS, SPANS, SPANS)))
    p50, p80, p90 = (one + more for one, more in zip(quantiles, least, strict=True))
    return Estimate(mean=p50, p50=p50, p80=p80, p90=p90)


@st.composite
def rising(draw: st.DrawFn) -> tuple[Estimate, Estimate]:
    first = draw(estimates())
    return first, draw(estimates((first.p50, first.p80, first.p90)))


@pytest.mark.parametrize(
    ("estimate", "said"),
    [
        (minutes(0.2, 0.9), WaitRange(0, 1)),
        (minutes(0.9, 1.0), WaitRange(0, 1)),
        (minutes(0.9, 1.1), WaitRange(0, 2)),
        (minutes(0.9, 5), WaitRange(0, 5)),
        (minutes(0.9, 5.1), None),
        (minutes(1, 1), WaitRange(1, 2)),
        (minutes(1.9, 3.5), WaitRange(1, 4)),
        (minutes(5.9, 8), WaitRange(5, 8)),
        (minutes(6, 6), WaitRange(6, 6)),
        (minutes(7.9, 12, 14), WaitRange(6, 15)),
        (minutes(7.9, 12, 18), WaitRange(6, 15)),
        (minutes(7.9, 12, 18.1), WaitRange(6, 20)),
        (minutes(6, 23.1), None),
        (minutes(31, 80), WaitRange(30, 90)),
        (minutes(50, 121), None),
        (minutes(59.9, 120), WaitRange(45, 120)),
        (minutes(60, 61), MORE_THAN_AN_HOUR),
        (minutes(90, 100), MORE_THAN_AN_HOUR),
        (minutes(600, 900), MORE_THAN_AN_HOUR),
    ],
)
def test_an_estimate_is_a_range_of_round_minutes(estimate: Estimate, said: WaitRange | None) -> None:
    assert said == range_of(estimate)


@given(estimates())
def test_a_range_is_round_and_in_order(estimate: Estimate) -> None:
    said = range_of(estimate)
    if said:
        assert said.low_minutes in (0, *ROUND_MINUTES)
        assert said.high_minutes in (*ROUND_MINUTES, OPEN)
        assert said.low_minutes <= said.high_minutes


@given(estimates())
def test_the_promise_holds_for_at_least_four_in_five(estimate: Estimate) -> None:
    said = range_of(estimate)
    assert said is None or said.high_minutes * 60 >= min(estimate.p80, OPEN * 60)


@given(estimates())
def test_half_of_the_callers_wait_at_least_the_low_end(estimate: Estimate) -> None:
    said = range_of(estimate)
    assert said is None or said.low_minutes * 60 <= estimate.p50


@given(rising())
def test_a_longer_estimate_is_never_a_shorter_range(pair: tuple[Estimate, Estimate]) -> None:
    shorter, longer = map(range_of, pair)
    if shorter and longer:
        assert shorter.low_minutes <= longer.low_minutes
        assert shorter.high_minutes <= longer.high_minutes


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (WaitRange(5, 8), None, WaitRange(5, 8)),
        (WaitRange(5, 8), WaitRange(5, 8), WaitRange(5, 8)),
        (WaitRange(4, 8), WaitRange(5, 8), WaitRange(4, 8)),
        (WaitRange(5, 10), WaitRange(5, 8), None),
        (WaitRange(6, 8), WaitRange(5, 8), None),
        (WaitRange(4, 10), WaitRange(5, 8), None),
        (WaitRange(45, 90), MORE_THAN_AN_HOUR, WaitRange(45, 90)),
        (MORE_THAN_AN_HOUR, WaitRange(45, 120), None),
        (WaitRange(0, 2), LESS_THAN_A_MINUTE, None),
    ],
)
def test_only_the_same_or_a_better_range_is_said(
    now: WaitRange, before: WaitRange | None, said: WaitRange | None
) -> None:
    assert said == improved(now, before)


@given(st.lists(estimates(), max_size=20))
def test_numbers_that_are_heard_never_grow(wait: list[Estimate]) -> None:
    heard: WaitRange | None = None
    for estimate in wait:
        found = range_of(estimate)
        said = improved(found, heard) if found else None
        if said and heard:
            assert said.low_minutes <= heard.low_minutes
            assert said.high_minutes <= heard.high_minutes
        heard = said or heard


@pytest.mark.parametrize(("estimate", "is_due"), [(None, False), (minutes(10, 99), False), (minutes(10.1, 10.2), True)])
def test_a_callback_is_due_where_half_of_the_callers_wait_longer_than_the_limit(
    estimate: Estimate | None, is_due: bool
) -> None:
    assert is_due == callback_is_due(estimate, 600)


@given(estimates())
def test_a_range_is_read_as_it_was_written(estimate: Estimate) -> None:
    said = range_of(estimate)
    assert said == read(written(said))


@pytest.mark.parametrize(
    "text",
    [None, "", "5", "5-", "-8", "8-5", "7-8", "5-9", "5-0", "0-0", "5-8 ", "5-8\n", "5--8", "٥-٨", "5-99999", "a-b"],
)
def test_whatever_else_a_channel_holds_was_never_heard(text: str | None) -> None:
    assert read(text) is None


@given(st.text(max_size=12))
def test_any_text_is_no_range_or_a_range_in_order(text: str) -> None:
    said = read(text)
    assert said is None or said.low_minutes <= said.high_minutes
