from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.hours import END_OF_DAY, OpeningHours, Span, WeeklyHours, always_open

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = Span(time(8), time(12))
AFTERNOON = Span(time(14), time(16))
OFFICE = OpeningHours(
    WeeklyHours(BERLIN, {**dict.fromkeys(range(4), (MORNING, AFTERNOON)), 4: (MORNING,)})
)  # 2025-06-02 is a Monday


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2025-06-02T07:59:59.999999", False),
        ("2025-06-02T08:00", True),
        ("2025-06-02T11:59:59.999999", True),
        ("2025-06-02T12:00", False),
        ("2025-06-02T14:00", True),
        ("2025-06-06T14:00", False),
        ("2025-06-07T09:00", False),
    ],
)
def test_the_line_opens_and_closes_on_the_exact_minute(moment: str, is_open: bool) -> None:
    assert is_open == OFFICE.is_open(at(moment))


def test_a_time_of_another_zone_is_converted() -> None:
    assert OFFICE.is_open(datetime(2025, 6, 2, 6, 0, tzinfo=UTC))
    assert not OFFICE.is_open(datetime(2025, 6, 2, 5, 59, tzinfo=UTC))


def test_24_00_is_the_last_instant_of_the_day() -> None:
    late = OpeningHours(WeeklyHours(BERLIN, {0: (Span(time(22), END_OF_DAY),)}))
    assert late.is_open(at("2025-06-02T23:59:59.999999"))
    assert not late.is_open(at("2025-06-03T00:00"))


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2025-06-02T07:00", "2025-06-02T08:00"),
        ("2025-06-02T12:00", "2025-06-02T14:00"),
        ("2025-06-02T09:00", "2025-06-02T14:00"),
        ("2025-06-02T08:00", "2025-06-02T14:00"),
        ("2025-06-06T12:00", "2025-06-09T08:00"),
        ("2025-06-08T23:00", "2025-06-09T08:00"),
        ("2025-03-29T12:00", "2025-03-31T08:00"),
        ("2025-10-25T12:00", "2025-10-27T08:00"),
    ],
)
def test_the_next_opening_is_the_first_one_after_now(now: str, opening: str) -> None:
    assert at(opening) == OFFICE.next_opening(at(now))


def test_the_next_opening_is_told_in_the_centres_zone() -> None:
    found = OFFICE.next_opening(datetime(2025, 3, 29, 12, tzinfo=UTC))
    assert found is not None
    assert found.isoformat() == "2025-03-31T08:00:00+02:00"


def test_a_week_without_opening_has_no_next_one() -> None:
    assert OpeningHours(WeeklyHours(BERLIN, {})).next_opening(at("2025-06-02T09:00")) is None
    assert OpeningHours(WeeklyHours(BERLIN, {0: ()})).next_opening(at("2025-06-02T09:00")) is None


def test_a_line_that_never_closes_never_opens() -> None:
    assert always_open(BERLIN).is_open(at("2025-06-02T03:00"))
    assert always_open(BERLIN).next_opening(at("2025-06-02T03:00")) is None
    whole_week = OpeningHours(WeeklyHours(BERLIN, dict.fromkeys(range(7), (Span(time(0), END_OF_DAY),))))
    assert whole_week.next_opening(at("2025-06-02T03:00")) is None


def test_spans_that_touch_are_one_opening() -> None:
    touching = OpeningHours(WeeklyHours(BERLIN, {0: (Span(time(8), time(12)), Span(time(12), time(16)))}))
    assert at("2025-06-09T08:00") == touching.next_opening(at("2025-06-02T09:00"))


def test_an_opening_in_the_skipped_hour_begins_when_the_clock_has_jumped() -> None:
    night = OpeningHours(WeeklyHours(BERLIN, {6: (Span(time(2, 30), time(5)),)}))
    assert at("2025-03-30T03:00") == night.next_opening(at("2025-03-30T01:00"))


def test_an_opening_that_lies_wholly_in_the_skipped_hour_waits_a_week() -> None:
    night = OpeningHours(WeeklyHours(BERLIN, {6: (Span(time(2, 10), time(2, 50)),)}))
    assert at("2025-04-06T02:10") == night.next_opening(at("2025-03-29T12:00"))


