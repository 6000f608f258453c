"""Days as sheets: each stay and each contact as one short line, of which every interval report can be counted.

Theory of operation. Folding a day's facts takes seconds, counting its sheet a few milliseconds: so a sheet is made once
and kept, at some twenty bytes a line. A stay stands on the sheet of the local day of its join, as it stood when the
last fact was folded. Reports made of sheets say what `metrics.intervals` says of the same facts.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from facts.kinds import Fact
from facts.watch import GapSeen
from metrics.calendar_days import local_day
from metrics.contacts import Contact, Contacts
from metrics.stays import Outcome, Stay, StayClosed, Stays

OUTCOMES = (None, *Outcome)
"""By its number on a sheet; 0 waits still."""
_NUMBERS = {outcome: number for number, outcome in enumerate(OUTCOMES)}
_LATEST = 4_102_444_800.0
"""2100 in Unix seconds: no moment is later, whatever a damaged journal says."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Columns of the same length. `team` counts in `teams`, `outcome` in OUTCOMES; `hold` is NaN where nobody knows."""

    teams: tuple[str, ...]
    team: NDArray[np.uint32]
    joined_at: NDArray[np.float64]
    outcome: NDArray[np.uint8]
    hold: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.team)


@dataclass(frozen=True, slots=True, eq=False)
class DaySheet:
    """A local day. It `is_over` once everybody who came on it is out."""

    stays: Lines
    contacts: Lines
    is_over: bool

    def __len__(self) -> int:
        return len(self.stays) + len(self.contacts)


@dataclass(slots=True)
class _Growing:
    """Lines that grow."""

    teams: dict[str, int] = field(default_factory=dict)
    team: "array[int]" = field(default_factory=lambda: array("I"))
    joined_at: "array[float]" = field(default_factory=lambda: array("d"))
    outcome: "array[int]" = field(default_factory=lambda: array("B"))
    hold: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, team: str, joined_at: float, outcome: Outcome | None, hold: float | None) -> None:
        self.team.append(self.teams.setdefault(team, len(self.teams)))
        self.joined_at.append(joined_at)
        self.outcome.append(_NUMBERS[outcome])
        self.hold.append(float("nan") if hold is None else hold)

    def lines(self, more: Iterable[tuple[str, float, Outcome | None, float | None]]) -> Lines:
        """As they are now, and these."""
        extra = _Growing(dict(self.teams))
        for each in more:
            extra.add(*each)
        return Lines(
            tuple(extra.teams),
            np.array([*self.team, *extra.team], np.uint32),
            np.concatenate([np.array(self.joined_at, np.float64), np.array(extra.joined_at, np.float64)]),
            np.array([*self.outcome, *extra.outcome], np.uint8),
            np.concatenate([np.array(self.hold, np.float64), np.array(extra.hold, np.float64)]),
        )


class DaySheets:
    """A fold of facts into the sheets of these days."""

    def __init__(self, days: Sequence[date], zone: ZoneInfo) -> None:
        self._zone = zone
        self._stays, self._contacts = Stays(), Contacts()
        self._closed = {day: _Growing() for day in days}
        self._ended = {day: _Growing() for day in days}
        self._gaps: dict[str, GapSeen] = {}

    @property
    def gaps(self) -> Sequence[GapSeen]:
        """Every gap that was told."""
        return tuple(self._gaps.values())

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        if isinstance(fact, GapSeen):
            self._gaps[fact.id] = fact
        for turn in self._stays.turns(fact):
            if isinstance(turn, StayClosed) and (day := self._closed.get(self._day(turn.stay.joined_at))):
                day.add(turn.stay.team, turn.stay.joined_at, turn.outcome, turn.hold_seconds)
            self._contacts.take(turn)
        contact = self._contacts.ended(fact)
        if contact and (day := self._ended.get(self._day(contact.joined_at))):
            day.add(*_line(contact))

    def sheet(self, day: date) -> DaySheet:
        """One of its days as it stands now."""
        standing = [each for each in self._stays.open.values() if self._day(each.joined_at) == day]
        living = [each for each in self._contacts.living.values() if self._day(each.joined_at) == day]
        return DaySheet(
            self._closed[day].lines(map(_standing, standing)),
            self._ended[day].lines(map(_line, living)),
            is_over=not standing and not living,
        )

    def _day(self, at: float) -> date:
        return local_day(min(max(at, 0.0), _LATEST), self._zone)


def _standing(stay: Stay) -> tuple[str, float, Outcome | None, float | None]:
    return stay.team, stay.joined_at, None, None


def _line(contact: Contact) -> tuple[str, float, Outcome | None, float | None]:
    return contact.team, contact.joined_at, contact.outcome, contact.hold_seconds
