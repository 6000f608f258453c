"""Where the rules lead a contact in the end: each team's overflow rules, then what every centre has built in.

Built in, at the door only: a team that is closed, or for which nobody is configured, hands over to the general line if
that is open; if it is not, the contact hears the next opening.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from routing.centre import Centre, Team
from routing.contact_rules import Goal
from routing.overflow import sent_on
from routing.rules import Concern, Rule
from routing.standing import Move, Standing, answering, queue_of
from routing.team_state import TeamStates

_BUILT_IN = -3
"""No place in a team's list, and never used up: a move to another line begins that team's list."""
ON_CALL_RANG, _MESSAGE_ASKED = -4, -5
"""No places in a team's list either: the emergency service was rung in vain; a message was asked for after it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that sent a contact on: the team whose rule it is, the rule, and the team that it goes to.

    `to` is empty where the goal is no team.
    """

    team: str
    rule: Rule
    goal: Goal
    to: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a contact goes. `team` and `queue` are None where no team takes it; `standing`: if that is not wanted."""

    goal: Goal
    rule: Rule
    team: str | None
    queue: str | None
    steps: tuple[Step, ...]
    standing: Standing


def way_in(standing: Standing, centre: Centre, states: TeamStates, now: datetime) -> Way:
    """The way of a contact that has not joined a line."""
    return _followed(standing, (), centre, states, now)


def way_on(standing: Standing, centre: Centre, states: TeamStates, now: datetime) -> Way | None:
    """The way of a contact in line; None: it stays."""
    if standing.held_seconds is None:
        return way_in(standing, centre, states, now)
    move = sent_on(standing, centre, states, now)
    return _moved(move, standing, (), centre, states, now) if move else None


def _followed(standing: Standing, steps: tuple[Step, ...], centre: Centre, states: TeamStates, now: datetime) -> Way:
    """From a team's door to the end. It ends: every move to a line adds a team to `via`, and leads to none in it."""
    move = sent_on(standing, centre, states, now)
    if move is None:
        teams = answering(standing, centre)
        is_open = any(team.hours.is_open(now) for team in teams)
        if is_open and _is_answered(teams, centre):
            goal = Goal.WIDE if standing.is_wide else Goal.LINE
            return Way(goal, standing.rule, standing.team, queue_of(standing, centre), steps, standing)
        rule = Rule.TEAM_WITHOUT_MEMBERS if is_open else Rule.TEAM_CLOSED
        move = _to_general_line(rule, standing, centre, now)
    if move is None:
        return _emergency_service(standing, steps, centre) or _nowhere(standing, steps)
    return _moved(move, standing, steps, centre, states, now)


def _emergency_service(standing: Standing, steps: tuple[Step, ...], centre: Centre) -> Way | None:
    """Its numbers, rung once; then a message for the team; None where it has none, or for whoever wanted neither."""
    if standing.concern is not Concern.EMERGENCY or not centre.emergency.on_call:
        return None
    goal, index = Goal.ON_CALL, ON_CALL_RANG
    if ON_CALL_RANG in standing.passed:
        goal, index = Goal.MESSAGE, _MESSAGE_ASKED
    if index in standing.passed:
        return None
    home = standing.home if standing.home in centre.teams else centre.general_line
    gone = (*steps, Step(standing.team, Rule.EMERGENCY_ON_CALL, goal, home))
    return Way(goal, Rule.EMERGENCY_ON_CALL, home, None, gone, standing.without(index))


def _nowhere(standing: Standing, steps: tuple[Step, ...]) -> Way:
    """Nobody is there, and no rule helps: the next opening is told."""
    return Way(Goal.GOODBYE, Rule.CENTRE_CLOSED, None, None, steps, standing)


def _moved(
    move: Move, standing: Standing, steps: tuple[Step, ...], centre: Centre, states: TeamStates, now: datetime
) -> Way:
    steps = (*steps, Step(move.team, move.rule, move.goal, move.to))
    after = move.after(standing)
    if move.goal is Goal.LINE:
        return _followed(after, steps, centre, states, now)
    queue = queue_of(after, centre) if move.goal is Goal.WIDE else None
    return Way(move.goal, move.rule, move.to, queue, steps, after)


def _to_general_line(rule: Rule, standing: Standing, centre: Centre, now: datetime) -> Move | None:
    """Built in: if it is open, and has not sent the contact on."""
    general = centre.teams[centre.general_line]
    if general.id in (standing.team, *standing.via) or not general.hours.is_open(now):
        return None
    return Move(standing.team, rule, Goal.LINE, general.id, _BUILT_IN)


def _is_answered(teams: Iterable[Team], centre: Centre) -> bool:
    """Whether anybody is configured to answer, signed in or not: always where the general line has nobody either."""
    staffed = centre.staffed_teams
    return any(team.id in staffed for team in teams) or centre.general_line not in staffed
