from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calendar_days import STEPS, cuts, days_between, local_day, midnight, shown

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN, PLAIN = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 22)


def day_cuts(day: date, step: str | None, zone: ZoneInfo = BERLIN) -> list[str]:
    begin = midnight(day, zone)
    end = midnight(date.fromordinal(day.toordinal() + 1), zone)
    return [shown(cut, zone) for cut in cuts(begin, end, step, zone)]


@pytest.mark.parametrize(
    ("intervals", "day", "step"),
    [
        (1, PLAIN, None),
        (1, PLAIN, "1d"),
        (24, PLAIN, "60m"),
        (24, PLAIN, "1h"),
        (48, PLAIN, "30m"),
        (96, PLAIN, "15m"),
        (288, PLAIN, "5m"),
        (1, SPRING, "1d"),
        (23, SPRING, "60m"),
        (46, SPRING, "30m"),
        (1, AUTUMN, "1d"),
        (25, AUTUMN, "60m"),
        (100, AUTUMN, "15m"),
    ],
)
def test_a_day_has_so_many_intervals(intervals: int, day: date, step: str | None) -> None:
    assert intervals == len(day_cuts(day, step)) - 1


def test_the_hour_that_comes_twice_is_two_intervals_with_two_offsets() -> None:
    assert [
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
        "2026-10-25T03:00:00+01:00",
    ] == day_cuts(AUTUMN, "60m")[2:5]


def test_the_hour_that_the_clocks_skip_is_no_interval() -> None:
    assert ["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"] == day_cuts(SPRING, "60m")[1:3]


def test_a_week_over_the_change_of_clocks_is_cut_at_local_midnights() -> None:
    borders = cuts(midnight(date(2026, 10, 24), BERLIN), midnight(date(2026, 10, 27), BERLIN), "1d", BERLIN)
    assert [24, 25, 24] == [round((end - begin) / 3600) for begin, end in pairwise(borders)]


def test_a_span_that_begins_and_ends_within_intervals_cuts_them_off() -> None:
    begin = datetime(2026, 11, 22, 8, 10, tzinfo=BERLIN).timestamp()
    end = datetime(2026, 11, 22, 9, 5, tzinfo=BERLIN).timestamp()
    assert ["08:10", "08:30", "09:00", "09:05"] == [
        shown(cut, BERLIN)[11:16] for cut in cuts(begin, end, "30m", BERLIN)
    ]


def test_a_day_whose_midnight_is_skipped_begins_at_the_skip() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    assert "2026-03-29T01:00:00+03:00" == shown(midnight(SPRING, beirut), beirut)
    assert 23 == len(day_cuts(SPRING, "60m", beirut)) - 1


def test_an_hour_cut_short_by_midnight_stays_within_its_day() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour
    assert 25 == len(day_cuts(date(2026, 4, 5), "60m", lord_howe)) - 1


def test_a_day_that_only_touches_the_end_is_not_in_the_span() -> None:
    assert [PLAIN] == days_between(midnight(PLAIN, BERLIN), midnight(date(2026, 11, 23), BERLIN), BERLIN)


@given(
    st.floats(1.7e9, 1.9e9),
    st.floats(1, 1e6),
    st.sampled_from([None, *STEPS]),
    st.sampled_from(["Europe/Berlin", "UTC", "Asia/Beirut", "Australia/Lord_Howe", "America/Havana"]),
)
def test_intervals_ascend_cover_the_span_and_never_hold_two_days(
    begin: float, length: float, step: str | None, name: str
) -> None:
    zone, end = ZoneInfo(name), begin + length
    borders = cuts(begin, end, step, zone)
    assert (begin, end) == (borders[0], borders[-1])
    assert all(one < other for one, other in pairwise(borders))
    if step:
        middles = [(one, (one + other) / 2) for one, other in pairwise(borders)]
        assert all(local_day(one, zone) == local_day(middle, zone) for one, middle in middles)
