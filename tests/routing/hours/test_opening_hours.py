from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.hours import (
    END_OF_DAY,
    Closure,
    DatedDay,
    DatedDays,
    HolidaysKept,
    OpeningHours,
    Span,
    WeeklyHours,
    always_open,
)
from routing.year_preview import openings

BERLIN = ZoneInfo("Europe/Berlin")
MORNING, AFTERNOON = Span(time(8), time(12)), Span(time(14), time(16))
WEEK = WeeklyHours(BERLIN, {**dict.fromkeys(range(4), (MORNING, AFTERNOON)), 4: (MORNING,)})
OFFICE = OpeningHours(WEEK)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def closure(begins: str, until: str) -> Closure:
    return Closure("centre", at(begins), at(until), "Wasserrohrbruch")


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        ("2026-06-01T08:00", "2026-06-01T12:00"),
        ("2026-06-01T11:59:59.999999", "2026-06-01T12:00"),
        ("2026-06-01T12:00", None),
        ("2026-06-01T15:00", "2026-06-01T16:00"),
        ("2026-06-06T10:00", None),
    ],
)
def test_an_open_line_knows_when_it_closes(now: str, closes: str | None) -> None:
    assert (closes and at(closes)) == OFFICE.closes_at(at(now))


def test_spans_that_touch_over_midnight_are_one_opening() -> None:
    late = OpeningHours(WeeklyHours(BERLIN, {0: (Span(time(20), END_OF_DAY),), 1: (Span(time(0), time(6)),)}))
    assert at("2026-06-02T06:00") == late.closes_at(at("2026-06-01T21:00"))
    assert at("2026-06-08T20:00") == late.next_opening(at("2026-06-01T21:00"))


def test_a_line_that_is_always_open_never_closes() -> None:
    assert always_open(BERLIN).closes_at(at("2026-06-01T12:00")) is None


def test_a_line_that_is_open_for_years_does_not_close_in_sight() -> None:
    past = (DatedDays("hours", {}, {date(2020, 1, 1): DatedDay("Umzug")}),)
    hours = OpeningHours(WeeklyHours(BERLIN, {}, always=True), None, past)
    assert not hours.always
    assert hours.closes_at(at("2026-06-01T12:00")) is None
    assert hours.closes_at(at("2026-06-01T13:00")) is None


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    asked = [at("2026-06-05T13:00"), at("2026-06-01T09:00"), at("2026-06-03T13:00"), at("2026-06-06T09:00")]
    fresh = [(OpeningHours(WEEK).next_opening(now), OpeningHours(WEEK).closes_at(now)) for now in asked]
    assert fresh == [(OFFICE.next_opening(now), OFFICE.closes_at(now)) for now in asked]


def test_a_day_off_in_four_years_is_still_found() -> None:
    leap = (DatedDays("hours", {(2, 29): DatedDay("Schalttag", (MORNING,))}, {}),)
    hours = OpeningHours(WeeklyHours(BERLIN, {}), None, leap)
    assert at("2028-02-29T08:00") == hours.next_opening(at("2026-06-01T12:00"))


def test_a_line_whose_special_days_are_past_does_not_open_again() -> None:
    past = (DatedDays("hours", {}, {date(2020, 1, 1): DatedDay("Tag der offenen Tür", (MORNING,))}),)
    hours = OpeningHours(WeeklyHours(BERLIN, {}), HolidaysKept("NW"), past)
    assert hours.next_opening(at("2026-06-01T12:00")) is None
    assert hours.next_opening(at("2026-06-01T12:01")) is None
    assert hours.closes_at(at("2026-06-01T12:00")) is None


@pytest.mark.parametrize(
    ("now", "is_over"),
    [
        ("2026-06-01T07:00", False),
        ("2026-06-01T12:30", False),
        ("2026-06-01T15:59", False),
        ("2026-06-01T16:00", True),
        ("2026-06-06T09:00", True),
    ],
)
def test_a_line_is_over_for_today_when_it_does_not_open_again(now: str, is_over: bool) -> None:
    assert is_over == OFFICE.is_over_for_today(at(now))


def test_a_line_that_never_opens_is_over_for_today() -> None:
    assert OpeningHours(WeeklyHours(BERLIN, {})).is_over_for_today(at("2026-06-01T09:00"))


CLOSED_NOW = OFFICE.with_closures((closure("2026-06-01T09:15:00", "2026-06-01T10:30:17"),))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-01T09:14:59.999999", True),
        ("2026-06-01T09:15:00", False),
        ("2026-06-01T10:30:16.999999", False),
        ("2026-06-01T10:30:17", True),
        ("2026-06-01T12:00", False),
    ],
)
def test_a_line_closed_at_once_is_closed_until_the_second(moment: str, is_open: bool) -> None:
    assert is_open == CLOSED_NOW.is_open(at(moment))


def test_a_line_closed_at_once_opens_when_that_is_over() -> None:
    assert at("2026-06-01T10:30:17") == CLOSED_NOW.next_opening(at("2026-06-01T09:20"))
    assert at("2026-06-01T09:15") == CLOSED_NOW.closes_at(at("2026-06-01T08:20"))


def test_a_closing_over_the_end_of_the_day_reopens_with_the_next_opening() -> None:
    hours = OFFICE.with_closures((closure("2026-06-01T15:00", "2026-06-02T07:00"),))
    assert at("2026-06-02T08:00") == hours.next_opening(at("2026-06-01T15:30"))


