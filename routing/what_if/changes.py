"""A plan with something changed: more calls, fewer members, longer talks, less patience."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from routing.what_if.erlang_a import Floats
from routing.what_if.plan import SLOTS, STEPS, Plan, Pool, TeamPlan
from routing.what_if.spans import Span

_RUSH = 0.05
_HALF = 0.5


class Of(StrEnum):
    """What is changed."""

    CALLS = "calls"
    MEMBERS = "members"
    TALK = "talk"
    PATIENCE = "patience"


class By(StrEnum):
    """How."""

    TIMES = "times"
    MORE = "more"
    EXACTLY = "exactly"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One change: `amount` is a factor, a difference (negative for fewer), or the new value, as `by` says.

    For one team (None: all) on one weekday (0 Monday, None: all). Calls change by a factor, members by a difference or
    to a number, talk and patience by a factor or to a mean in seconds, on all days.
    """

    of: Of
    by: By
    amount: float
    team: str | None = None
    weekday: int | None = None


def changed(plan: Plan, changes: Iterable[WhatIf]) -> Plan:
    """One after the other."""
    for change in changes:
        for team in (change.team,) if change.team is not None else plan.teams:
            plan = _members(plan, team, change) if change.of is Of.MEMBERS else _team(plan, team, change)
    return plan


def _team(plan: Plan, name: str, change: WhatIf) -> Plan:
    team = plan.teams[name]
    if change.of is Of.CALLS:
        rows = _rows(plan, change)[:, None]
        altered = replace(team, calls=np.where(rows, team.calls * change.amount, team.calls))
    elif change.of is Of.TALK:
        altered = replace(team, talk=team.talk.times(_factor(change, team.talk)))
    else:
        altered = _patience(team, _factor(change, team.patience))
    return replace(plan, teams={**plan.teams, name: altered})


def _patience(team: TeamPlan, factor: float) -> TeamPlan:
    return replace(team, patience=team.patience.times(factor), given_up=team.given_up / factor)


def _factor(change: WhatIf, span: Span) -> float:
    if change.by is By.TIMES:
        return change.amount
    return change.amount / span.mean if span.mean > 0 else 1.0


def _rows(plan: Plan, change: WhatIf) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([change.weekday in {None, day.weekday()} for day in plan.days])


def _members(plan: Plan, team: str, change: WhatIf) -> Plan:
    """More are the team's own; fewer are the team's own first, then those whom it shares."""
    counted: Floats = np.zeros((len(plan.days), STEPS))
    for pool in plan.pools:
        counted = counted + pool.present * (team in pool.teams)
    wanted = np.full_like(counted, change.amount) if change.by is By.EXACTLY else counted + change.amount
    concerned = _rows(plan, change)[:, None] & _is_served(plan.teams[team], counted)
    more = np.where(concerned, np.maximum(wanted, 0.0) - counted, 0.0)
    own = frozenset((team,))
    pools = {pool.teams: pool.present for pool in plan.pools}
    pools[own] = pools.get(own, np.zeros_like(more)) + np.maximum(more, 0.0)
    fewer = np.maximum(-more, 0.0)
    for teams in sorted((each for each in pools if team in each), key=lambda each: (len(each), sorted(each))):
        gone = np.minimum(fewer, pools[teams])
        pools[teams] = pools[teams] - gone
        fewer = fewer - gone
    return replace(plan, pools=tuple(Pool(teams, present) for teams, present in pools.items()))


def _is_served(team: TeamPlan, counted: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """When somebody of the team is there, or many call."""
    busy = team.calls > team.calls.max(initial=0.0) * _RUSH
    served: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = (counted >= _HALF) | np.repeat(busy, STEPS // SLOTS, 1)
    return served
