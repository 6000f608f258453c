"""From when until when a report goes: what people write, as instants, every mistake with its cure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from metrics.calendar_days import local_day, midnight

MOST_DAYS = 400
_YEARS = range(2000, 2100)


class SpanRefused(ValueError):
    """What is wrong with the words that name a span, and the cure."""


@dataclass(frozen=True, slots=True)
class ReportSpan:
    """[begin, end) in Unix seconds."""

    begin: float
    end: float


def span_of(begin: str | None, end: str | None, now: float, zone: ZoneInfo, dashes: str = "--") -> ReportSpan:
    """The span by its words; without them today, from midnight to midnight. Raises SpanRefused.

    `dashes` stand before the options' names in its sentence.
    """
    today = local_day(now, zone)
    first = midnight(today, zone) if begin is None else instant(f"{dashes}from", begin, zone)
    last = midnight(today + timedelta(days=1), zone) if end is None else instant(f"{dashes}to", end, zone)
    if first >= last:
        raise SpanRefused(
            f"{dashes}from {begin or 'today'} {dashes}to {end or 'the end of today'}: nothing lies between: "
            f"{dashes}to is exclusive, name a later one, and an earlier {dashes}from"
        )
    last_day = local_day(last, zone)
    days = (last_day - local_day(first, zone)).days + (midnight(last_day, zone) < last)
    if days > MOST_DAYS:
        raise SpanRefused(f"{dashes}from {dashes}to: {days} days, at most {MOST_DAYS}: ask for the years one by one")
    return ReportSpan(first, last)


def instant(name: str, text: str, zone: ZoneInfo) -> float:
    """A date (its midnight), or a date and time, local unless it has an offset; of an hour that comes twice the first.

    `name` stands in the sentence of SpanRefused.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SpanRefused(
            f"{name} {text!r}: not a date: write it like 2026-11-22, 2026-11-22T08:00 or 2026-11-22T08:00+01:00"
        ) from error
    if moment.year not in _YEARS or moment.microsecond:
        raise SpanRefused(f"{name} {text!r}: name a whole second between the years {_YEARS[0]} and {_YEARS[-1]}")
    if moment.tzinfo is None:
        moment = _local(name, moment, zone)
    return moment.timestamp()


def _local(name: str, clock: datetime, zone: ZoneInfo) -> datetime:
    moment = clock.replace(tzinfo=zone)
    is_real = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == clock
    if not is_real and clock.time() != time():
        raise SpanRefused(f"{name} {clock.isoformat()}: the clocks skip this time: name one before or after it")
    return moment
