"""Emergencies within an interval: how many, what became of them, and how the way is used, abuse included.

Theory of operation. An emergency in line is a stay (metrics/stays.py) whose call joined with that concern, at once or
later, since a member raised it; it belongs to the interval of the stay's join. One that came while everybody was closed
belongs to the interval in which the emergency service was rung for it. Households are known by a keyed hash alone, and
only how many of them called often leaves this room. Rows are a function of the facts alone.
"""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

from facts.call import CallerJoined, CallFact
from facts.contact import ContactDecided, OnCallAnswered
from facts.kinds import Fact
from facts.watch import GapSeen
from metrics.calendar_days import shown
from metrics.contacts import Contact, Contacts
from metrics.gaps_seen import GapsSeen
from metrics.intervals import percentile
from metrics.stays import Outcome, Stay, StayClosed, StayOpened, Stays, Turn
from routing.centre import CENTRE
from routing.contact_rules import Goal
from routing.rules import Concern, Rule

OFTEN_DAYS = 30
OFTEN_SECONDS = OFTEN_DAYS * 86_400


@dataclass(slots=True)
class EmergencyCounts:
    """Counts of one team and interval. emergencies = answered + abandoned + other + waiting + on_call."""

    contacts: int = 0
    """All that the team was offered, those for whom the emergency service was rung included."""
    emergencies: int = 0
    raised: int = 0
    """By a member, of all emergencies in line."""
    answered: int = 0
    abandoned: int = 0
    other: int = 0
    waiting: int = 0
    on_call: int = 0
    on_call_answered: int = 0
    taken_back: int = 0
    """Callers who pressed the key and then said that it is none."""
    holds: list[float] = field(default_factory=list)
    often: set[str] = field(default_factory=set)

    def opened(self, *, is_raised: bool) -> None:
        """One more waits."""
        self.emergencies += 1
        self.waiting += 1
        self.raised += is_raised

    def closed(self, outcome: Outcome, hold_seconds: float | None) -> None:
        """One of those who waited is out."""
        self.waiting -= 1
        if outcome is Outcome.ANSWERED:
            self.answered += 1
            if hold_seconds is not None:
                self.holds.append(hold_seconds)
        elif outcome is Outcome.ABANDONED:
            self.abandoned += 1
        else:
            self.other += 1


@dataclass(frozen=True, slots=True)
class EmergencyRow:
    """One team in one interval. `begins` and `ends` (exclusive) in ISO 8601 with UTC offset."""

    team: str
    begins: str
    ends: str
    counts: EmergencyCounts

    @property
    def share(self) -> float | None:
        """Of all contacts; None where there were none."""
        return self.counts.emergencies / self.counts.contacts if self.counts.contacts else None

    def wait_seconds(self, share: int) -> float | None:
        """So many percent of those answered waited no longer (nearest rank)."""
        return percentile(sorted(self.counts.holds), share)


_Cells = dict[tuple[str, int], EmergencyCounts]


