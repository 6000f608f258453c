"""Rows of interval figures counted of day sheets: of teams, or of what several teams are together.

Counts are sums, and percentiles are those of all their calls: never means of the teams' percentiles.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from metrics.calendar_days import shown
from metrics.counts import Counts, Target
from metrics.day_sheets import OUTCOMES, Lines
from metrics.intervals import Row, row_of
from metrics.stays import Outcome

Integers = NDArray[np.int64]
_ANSWERED, _ABANDONED, _FLOWED_OUT, _LOST = (OUTCOMES.index(outcome) for outcome in Outcome)
_COUNTED = (
    *("offered", "answered", "answered_in_target", "abandoned", "abandoned_short", "abandoned_in_target"),
    *("flowed_out", "lost", "waiting"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: `cuts` are the borders of the intervals, ascending, in Unix seconds.

    `groups`: name -> the teams that it is together. A team may be in none, and is then not counted.
    """

    cuts: Sequence[float]
    groups: Mapping[str, Sequence[str]]
    target_of: Callable[[str], Target]


class Counted:
    """Cells of group and interval."""

    def __init__(self, asked: Asked, lines: Iterable[Lines]) -> None:
        self._asked = asked
        self._intervals = len(asked.cuts) - 1
        self._cells = len(asked.groups) * self._intervals
        self._number = {team: number for number, teams in enumerate(asked.groups.values()) for team in teams}
        self._counts = {name: np.zeros(self._cells, np.int64) for name in _COUNTED}
        cells, holds = [np.empty(0, np.int64)], [np.empty(0, np.float64)]
        for each in lines:
            cell, hold = self._take(each)
            cells.append(cell)
            holds.append(hold)
        self._sort(np.concatenate(cells), np.concatenate(holds))

    def rows(self, formula: str, zone: ZoneInfo) -> Iterator[Row]:
        """Every interval of every group, in their order."""
        borders = [shown(cut, zone) for cut in self._asked.cuts]
        columns: list[list[int]] = [counts.tolist() for counts in self._counts.values()]
        for group, name in enumerate(self._asked.groups):
            for number, (begins, ends) in enumerate(pairwise(borders)):
                cell = group * self._intervals + number
                holds: list[float] = self._holds[self._first[cell] : self._first[cell + 1]].tolist()
                counts = _counts([column[cell] for column in columns])
                yield row_of(name, begins, ends, counts, holds, formula)

    def counts(self, cells: Sequence[int]) -> Counts:
        """The sum of these cells: the number of the group x the number of intervals + the number of the interval."""
        chosen = np.asarray(cells, np.int64)
        return _counts([int(counts[chosen].sum()) for counts in self._counts.values()])

    def _take(self, lines: Lines) -> tuple[Integers, NDArray[np.float64]]:
        """Count these; the cells and hold times of those that were answered."""
        groups = np.array([self._number.get(team, -1) for team in lines.teams] or [-1], np.int64)
        targets = [self._asked.target_of(team) for team in lines.teams]
        promised = np.array([target.answer_seconds for target in targets] or [0.0])
        short = np.array([target.short_abandon_seconds for target in targets] or [0.0])
        interval = np.searchsorted(np.asarray(self._asked.cuts), lines.joined_at, side="right") - 1
        group = groups[lines.team]
        kept = (group >= 0) & (interval >= 0) & (interval < self._intervals)
        cell = (group * self._intervals + interval)[kept]
        outcome, hold, team = lines.outcome[kept], lines.hold[kept], lines.team[kept]
        is_in_target, is_short = hold <= promised[team], hold <= short[team]  # not for a hold that nobody knows (NaN)
        is_answered, is_abandoned = outcome == _ANSWERED, outcome == _ABANDONED
        self._add("offered", cell)
        self._add("answered", cell[is_answered])
        self._add("answered_in_target", cell[is_answered & is_in_target])
        self._add("abandoned", cell[is_abandoned])
        self._add("abandoned_short", cell[is_abandoned & is_short])
        self._add("abandoned_in_target", cell[is_abandoned & is_in_target])
        self._add("flowed_out", cell[outcome == _FLOWED_OUT])
        self._add("lost", cell[outcome == _LOST])
        self._add("waiting", cell[outcome == 0])
        is_known = is_answered & ~np.isnan(hold)
        return cell[is_known], hold[is_known]

    def _add(self, name: str, cells: Integers) -> None:
        self._counts[name] += np.bincount(cells, minlength=self._cells)

    def _sort(self, cells: Integers, holds: NDArray[np.float64]) -> None:
        order = np.lexsort((holds, cells))
        self._holds = holds[order]
        self._first = np.searchsorted(cells[order], np.arange(self._cells + 1))


def _counts(values: Sequence[int]) -> Counts:
    """In the order of _COUNTED."""
    offered, answered, in_target, abandoned, short, abandoned_in_target, flowed_out, lost, waiting = values
    return Counts(offered, answered, in_target, abandoned, short, abandoned_in_target, flowed_out, lost, waiting)
