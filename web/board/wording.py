"""Figures as people read them: spans, shares, numbers, moments; in German and English."""

from collections.abc import Mapping
from datetime import datetime

NONE = "–"
_MINUTE, _HOUR = 60, 3600


def span(seconds: float | None) -> str:
    """`0:42`, `12:05`, `1:02:03`; a dash for None."""
    if seconds is None:
        return NONE
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // _HOUR, whole % _HOUR // _MINUTE, whole % _MINUTE
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float | None, texts: Mapping[str, str]) -> str:
    """An estimate in whole minutes: nobody knows it better."""
    if seconds is None:
        return NONE
    if seconds < _MINUTE:
        return texts["under_a_minute"]
    return texts["about_minutes"].replace("{n}", str(round(seconds / _MINUTE)))


def share(value: float | None, texts: Mapping[str, str]) -> str:
    """`82 %` in German, `82%` in English; a dash for None."""
    return NONE if value is None else texts["percent"].replace("{n}", str(round(value * 100)))


def moment(at: datetime, now: datetime, texts: Mapping[str, str]) -> str:
    """`08:00` for one of today, else with the weekday, else (a week and more) with the date. Both in the same zone."""
    days = (at.date() - now.date()).days
    if days == 0:
        return f"{at:%H:%M}"
    day = texts[f"day_{at.isoweekday()}"] if 0 < days < len("1234567") else f"{at:{texts['short_date']}}"
    return f"{day} {at:%H:%M}"
