"""Which appointments cannot be kept as things stand, and why; each is told of once, early."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from operations.callbacks.capacity import half_hour, is_appointment
from operations.mailbox.ports import Entry
from routing.centre import Centre

log = structlog.get_logger()


class Risk(StrEnum):
    """Why an appointment cannot be kept."""

    TEAM_GONE = "team-gone"
    """teams.yaml has no such team any more."""
    NO_MEMBERS = "no-members"
    """No member is configured for the team."""
    CLOSED = "closed"
    """The team is closed at that moment: other hours, a holiday, or somebody has closed it."""
    OVERFULL = "overfull"
    """More appointments begin in that half-hour than the team takes; the last ones made are at risk."""


def risks(entries: Iterable[Entry], centre: Centre, now: float, ahead: float = 0.0) -> Mapping[str, Risk]:
    """Id of each appointment to come that cannot be kept -> why. `now`: Unix seconds.

    `ahead`: so many seconds the clock of the opening hours is before the entries'.
    """
    coming = [each for each in entries if is_appointment(each) and (each.appointment_at or 0) > now]
    return {entry.id: risk for entry, risk in _found(coming, centre, ahead)}


def _found(coming: Sequence[Entry], centre: Centre, ahead: float) -> Iterator[tuple[Entry, Risk]]:
    too_many = _too_many(coming, centre, ahead)
    for entry in coming:
        team = centre.teams.get(entry.team)
        if team is None:
            yield entry, Risk.TEAM_GONE
        elif team.id not in centre.staffed_teams:
            yield entry, Risk.NO_MEMBERS
        elif not team.hours.is_open(_moment(entry, ahead)):
            yield entry, Risk.CLOSED
        elif entry.id in too_many:
            yield entry, Risk.OVERFULL


def _too_many(coming: Sequence[Entry], centre: Centre, ahead: float) -> frozenset[str]:
    """Of each half-hour that has too many the last ones made."""
    begun: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for each in sorted(coming, key=lambda each: (each.came_at, each.id)):
        begun[each.team, _place(each, ahead)].append(each.id)
    known = ((centre.teams.get(team), made) for (team, _), made in begun.items())
    return frozenset(one for team, made in known if team for one in made[team.appointments_per_half_hour :])


def _place(entry: Entry, ahead: float) -> int:
    return half_hour((entry.appointment_at or 0) + ahead)


def _moment(entry: Entry, ahead: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=(entry.appointment_at or 0) + ahead)


class Reminds(Protocol):
    """What this asks of the mailbox. Both raise MailboxAway."""

    async def listed(self, team: str | None = None) -> Sequence[Entry]:
        """Everything that is not erased."""
        ...

    async def remind(self, entry: Entry) -> None:
        """Said once, to whoever listens."""
        ...


class AppointmentWatch:
    """Tells of each appointment that cannot be kept, once: in the log, and by the mailbox's reminder (mail)."""

    def __init__(
        self,
        mailbox: Reminds,
        centre: Callable[[], Centre],
        now: Callable[[], float],
        opens_by: Callable[[], datetime],
    ) -> None:
        """`now`: Unix seconds; `opens_by`: the clock of the opening hours (aware)."""
        self._mailbox, self._centre, self._now, self._opens_by = mailbox, centre, now, opens_by

    def risks(self, entries: Iterable[Entry]) -> Mapping[str, Risk]:
        """Of these, those that cannot be kept as things stand now."""
        ahead = float(round(self._opens_by().timestamp() - self._now()))
        return risks(entries, self._centre(), self._now(), ahead)

    async def look(self) -> None:
        """Look once. Raises MailboxAway."""
        entries = {entry.id: entry for entry in await self._mailbox.listed()}
        for entry, risk in (await asyncio.to_thread(self.risks, entries.values())).items():
            if entries[entry].reminded_at is None:
                log.warning("appointment_at_risk", entry=entry, team=entries[entry].team, why=risk.value)
                await self._mailbox.remind(entries[entry])
