"""Waits as told within an interval, and how they were kept, whenever that turned out.

Theory of operation. A sentence belongs to the interval in which it was said. What became of it stands in the journal
(`WaitProved`); what the journal lacks, since the router was away or began without it, is concluded here from the same
facts by the same rule (metrics/said_happened.py). Rows are a function of the facts alone.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from facts.kinds import Fact
from facts.wait import WaitProved, WaitTold
from facts.watch import GapSeen
from metrics.calendar_days import shown
from metrics.gaps_seen import GapsSeen
from metrics.kept_words import Kept, kept
from metrics.said_happened import SaidAndHappened
from routing.centre import CENTRE


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One team in one interval. `begins` and `ends` (exclusive) in ISO 8601 with UTC offset.

    Of the `told` sentences `waiting` have no end yet, as far as the facts tell.
    """

    team: str
    begins: str
    ends: str
    told: int
    waiting: int
    kept: Kept


class EstimateBooks:
    """A fold of facts into cells of team and interval.

    `cuts` are the borders of the intervals, ascending, in Unix seconds. `team` limits what is counted to one team, or
    to the centre's totals (`CENTRE`).
    """

    def __init__(self, cuts: Sequence[float], team: str | None = None) -> None:
        self._cuts, self._team = cuts, team
        self._said = SaidAndHappened()
        self._told: dict[str, tuple[str, int]] = {}
        self._proved: dict[str, WaitProved] = {}
        self._gaps = GapsSeen(cuts[0], cuts[-1])

    @property
    def gaps(self) -> tuple[GapSeen, ...]:
        """When nobody watched within the span, by their beginning."""
        return self._gaps.seen

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._gaps.fold(fact)
        self._said.fold(fact)
        if isinstance(fact, WaitTold):
            self._count(fact, fact.at)
        elif isinstance(fact, WaitProved) and self._count(fact, fact.told_at):
            self._proved[fact.id] = fact

    def rows(self, teams: Iterable[str], zone: ZoneInfo) -> Iterator[EstimateRow]:
        """Every interval of these teams in this order; teams that only the facts name come after them, sorted.

        If one was asked for when the books were opened, it alone.
        """
        proofs = self._proofs()
        sentences: defaultdict[tuple[str, int], int] = defaultdict(int)
        for cell in self._told.values():
            sentences[cell] += 1
        named = dict.fromkeys(teams) if self._team is None else {self._team: None}
        unnamed = sorted({team for team, _ in sentences} - named.keys())
        borders = [shown(cut, zone) for cut in self._cuts]
        for team in (*named, *unnamed):
            for number, (begins, ends) in enumerate(pairwise(borders)):
                told, ended = sentences.get((team, number), 0), proofs.get((team, number), ())
                yield EstimateRow(team, begins, ends, told, told - len(ended), kept(ended))

    def _proofs(self) -> dict[tuple[str, int], list[WaitProved]]:
        found: defaultdict[tuple[str, int], list[WaitProved]] = defaultdict(list)
        for proved in ({each.id: each for each in self._said.due} | self._proved).values():
            if cell := self._told.get(_sentence(proved)):
                found[cell].append(proved)
        return dict(found)

    def _count(self, fact: WaitTold | WaitProved, told_at: float) -> bool:
        """Whether it belongs here."""
        number = bisect_right(self._cuts, told_at) - 1
        if not 0 <= number < len(self._cuts) - 1 or self._team not in {None, CENTRE, fact.place.team}:
            return False
        self._told[_sentence(fact)] = CENTRE if self._team == CENTRE else fact.place.team, number
        return True


def _sentence(fact: WaitTold | WaitProved) -> str:
    """The same for both facts about one sentence."""
    return fact.id.rpartition("/")[0]
