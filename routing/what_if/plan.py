"""What a centre does in its days: who calls when, how long it takes, who is there to answer.

Times are seconds of the local day, by the wall clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from routing.what_if.erlang_a import Floats
from routing.what_if.spans import Span

DAY_SECONDS = 86_400
SLOT_SECONDS = 1800
"""Calls come evenly within a half-hour."""
SLOTS = DAY_SECONDS // SLOT_SECONDS
STEP_SECONDS = 300
"""Members come and go every five minutes."""
STEPS = DAY_SECONDS // STEP_SECONDS


@dataclass(frozen=True, slots=True)
class Kind:
    """Calls of a team that wait in one queue with one credit: what share they are, whose members answer there."""

    share: float
    credit_seconds: float
    answered_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """`calls` expected a half-hour: a row a day, `SLOTS` of them. `given_up` a second of waiting, for the formulas."""

    calls: Floats
    talk: Span
    ring: Span
    patience: Span
    given_up: float
    wrap_up_seconds: float
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Members of the same teams: `present` and not paused, a row a day, `STEPS` of them; 1.5 is one or two of them."""

    teams: frozenset[str]
    present: Floats


@dataclass(frozen=True, slots=True)
class Plan:
    """Teams and members over some days."""

    days: tuple[date, ...]
    teams: Mapping[str, TeamPlan]
    pools: tuple[Pool, ...]

    def present(self, team: str) -> Floats:
        """Members of the team at work, a row a day; who serves several counts in each by an even share."""
        rows = [pool.present / len(pool.teams) for pool in self.pools if team in pool.teams]
        return np.sum(rows, axis=0) if rows else np.zeros((len(self.days), STEPS))

    def linked(self) -> Iterator[frozenset[str]]:
        """Teams that share members, by a member of both or by a queue that both answer: each set stands alone."""
        sets = [frozenset((team,)) for team in self.teams]
        ties = [pool.teams for pool in self.pools]
        ties += [kind.answered_by | {team} for team, plan in self.teams.items() for kind in plan.kinds]
        for tie in ties:
            touched = [each for each in sets if each & tie]
            if len(touched) > 1:
                sets = [each for each in sets if not each & tie]
                sets.append(frozenset().union(*touched))
        order = {team: number for number, team in enumerate(self.teams)}
        yield from sorted(sets, key=lambda each: min(order[team] for team in each))


def by_slot(steps: Floats) -> Floats:
    """The mean of each half-hour, of rows of steps."""
    slots: Floats = steps.reshape(len(steps), SLOTS, -1).mean(axis=2)
    return slots