def test_an_hour_shown_twice_opens_twice() -> None:
    night = OpeningHours(WeeklyHours(BERLIN, {6: (Span(time(2, 10), time(2, 50)),)}))
    first = night.next_opening(at("2025-10-26T00:00"))
    assert first is not None
    assert first.isoformat() == "2025-10-26T02:10:00+02:00"
    second = night.next_opening(first)
    assert second is not None
    assert second.isoformat() == "2025-10-26T02:10:00+01:00"


def test_a_clock_set_back_into_an_open_span_opens_again() -> None:
    night = OpeningHours(WeeklyHours(BERLIN, {6: (Span(time(1, 30), time(2, 30)),)}))
    found = night.next_opening(at("2025-10-26T01:45"))
    assert found is not None
    assert found.isoformat() == "2025-10-26T02:00:00+01:00"


def test_a_clock_set_back_over_midnight_opens_yesterday_again() -> None:
    zone = ZoneInfo("America/St_Johns")  # until 2011 the clock went from 00:01 back to 23:01
    saturday = OpeningHours(WeeklyHours(zone, {5: (Span(time(23, 30), END_OF_DAY),)}))
    found = saturday.next_opening(at("2010-11-07T00:00:30", zone))
    assert found is not None
    assert found.isoformat() == "2010-11-06T23:30:00-03:30"


FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(("moment", "zone"), [(FIRST, "America/New_York"), (LAST, "Asia/Tokyo")])
def test_beyond_the_ends_of_the_calendar_the_line_is_closed(moment: datetime, zone: str) -> None:
    hours = OpeningHours(WeeklyHours(ZoneInfo(zone), {0: (MORNING,)}))
    assert not hours.is_open(moment)
    assert hours.next_opening(moment) is None


def test_a_span_without_length_never_opens() -> None:
    empty = OpeningHours(WeeklyHours(BERLIN, {6: (Span(time(2, 10), time(2, 10)),)}))
    assert empty.next_opening(at("2025-06-02T09:00")) is None


minutes = st.integers(0, 24 * 60)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(minutes, max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Span(time(start // 60, start % 60), time(end // 60 % 24, end % 60)) for start, end in pairs)


weeks = st.dictionaries(st.integers(0, 6), spans(), max_size=7)
nights = st.sampled_from(
    [
        (BERLIN, datetime(2025, 3, 28, 22, tzinfo=UTC)),
        (BERLIN, datetime(2025, 10, 25, 10, tzinfo=UTC)),
        (ZoneInfo("America/St_Johns"), datetime(2010, 11, 6, 22, tzinfo=UTC)),
        (ZoneInfo("Africa/Cairo"), datetime(2024, 4, 25, 12, tzinfo=UTC)),
        (ZoneInfo("Africa/Cairo"), datetime(2024, 10, 31, 12, tzinfo=UTC)),
        (ZoneInfo("Australia/Lord_Howe"), datetime(2025, 4, 5, 6, tzinfo=UTC)),
        (ZoneInfo("Asia/Kathmandu"), datetime(2025, 6, 2, 6, tzinfo=UTC)),
    ]
)


@settings(max_examples=60, deadline=None)
@given(weeks, nights, st.integers(0, 24 * 60))
def test_the_next_opening_is_what_a_watchman_sees_who_looks_every_minute(
    days: dict[int, tuple[Span, ...]], night: tuple[ZoneInfo, datetime], later: int
) -> None:
    zone, begin = night
    hours = OpeningHours(WeeklyHours(zone, days))
    now = begin + timedelta(minutes=later)
    seen = [hours.is_open(now + timedelta(minutes=step)) for step in range(36 * 60)]
    watched = next(
        (now + timedelta(minutes=step) for step in range(1, len(seen)) if seen[step] and not seen[step - 1]),
        None,
    )
    found = hours.next_opening(now)
    if watched:
        assert found is not None
        assert watched == found.astimezone(UTC)  # times shown twice equal nothing in another zone
    else:
        assert found is None or found >= now + timedelta(hours=36)
