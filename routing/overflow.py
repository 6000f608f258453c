"""A team's overflow rules: which one applies to a contact now, and when time will make one apply.

Theory of operation: the rules of the team in whose line a contact stands, or is about to join, are asked in their
order. A rule whose target cannot help is passed over: a team that has sent the contact on already, that is closed,
or for which nobody is configured; `sister` and `wide` where there is no one sister. No figure that is not known
ever sends anybody elsewhere.

Nobody goes in circles, whatever the rules: each move to another line adds a team to `via` and never leads to a team
in it, so there are fewer moves than teams; a line is widened once; an offer that was declined is used up.

`closed` and `line-over` are asked at the door only: whoever stands in line keeps the place, and at closing time the
team's closing rule counts. While a team is closed, only `closed` and `no-members` count at its door.
"""

from dataclasses import replace
from datetime import datetime

from routing.centre import Centre, Team
from routing.closing_time import after_closing, closing_due_seconds, closing_notice
from routing.contact_rules import Condition, Goal, OverflowRule
from routing.rules import Concern, Rule
from routing.standing import Move, Standing, answering, is_urgent
from routing.team_state import TeamState, TeamStates

__all__ = ["Move", "Standing", "closing_notice", "due_seconds", "sent_on"]

RULES = {
    Condition.CLOSED: Rule.OVERFLOW_CLOSED,
    Condition.NO_MEMBERS: Rule.OVERFLOW_NO_MEMBERS,
    Condition.WAIT_OVER: Rule.OVERFLOW_WAIT,
    Condition.HOLD_OVER: Rule.OVERFLOW_HOLD,
    Condition.LINE_OVER: Rule.OVERFLOW_LINE,
}
_UNKNOWN = TeamState()
_NOT_FOR_EMERGENCIES = (Goal.CALLBACK, Goal.MESSAGE, Goal.WIDE)


def sent_on(standing: Standing, centre: Centre, states: TeamStates, now: datetime) -> Move | None:
    """What the first rule that applies does with the contact; None: it stays. An urgent line has no such rules."""
    if is_urgent(standing, centre):
        return None
    team = centre.teams[standing.team]
    state = _state(standing, centre, states) if team.overflow else _UNKNOWN
    for index, rule in enumerate(team.overflow):
        if index in standing.passed or not _applies(rule, standing, team, state, now):
            continue
        if move := _move(index, rule, standing, centre, now):
            return move
    return None if standing.held_seconds is None else after_closing(standing, centre, now)


def due_seconds(standing: Standing, centre: Centre, now: datetime) -> float | None:
    """Seconds until something that only time brings is to be asked for; None: nothing to come.

    That is a `hold-over`, the announcement of the closing, and the end of the minutes after it.
    """
    if is_urgent(standing, centre):
        return None
    held = standing.held_seconds or 0.0
    dues = [
        rule.limit - held
        for index, rule in enumerate(centre.teams[standing.team].overflow)
        if rule.when is Condition.HOLD_OVER and rule.limit is not None and rule.limit > held
        if index not in standing.passed and _move(index, rule, standing, centre, now)
    ]
    closing = closing_due_seconds(standing, centre, now)
    return min(dues if closing is None else (*dues, closing), default=None)


def _state(standing: Standing, centre: Centre, states: TeamStates) -> TeamState:
    """The team's; in a widened line with the members of all who answer there, unknown if those of one are."""
    state = states.get(standing.team, _UNKNOWN)
    if not standing.is_wide:
        return state
    each = [states.get(team.id, _UNKNOWN).members_signed_in for team in answering(standing, centre)]
    known = [count for count in each if count is not None]
    return replace(state, members_signed_in=sum(known) if len(known) == len(each) else None)


def _applies(rule: OverflowRule, standing: Standing, team: Team, state: TeamState, now: datetime) -> bool:
    is_at_door = standing.held_seconds is None
    is_closed_door = is_at_door and not team.hours.is_open(now)
    if rule.when is Condition.NO_MEMBERS:
        return state.members_signed_in == 0
    if rule.when is Condition.CLOSED or is_closed_door:
        return rule.when is Condition.CLOSED and is_closed_door
    if rule.when is Condition.LINE_OVER:
        return is_at_door and _is_over(state.waiting, rule)
    if rule.when is Condition.HOLD_OVER:
        return _has_come(standing.held_seconds, rule)
    expected = standing.expected_seconds
    return _is_over(state.estimated_wait_seconds if is_at_door and expected is None else expected, rule)


def _is_over(figure: float | None, rule: OverflowRule) -> bool:
    return figure is not None and rule.limit is not None and figure > rule.limit


def _has_come(held: float | None, rule: OverflowRule) -> bool:
    """Due at the very second of `due_seconds`."""
    return held is not None and rule.limit is not None and held >= rule.limit


def _move(index: int, rule: OverflowRule, standing: Standing, centre: Centre, now: datetime) -> Move | None:
    """What this rule would do; None where its target cannot help."""
    if standing.concern is Concern.EMERGENCY and rule.goal in _NOT_FOR_EMERGENCIES:
        return None
    why = RULES[rule.when]
    if rule.goal in (Goal.CALLBACK, Goal.MESSAGE):
        return Move(standing.team, why, rule.goal, _home(standing, centre), index)
    if rule.goal is Goal.WIDE:
        return _widened(index, standing, centre, now)
    target = _target(rule, standing, centre)
    if target is None or target in (standing.team, *standing.via) or not _helps(target, centre, now):
        return None
    return Move(standing.team, why, Goal.LINE, target, index)


def _home(standing: Standing, centre: Centre) -> str:
    """Whose mailbox: a team that is no longer configured has none."""
    return standing.home if standing.home in centre.teams else centre.general_line


def _widened(index: int, standing: Standing, centre: Centre, now: datetime) -> Move | None:
    sister = centre.sister_of(standing.team)
    if standing.is_wide or sister is None or not _helps(sister, centre, now):
        return None
    return Move(standing.team, Rule.WIDENED, Goal.WIDE, standing.team, index)


def _target(rule: OverflowRule, standing: Standing, centre: Centre) -> str | None:
    if rule.goal is Goal.SISTER:
        return centre.sister_of(standing.team)
    return centre.general_line if rule.goal is Goal.GENERAL else rule.team


def _helps(target: str, centre: Centre, now: datetime) -> bool:
    """Whether somebody is configured to answer there, and it is open."""
    return target in centre.staffed_teams and centre.teams[target].hours.is_open(now)
