"""What the books count, for a team or the centre: one way in, four ways out, and who still waits.

The words and formulas are those of docs/reports.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from metrics.stays import FlowReason, Outcome
from routing.centre import Centre


class Target(NamedTuple):
    """A team's promise in seconds: T, and s, up to which a caller who hung up is not held against it."""

    answer_seconds: float
    short_abandon_seconds: float


def target_in(centre: Centre, team: str) -> Target:
    """The team's target; the centre's for a team that is no longer in teams.yaml."""
    known = centre.teams.get(team)
    if known is None:
        return Target(centre.targets.answer_seconds, centre.targets.short_abandon_seconds)
    return Target(known.target_seconds, known.short_abandon_seconds)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts at one moment. `in_target`: hold <= T; `short`: hold <= s; a hold that nobody knows is neither."""

    offered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    abandoned_short: int = 0
    abandoned_in_target: int = 0
    flowed_out: int = 0
    lost: int = 0
    waiting: int = 0
    flowed_out_by: Mapping[FlowReason, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_balanced(self) -> bool:
        """OFF = ANS + ABN + FLO + LST + WAI, and nobody waits who never came."""
        return _is_balanced(self)


@dataclass(slots=True)
class Tally:
    """Counts that grow."""

    offered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    abandoned_short: int = 0
    abandoned_in_target: int = 0
    lost: int = 0
    waiting: int = 0
    flowed_out_by: dict[FlowReason, int] = field(default_factory=dict)

    def opened(self) -> None:
        """One more is offered, and waits."""
        self.offered += 1
        self.waiting += 1

    def closed(self, outcome: Outcome, hold_seconds: float | None, reason: FlowReason | None, target: Target) -> None:
        """One of those who waited is out."""
        self.waiting -= 1
        is_in_target = hold_seconds is not None and hold_seconds <= target.answer_seconds
        if outcome is Outcome.ANSWERED:
            self.answered += 1
            self.answered_in_target += is_in_target
        elif outcome is Outcome.ABANDONED:
            self.abandoned += 1
            self.abandoned_in_target += is_in_target
            self.abandoned_short += hold_seconds is not None and hold_seconds <= target.short_abandon_seconds
        elif outcome is Outcome.LOST:
            self.lost += 1
        else:
            reason = reason or FlowReason.MOVED
            self.flowed_out_by[reason] = self.flowed_out_by.get(reason, 0) + 1

    @property
    def flowed_out(self) -> int:
        """For whatever reason."""
        return sum(self.flowed_out_by.values())

    @property
    def is_balanced(self) -> bool:
        """As `Counts.is_balanced`."""
        return _is_balanced(self)

    def counts(self) -> Counts:
        """As it stands now."""
        return Counts(
            offered=self.offered,
            answered=self.answered,
            answered_in_target=self.answered_in_target,
            abandoned=self.abandoned,
            abandoned_short=self.abandoned_short,
            abandoned_in_target=self.abandoned_in_target,
            flowed_out=self.flowed_out,
            lost=self.lost,
            waiting=self.waiting,
            flowed_out_by=MappingProxyType(dict(self.flowed_out_by)),
        )


def _is_balanced(books: Counts | Tally) -> bool:
    out = books.answered + books.abandoned + books.flowed_out + books.lost
    return books.waiting >= 0 and books.offered == out + books.waiting
