"""How many members reach a target, half-hour by half-hour of a mean week; and what if they were there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from routing.what_if.erlang_a import Floats
from routing.what_if.plan import SLOT_SECONDS, SLOTS, STEPS, Plan, Pool, TeamPlan, by_slot
from routing.what_if.quick import MOST_MEMBERS, queues_of, shares_of
from routing.what_if.tally import Level, Promise, Tally

_RUSH = 0.05
"""A half-hour is staffed for when it has so much of the calls of the busiest one."""
_WEEK = 7
_COUNTS = 5
"""How many of the shares are counts."""

Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Staffing:
    """Members at work at once: on average over the half-hours in which calls come, and in the one that has most.

    `weekday` (0 Monday) and `second` of the local day name that one.
    """

    mean: float
    most: float
    weekday: int
    second: int


def at_work(plan: Plan, team: str) -> Staffing | None:
    """Who is there, in the half-hours in which calls come; None when none come."""
    return told(_weekly(plan, by_slot(plan.present(team))), _weekly(plan, plan.teams[team].calls))


def needed(plan: Plan, team: str, promise: Promise, level: Level, share: float) -> Floats | None:
    """The fewest members by whom the formulas reach the share in each half-hour: Monday to Sunday, `SLOTS` each.

    0 where hardly anybody calls. None if no number of members does.
    """
    of, calls = plan.teams[team], _weekly(plan, plan.teams[team].calls)
    members, missing = np.zeros(calls.size), np.flatnonzero(_rush(calls))
    if not len(missing) or promise.target_seconds <= of.ring.mean:
        return None
    for count in range(1, MOST_MEMBERS + 1):
        members[missing] = count
        missing = missing[~_reaches(of, promise, level, share, calls.ravel()[missing], count)]
        if not len(missing):
            return members.reshape(calls.shape)
    return None


def told(members: Floats, calls: Floats) -> Staffing | None:
    """Members of a mean week in few figures; None when nobody calls."""
    rush = _rush(calls)
    if not rush.any():
        return None
    most = int(np.where(rush, members, -1.0).argmax())
    weekday, slot = divmod(most, SLOTS)
    return Staffing(float(members[rush].mean()), float(members.ravel()[most]), weekday, slot * SLOT_SECONDS)


def told_of(plan: Plan, team: str, members: Floats | None) -> Staffing | None:
    """The same for a team of the plan."""
    return None if members is None else told(members, _weekly(plan, plan.teams[team].calls))


def staffed(plan: Plan, members: Mapping[str, Floats]) -> Plan:
    """The plan with these members of a mean week in the half-hours in which calls come; nobody serves two teams."""
    weekdays = [day.weekday() for day in plan.days]
    pools = []
    for team in plan.teams:
        present = plan.present(team)
        if team in members:
            wanted = np.repeat(members[team][weekdays], STEPS // SLOTS, axis=1)
            present = np.where(wanted > 0, wanted, present)
        pools.append(Pool(frozenset((team,)), present))
    return replace(plan, pools=tuple(pools))


def _reaches(of: TeamPlan, promise: Promise, level: Level, share: float, calls: Floats, count: int) -> Bools:
    columns = shares_of(of, promise, queues_of(of, calls, np.full_like(calls, count)).solved())
    levels = [level(Tally(*(float(each) for each in column[:_COUNTS]))) for column in columns.T]
    return np.array([reached is not None and reached >= share for reached in levels])


def _rush(calls: Floats) -> Bools:
    rush: Bools = calls > calls.max(initial=0.0) * _RUSH
    return rush


def _weekly(plan: Plan, rows: Floats) -> Floats:
    """Mean rows of Monday to Sunday; zeros for a weekday that has no day."""
    week = np.zeros((_WEEK, SLOTS))
    weekdays = np.array([day.weekday() for day in plan.days])
    for weekday in np.unique(weekdays):
        week[weekday] = rows[weekdays == weekday].mean(axis=0)
    return week
