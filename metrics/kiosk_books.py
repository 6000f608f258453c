"""Calls from kiosks within an interval, and what became of them: each call once, in the interval of its first join.

The calls are in their teams' books as well; here they stand by the kiosk that they came from.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

from facts.kinds import Fact
from facts.watch import GapSeen
from metrics.calendar_days import shown
from metrics.contacts import Contact, Contacts
from metrics.gaps_seen import GapsSeen
from metrics.intervals import percentile
from metrics.stays import Outcome, Stays
from routing.centre import CENTRE


@dataclass(slots=True)
class KioskFigures:
    """Counts of one kiosk and interval: calls = answered + abandoned + flowed out + lost + waiting."""

    site: str = ""
    calls: int = 0
    ended: Counter[Outcome] = field(default_factory=Counter)
    holds: list[float] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """In line still, as far as the facts tell."""
        return self.calls - self.ended.total()

    @property
    def asa_seconds(self) -> float | None:
        """Mean wait of the answered; None where there were none."""
        return math.fsum(self.holds) / len(self.holds) if self.holds else None

    def wait_seconds(self, share: int) -> float | None:
        """So many percent of those answered waited no longer (nearest rank)."""
        return percentile(sorted(self.holds), share)

    def count(self, contact: Contact) -> None:
        """One call as it stands."""
        self.calls += 1
        if contact.outcome:
            self.ended[contact.outcome] += 1
        if contact.outcome is Outcome.ANSWERED and contact.hold_seconds is not None:
            self.holds.append(contact.hold_seconds)


@dataclass(frozen=True, slots=True)
class KioskRow:
    """One kiosk in one interval. `begins` and `ends` (exclusive) in ISO 8601 with UTC offset."""

    kiosk: str
    site: str
    begins: str
    ends: str
    counts: KioskFigures


_Cells = dict[tuple[str, int], KioskFigures]


class KioskBooks:
    """A fold of facts into cells of kiosk and interval.

    `cuts` are the borders of the intervals, ascending, in Unix seconds. `team` limits what is counted to calls that
    this team had last; `CENTRE` makes one row of all kiosks.
    """

    def __init__(self, cuts: Sequence[float], team: str | None = None) -> None:
        self._cuts, self._team = cuts, team
        self._stays, self._contacts = Stays(), Contacts()
        self._cells: _Cells = {}
        self._gaps = GapsSeen(cuts[0], cuts[-1])

    @property
    def gaps(self) -> tuple[GapSeen, ...]:
        """When nobody watched within the span, by their beginning."""
        return self._gaps.seen

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._gaps.fold(fact)
        for turn in self._stays.turns(fact):
            self._contacts.take(turn)
        if contact := self._contacts.ended(fact):
            self._count(contact, self._cells)

    def rows(self, kiosks: Mapping[str, str], zone: ZoneInfo) -> Iterator[KioskRow]:
        """Every interval of these kiosks (each with its site) in this order; those that only facts name come after."""
        cells = deepcopy(self._cells)
        for contact in self._contacts.living.values():
            self._count(contact, cells)
        named: Iterable[str] = (CENTRE,) if self._team == CENTRE else kiosks
        unnamed = sorted({kiosk for kiosk, _ in cells} - set(named))
        borders = [shown(cut, zone) for cut in self._cuts]
        for kiosk in (*named, *unnamed):
            for number, (begins, ends) in enumerate(pairwise(borders)):
                counts = cells.get((kiosk, number), KioskFigures())
                yield KioskRow(kiosk, kiosks.get(kiosk, counts.site), begins, ends, counts)

    def _count(self, contact: Contact, cells: _Cells) -> None:
        number = bisect_right(self._cuts, contact.joined_at) - 1
        is_within = 0 <= number < len(self._cuts) - 1 and self._team in {None, CENTRE, contact.team}
        if contact.kiosk and is_within:
            is_centre = self._team == CENTRE
            name, site = (CENTRE, "") if is_centre else (contact.kiosk, contact.site)
            cells.setdefault((name, number), KioskFigures(site)).count(contact)
