"""The quick answer: Erlang-A for every half-hour of every day by itself.

Each half-hour is taken as if it had always been like this: a line that grew in the one before is not known to it. A
team stands alone: who serves several teams counts in each by an even share, and nobody overtakes. The ringing takes
a member's time like the talk, and is added to the wait.
"""

import math
from dataclasses import dataclass

import numpy as np

from routing.what_if.erlang_a import Floats, Queues, Solved
from routing.what_if.plan import SLOT_SECONDS, STEP_SECONDS, Plan, TeamPlan, by_slot
from routing.what_if.tally import Promise, Tally

MOST_MEMBERS = 500
"""At once in one team: more are computed as these."""
_AT_ONCE = 1000
WAITS: Floats = np.union1d(np.arange(0.0, 121.0), np.geomspace(120.0, 4 * 3600.0, 200))
"""Seconds."""
_P80 = 0.8
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Quick:
    """What the formulas say over all days; `answered_by`: how many are answered by each of `WAITS`."""

    tally: Tally
    answered_by: Floats

    @property
    def p80_seconds(self) -> float | None:
        """80 % of the answered calls wait no longer; None when nobody is answered."""
        all_ = self.tally.answered
        return float(np.interp(_P80 * all_, self.answered_by, WAITS)) if all_ > 0 else None


def quick(plan: Plan, team: str, promise: Promise) -> Quick:
    """Half-hour by half-hour, added up."""
    of, members = plan.teams[team], by_slot(plan.present(team))
    calls, there = of.calls.ravel(), np.minimum(members.ravel(), float(MOST_MEMBERS))
    comes = calls > 0
    calls, there = calls[comes], there[comes]
    there = np.round(there, _DIGITS).astype(np.float64)
    whole, part = np.floor(there), np.mod(there, 1.0)
    by = np.zeros(len(WAITS))
    columns = np.zeros(6)
    for count, weight in ((whole, 1 - part), (whole + 1, part)):
        used = weight > 0
        columns += _added(of, promise, calls[used], count[used], weight[used], by)
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
    return Quick(tally, by)


def _added(of: TeamPlan, promise: Promise, calls: Floats, members: Floats, weight: Floats, by: Floats) -> Floats:
    """Counts of these half-hours, each by its weight; `by` gets the answered ones."""
    nobody = members < 1
    alone = (calls * weight)[nobody].sum()
    rows = np.zeros(6)
    rows[2:5] = alone * np.array([1.0, _gone(of, promise.short_seconds), _gone(of, promise.target_seconds)])
    calls, members, weight = calls[~nobody], members[~nobody], weight[~nobody]
    for begin in range(0, len(calls), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        solved = queues_of(of, calls[some], members[some]).solved()
        share = calls[some] * weight[some]
        rows += shares_of(of, promise, solved) @ share
        stays = math.exp(-of.given_up * of.ring.mean)
        by += share @ solved.answered_by(WAITS - of.ring.mean) * stays
    return rows


def _gone(of: TeamPlan, seconds: float) -> float:
    return float(-np.expm1(-of.given_up * seconds))


def queues_of(of: TeamPlan, calls: Floats, members: Floats) -> Queues:
    """The team's queue in half-hours with so many calls (more than none) and members (from 1)."""
    served = 1 / (of.talk.mean + of.ring.mean + of.wrap_up_seconds)
    return Queues(
        calls / SLOT_SECONDS, np.full_like(calls, served), np.full_like(calls, of.given_up), members.astype(np.float64)
    )


def shares_of(of: TeamPlan, promise: Promise, solved: Solved) -> Floats:
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
