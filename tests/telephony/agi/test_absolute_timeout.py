import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.agi.absolute_timeout import MOST_SILENCE_SECONDS, AbsoluteTimeout


def test_a_step_that_fits_needs_no_command() -> None:
    watch = AbsoluteTimeout(100.0, armed_seconds=9.0)

    assert watch.rearm(100.0, heard_seconds=6.0, silent_seconds=0.0) is None


def test_a_step_that_would_outlast_the_watch_arms_it_again() -> None:
    watch = AbsoluteTimeout(100.0, armed_seconds=9.0)

    assert b"SET AUTOHANGUP 19\n" == watch.rearm(100.0, heard_seconds=6.5, silent_seconds=0.0)


def test_a_watch_that_would_leave_a_long_silence_is_armed_again() -> None:
    watch = AbsoluteTimeout(100.0, armed_seconds=22.0)

    assert b"SET AUTOHANGUP 13\n" == watch.rearm(101.0, heard_seconds=0.0, silent_seconds=5.0)


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
        if line := watch.rearm(now, heard, silent):
            armed_until = now + int(line.split()[-1])
        assert armed_until >= now + heard + silent
        assert armed_until <= now + heard + MOST_SILENCE_SECONDS + math.ulp(1e6)
        now += passed
