"""Invented days of a centre, event by event: for judging wait estimates without anybody's real calls.

Members sign in late, wrap up, pause after talks, take breaks, go home at the end of their shift, and help a sister
team whose callers have waited long enough. Callers come by time of day, some go first, most give up at some time. One
in `PATIENT_EVERY` never does: for those it is known how long the wait was for somebody who stays.
"""

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

PATIENT_EVERY = 8
DAY = 86_400.0
_BREAK_AFTER = 5400.0
_LONG_RING = 15.0


class Watcher(Protocol):
    """Who is told what happens: an Estimator's events, and each caller at the moment of joining."""

    def signed_in(self, member: str, queue: str, at: float, penalty: int = 0, wrap_up_seconds: float = 0.0) -> None:
        """Serves this queue."""

    def signed_out(self, member: str, queue: str, at: float) -> None:
        """Serves it no longer."""

    def paused(self, member: str, at: float, reason: str = "") -> None:
        """Rings no more."""

    def resumed(self, member: str, at: float) -> None:
        """Rings again."""

    def joined(self, queue: str, call: str, at: float, *, urgent: bool = False) -> None:
        """In line."""

    def left(self, queue: str, call: str, at: float, *, answered: bool, gave_up: bool) -> None:
        """In line no longer."""

    def rang(self, member: str, queue: str, call: str, at: float) -> None:
        """A phone rings."""

    def ring_ended(self, member: str, at: float) -> None:
        """Nobody answered it."""

    def answered(self, member: str, queue: str, at: float) -> None:
        """A talk begins."""

    def talk_ended(self, member: str, at: float) -> None:
        """A talk ends."""

    def waits(self, queue: str, call: str, at: float, place: int, *, urgent: bool, is_patient: bool) -> None:
        """Right after `joined`, for one who finds nobody free."""


Chance = Callable[[random.Random], float]


def lognormal(mean: float, variation: float) -> Chance:
    """Seconds of this mean and coefficient of variation."""
    square = math.log1p(variation**2)
    return lambda chance: chance.lognormvariate(math.log(mean) - square / 2, math.sqrt(square))


def gamma(mean: float, variation: float) -> Chance:
    """The same, with a thinner tail."""
    shape = variation**-2
    return lambda chance: chance.gammavariate(shape, mean / shape)


def weibull(mean: float, shape: float) -> Chance:
    """Seconds of this mean."""
    return lambda chance: chance.weibullvariate(mean / math.gamma(1 + 1 / shape), shape)


@dataclass(frozen=True, slots=True)
class Family:
    """What days are made of. Hours of the day, spans in seconds; `load` is work that comes over work that can be done.

    Two teams that follow each other in `sizes` are sisters when `reach` says how long a caller waits for the sister.
    """

    name: str
    sizes: tuple[int, ...]
    talk: Chance
    talk_seconds: float
    patience: Chance
    load: float
    shifts: tuple[tuple[float, float], ...] = ((8, 12), (14, 16))
    """From, to; a member works all of one of the lists of `rota`."""
    rota: tuple[tuple[int, ...], ...] = ((0, 1),)
    wrap_up_seconds: float = 10.0
    late: Chance = lambda chance: chance.expovariate(1 / 120)
    after_talk: float = 0.1
    break_chance: float = 0.5
    missed: float = 0.01
    urgent: float = 0.0
    reach: float | None = None
    peak: float = 1.0
    """Load of the first hour over the mean."""


@dataclass(slots=True)
class _Caller:
    call: str
    at: float
    urgent: bool
    is_rung: bool = False
    in_line: bool = True


@dataclass(slots=True)
class _Member:
    name: str
    team: int
    shifts: tuple[int, ...]
    state: str = "away"
    ends: float = 0.0
    wants_break: float = 0.0
    rung_for: _Caller | None = None
    free_from: float = 0.0


