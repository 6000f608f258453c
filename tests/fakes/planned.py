"""Plans of one team for whoever needs one: the queue M/M/n+M, day after day."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from routing.what_if.plan import SLOTS, STEPS, Kind, Plan, Pool, TeamPlan
from routing.what_if.spans import Exponential, Seen
from routing.what_if.tally import Promise

MONDAY = date(2026, 10, 5)
PROMISE = Promise(30.0, 5.0)


def queue(calls: float, talk: float, patience: float, ring: float = 0.0, days: int = 5, name: str = "L03") -> TeamPlan:
    """So many calls a half-hour at all hours; means in seconds."""
    return TeamPlan(
        calls=np.full((days, SLOTS), calls),
        talk=Exponential(talk),
        ring=Seen(np.array([ring])),
        patience=Exponential(patience),
        given_up=1 / patience,
        wrap_up_seconds=0.0,
        kinds=(Kind(1.0, 0.0, frozenset((name,))),),
    )


def pool(members: float, *teams: str, days: int = 5) -> Pool:
    """The same members at all hours."""
    return Pool(frozenset(teams or ("L03",)), np.full((days, STEPS), members))


def plan(team: TeamPlan, members: float) -> Plan:
    """One team, `L03`, from a Monday on."""
    days = len(team.calls)
    return Plan(days_from(MONDAY, days), {"L03": team}, (pool(members, days=days),))


def days_from(first: date, count: int) -> tuple[date, ...]:
    """In a row."""
    return tuple(first + timedelta(days=number) for number in range(count))


def mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