def test_closings_may_overlap() -> None:
    both = (closure("2026-06-01T09:00", "2026-06-01T10:00"), closure("2026-06-01T09:30", "2026-06-01T11:00"))
    hours = OFFICE.with_closures(both)
    assert at("2026-06-01T11:00") == hours.next_opening(at("2026-06-01T09:10"))
    assert both[1] == hours.closed_by(at("2026-06-01T09:40"))
    assert hours.closed_by(at("2026-06-01T11:00")) is None


def test_a_closing_wins_over_an_exception_and_over_always() -> None:
    special = (DatedDays("hours", {}, {date(2026, 6, 6): DatedDay("Samstag", (MORNING,))}),)
    shut = (closure("2026-06-06T09:00", "2026-06-06T10:00"),)
    assert OpeningHours(WEEK, None, special, shut).is_open(at("2026-06-06T08:30"))
    assert not OpeningHours(WEEK, None, special, shut).is_open(at("2026-06-06T09:30"))
    always = always_open(BERLIN).with_closures(shut)
    assert not always.always
    assert (always.is_open(at("2026-06-06T08:00")), always.is_open(at("2026-06-06T09:00"))) == (True, False)
    assert at("2026-06-06T10:00") == always.next_opening(at("2026-06-01T09:00"))
    assert always.closes_at(at("2026-06-06T10:00")) is None


def test_a_closing_in_the_hour_that_comes_twice_ends_where_it_was_said() -> None:
    second = at("2026-10-25T02:10").replace(fold=1)
    hours = always_open(BERLIN).with_closures((Closure("centre", at("2026-10-25T02:20"), second, "Probe"),))
    assert not hours.is_open(at("2026-10-25T02:50"))
    assert hours.is_open(at("2026-10-25T02:10"))
    assert hours.is_open(at("2026-10-25T02:30").replace(fold=1))


def test_hours_taken_back_are_as_before() -> None:
    assert OFFICE == CLOSED_NOW.with_closures(())


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("ahead", [-14, 0, 14])
def test_the_ends_of_the_calendar_are_no_fault(year: int, ahead: int) -> None:
    zone = timezone(timedelta(hours=ahead))
    now = datetime.max.replace(tzinfo=zone) if year > 1 else datetime.min.replace(tzinfo=zone)
    hours = OFFICE.with_closures((closure("2026-06-01T09:00", "2026-06-01T10:00"),))
    assert hours.closed_by(now) is None
    assert (hours.next_opening(now) is None) == (year > 1)
    assert hours.closes_at(now) is None or hours.is_open(now)
    assert always_open(BERLIN).closes_at(now) is None


def test_days_asked_for_are_not_kept_for_ever() -> None:
    hours = OpeningHours(WEEK)
    days = [hours.day(date.fromordinal(number)) for number in range(739_000, 740_000)]
    assert days[0] == hours.day(days[0].date)


minutes = st.integers(0, 24 * 60)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(minutes, max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Span(time(start // 60, start % 60), time(end // 60 % 24, end % 60)) for start, end in pairs)


NEAR = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 1))
dated = st.dictionaries(st.sampled_from(NEAR), spans().map(lambda found: DatedDay("x", found)))
yearly = st.dictionaries(st.sampled_from([(12, 24), (1, 1), (10, 25)]), spans().map(lambda found: DatedDay("y", found)))
moments = st.sampled_from(NEAR).flatmap(
    lambda day: st.integers(-30 * 60, 30 * 60).map(
        lambda late: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=late)
    )
)


@st.composite
def some_hours(draw: st.DrawFn) -> OpeningHours:
    week = WeeklyHours(BERLIN, draw(st.dictionaries(st.integers(0, 6), spans(), max_size=7)))
    level = DatedDays("hours", draw(yearly), draw(dated))
    begins = draw(moments)
    shut = Closure("centre", begins, begins + timedelta(minutes=draw(st.integers(0, 600))), "x")
    holidays = draw(st.sampled_from([None, HolidaysKept("NW")]))
    return OpeningHours(week, holidays, (level,), draw(st.sampled_from([(), (shut,)])))


@settings(max_examples=150, deadline=None)
@given(some_hours(), moments)
def test_openings_of_a_day_are_when_it_is_open(hours: OpeningHours, now: datetime) -> None:
    local = now.astimezone(BERLIN)
    planned = openings(hours, hours.day(local.date()))
    in_one = any(begin <= now < end for begin, end in planned)
    assert hours.is_open(now) == (in_one and hours.closed_by(now) is None)


@settings(max_examples=150, deadline=None)
@given(some_hours(), moments)
def test_the_next_opening_is_the_first_open_moment_and_closing_the_first_closed_one(
    hours: OpeningHours, now: datetime
) -> None:
    if opens := hours.next_opening(now):
        assert opens > now
        assert hours.is_open(opens)
        assert not hours.is_open(opens.astimezone(UTC) - timedelta(microseconds=1))
    closes = hours.closes_at(now)
    assert (closes is not None) == hours.is_open(now)
    if closes:
        assert not hours.is_open(closes)
        inside = (closes.astimezone(UTC) - now) * 0.99
        assert all(hours.is_open(now + inside * part) for part in (0, 0.1, 0.5, 1))
