"""Interval figures: what joined a team's line within an interval, and what became of it, whenever that was.

Theory of operation. A stay belongs to the interval of its join, so that each row balances by itself: whatever was
offered in it was answered, abandoned, flowed out, lost, or waits still, as far as the facts tell. Rows are a function
of the facts and their order alone: the same journal gives the same rows to the last byte.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from facts.kinds import Fact
from facts.watch import GapSeen
from metrics.calendar_days import shown
from metrics.contacts import Contact, Contacts
from metrics.counts import Counts, Tally, Target, target_in
from metrics.gaps_seen import GapsSeen
from metrics.service_level import service_level
from metrics.stays import Outcome, StayClosed, StayOpened, Stays, Turn
from routing.centre import CENTRE, Centre


@dataclass(frozen=True, slots=True)
class Row:
    """One team in one interval. `begins` and `ends` (exclusive) in ISO 8601 with UTC offset.

    `service_level` is a share, durations are seconds of answered calls' hold times; None where there is nothing to
    divide by or to take the mean of.
    """

    team: str
    begins: str
    ends: str
    counts: Counts
    service_level: float | None
    formula: str
    asa_seconds: float | None
    p50_seconds: float | None
    p90_seconds: float | None
    p95_seconds: float | None


@dataclass(slots=True)
class _Cell:
    tally: Tally = field(default_factory=Tally)
    holds: list[float] = field(default_factory=list)

    def closed(self, told: StayClosed | Contact, outcome: Outcome, target: Target) -> None:
        self.tally.closed(outcome, told.hold_seconds, told.reason, target)
        if outcome is Outcome.ANSWERED and told.hold_seconds is not None:
            self.holds.append(told.hold_seconds)


class IntervalBooks:
    """A fold of facts into cells of team and interval.

    `cuts` are the borders of the intervals, ascending, in Unix seconds. `team` limits what is counted to one team, or
    to the centre's totals (`CENTRE`), in which a contact counts once.
    """

    def __init__(self, cuts: Sequence[float], target_of: Callable[[str], Target], team: str | None = None) -> None:
        self._cuts, self._target_of, self._team = cuts, target_of, team
        self._stays = Stays()
        self._contacts = Contacts()
        self._cells: dict[tuple[str, int], _Cell] = {}
        self._gaps = GapsSeen(cuts[0], cuts[-1])

    @property
    def gaps(self) -> tuple[GapSeen, ...]:
        """When nobody watched within the span, by their beginning."""
        return self._gaps.seen

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._gaps.fold(fact)
        for turn in self._stays.turns(fact):
            if self._team == CENTRE:
                self._contacts.take(turn)
            elif self._team in {None, turn.stay.team}:
                self._count(turn)
        if contact := self._contacts.ended(fact):
            self._count_contact(contact, self._cells)

    def rows(self, teams: Iterable[str], formula: str, zone: ZoneInfo) -> Iterator[Row]:
        """Every interval of these teams in this order; teams that only the facts name come after them, sorted.

        If one was asked for when the books were opened, it alone.
        """
        cells = self._cells
        if self._contacts.living:
            cells = deepcopy(cells)
            for contact in self._contacts.living.values():
                self._count_contact(contact, cells)
        named = dict.fromkeys(teams) if self._team is None else {self._team: None}
        unnamed = sorted({team for team, _ in cells} - named.keys())
        borders = [shown(cut, zone) for cut in self._cuts]
        for team in (*named, *unnamed):
            for number, (begins, ends) in enumerate(pairwise(borders)):
                cell = cells.get((team, number), _Cell())
                yield row_of(team, begins, ends, cell.tally.counts(), sorted(cell.holds), formula)

    def _count(self, turn: Turn) -> None:
        cell = self._cell(turn.stay.team, turn.stay.joined_at, self._cells)
        if cell and isinstance(turn, StayOpened):
            cell.tally.opened()
        elif cell and isinstance(turn, StayClosed):
            cell.closed(turn, turn.outcome, self._target_of(turn.stay.team))

    def _count_contact(self, contact: Contact, cells: dict[tuple[str, int], _Cell]) -> None:
        cell = self._cell(CENTRE, contact.joined_at, cells)
        if cell:
            cell.tally.opened()
        if cell and contact.outcome:
            cell.closed(contact, contact.outcome, self._target_of(contact.team))

    def _cell(self, team: str, at: float, cells: dict[tuple[str, int], _Cell]) -> _Cell | None:
        number = bisect_right(self._cuts, at) - 1
        return cells.setdefault((team, number), _Cell()) if 0 <= number < len(self._cuts) - 1 else None


def rows(
    facts: Iterable[Fact], cuts: Sequence[float], centre: Centre, team: str | None = None
) -> tuple[list[Row], tuple[GapSeen, ...]]:
    """The rows of these facts, and the gaps in them: of every team, of one, or of the centre (`CENTRE`)."""
    books = IntervalBooks(cuts, partial(target_in, centre), team)
    for fact in facts:
        books.fold(fact)
    return list(books.rows(centre.teams, centre.targets.formula, centre.timezone)), books.gaps


def percentile(ascending: Sequence[float], share: int) -> float | None:
    """The nearest rank: the smallest value that at least `share` percent do not exceed. None for no values."""
    return ascending[(len(ascending) * share + 99) // 100 - 1] if ascending else None


def row_of(team: str, begins: str, ends: str, counts: Counts, holds: Sequence[float], formula: str) -> Row:
    """The row of these counts; `holds` are the answered calls' hold times, ascending."""
    return Row(
        team=team,
        begins=begins,
        ends=ends,
        counts=counts,
        service_level=service_level(formula, counts),
        formula=formula,
        asa_seconds=math.fsum(holds) / len(holds) if holds else None,
        p50_seconds=percentile(holds, 50),
        p90_seconds=percentile(holds, 90),
        p95_seconds=percentile(holds, 95),
    )