@dataclass(slots=True)
class _Centre:
    family: Family
    chance: random.Random
    watcher: Watcher
    lines: list[list[_Caller]] = field(default_factory=list)
    members: list[_Member] = field(default_factory=list)
    agenda: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    def plan(self, at: float, what: Callable[[float], None]) -> None:
        heapq.heappush(self.agenda, (at, next(self.numbers), what))

    def sister(self, team: int) -> int | None:
        other = team ^ 1
        return other if self.family.reach is not None and other < len(self.family.sizes) else None

    # Members

    def comes(self, member: _Member, until: float) -> Callable[[float], None]:
        def step(now: float) -> None:
            if member.state != "away":
                return
            member.state, member.ends, member.wants_break = "free", until, math.inf
            if self.chance.random() < self.family.break_chance:
                member.wants_break = now + self.chance.uniform(0.2, 1) * _BREAK_AFTER
            other, wrap_up = self.sister(member.team), self.family.wrap_up_seconds
            self.watcher.signed_in(member.name, str(member.team), now, 0, wrap_up)
            if other is not None:
                self.watcher.signed_in(member.name, str(other), now, 5, wrap_up)
            self.plan(until, self.goes(member))
            self.look(now)

        return step

    def goes(self, member: _Member) -> Callable[[float], None]:
        """Home, if free; out of an empty line only where nobody else is there to take it over."""

        def step(now: float) -> None:
            if member.state != "free" or now < member.ends:
                return
            last = not any(m.team == member.team and m.ends > now for m in self.members if m.state != "away")
            if last and self.lines[member.team]:
                self.plan(now + 20, step)
                return
            member.state = "away"
            for team in (member.team, self.sister(member.team)):
                if team is not None:
                    self.watcher.signed_out(member.name, str(team), now)

        return step

    def rests(self, member: _Member, now: float, seconds: float, reason: str) -> None:
        member.state = "paused"
        self.watcher.paused(member.name, now, reason)

        def step(later: float) -> None:
            member.state = "free"
            self.watcher.resumed(member.name, later)
            self.goes(member)(later)
            self.look(later)

        self.plan(now + seconds, step)

    def rings(self, member: _Member, team: int, caller: _Caller, now: float) -> None:
        member.state, member.rung_for, caller.is_rung = "ringing", caller, True
        self.watcher.rang(member.name, str(team), caller.call, now)
        missed = self.chance.random() < self.family.missed
        after = _LONG_RING if missed else 1.5 + self.chance.gammavariate(2, 1.5)

        def step(later: float) -> None:
            if member.rung_for is not caller:
                return
            member.rung_for, caller.is_rung = None, False
            if missed:
                member.state = "free"
                self.watcher.ring_ended(member.name, later)
                self.rests(member, later, self.chance.expovariate(1 / 90), "missed")
                self.look(later)
                return
            self.talks(member, team, caller, later)

        self.plan(now + after, step)

    def talks(self, member: _Member, team: int, caller: _Caller, now: float) -> None:
        self.leaves(team, caller, now, answered=True)
        member.state = "talking"
        self.watcher.answered(member.name, str(team), now)

        def step(later: float) -> None:
            self.watcher.talk_ended(member.name, later)
            member.state, member.free_from = "free", later + self.family.wrap_up_seconds
            if later > member.wants_break:
                member.wants_break = math.inf
                self.rests(member, later, self.chance.uniform(500, 1200), "break")
            elif self.chance.random() < self.family.after_talk:
                self.rests(member, later, self.chance.expovariate(1 / 80), "after-talk")
            elif later >= member.ends:
                self.goes(member)(later)
            self.plan(member.free_from, self.look)

        self.plan(now + max(1.0, self.family.talk(self.chance)), step)

    # Callers

    def calls(self, team: int) -> Callable[[float], None]:
        def step(now: float) -> None:
            number, chance = next(self.numbers), self.chance
            caller = _Caller(f"c{number}", now, chance.random() < self.family.urgent)
            patient = chance.randrange(PATIENT_EVERY) == 0
            line = self.lines[team]
            ahead = sum(1 for other in line if other.urgent or not caller.urgent)
            line.insert(ahead, caller)
            self.watcher.joined(str(team), caller.call, now, urgent=caller.urgent)
            if self.free_for(team, caller, now) is None or any(not other.is_rung for other in line[:ahead]):
                self.watcher.waits(str(team), caller.call, now, ahead + 1, urgent=caller.urgent, is_patient=patient)
            if not patient:
                self.plan(now + self.family.patience(chance), lambda at: self.gives_up(team, caller, at))
            if self.family.reach:
                self.plan(now + self.family.reach, self.look)
            self.look(now)

        return step

    def gives_up(self, team: int, caller: _Caller, now: float) -> None:
        if not caller.in_line:
            return
        for member in self.members:
            if member.rung_for is caller:
                member.rung_for, member.state = None, "free"
                self.watcher.ring_ended(member.name, now)
        self.leaves(team, caller, now, answered=False)
        self.look(now)

    def leaves(self, team: int, caller: _Caller, now: float, *, answered: bool) -> None:
        self.lines[team].remove(caller)
        caller.in_line = False
        self.watcher.left(str(team), caller.call, now, answered=answered, gave_up=not answered)

    # Who rings for whom

    def free_for(self, team: int, caller: _Caller, now: float) -> _Member | None:
        reach = self.family.reach if self.family.reach is not None else math.inf
        near = {team} | ({team ^ 1} if caller.urgent or now - caller.at >= reach - 1e-6 else set())
        free = [m for m in self.members if m.team in near and self.is_free(m, now)]
        return min(free, key=lambda m: (m.team != team, m.free_from), default=None)

    def is_free(self, member: _Member, now: float) -> bool:
        last_call = member.ends <= now and not self.lines[member.team]
        return member.state == "free" and member.free_from <= now + 1e-6 and not last_call

    def look(self, now: float) -> None:
        for team, line in enumerate(self.lines):
            for caller in line:
                if not caller.is_rung:
                    member = self.free_for(team, caller, now)
                    if member is None and self.family.reach is None:
                        break
                    if member and not (member.team != team and any(not c.is_rung for c in self.lines[member.team])):
                        self.rings(member, team, caller, now)


