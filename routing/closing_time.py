"""People in line when their team closes: told in time, served as the team's rule says, never thrown out.

Closing is that of everybody who answers where the contact stands: a widened line closes with the last of both teams.
An emergency is served whatever the rule, and is told nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from routing.centre import Centre
from routing.contact_rules import ClosingRule, Goal
from routing.rules import Concern, Rule
from routing.standing import Move, Standing, answering

CALLBACK_OFFERED, MESSAGE_OFFERED = -1, -2
"""In `Standing.passed`: what the closing rule has offered, and the caller did not want or we could not keep."""

_OFFERS = {
    ClosingRule.SERVE: (),
    ClosingRule.CALLBACK: ((CALLBACK_OFFERED, Goal.CALLBACK), (MESSAGE_OFFERED, Goal.MESSAGE)),
    ClosingRule.MESSAGE: ((MESSAGE_OFFERED, Goal.MESSAGE), (CALLBACK_OFFERED, Goal.CALLBACK)),
}


@dataclass(frozen=True, slots=True)
class ClosingNotice:
    """What people in line are told of their team's closing."""

    rule: ClosingRule
    """What becomes of who is not served."""
    closes_at: datetime
    served_until: datetime | None
    """None: everybody is served."""


def after_closing(standing: Standing, centre: Centre, now: datetime) -> Move | None:
    """What the closing rule offers somebody in line now; None: it stays, and is served."""
    until = _served_until(standing, centre, now)
    if until is None or now < until or _is_open(standing, centre, now):
        return None
    for index, goal in _OFFERS[centre.teams[standing.team].closing.rule]:
        if index not in standing.passed:
            return Move(standing.team, Rule.CLOSING_TIME, goal, standing.home, index)
    return None


def closing_notice(standing: Standing, centre: Centre, now: datetime) -> ClosingNotice | None:
    """What is to be announced about the closing that is near, or has come while it waits; None: nothing yet."""
    announced_at, closes_at = _announced_at(standing, centre, now), _closes_at(standing, centre, now)
    if announced_at is None or closes_at is None or now < announced_at:
        return None
    closing = centre.teams[standing.team].closing
    until = None if closing.rule is ClosingRule.SERVE else closes_at + timedelta(minutes=closing.within_minutes)
    return ClosingNotice(closing.rule, closes_at, until)


def closing_due_seconds(standing: Standing, centre: Centre, now: datetime) -> float | None:
    """Seconds until the closing rule has something to say or to do; None: nothing to come.

    0: it has come just now, after the team's rules were asked and before this was.
    """
    if not any(index < 0 for index in standing.passed) and after_closing(standing, centre, now):
        return 0.0
    moments = (_announced_at(standing, centre, now), _served_until(standing, centre, now))
    return min(((at - now).total_seconds() for at in moments if at and at > now), default=None)


def _announced_at(standing: Standing, centre: Centre, now: datetime) -> datetime | None:
    closing = centre.teams[standing.team].closing
    is_told = closing.announce_minutes and standing.concern is not Concern.EMERGENCY
    closes_at = _closes_at(standing, centre, now) if is_told else None
    return closes_at and closes_at - timedelta(minutes=closing.announce_minutes)


def _served_until(standing: Standing, centre: Centre, now: datetime) -> datetime | None:
    """Until when somebody in line is surely served: who came after closing, not a moment. None: for ever."""
    closing = centre.teams[standing.team].closing
    if closing.rule is ClosingRule.SERVE or standing.concern is Concern.EMERGENCY:
        return None
    if closes_at := _closes_at(standing, centre, now):
        return closes_at + timedelta(minutes=closing.within_minutes)
    return None if _is_open(standing, centre, now) else _joined_at(standing, now)


def _is_open(standing: Standing, centre: Centre, now: datetime) -> bool:
    return any(team.hours.is_open(now) for team in answering(standing, centre))


def _closes_at(standing: Standing, centre: Centre, now: datetime) -> datetime | None:
    """The closing that counts for it: the next one, or, once closed, the one that it stood in line at."""
    since = now if _is_open(standing, centre, now) else _joined_at(standing, now)
    each = [team.hours.closes_at(since) for team in answering(standing, centre) if team.hours.is_open(since)]
    known = [at for at in each if at is not None]
    return max(known) if known and len(known) == len(each) else None  # one that never closes keeps the line open


def _joined_at(standing: Standing, now: datetime) -> datetime:
    return standing.joined_at or now - timedelta(seconds=standing.held_seconds or 0)
