"""What the journal says of a centre's days: who called when, how long it took, who was there. A fold of facts.

Theory of operation. A call counts once a stay, where the books count it, at the half-hour of its join. Days on which
nobody called or nobody was at work (weekends, holidays, a router that was off) are left out. Who is at work is what
was counted on that very day, as means of five minutes; before the first count, and after the journal's newest fact (a
day that is not over), nobody is known to be.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from facts.call import MemberAnswered, TalkEnded
from facts.kinds import Fact
from facts.watch import StaffCounted
from metrics.calendar_days import days_between, midnight
from metrics.counts import Tally, Target
from metrics.stays import Outcome, StayClosed, StayOpened, Stays, Turn
from operations.report_span import ReportSpan
from routing.centre import Centre
from routing.what_if.erlang_a import Floats
from routing.what_if.patience import Waits
from routing.what_if.plan import DAY_SECONDS, SLOT_SECONDS, SLOTS, STEP_SECONDS, STEPS

_ENDS = (Outcome.ANSWERED, Outcome.ABANDONED)


class Way(NamedTuple):
    """Where a call waited, and with what credit in seconds."""

    queue: str
    credit: int


class Seen:
    """What a span's facts say, team by team. `days` are those of the span, worked or not, in order."""

    def __init__(self, span: ReportSpan, centre: Centre, target_of: Callable[[str], Target]) -> None:
        zone = centre.timezone
        self.days: Sequence[date] = days_between(span.begin, span.end, zone)
        self._span, self._zone, self._target_of = span, zone, target_of
        self._begins = {day: midnight(day, zone) for day in self.days}
        self._places = {day: place for place, day in enumerate(self.days)}
        self._stays = Stays()
        self._staff: dict[str, list[tuple[float, int]]] = defaultdict(list)
        self._newest = 0.0
        self.calls: dict[str, Floats] = {}
        """Team -> stays begun: a row a day, a column a half-hour."""
        self.ways: defaultdict[str, Counter[Way]] = defaultdict(Counter)
        self.tallies: defaultdict[tuple[str, date], Tally] = defaultdict(Tally)
        self.holds: defaultdict[tuple[str, date], list[float]] = defaultdict(list)
        """Of the answered."""
        self.talks: defaultdict[tuple[str, date], list[float]] = defaultdict(list)
        self.rings: defaultdict[str, list[float]] = defaultdict(list)
        self.waits = Waits()

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._newest = max(self._newest, fact.at)
        if isinstance(fact, StaffCounted):
            self._staff[fact.team].append((fact.at, max(0, fact.signed_in - fact.paused)))
            return
        for turn in self._stays.turns(fact):
            if self._span.begin <= turn.stay.joined_at < self._span.end:
                self._take(turn)
        if isinstance(fact, TalkEnded | MemberAnswered) and self._span.begin <= fact.at < self._span.end:
            self._measured(fact)

    def present(self) -> Mapping[str, Floats]:
        """Team -> members at work and not paused: a row a day, the mean of each step."""
        return {team: self._rows(counted) for team, counted in self._staff.items()}

    def worked_days(self) -> list[int]:
        """Places of the days on which somebody called and somebody was there."""
        called = sum((rows.sum(axis=1) for rows in self.calls.values()), np.zeros(len(self.days)))
        there = sum((rows.sum(axis=1) for rows in self.present().values()), np.zeros(len(self.days)))
        return [int(place) for place in np.flatnonzero((called > 0) & (there > 0))]

    def _take(self, turn: Turn) -> None:
        stay = turn.stay
        local = datetime.fromtimestamp(stay.joined_at, self._zone)
        day = local.date()
        tally = self.tallies[stay.team, day]
        if isinstance(turn, StayOpened):
            tally.opened()
            rows = self.calls.setdefault(stay.team, np.zeros((len(self.days), SLOTS)))
            rows[self._places[day], (local.hour * 3600 + local.minute * 60) // SLOT_SECONDS] += 1
            self.ways[stay.team][Way(stay.place.queue, stay.place.credit)] += 1
        else:
            self._closed(turn, tally, day)

    def _closed(self, turn: StayClosed, tally: Tally, day: date) -> None:
        team, hold = turn.stay.team, turn.hold_seconds
        tally.closed(turn.outcome, hold, turn.reason, self._target_of(team))
        if hold is None or hold < 0:
            return
        self.waits.add(team, hold, gave_up=turn.outcome is Outcome.ABANDONED)
        if turn.outcome is Outcome.ANSWERED:
            self.holds[team, day].append(hold)

    def _measured(self, fact: TalkEnded | MemberAnswered) -> None:
        team = fact.place.team
        if fact.place.is_placeholder:
            return  # it may have reached nobody
        if isinstance(fact, MemberAnswered):
            if fact.ring_seconds is not None and fact.ring_seconds >= 0:
                self.rings[team].append(fact.ring_seconds)
        elif fact.talk_seconds is not None and fact.talk_seconds >= 0:
            self.talks[team, datetime.fromtimestamp(fact.at, self._zone).date()].append(fact.talk_seconds)

    def _rows(self, counted: Sequence[tuple[float, int]]) -> Floats:
        """Seconds at work within each step over the step's length."""
        rows = np.zeros((len(self.days), STEPS))
        ascending = sorted(counted, key=lambda each: each[0])
        ends = (min(ascending[-1][0] + DAY_SECONDS, self._newest), 0)
        for (since, members), (until, _) in pairwise([*ascending, ends]):
            if members:
                self._fill(rows, since, until, members)
        return rows

    def _fill(self, rows: Floats, since: float, until: float, members: int) -> None:
        for place, day in enumerate(self.days):
            begin, end = since - self._begins[day], until - self._begins[day]
            if end <= 0 or begin >= DAY_SECONDS:
                continue
            edges = np.arange(STEPS + 1) * float(STEP_SECONDS)
            within = np.clip(edges[1:], begin, end) - np.clip(edges[:-1], begin, end)
            rows[place] += members * within / STEP_SECONDS
