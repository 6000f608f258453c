from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from metrics.calendar_days import shown
from operations.report_span import SpanRefused, instant, span_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 10, 30, tzinfo=BERLIN).timestamp()


def span(begin: str | None = None, end: str | None = None) -> tuple[str, str]:
    asked = span_of(begin, end, NOW, BERLIN)
    return shown(asked.begin, BERLIN), shown(asked.end, BERLIN)


@pytest.mark.parametrize(
    ("begin", "end", "first", "last"),
    [
        (None, None, "2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        ("2026-11-20", None, "2026-11-20T00:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        ("2026-11-20", "2026-11-21", "2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"),
        ("2026-11-20T08:00", "2026-11-20T08:05:30", "2026-11-20T08:00:00+01:00", "2026-11-20T08:05:30+01:00"),
        ("2026-11-20T08:00+03:00", None, "2026-11-20T06:00:00+01:00", "2026-11-23T00:00:00+01:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30+01:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_a_span_goes_from_its_first_to_before_its_last_moment(
    begin: str | None, end: str | None, first: str, last: str
) -> None:
    assert (first, last) == span(begin, end)


def test_a_date_whose_midnight_the_clocks_skip_begins_at_the_skip() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    assert "2026-03-29T01:00:00+03:00" == shown(instant("--from", "2026-03-29", beirut), beirut)


@pytest.mark.parametrize(
    ("begin", "end", "cure"),
    [
        ("yesterday", None, "write it like 2026-11-22"),
        ("2026-02-30", None, "write it like"),
        (None, "2026-11-22T25:00", "write it like"),
        ("1970-01-01", None, "between the years 2000 and 2099"),
        ("2026-11-22T08:00:00.5", None, "whole second"),
        ("2026-03-29T02:30", None, "name one before or after"),
        ("2026-11-22", "2026-11-22", "name a later one"),
        (None, "2026-11-21", "an earlier --from"),
        ("2026-12-24", None, "nothing lies between"),
        ("2025-01-01", "2026-11-22", "one by one"),
    ],
)
def test_what_cannot_be_is_refused_with_its_cure(begin: str | None, end: str | None, cure: str) -> None:
    with pytest.raises(SpanRefused, match=cure):
        span_of(begin, end, NOW, BERLIN)


def test_four_hundred_days_are_not_too_many() -> None:
    assert "2025-10-18" == span("2025-10-18", "2026-11-22")[0][:10]
    with pytest.raises(SpanRefused, match="401 days"):
        span_of("2025-10-17", "2026-11-22", NOW, BERLIN)