class EmergencyBooks:
    """A fold of facts into cells of team and interval.

    `cuts` are the borders of the intervals, ascending, in Unix seconds. `team` limits what is counted to one team, or
    to the centre's totals (`CENTRE`), in which a call counts once. `often`: from so many emergencies in 30 days on a
    household is counted as one of those; facts of the 30 days before the first cut are wanted for that.
    """

    def __init__(self, cuts: Sequence[float], often: int, team: str | None = None) -> None:
        self._cuts, self._often, self._team = cuts, often, team
        self._stays, self._contacts = Stays(), Contacts()
        self._urgent: dict[str, Stay] = {}
        self._raised: set[str] = set()
        self._on_call: dict[tuple[str, str], tuple[str, float]] = {}
        self._reached: set[tuple[str, str]] = set()
        self._households: defaultdict[str, deque[tuple[float, str]]] = defaultdict(deque)
        self._cells: _Cells = {}
        self._gaps = GapsSeen(cuts[0], cuts[-1])

    @property
    def gaps(self) -> tuple[GapSeen, ...]:
        """When nobody watched within the span, by their beginning."""
        return self._gaps.seen

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._gaps.fold(fact)
        if isinstance(fact, ContactDecided):
            self._decided(fact)
        elif isinstance(fact, OnCallAnswered):
            self._taken(fact)
        elif not (isinstance(fact, CallFact) and fact.place.is_placeholder):
            self._in_line(fact)

    def rows(self, teams: Iterable[str], zone: ZoneInfo) -> Iterator[EmergencyRow]:
        """Every interval of these teams in this order; teams that only the facts name come after them, sorted.

        If one was asked for when the books were opened, it alone.
        """
        cells = self._with_living(self._cells)
        named = dict.fromkeys(teams) if self._team is None else {self._team: None}
        unnamed = sorted({team for team, _ in cells} - named.keys())
        borders = [shown(cut, zone) for cut in self._cuts]
        for team in (*named, *unnamed):
            for number, (begins, ends) in enumerate(pairwise(borders)):
                yield EmergencyRow(team, begins, ends, cells.get((team, number), EmergencyCounts()))

    def _in_line(self, fact: Fact) -> None:
        for turn in self._stays.turns(fact):
            self._turned(turn)
        if isinstance(fact, CallerJoined) and fact.place.concern == Concern.EMERGENCY:
            self._joined(fact)
        if contact := self._contacts.ended(fact):
            self._count_contact(fact.place.call, contact, self._cells)  # type: ignore[union-attr]  # a CallEnded

    def _turned(self, turn: Turn) -> None:
        if self._team == CENTRE:
            self._contacts.take(turn)
            return
        call, team = turn.stay.place.call, turn.stay.team
        cell = self._cell(team, turn.stay.joined_at)
        if isinstance(turn, StayOpened) and cell:
            cell.contacts += 1
        urgent = self._urgent.get(call)
        if isinstance(turn, StayClosed) and urgent and urgent.team == team:
            del self._urgent[call]
            if cell:
                cell.closed(turn.outcome, turn.hold_seconds)

    def _joined(self, fact: CallerJoined) -> None:
        """In an urgent line, or with its credit in the general one; at once, or raised in a stay that goes on."""
        call, stay = fact.place.call, self._stays.open.get(fact.place.call)
        is_raised = fact.place.rule == Rule.EMERGENCY_RAISED
        if self._team == CENTRE:
            self._raised |= {call} if is_raised else set()
            self._urgent.setdefault(call, Stay(fact.place, fact.at))
        elif stay and call not in self._urgent:
            self._urgent[call] = stay
            if cell := self._cell(stay.team, stay.joined_at):
                cell.opened(is_raised=is_raised)

    def _count_contact(self, call: str, contact: Contact, cells: _Cells, *, living: bool = False) -> None:
        urgent = self._urgent.get(call) if living else self._urgent.pop(call, None)
        cell = self._cell(CENTRE, contact.joined_at, cells)
        if cell is None:
            return
        cell.contacts += 1
        if urgent:
            cell.opened(is_raised=call in self._raised)
            if contact.outcome:
                cell.closed(contact.outcome, contact.hold_seconds)

    def _with_living(self, cells: _Cells) -> _Cells:
        if not self._contacts.living:
            return cells
        copied = deepcopy(cells)
        for call, contact in self._contacts.living.items():
            self._count_contact(call, contact, copied, living=True)
        return copied

    def _decided(self, fact: ContactDecided) -> None:
        home = fact.home or fact.team
        if fact.concern == Concern.EMERGENCY and fact.customer:
            self._known_household(fact, home)
        cell = self._cell(home, fact.at)
        if cell is None:
            return
        cell.taken_back += fact.taken_back
        call = (fact.node, fact.call)
        if fact.goal == Goal.ON_CALL and call not in self._on_call:
            self._on_call[call] = home, fact.at
            cell.contacts += 1
            cell.emergencies += 1
            cell.on_call += 1

    def _taken(self, fact: OnCallAnswered) -> None:
        call = (fact.node, fact.call)
        rung = self._on_call.get(call)
        if rung and call not in self._reached and (cell := self._cell(*rung)):
            cell.on_call_answered += 1
        self._reached.add(call)

    def _known_household(self, fact: ContactDecided, home: str) -> None:
        """A call counts once, however often it is decided."""
        times = self._households[fact.customer]
        while times and times[0][0] < fact.at - OFTEN_SECONDS:
            times.popleft()
        if fact.call not in {call for _, call in times}:
            times.append((fact.at, fact.call))
        if len(times) >= self._often and (cell := self._cell(home, fact.at)):
            cell.often.add(fact.customer)

    def _cell(self, team: str, at: float, cells: _Cells | None = None) -> EmergencyCounts | None:
        if self._team not in {None, CENTRE, team}:
            return None
        number = bisect_right(self._cuts, at) - 1
        if not 0 <= number < len(self._cuts) - 1:
            return None
        named = CENTRE if self._team == CENTRE else team
        return (self._cells if cells is None else cells).setdefault((named, number), EmergencyCounts())
