"""The exact answer: the days played through, many times, several plans with the same callers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from routing.what_if.calls import Draw, changes, drawn, ranks_of_pools
from routing.what_if.erlang_a import Floats
from routing.what_if.floor import Call, Floor
from routing.what_if.plan import STEP_SECONDS, Kind, Plan
from routing.what_if.tally import Promise, Tally

P80 = 80


@dataclass(frozen=True, slots=True)
class Lived:
    """What became of one team's calls in one run: `waits` of those answered, ascending."""

    tally: Tally
    waits: Floats

    @property
    def p80_seconds(self) -> float | None:
        """The nearest rank: 80 % of the answered calls waited no longer."""
        return p80(self.waits)


def p80(ascending: Floats) -> float | None:
    """The smallest wait that 80 % do not exceed; None of none."""
    return float(ascending[(len(ascending) * P80 + 99) // 100 - 1]) if len(ascending) else None


Run = Mapping[str, Lived]


def runs(plans: Sequence[Plan], promises: Mapping[str, Promise], count: int, seed: int) -> Iterator[tuple[Run, ...]]:
    """One run after the other, for each of the plans what became of every team's calls.

    All plans have the teams and days of the first; the same plan twice is played once. The same seed, the same runs.
    """
    for number in range(count):
        yield _run(plans, promises, [seed, number])


def _run(plans: Sequence[Plan], promises: Mapping[str, Promise], seed: Sequence[int]) -> tuple[Run, ...]:
    found: list[Run] = []
    for place, plan in enumerate(plans):
        known = next((number for number in range(place) if plans[number] is plan), None)
        found.append(_played(plans[0], plan, promises, seed) if known is None else found[known])
    return tuple(found)


def _played(base: Plan, plan: Plan, promises: Mapping[str, Promise], seed: Sequence[int]) -> Run:
    found: dict[str, Lived] = {}
    for linked in plan.linked():
        found.update(_Linked(base, plan, linked, seed).lived(promises))
    return {team: found[team] for team in plan.teams}


def _number(name: str) -> int:
    """A team, and a pool of members, draws the same whichever others are looked at."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big")


class _Linked:
    """Teams that share members, in one plan and one run."""

    def __init__(self, base: Plan, plan: Plan, linked: frozenset[str], seed: Sequence[int]) -> None:
        self._plan = plan
        self._teams = [team for team in plan.teams if team in linked]
        self._pools = [pool for pool in plan.pools if pool.teams <= linked]
        self._queues: dict[tuple[int, ...], int] = {}
        self._draws = [drawn(base.teams[team], plan.teams[team], seed, _number(team)) for team in self._teams]
        names = [_number(" ".join(sorted(pool.teams))) for pool in self._pools]
        self._ranks = ranks_of_pools(self._pools, seed, names)

    def lived(self, promises: Mapping[str, Promise]) -> Iterator[tuple[str, Lived]]:
        """Play it; each team's calls."""
        columns = [self._calls(team, draw) for team, draw in zip(self._teams, self._draws, strict=True)]
        teams = np.repeat(np.arange(len(columns)), [len(each[0]) for each in columns])
        whole = [np.concatenate(each) for each in zip(*columns, strict=True)]
        order = np.argsort(whole[0], kind="stable")
        calls = [Call(*each) for each in zip(*(column[order].tolist() for column in whole), strict=True)]
        floor = Floor(list(self._queues), calls, changes(self._plan, self._pools, self._ranks), len(self._pools)).run()
        answers = np.array([np.nan if wait is None else wait for wait in floor.answers], float)
        patience, teams = whole[2][order], teams[order]
        for number, team in enumerate(self._teams):
            own = teams == number
            yield team, self._lived(team, answers[own], patience[own], promises[team], floor.worked)

    def _calls(self, team: str, draw: Draw) -> tuple[Floats, ...]:
        plan, at = self._plan.teams[team], draw.at
        _, _, patience, talk, ring, kind = draw.ranks
        kinds = np.searchsorted(np.cumsum([each.share for each in plan.kinds])[:-1], kind, side="right")
        credits_ = np.array([each.credit_seconds for each in plan.kinds])[kinds]
        queues = np.array([self._queue(each) for each in plan.kinds])[kinds]
        work = plan.talk.at(talk) + plan.wrap_up_seconds
        pick = (kind * 1e6) % 1.0
        return at, at - credits_, plan.patience.at(patience), plan.ring.at(ring), work, queues, pick

    def _queue(self, kind: Kind) -> int:
        by = tuple(number for number, pool in enumerate(self._pools) if pool.teams & kind.answered_by)
        return self._queues.setdefault(by, len(self._queues))

    def _lived(self, team: str, answers: Floats, patience: Floats, promise: Promise, worked: Sequence[float]) -> Lived:
        is_answered = ~np.isnan(answers)
        waits, gave_up = np.sort(answers[is_answered]), patience[~is_answered]
        own = [(pool, work) for pool, work in zip(self._pools, worked, strict=True) if team in pool.teams]
        tally = Tally(
            answered=float(len(waits)),
            answered_in_target=float(np.count_nonzero(waits <= promise.target_seconds)),
            abandoned=float(len(gave_up)),
            abandoned_short=float(np.count_nonzero(gave_up <= promise.short_seconds)),
            abandoned_in_target=float(np.count_nonzero(gave_up <= promise.target_seconds)),
            held=float(waits.sum()),
            worked=sum(work / len(pool.teams) for pool, work in own),
            present=sum(float(pool.present.sum()) * STEP_SECONDS / len(pool.teams) for pool, _ in own),
        )
        return Lived(tally, waits)
