"""What became of calls: counts (in expectation, so not whole numbers) and times, added up over days or teams."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts as in the books; seconds: what members `worked` and were `present`, answered calls `held`."""

    answered: float = 0.0
    answered_in_target: float = 0.0
    abandoned: float = 0.0
    abandoned_short: float = 0.0
    abandoned_in_target: float = 0.0
    held: float = 0.0
    worked: float = 0.0
    present: float = 0.0
    lost: float = 0.0
    flowed_out: float = 0.0

    @property
    def calls(self) -> float:
        """All that came."""
        return self.answered + self.abandoned + self.lost + self.flowed_out

    @property
    def asa_seconds(self) -> float | None:
        """The mean wait of answered calls."""
        return self.held / self.answered if self.answered > 0 else None

    @property
    def abandoned_share(self) -> float | None:
        """Of all calls."""
        return self.abandoned / self.calls if self.calls > 0 else None

    @property
    def occupancy(self) -> float | None:
        """Talk and wrap-up over the time at work; who ends a talk after their time is not over 100 %."""
        return min(1.0, self.worked / self.present) if self.present > 0 else None


Level = Callable[[Tally], float | None]
"""A service level by its formula: a share, None where there is nothing to divide by."""

_NAMES = tuple(each.name for each in fields(Tally))


def total(tallies: Sequence[Tally]) -> Tally:
    """All of them together."""
    return Tally(*(sum(getattr(each, name) for each in tallies) for name in _NAMES))


@dataclass(frozen=True, slots=True)
class Promise:
    """A team's target: answered within so many seconds; who gives up within `short_seconds` may not count."""

    target_seconds: float
    short_seconds: float