def live(family: Family, days: int, seed: int, watcher: Watcher) -> None:
    """Tell so many days. Times are seconds from the midnight before the first."""
    centre = _Centre(family, random.Random(seed), watcher, [[] for _ in family.sizes])
    for team, size in enumerate(family.sizes):
        centre.members += [
            _Member(f"m{team}-{number}", team, family.rota[number % len(family.rota)]) for number in range(size)
        ]
    for day in range(days):
        _plan_day(centre, day * DAY)
        while centre.agenda:
            at, _, what = heapq.heappop(centre.agenda)
            what(at)


def _plan_day(centre: _Centre, midnight: float) -> None:
    family, chance = centre.family, centre.chance
    for member in centre.members:
        for shift in member.shifts:
            begin, end = (midnight + hour * 3600 for hour in family.shifts[shift])
            centre.plan(begin - 120 + family.late(chance), centre.comes(member, end))
    rush = chance.gauss(1.0, 0.1)
    for team in range(len(family.sizes)):
        for begin, end in _open_hours(family.shifts):
            _plan_calls(centre, team, midnight + begin * 3600, midnight + end * 3600, rush)


def _open_hours(shifts: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    hours: list[tuple[float, float]] = []
    for begin, end in sorted(shifts):
        if hours and begin <= hours[-1][1]:
            hours[-1] = (hours[-1][0], max(end, hours[-1][1]))
        else:
            hours.append((begin, end))
    return hours


def _plan_calls(centre: _Centre, team: int, begin: float, end: float, rush: float) -> None:
    family, at = centre.family, begin
    members = [member for member in centre.members if member.team == team]
    turn = family.talk_seconds + family.wrap_up_seconds + 5 + 80 * family.after_talk
    while True:
        hour = (at % DAY) / 3600
        there = sum(any(family.shifts[s][0] <= hour < family.shifts[s][1] for s in m.shifts) for m in members)
        first_hour = family.peak if at < begin + 3600 else 1.0
        at += centre.chance.expovariate(max(there, 0.5) * family.load * rush * first_hour / turn)
        if at >= end:
            return
        centre.plan(at, centre.calls(team))
