import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.agi.absolute_timeout import MOST_SILENCE_SECONDS, AbsoluteTimeout, set_autohangup


def test_a_step_that_fits_needs_no_command() -> None:
    watch = AbsoluteTimeout(100.0, armed_seconds=9.0)

    assert watch.due(100.0, heard_seconds=6.0, silent_seconds=0.0) is None


def test_a_step_that_would_outlast_the_watch_arms_it_again() -> None:
    watch = AbsoluteTimeout(100.0, armed_seconds=9.0)

    assert 19 == watch.due(100.0, heard_seconds=6.5, silent_seconds=0.0)


def test_a_watch_that_would_leave_a_long_silence_is_armed_again() -> None:
    watch = AbsoluteTimeout(100.0, armed_seconds=22.0)

    assert 13 == watch.due(101.0, heard_seconds=0.0, silent_seconds=5.0)


STEP = st.one_of(st.tuples(st.floats(0, 60), st.just(0.0)), st.tuples(st.just(0.0), st.floats(0, 9)))


@given(st.lists(st.tuples(STEP, st.floats(0, 20))))
@pytest.mark.filterwarnings("error")
def test_no_step_outlasts_the_watch_and_no_stop_leaves_more_than_13_s_of_silence(
    steps: list[tuple[tuple[float, float], float]],
) -> None:
    now = 0.0
    watch = AbsoluteTimeout(now)
    armed_until = now + 7
    for (heard, silent), passed in steps:
        if seconds := watch.due(now, heard, silent):
            watch.arm(now, seconds)
            armed_until = now + seconds
        assert armed_until >= now + heard + silent
        assert armed_until <= now + heard + MOST_SILENCE_SECONDS + math.ulp(1e6)
        now += passed


def test_the_command_names_the_seconds() -> None:
    assert b"SET AUTOHANGUP 13\n" == set_autohangup(13)


def test_a_watch_that_is_about_to_end_waits_for_nobody() -> None:
    watch = AbsoluteTimeout(100.0, armed_seconds=9.0)
    assert watch.is_far(105.0)
    assert not watch.is_far(107.0)
