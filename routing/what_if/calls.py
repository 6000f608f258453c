"""Who calls in one run, and who is there: drawn so that plans which differ little see the same callers and members.

Every call of the first plan has its own random numbers (when, how patient, how long the talk); another plan with fewer
calls leaves some of them out, one with more adds others from a stream of its own, one with longer talks stretches the
same ones. So the difference between two plans is sharp while each alone still varies (common random numbers).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.what_if.erlang_a import Floats
from routing.what_if.floor import Change
from routing.what_if.plan import DAY_SECONDS, SLOT_SECONDS, STEP_SECONDS, Plan, Pool, TeamPlan

_KEPT, _EXTRA, _STAFF = 0, 1, 2
_RANKS = 6


@dataclass(frozen=True, slots=True)
class Draw:
    """Calls of one team in one run, as columns: the half-hour (counted over all days) and ranks from 0 to below 1."""

    slots: np.ndarray[tuple[int], np.dtype[np.int64]]
    ranks: Floats

    @property
    def at(self) -> Floats:
        """Seconds since the first midnight."""
        at: Floats = (self.slots + self.ranks[0]) * float(SLOT_SECONDS)
        return at


def drawn(base: TeamPlan, plan: TeamPlan, seed: Sequence[int], team: int) -> Draw:
    """The calls of `plan`, as far as can be those of `base`."""
    kept = _drawn(base.calls.ravel(), [*seed, _KEPT, team])
    if plan.calls is base.calls:
        return kept
    before, now = base.calls.ravel(), plan.calls.ravel()
    left = np.minimum(1.0, now / np.maximum(before, 1e-12))
    stays = kept.ranks[1] < left[kept.slots]
    extra = _drawn(np.maximum(0.0, now - before), [*seed, _EXTRA, team])
    slots = np.concatenate((kept.slots[stays], extra.slots))
    return Draw(slots, np.concatenate((kept.ranks[:, stays], extra.ranks), axis=1))


def _drawn(expected: Floats, seed: Sequence[int]) -> Draw:
    chance = np.random.default_rng(seed)
    slots = np.repeat(np.arange(len(expected)), chance.poisson(expected))
    return Draw(slots, chance.random((_RANKS, len(slots))))


def ranks_of_pools(pools: Sequence[Pool], seed: Sequence[int], names: Sequence[int]) -> list[Floats]:
    """For each pool a rank a day: whether the half of a member is there today."""
    return [
        np.random.default_rng([*seed, _STAFF, name]).random(len(pool.present))
        for pool, name in zip(pools, names, strict=True)
    ]


def changes(plan: Plan, pools: Sequence[Pool], ranks: Sequence[Floats]) -> list[Change]:
    """When members come and go, in order; in the end all are gone."""
    found = []
    ends = float(len(plan.days) * DAY_SECONDS)
    for number, (pool, rank) in enumerate(zip(pools, ranks, strict=True)):
        there = np.floor(pool.present + rank[:, None]).astype(np.int64).ravel()
        steps = np.diff(there, prepend=0)
        (at,) = np.nonzero(steps)
        found += [Change(float(step * STEP_SECONDS), number, int(steps[step])) for step in at]
        if len(there) and there[-1]:
            found.append(Change(ends, number, -int(there[-1])))
    return sorted(found)
