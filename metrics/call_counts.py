"""Calls counted for Prometheus: a fold over the turns of stays (metrics/stays.py), kept as plain integers.

Theory of operation. Everything starts at 0 with the process and counts only what is newly taken: facts read back from
the journal are not told here, since Prometheus itself adds up what it saw before a restart (rate and increase know
resets). A series exists for every team that is or was configured since the start; a fact about any other team is
dropped here, so that nothing from outside can make series. The books tell of such a team.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from facts.call import TalkEnded
from facts.kinds import Fact
from facts.place import FALLBACK
from facts.watch import GapSeen
from metrics.spans import BUCKETS, Bounds, SpanCounts, Spans, bounds_with
from metrics.stays import FlowReason, Outcome, StayClosed, StayOpened, Turn
from routing.centre import Team

OUTCOMES = tuple(Outcome)
REASONS = tuple(FlowReason)
_PLACE_OF_OUTCOME = {outcome: place for place, outcome in enumerate(OUTCOMES)}
_PLACE_OF_REASON = {reason: place for place, reason in enumerate(REASONS)}


@dataclass(frozen=True, slots=True)
class TeamCounted:
    """One team's counts, copied. `ended` and `waits` are in the order of OUTCOMES, `flowed_out` in that of REASONS."""

    team: str
    offered: int
    answered_in_target: int
    abandoned_short: int
    ended: tuple[int, ...]
    flowed_out: tuple[int, ...]
    waits: tuple[Spans, ...]
    talks: Spans


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything counted since the process began, copied at one moment."""

    bounds: Bounds = tuple(float(bound) for bound in BUCKETS)
    teams: tuple[TeamCounted, ...] = ()
    fallback_calls: int = 0
    gaps_filled: int = 0
    gaps_open: int = 0


class _TeamCounts:
    """One team's counts. Spans in seconds."""

    __slots__ = (
        "ended",
        "flowed_out",
        "in_target",
        "offered",
        "short",
        "short_seconds",
        "talks",
        "target",
        "waits",
    )

    def __init__(self, team: Team, bounds: Bounds) -> None:
        self.agree(team)
        self.offered = self.in_target = self.short = 0
        self.ended = [0] * len(OUTCOMES)
        self.flowed_out = [0] * len(REASONS)
        self.waits = [SpanCounts(bounds) for _ in OUTCOMES]
        self.talks = SpanCounts(bounds)

    def agree(self, team: Team) -> None:
        """From now on by these promises."""
        self.target, self.short_seconds = team.target_seconds, team.short_abandon_seconds

    @property
    def is_empty(self) -> bool:
        return not (self.offered or any(self.ended)) and self.talks.is_empty

    def close(self, turn: StayClosed, bounds: Bounds) -> None:
        """Somebody is out of line. A hold time that nobody knows is neither within the target nor short."""
        place = _PLACE_OF_OUTCOME[turn.outcome]
        self.ended[place] += 1
        self.waits[place].observe(turn.hold_seconds, bounds)
        if turn.outcome is Outcome.FLOWED_OUT:
            self.flowed_out[_PLACE_OF_REASON[turn.reason or FlowReason.MOVED]] += 1
        if turn.hold_seconds is None:
            return
        if turn.outcome is Outcome.ANSWERED:
            self.in_target += turn.hold_seconds <= self.target
        elif turn.outcome is Outcome.ABANDONED:
            self.short += turn.hold_seconds <= self.short_seconds

    def change_bounds(self, before: Bounds, now: Bounds) -> None:
        for spans in (*self.waits, self.talks):
            spans.change_bounds(before, now)

    def copy(self, team: str) -> TeamCounted:
        return TeamCounted(
            team,
            self.offered,
            self.in_target,
            self.short,
            tuple(self.ended),
            tuple(self.flowed_out),
            tuple(spans.copy() for spans in self.waits),
            self.talks.copy(),
        )


class CallCounts:
    """Turns and facts in, counts out: per team of the configuration, never per caller or member."""

    def __init__(self, teams: Iterable[Team]) -> None:
        self._bounds: Bounds = bounds_with(())
        self._teams: dict[str, _TeamCounts] = {}
        self._fallback_calls = 0
        self._gaps = [0, 0]
        self.configure(teams)

    def configure(self, teams: Iterable[Team]) -> None:
        """Another teams.yaml: new teams begin at 0, teams that are gone stay while they have counted something."""
        wanted = {team.id: team for team in teams}
        bounds = bounds_with(team.target_seconds for team in wanted.values())
        if bounds != self._bounds:
            for counts in self._teams.values():
                counts.change_bounds(self._bounds, bounds)
            self._bounds = bounds
        for gone in [team for team, counts in self._teams.items() if team not in wanted and counts.is_empty]:
            del self._teams[gone]
        for team in wanted.values():
            self._teams.setdefault(team.id, _TeamCounts(team, bounds)).agree(team)

    def turn(self, turn: Turn) -> None:
        """Somebody was offered, or is out of line."""
        counts = self._teams.get(turn.stay.team)
        if counts is None:
            return
        if isinstance(turn, StayOpened):
            counts.offered += 1
            self._fallback_calls += turn.stay.place.rule == FALLBACK
        else:
            counts.close(turn, self._bounds)

    def fold(self, fact: Fact) -> None:
        """A talk ended, or a gap was seen; every other fact says nothing here."""
        if isinstance(fact, TalkEnded) and not fact.place.is_placeholder:
            counts = self._teams.get(fact.place.team)
            if counts is not None:
                counts.talks.observe(fact.talk_seconds, self._bounds)
        elif isinstance(fact, GapSeen):
            self._gaps[fact.filled] += 1

    def copy(self) -> Counted:
        """What is counted now, for another thread to render."""
        teams = tuple(counts.copy(team) for team, counts in self._teams.items())
        gaps_open, gaps_filled = self._gaps
        return Counted(self._bounds, teams, self._fallback_calls, gaps_filled, gaps_open)
