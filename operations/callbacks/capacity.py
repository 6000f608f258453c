"""How many appointments a team can keep: so many in each half-hour, within its open hours. Pure.

Half-hours are counted in Unix time, so that the hour that a clock shows twice has four of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice

from facts.contact import LeftKind, LeftState
from operations.mailbox.ports import Entry
from routing.hours import OpeningHours

HALF_HOUR_SECONDS = 1800
SHOWN = 3
"""So many free moments are offered in place of one that is not."""


def half_hour(at: float) -> int:
    """Which half-hour a moment (Unix seconds) is in."""
    return int(at // HALF_HOUR_SECONDS)


def is_appointment(entry: Entry) -> bool:
    """Whether somebody still counts on being called at an agreed moment."""
    return entry.what is LeftKind.CALLBACK and entry.appointment_at is not None and entry.state is not LeftState.DONE


def taken(entries: Iterable[Entry], team: str, ahead: float = 0.0) -> Mapping[int, int]:
    """Half-hour -> how many of this team's appointments begin in it.

    `ahead`: so many seconds the clock of the opening hours is before the entries'.
    """
    return Counter(
        half_hour(entry.appointment_at + ahead)
        for entry in entries
        if entry.appointment_at is not None and entry.team == team and is_appointment(entry)
    )


def next_free(
    hours: OpeningHours, begun: Mapping[int, int], most: int, since: datetime, until: datetime
) -> tuple[datetime, ...]:
    """The first moments, in half-hours of their own, at which one more appointment can begin. Aware times."""
    return tuple(islice(_free(hours, begun, most, since, until), SHOWN))


def _free(
    hours: OpeningHours, begun: Mapping[int, int], most: int, since: datetime, until: datetime
) -> Iterator[datetime]:
    at: datetime | None = since
    while at is not None and at <= until:
        if not hours.is_open(at):
            at = hours.next_opening(at)
            continue
        place = half_hour(at.timestamp())
        if begun.get(place, 0) < most:
            yield at.astimezone(hours.zone)
        at = datetime.fromtimestamp((place + 1) * HALF_HOUR_SECONDS, UTC)


def minute_after(moment: datetime, minutes: int) -> datetime:
    """The first whole minute so many minutes after this."""
    whole = moment.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=minutes + (whole < moment))
