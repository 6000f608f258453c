"""Why contacts went where they went: rules of decisions, counted for the team whose rule it was, per interval.

Theory of operation. A decision tells the steps by which rules sent the contact on (`L01:overflow-wait>L02:...`): each
counts once, for the team whose rule it is; all but the last lead to a line, the last to the decision's goal. A rule
that is no step (the household's team, a closed centre) counts for the team that the contact is for. Rows are a
function of the facts alone.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from facts.contact import ContactDecided
from facts.kinds import Fact
from facts.watch import GapSeen
from metrics.calendar_days import shown
from metrics.gaps_seen import GapsSeen
from routing.centre import CENTRE
from routing.contact_rules import Goal
from routing.rules import Rule

_RULES = {rule.value: place for place, rule in enumerate(Rule)}
_Reason = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One rule of one team in one interval. `begins` and `ends` (exclusive) in ISO 8601 with UTC offset."""

    team: str
    begins: str
    ends: str
    rule: str
    goal: str
    count: int


class ReasonBooks:
    """A fold of facts into cells of interval, team, rule and goal.

    `cuts` are the borders of the intervals, ascending, in Unix seconds. `team` limits what is counted to one team, or
    to the centre's totals (`CENTRE`).
    """

    def __init__(self, cuts: Sequence[float], team: str | None = None) -> None:
        self._cuts, self._team = cuts, team
        self._counts: Counter[tuple[int, _Reason]] = Counter()
        self._gaps = GapsSeen(cuts[0], cuts[-1])

    @property
    def gaps(self) -> tuple[GapSeen, ...]:
        """When nobody watched within the span, by their beginning."""
        return self._gaps.seen

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._gaps.fold(fact)
        if not isinstance(fact, ContactDecided):
            return
        number = bisect_right(self._cuts, fact.at) - 1
        if not 0 <= number < len(self._cuts) - 1:
            return
        for team, rule, goal in _reasons(fact):
            if self._team in {None, CENTRE, team}:
                self._counts[number, (CENTRE if self._team == CENTRE else team, rule, goal)] += 1

    def rows(self, teams: Iterable[str], zone: ZoneInfo) -> Iterator[ReasonRow]:
        """What was counted: by team in this order, then those that only the facts name; by interval, then by rule."""
        order = {team: place for place, team in enumerate(teams)}
        borders = list(pairwise(shown(cut, zone) for cut in self._cuts))

        def place(cell: tuple[int, _Reason]) -> tuple[int, str, int, int, str, str]:
            number, (team, rule, goal) = cell
            return order.get(team, len(order)), team, number, _RULES.get(rule, len(_RULES)), rule, goal

        for cell in sorted(self._counts, key=place):
            number, reason = cell
            team, rule, goal = reason
            yield ReasonRow(team, *borders[number], rule, goal, self._counts[cell])


def _reasons(fact: ContactDecided) -> Iterator[_Reason]:
    steps = [step.partition(":") for step in fact.steps.split(">") if step]
    for team, _, rule in steps[:-1]:
        yield team, rule, Goal.LINE.value
    if steps:
        team, _, rule = steps[-1]
        is_last = rule == fact.rule
        yield team, rule, fact.goal if is_last else Goal.LINE.value
        if is_last:
            return
    yield fact.home, fact.rule, fact.goal
