"""The books of callbacks: what was promised within an interval, and what became of it, whenever that was.

Theory of operation. A callback belongs to the interval of its promise and to the team that it was promised for, so
that each row balances by itself: confirmed = reached + no answer + busy + refused + invalid + expired + cancelled +
failed + open. A callback lives for days: facts of the days after the last cut are wanted for that. Rows are a function
of the facts alone.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

from facts.callback import CallbackMoved
from facts.kinds import Fact
from facts.watch import GapSeen
from metrics.calendar_days import shown
from metrics.callback_steps import attempt, begins_attempt, end, is_confirmed
from metrics.gaps_seen import GapsSeen
from metrics.intervals import percentile
from routing.callback import Outcome
from routing.centre import CENTRE

LONGEST_DAYS = 8
"""So many days a callback may live: 7 of `callbacks.expires_days`, and one for the hour at which it was promised."""


@dataclass(slots=True)
class CallbackFigures:
    """Counts of one team and interval. `attempts` without those that were faults of ours; seconds since the promise."""

    confirmed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    ended: Counter[Outcome] = field(default_factory=Counter)
    appointments_reached: int = 0
    attempts: int = 0
    first_attempts: list[float] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Promised, and not over as far as the facts tell."""
        return self.confirmed - self.ended.total()


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """One team in one interval. `begins` and `ends` (exclusive) in ISO 8601 with UTC offset."""

    team: str
    begins: str
    ends: str
    counts: CallbackFigures

    @property
    def success(self) -> float | None:
        """Of all promises the share that was kept; None where there were none."""
        return self.counts.ended[Outcome.REACHED] / self.counts.confirmed if self.counts.confirmed else None

    def first_attempt_seconds(self, share: int) -> float | None:
        """So many percent of those dialled at all were dialled first within it (nearest rank)."""
        return percentile(sorted(self.counts.first_attempts), share)


@dataclass(slots=True)
class _Life:
    """One callback."""

    counts: CallbackFigures
    kind: str
    promised_at: float
    is_dialled: bool = False
    is_over: bool = False


class CallbackBooks:
    """A fold of facts into cells of team and interval.

    `cuts` are the borders of the intervals, ascending, in Unix seconds. `team` limits what is counted to one team, or
    to the centre's totals (`CENTRE`).
    """

    def __init__(self, cuts: Sequence[float], team: str | None = None) -> None:
        self._cuts, self._team = cuts, team
        self._lives: dict[str, _Life] = {}
        self._cells: dict[tuple[str, int], CallbackFigures] = {}
        self._gaps = GapsSeen(cuts[0], cuts[-1])

    @property
    def gaps(self) -> tuple[GapSeen, ...]:
        """When nobody watched within the span, by their beginning."""
        return self._gaps.seen

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._gaps.fold(fact)
        if isinstance(fact, CallbackMoved):
            if is_confirmed(fact):
                self._promised(fact)
            if life := self._lives.get(fact.callback):
                _went_on(life, fact)

    def rows(self, teams: Iterable[str], zone: ZoneInfo) -> Iterator[CallbackRow]:
        """Every interval of these teams in this order; teams that only the facts name come after them, sorted.

        If one was asked for when the books were opened, it alone.
        """
        named = dict.fromkeys(teams) if self._team is None else {self._team: None}
        unnamed = sorted({team for team, _ in self._cells} - named.keys())
        borders = [shown(cut, zone) for cut in self._cuts]
        for team in (*named, *unnamed):
            for number, (begins, ends) in enumerate(pairwise(borders)):
                yield CallbackRow(team, begins, ends, self._cells.get((team, number), CallbackFigures()))

    def _promised(self, fact: CallbackMoved) -> None:
        number = bisect_right(self._cuts, fact.at) - 1
        is_within = 0 <= number < len(self._cuts) - 1 and self._team in {None, CENTRE, fact.team}
        if not is_within or fact.callback in self._lives:
            return
        team = CENTRE if self._team == CENTRE else fact.team
        counts = self._cells.setdefault((team, number), CallbackFigures())
        counts.confirmed += 1
        counts.kinds[fact.kind] += 1
        self._lives[fact.callback] = _Life(counts, fact.kind, fact.at)


def _went_on(life: _Life, fact: CallbackMoved) -> None:
    counts = life.counts
    if begins_attempt(fact) and not life.is_dialled:
        life.is_dialled = True
        waited = fact.at - life.promised_at if fact.waited_seconds is None else fact.waited_seconds
        counts.first_attempts.append(max(0.0, waited))
    counts.attempts += attempt(fact) not in {None, Outcome.FAILED}
    ended = end(fact)
    if ended and not life.is_over:
        life.is_over = True
        counts.ended[ended] += 1
        counts.appointments_reached += ended is Outcome.REACHED and life.kind == "appointment"
