"""When and where a callback stands in line, whom it dials, and when it is over. Pure; times are Unix seconds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import inf

from operations.callbacks.life import is_dialled_by_us, state_of
from operations.callbacks.ports import Dial, Placement
from operations.mailbox.ports import Entry
from routing.callback import State
from routing.centre import Centre, Team
from routing.fair_line import CREDIT_LIMIT, believed_arrival
from routing.rules import Concern
from routing.standing import Standing, queue_of

DAY = 86_400.0
HOUR = 3600.0
KEPT_DAYS = 7
"""Social data: a callback's number is erased after so many days at most."""
KIOSK_SECONDS = 600.0
"""Nobody waits longer beside a kiosk."""
VISITS_A_PLACEMENT = 100


def team_of(entry: Entry, centre: Centre) -> Team | None:
    """The team that calls back: its own, or the general line where that is gone or has no members. None: nobody."""
    return next(_who_may(entry.team, centre), None)


def team_in_time(team: str, centre: Centre, now: datetime, seconds: float) -> Team | None:
    """The team, or the general line in its place, that is open or opens within so many seconds; None: neither.

    `now`: the clock of the opening hours (aware).
    """
    return next((each for each in _who_may(team, centre) if opens_within(each, now, seconds)), None)


def opens_within(team: Team, now: datetime, seconds: float) -> bool:
    """Whether it is open, or opens, within so many seconds from `now` (aware)."""
    opens = now if team.hours.is_open(now) else team.hours.next_opening(now)
    return opens is not None and opens.astimezone(UTC) - now.astimezone(UTC) < timedelta(seconds=seconds)


def kept_seconds(centre: Centre) -> float:
    """So long after it came a callback is dialled at most, where its team opens in time."""
    return min(centre.callbacks.keep_days, KEPT_DAYS - 1) * DAY


def longest_seconds(centre: Centre) -> float:
    """So long after it came one is dialled whose team opens no sooner; the desk has an hour then, not a day."""
    return min(centre.callbacks.keep_days * DAY, KEPT_DAYS * DAY - HOUR)


def expires_at(entry: Entry, centre: Centre) -> float:
    """From then on nobody is dialled: it becomes a task on the team's desk, which mostly has a day for it."""
    if entry.kiosk:
        return entry.came_at + KIOSK_SECONDS
    if entry.appointment_at is not None:
        return entry.until_at or entry.appointment_at + centre.callbacks.appointment_minutes * 60
    last = entry.came_at + kept_seconds(centre)
    if entry.due_at and entry.due_at >= last:
        last = entry.came_at + longest_seconds(centre)
    return min(entry.until_at or last, last)


def erased_at(entry: Entry, centre: Centre) -> float:
    """Its number is kept no longer: a day after it is over for Teamline, and days after it came, or its moment."""
    begins = max(entry.came_at, entry.appointment_at or 0.0)
    if not entry.life:
        return begins + KEPT_DAYS * DAY
    return min(max(expires_at(entry, centre), begins) + DAY, begins + KEPT_DAYS * DAY)


def is_due(entry: Entry, now: float) -> bool:
    """Whether its time has come."""
    return max(entry.due_at or 0.0, entry.appointment_at or 0.0) <= now


def stirs_at(entry: Entry) -> float:
    """Before this nothing is to be done for it, unless it has a placeholder; 0: at any time, infinite: never.

    By the shortest days that a centre may keep callbacks, so that no change of the rules comes too late.
    """
    if not is_dialled_by_us(entry):
        return inf
    if state_of(entry) not in (State.CONFIRMED, State.RETRY) or entry.kiosk or not entry.phone:
        return 0.0
    due = max(entry.due_at or 0.0, entry.appointment_at or 0.0)
    return due if entry.appointment_at is not None else min(due, entry.came_at + DAY, entry.until_at or inf)


def virtual_arrival(entry: Entry, centre: Centre, now: float) -> int:
    """By this it is ordered among all who wait, oldest first."""
    arrival, credit = _place(entry, centre, now)
    return arrival - credit


def placement(entry: Entry, team: Team, centre: Centre, now: float) -> Placement:
    """What its placeholder stands in line with. `entry`: as kept, this placement counted."""
    arrival, credit = _place(entry, centre, now)
    return Placement(
        callback=entry.id,
        queue=line_of(entry, team, centre),
        team=team.id,
        arrival=arrival,
        credit=credit,
        concern=_concern(entry).value,
        language=entry.language or centre.default_language,
        visit=VISITS_A_PLACEMENT * max(0, entry.placements - 1),
        caller="" if entry.kiosk else entry.phone,
    )


def line_of(entry: Entry, team: Team, centre: Centre) -> str:
    """The queue that it stands in where this team calls back."""
    return queue_of(Standing(team.id, team.id, _concern(entry), entry.arrival, 0), centre)


def dial(entry: Entry, centre: Centre) -> Dial:
    """The attempt that `entry`, as kept, has counted."""
    team = centre.teams.get(entry.team) or centre.teams[centre.general_line]
    return Dial(
        callback=entry.id,
        attempt=entry.attempts,
        number="" if entry.kiosk else entry.phone,
        kiosk=entry.kiosk,
        shown=team.outbound_caller_id or next(iter(centre.entry), ""),
        ring_seconds=centre.callbacks.ring_seconds,
    )


def is_dialling(entry: Entry) -> bool:
    """Whether its fence is kept and nothing has come of it yet, as far as is known."""
    return state_of(entry) is State.DIALLING


def _who_may(team: str, centre: Centre) -> Iterator[Team]:
    """Of the team and the general line those that are there and have members."""
    for each in dict.fromkeys((team, centre.general_line)):
        if each in centre.teams and each in centre.staffed_teams:
            yield centre.teams[each]


def _concern(entry: Entry) -> Concern:
    try:
        return Concern(entry.concern)
    except ValueError:
        return Concern.MONEY


def _place(entry: Entry, centre: Centre, now: float) -> tuple[int, int]:
    """First contact and credit; an appointment's line begins at its moment."""
    if entry.appointment_at is not None:
        arrival, credit = int(entry.appointment_at), centre.credits.appointment
    else:
        arrival, credit = entry.arrival, entry.credit
    return believed_arrival(arrival, int(now)), max(0, min(credit, CREDIT_LIMIT))
