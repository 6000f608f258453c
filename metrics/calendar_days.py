"""Local days of a centre and how they are cut: instants in Unix seconds, so that no clock change misplaces a call."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

STEPS: Mapping[str, int | None] = MappingProxyType(
    {"5m": 300, "15m": 900, "30m": 1800, "60m": 3600, "1h": 3600, "1d": None}
)
"""The lengths of an interval in seconds; None is a whole local day, of 23 to 25 hours."""
_DAY = timedelta(days=1)


def midnight(day: date, zone: ZoneInfo) -> float:
    """The instant at which a local day begins; where the clocks skip midnight, that of the skip."""
    return datetime.combine(day, time(), zone).timestamp()


def local_day(at: float, zone: ZoneInfo) -> date:
    """The local day of an instant."""
    return datetime.fromtimestamp(at, zone).date()


def shown(at: float, zone: ZoneInfo) -> str:
    """An instant in ISO 8601 with its UTC offset: the hour that comes twice is two different texts."""
    return datetime.fromtimestamp(at, zone).isoformat(timespec="seconds")


def days_between(begin: float, end: float, zone: ZoneInfo) -> list[date]:
    """Every local day that has a moment in [begin, end)."""
    first, last = local_day(begin, zone), local_day(end, zone)
    days = [first + number * _DAY for number in range((last - first).days + 1)]
    return [day for day in days if midnight(day, zone) < end]


def cuts(begin: float, end: float, step: str | None, zone: ZoneInfo) -> list[float]:
    """The borders of the intervals from `begin` to `end`, both included, ascending.

    Anchored at local midnight and counted in elapsed time from there: the night in which clocks go back has 25 steps
    of an hour. The first and the last interval are cut off where the span begins and ends. Without a step the span
    is one interval.
    """
    inner: list[float] = []
    if step is not None:
        for day in days_between(begin, end, zone):
            inner.extend(_day_cuts(day, STEPS[step], zone))
    return [begin, *(cut for cut in inner if begin < cut < end), end]


def _day_cuts(day: date, seconds: int | None, zone: ZoneInfo) -> Iterator[float]:
    at, following = midnight(day, zone), midnight(day + _DAY, zone)
    while at < following:
        yield at
        at = at + seconds if seconds else following
