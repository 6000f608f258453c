"""Waits as told and as they were, counted for Prometheus: a fold of `WaitProved`, kept as plain integers.

Theory of operation. As calls (metrics/call_counts.py): from 0 with the process, only what is newly taken, one series
for every team that is or was configured since the start, none for any other. A caller who was told a wait three times
counts three times. Kept and broken are about the p80 that was behind the words: kept, who was answered by then; broken,
who was still there, whatever became of them. Who left before it, or was lost by a fault, proves neither.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from facts.call import LeftBy
from facts.kinds import Fact
from facts.wait import WaitProved
from metrics.spans import Bounds
from routing.centre import Team

_BOUNDS = (15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 900.0, 1800.0)
ERROR_BOUNDS: Bounds = (*(-bound for bound in reversed(_BOUNDS)), 0.0, *_BOUNDS)
"""Upper bounds in seconds of said minus waited: below 0 the caller waited longer than was said."""


@dataclass(frozen=True, slots=True)
class EstimatesCounted:
    """One team's counts, copied. `errors` by bucket of ERROR_BOUNDS, the last without a bound; sums of the answered."""

    team: str
    proved: int
    kept: int
    broken: int
    errors: tuple[int, ...]
    said_seconds: float
    waited_seconds: float


class _TeamCounts:
    __slots__ = ("broken", "errors", "kept", "proved", "said", "waited")

    def __init__(self) -> None:
        self.proved = self.kept = self.broken = 0
        self.errors = [0] * (len(ERROR_BOUNDS) + 1)
        self.said = self.waited = 0.0

    def add(self, proved: WaitProved) -> None:
        """Said is the mean of the estimate: only of means the errors cancel out when nothing is wrong."""
        self.proved += 1
        if proved.outcome is LeftBy.LOST:
            return
        if proved.waited_seconds > proved.p80_seconds:
            self.broken += 1
        elif proved.outcome is LeftBy.ANSWERED:
            self.kept += 1
        if proved.outcome is LeftBy.ANSWERED:
            self.errors[bisect_left(ERROR_BOUNDS, proved.mean_seconds - proved.waited_seconds)] += 1
            self.said += max(0.0, proved.mean_seconds)
            self.waited += max(0.0, proved.waited_seconds)

    def copy(self, team: str) -> EstimatesCounted:
        return EstimatesCounted(team, self.proved, self.kept, self.broken, tuple(self.errors), self.said, self.waited)


class EstimateCounts:
    """Facts in, counts out: per team of the configuration."""

    def __init__(self, teams: Iterable[Team]) -> None:
        self._teams: dict[str, _TeamCounts] = {}
        self.configure(teams)

    def configure(self, teams: Iterable[Team]) -> None:
        """Another teams.yaml: new teams begin at 0, teams that are gone stay while they have counted something."""
        wanted = [team.id for team in teams]
        for gone in [team for team, counts in self._teams.items() if team not in wanted and not counts.proved]:
            del self._teams[gone]
        for team in wanted:
            self._teams.setdefault(team, _TeamCounts())

    def fold(self, fact: Fact) -> None:
        """A wait that was told has ended; every other fact says nothing here."""
        if isinstance(fact, WaitProved) and (counts := self._teams.get(fact.place.team)):
            counts.add(fact)

    def copy(self) -> tuple[EstimatesCounted, ...]:
        """What is counted now, for another thread to render."""
        return tuple(counts.copy(team) for team, counts in self._teams.items())
