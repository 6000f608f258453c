"""Who waits in a mailbox for too long: an entry that nobody has claimed within the team's open hours is told once."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from facts.contact import LeftState
from operations.callbacks.life import is_dialled_by_us
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from routing.centre import Centre
from routing.hours import OpeningHours

AT_ONCE = 16
"""Each waits for the store's disk: together they wait once."""
_MOST_STRETCHES = 400
"""Openings that are looked at: years of a team that opens twice a day for a few minutes."""


def due_at(hours: OpeningHours, since: datetime, span: timedelta) -> datetime | None:
    """When a line that opens at these hours has been open for this span since then; None if not for years.

    Times are aware.
    """
    at, left = since, span
    for _ in range(_MOST_STRETCHES):
        if not hours.is_open(at):
            opens = hours.next_opening(at)
            if opens is None:
                return None
            at = opens
        closes = hours.closes_at(at)
        if closes is None or closes.astimezone(UTC) - at.astimezone(UTC) >= left:
            return at.astimezone(UTC) + left
        left -= closes.astimezone(UTC) - at.astimezone(UTC)
        at = closes
    return None


class Reminders:
    """Tells once of each entry that waits too long. `opens_by`: the clock of the opening hours (aware)."""

    def __init__(
        self, mailbox: Mailbox, centre: Callable[[], Centre], now: Callable[[], float], opens_by: Callable[[], datetime]
    ) -> None:
        self._mailbox, self._centre, self._now, self._opens_by = mailbox, centre, now, opens_by

    async def remind(self, entries: Iterable[Entry]) -> None:
        """Of those among these that are due. Raises MailboxAway."""
        due = await asyncio.to_thread(self.due, entries)
        for start in range(0, len(due), AT_ONCE):
            await asyncio.gather(*(self._mailbox.remind(entry) for entry in due[start : start + AT_ONCE]))

    def due(self, entries: Iterable[Entry]) -> list[Entry]:
        """Entries that nobody has claimed within the centre's minutes of open hours of their team."""
        centre = self._centre()
        span = timedelta(minutes=centre.messages.remind_minutes)
        ahead = self._opens_by().timestamp() - self._now()  # a lab's hours may run on another time
        return [
            entry for entry in entries if span and _waits(entry, centre) and self._is_due(entry, centre, span, ahead)
        ]

    def _is_due(self, entry: Entry, centre: Centre, span: timedelta, ahead: float) -> bool:
        team = centre.teams.get(entry.team)
        since = max(entry.came_at, entry.due_at or 0.0)
        if self._now() - since < span.total_seconds():
            return False
        if team is None:
            return True
        due = due_at(team.hours, datetime.fromtimestamp(since + ahead, UTC), span)
        return due is not None and due <= self._opens_by()


def _waits(entry: Entry, centre: Centre) -> bool:
    """What Teamline dials itself waits for nobody of the team, as long as it may dial."""
    is_ours = is_dialled_by_us(entry) and centre.callbacks.dial
    return entry.state is LeftState.OPEN and entry.reminded_at is None and not is_ours
