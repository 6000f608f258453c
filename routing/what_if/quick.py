"""The quick answer: Erlang-A for every half-hour of every day by itself, and the members that reach a target.

Each half-hour is taken as if it had always been like this: a line that grew in the one before is not known to it. A
team stands alone: who serves several teams counts in each by an even share, and nobody overtakes. The ringing takes
a member's time like the talk, and is added to the wait.
"""

from dataclasses import dataclass

import numpy as np

from routing.what_if.erlang_a import Floats, Queues, Solved
from routing.what_if.plan import SLOT_SECONDS, SLOTS, STEP_SECONDS, Plan, TeamPlan, by_slot
from routing.what_if.tally import Level, Promise, Tally

MOST_MEMBERS = 500
_AT_ONCE = 1000
_LONGEST_SECONDS = 4 * 3600
_RUSH = 0.05
"""A half-hour is staffed for when it has so much of the calls of the busiest one."""
_WEEK = 7
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Quick:
    """What the formulas say of one team over all days."""

    tally: Tally
    p80_seconds: float | None


@dataclass(frozen=True, slots=True)
class Staffing:
    """Members at work at once: on average over the half-hours in which calls come, and in the one that has most.

    `weekday` (0 Monday) and `second` of the local day name that one.
    """

    mean: float
    most: float
    weekday: int
    second: int


def quick(plan: Plan, team: str, promise: Promise) -> Quick:
    """Half-hour by half-hour, added up."""
    of, members = plan.teams[team], by_slot(plan.present(team))
    calls, there = of.calls.ravel(), np.minimum(members.ravel(), float(MOST_MEMBERS))
    comes = calls > 0
    calls, there = calls[comes], there[comes]
    there = np.round(there, _DIGITS).astype(np.float64)
    whole, part = np.floor(there), np.mod(there, 1.0)
    waits = np.zeros(_LONGEST_SECONDS + 1)
    columns = np.zeros(6)
    for count, weight in ((whole, 1 - part), (whole + 1, part)):
        used = weight > 0
        columns += _added(of, promise, calls[used], count[used], weight[used], waits)
    answered, in_target, abandoned, short, gone, held = (float(each) for each in columns)
    tally = Tally(
        answered=answered,
        answered_in_target=in_target,
        abandoned=abandoned,
        abandoned_short=short,
        abandoned_in_target=gone,
        held=held,
        worked=answered * (of.talk.mean + of.wrap_up_seconds),
        present=float(plan.present(team).sum()) * STEP_SECONDS,
    )
    return Quick(tally, _p80(waits, of.ring.mean))


def _added(of: TeamPlan, promise: Promise, calls: Floats, members: Floats, weight: Floats, waits: Floats) -> Floats:
    """Counts of these half-hours, each by its weight; `waits` gets the answered ones by the second."""
    nobody = members < 1
    alone = (calls * weight)[nobody].sum()
    rows = np.zeros(6)
    rows[2:5] = alone * np.array([1.0, _gone(of, promise.short_seconds), _gone(of, promise.target_seconds)])
    calls, members, weight = calls[~nobody], members[~nobody], weight[~nobody]
    for begin in range(0, len(calls), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        solved = _queues(of, calls[some], members[some]).solved()
        share = calls[some] * weight[some]
        rows += _columns(of, promise, solved) @ share
        at, likely = solved.answered_waits()
        waits[0] += float(((1 - solved.delayed) * share).sum())
        seconds = np.minimum(np.ceil(at), _LONGEST_SECONDS).astype(np.int64)
        waits += np.bincount(seconds.ravel(), (likely * share[:, None]).ravel(), len(waits))
    return rows


def _gone(of: TeamPlan, seconds: float) -> float:
    return float(-np.expm1(-of.given_up * seconds))


def _queues(of: TeamPlan, calls: Floats, members: Floats) -> Queues:
    served = 1 / (of.talk.mean + of.ring.mean + of.wrap_up_seconds)
    return Queues(
        calls / SLOT_SECONDS, np.full_like(calls, served), np.full_like(calls, of.given_up), members.astype(np.float64)
    )


def _columns(of: TeamPlan, promise: Promise, solved: Solved) -> Floats:
    """A row a count, a column a queue: shares of all calls, and seconds held a call."""
    ring = of.ring.mean
    stays = np.exp(-of.given_up * ring)
    answered = solved.answered * stays
    return np.stack(
        (
            answered,
            solved.answered_within(promise.target_seconds - ring) * stays,
            1 - answered,
            _gone_within(of, solved, promise.short_seconds),
            _gone_within(of, solved, promise.target_seconds),
            answered * (solved.answered_wait_seconds + ring),
        )
    )


def _gone_within(of: TeamPlan, solved: Solved, seconds: float) -> Floats:
    """The share that gives up so soon; while the phone rings one may still do so."""
    ring = of.ring.mean
    if seconds < ring:
        return np.full_like(solved.delayed, _gone(of, seconds))
    still = solved.waits_beyond(seconds - ring) + solved.answered_within(seconds - ring)
    gone: Floats = 1 - still * np.exp(-of.given_up * ring)
    return gone


def _p80(waits: Floats, ring: float) -> float | None:
    summed = np.cumsum(waits)
    if summed[-1] <= 0:
        return None
    return float(np.searchsorted(summed, 0.8 * summed[-1])) + ring


def at_work(plan: Plan, team: str) -> Staffing | None:
    """Who is there, in the half-hours in which calls come; None when none come."""
    members, calls = (_weekly(plan, each) for each in (by_slot(plan.present(team)), plan.teams[team].calls))
    return _staffing(members, calls)


def needed(plan: Plan, team: str, promise: Promise, level: Level, share: float) -> Staffing | None:
    """The fewest members by whom each half-hour of a mean week reaches the share; None if no number does."""
    of, calls = plan.teams[team], _weekly(plan, plan.teams[team].calls)
    open_ = np.flatnonzero(_rush(calls).ravel())
    if not len(open_) or promise.target_seconds <= of.ring.mean:
        return None
    members = np.zeros(calls.size)
    for count in range(1, MOST_MEMBERS + 1):
        open_ = open_[~_reaches(of, promise, level, share, calls.ravel()[open_], count)]
        members[open_] = count
        if not len(open_):
            return _staffing((members + 1).reshape(calls.shape), calls)
    return None


def _reaches(
    of: TeamPlan, promise: Promise, level: Level, share: float, calls: Floats, count: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    columns = _columns(of, promise, _queues(of, calls, np.full_like(calls, count)).solved())
    levels = [level(Tally(*(float(each) for each in column[:5]))) for column in columns.T]
    return np.array([reached is not None and reached >= share for reached in levels])


def _rush(calls: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    rush: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = calls > calls.max(initial=0.0) * _RUSH
    return rush


def _weekly(plan: Plan, rows: Floats) -> Floats:
    """Mean rows of Monday to Sunday; zeros for a weekday that has no day."""
    week = np.zeros((_WEEK, SLOTS))
    weekdays = np.array([day.weekday() for day in plan.days])
    for weekday in np.unique(weekdays):
        week[weekday] = rows[weekdays == weekday].mean(axis=0)
    return week


def _staffing(members: Floats, calls: Floats) -> Staffing | None:
    rush = _rush(calls)
    if not rush.any():
        return None
    weekday, slot = np.unravel_index(int(np.where(rush, members, -1.0).argmax()), members.shape)
    most = float(members[weekday, slot])
    return Staffing(float(members[rush].mean()), most, int(weekday), int(slot) * SLOT_SECONDS)
