"""Callbacks counted for Prometheus: a fold of `CallbackMoved`, kept as plain integers.

Theory of operation. As calls (metrics/call_counts.py): from 0 with the process, only what is newly taken, one series
for every team that is or was configured since the start, none for any other. How many are open is not counted here but
in the mailbox that keeps them (metrics/left_open.py): a restart forgets no promise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from facts.callback import CallbackMoved
from facts.kinds import Fact
from metrics.callback_steps import ATTEMPTS, ENDS, KINDS, attempt, end, is_confirmed
from metrics.spans import Bounds, SpanCounts, Spans
from routing.callback import Outcome
from routing.centre import Team

WAIT_BOUNDS: Bounds = (60.0, 180.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0, 86400.0, 259200.0)
"""Upper bounds in seconds, from a minute to three days."""


@dataclass(frozen=True, slots=True)
class TeamCallbacks:
    """One team's counts, copied: `confirmed` in the order of KINDS, `ended` of ENDS, `attempts` of ATTEMPTS."""

    team: str
    confirmed: tuple[int, ...]
    ended: tuple[int, ...]
    attempts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CallbacksCounted:
    """Everything counted since the process began. `waits`: from the promise until the citizen was reached."""

    teams: tuple[TeamCallbacks, ...] = ()
    waits: Spans = field(default_factory=lambda: SpanCounts(WAIT_BOUNDS).copy())


class _TeamCounts:
    __slots__ = ("attempts", "confirmed", "ended")

    def __init__(self) -> None:
        self.confirmed = [0] * len(KINDS)
        self.ended = [0] * len(ENDS)
        self.attempts = [0] * len(ATTEMPTS)

    @property
    def is_empty(self) -> bool:
        return not (any(self.confirmed) or any(self.ended) or any(self.attempts))

    def take(self, fact: CallbackMoved) -> None:
        if is_confirmed(fact):
            self.confirmed[KINDS.index(fact.kind) if fact.kind in KINDS else 0] += 1
        if tried := attempt(fact):
            self.attempts[ATTEMPTS.index(tried)] += 1
        if ended := end(fact):
            self.ended[ENDS.index(ended)] += 1

    def copy(self, team: str) -> TeamCallbacks:
        return TeamCallbacks(team, tuple(self.confirmed), tuple(self.ended), tuple(self.attempts))


class CallbackCounts:
    """Facts in, counts out: per team of the configuration."""

    def __init__(self, teams: Iterable[Team]) -> None:
        self._teams: dict[str, _TeamCounts] = {}
        self._waits = SpanCounts(WAIT_BOUNDS)
        self.configure(teams)

    def configure(self, teams: Iterable[Team]) -> None:
        """Another teams.yaml: new teams begin at 0, teams that are gone stay while they have counted something."""
        wanted = [team.id for team in teams]
        for gone in [team for team, counts in self._teams.items() if team not in wanted and counts.is_empty]:
            del self._teams[gone]
        for team in wanted:
            self._teams.setdefault(team, _TeamCounts())

    def fold(self, fact: Fact) -> None:
        """A callback has gone on; every other fact says nothing here."""
        if isinstance(fact, CallbackMoved) and (counts := self._teams.get(fact.team)):
            counts.take(fact)
            if end(fact) is Outcome.REACHED:
                self._waits.observe(fact.waited_seconds, WAIT_BOUNDS)

    def copy(self) -> CallbacksCounted:
        """What is counted now, for another thread to render."""
        return CallbacksCounted(tuple(counts.copy(team) for team, counts in self._teams.items()), self._waits.copy())
