"""Day curves: what came to each team in every quarter hour of today, and what became of it.

Theory of operation. A stay belongs to the quarter hour of its join, whenever it ended, exactly as in the interval
report: the same facts give the same figures (`metrics.intervals`, step 15m). Quarter hours follow elapsed time from
local midnight, 92 to 100 of them. The longest line is that of the moment: it counts whoever stood there within the
quarter hour, those who came before it included.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from facts.kinds import Fact
from metrics.calendar_days import cuts, local_day, midnight
from metrics.stays import Outcome, StayOpened, Stays, Turn

STEP, STEP_SECONDS = "15m", 900
KEPT_DAYS = 2
_LATEST = 4_102_444_800.0
"""2100 in Unix seconds: no moment is later, whatever a damaged journal says."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One team, one figure a quarter hour. `waiting_max`: so many stood in line at once."""

    offered: tuple[int, ...]
    answered: tuple[int, ...]
    abandoned: tuple[int, ...]
    waiting_max: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CurvesOfDay:
    """The quarter hours of a local day that have begun. `begins`: its midnight in Unix seconds."""

    begins: float
    count: int
    teams: Mapping[str, Curve]
    """Of whoever was called; `of` knows everybody."""

    def of(self, team: str) -> Curve:
        """The team's curve: zeros if nobody called."""
        none = (0,) * self.count
        return self.teams.get(team) or Curve(none, none, none, none)


@dataclass(slots=True)
class _Counted:
    offered: list[int]
    answered: list[int]
    abandoned: list[int]
    waiting_max: list[int]


@dataclass(slots=True)
class _Day:
    cuts: list[float]
    """The beginnings of its quarter hours."""
    teams: dict[str, _Counted] = field(default_factory=dict)

    def number(self, at: float) -> int:
        """The quarter hour of an instant; -1 and the number of them are before and after the day."""
        return bisect_right(self.cuts, at) - 1

    def holding(self, at: float) -> int:
        """The quarter hour in which an instant of this day is counted, however damaged."""
        return min(max(self.number(at), 0), len(self.cuts) - 2)

    def counted(self, team: str) -> _Counted:
        if team not in self.teams:
            self.teams[team] = _Counted(*([0] * (len(self.cuts) - 1) for _ in range(4)))
        return self.teams[team]


@dataclass(slots=True)
class _Line:
    """How many wait, since when it has been so."""

    waiting: int = 0
    since: float = 0.0


class DayCurves:
    """A fold of facts; keeps the newest two local days."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._stays = Stays()
        self._days: dict[date, _Day] = {}
        self._lines: dict[str, _Line] = {}

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        for turn in self._stays.turns(fact):
            if isinstance(turn, StayOpened):
                self._opened(turn.stay.team, turn.stay.joined_at)
            else:
                self._closed(turn.stay.team, turn.stay.joined_at, turn.outcome)
            self._moved(turn)

    def today(self, now: float) -> CurvesOfDay:
        """The local day of `now` (Unix seconds), up to the quarter hour that runs."""
        found = self._days.get(self._date(now)) or self._made(self._date(now))
        count = min(found.number(now) + 1, len(found.cuts) - 1)
        return CurvesOfDay(
            begins=found.cuts[0],
            count=count,
            teams={team: self._curve(found, team, count, now) for team in {*found.teams, *self._standing()}},
        )

    def _standing(self) -> Iterator[str]:
        return (team for team, line in self._lines.items() if line.waiting > 0)

    def _curve(self, day: _Day, team: str, count: int, now: float) -> Curve:
        counted, line = day.teams.get(team) or _Day(day.cuts).counted(team), self._lines[team]
        longest = list(counted.waiting_max)
        _reach(longest, day, line, now)
        return Curve(
            tuple(counted.offered[:count]),
            tuple(counted.answered[:count]),
            tuple(counted.abandoned[:count]),
            tuple(longest[:count]),
        )

    def _opened(self, team: str, joined_at: float) -> None:
        day = self._day(joined_at)
        if day:
            day.counted(team).offered[day.holding(joined_at)] += 1

    def _closed(self, team: str, joined_at: float, outcome: Outcome) -> None:
        day = self._days.get(self._date(joined_at))
        if day is None:
            return
        counted, number = day.counted(team), day.holding(joined_at)
        if outcome is Outcome.ANSWERED:
            counted.answered[number] += 1
        elif outcome is Outcome.ABANDONED:
            counted.abandoned[number] += 1

    def _moved(self, turn: Turn) -> None:
        """One more or one less in the team's line."""
        is_opened = isinstance(turn, StayOpened)
        at = turn.stay.joined_at if isinstance(turn, StayOpened) else turn.at
        team = turn.stay.team
        line = self._lines.setdefault(team, _Line())
        if line.waiting:
            for day in self._days.values():
                _reach(day.counted(team).waiting_max, day, line, at)
        line.waiting, line.since = line.waiting + (1 if is_opened else -1), at
        if is_opened and (found := self._days.get(self._date(at))):
            _reach(found.counted(team).waiting_max, found, line, at)

    def _day(self, at: float) -> _Day | None:
        """The day of an instant; None for one that is older than those that are kept."""
        when = self._date(at)
        if when not in self._days:
            self._days[when] = self._made(when)
            for old in sorted(self._days)[:-KEPT_DAYS]:
                del self._days[old]
        return self._days.get(when)

    def _made(self, day: date) -> _Day:
        begins, ends = midnight(day, self._zone), midnight(day + timedelta(days=1), self._zone)
        return _Day(cuts(begins, ends, STEP, self._zone))

    def _date(self, at: float) -> date:
        return local_day(min(max(at, 0.0), _LATEST), self._zone)


def _reach(longest: list[int], day: _Day, line: _Line, until: float) -> None:
    """So many have stood there since the line last moved; in every quarter hour of the day up to this instant."""
    first, last = max(day.number(line.since), 0), min(day.number(until), len(longest) - 1)
    for number in range(first, last + 1):
        longest[number] = max(longest[number], line.waiting)
