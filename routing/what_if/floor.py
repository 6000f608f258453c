"""Who is answered when: calls, members, and the one order of service, event by event.

A free member takes, of all callers in the queues that they serve, the one with the earliest virtual arrival (arrival
minus credit). A caller who finds several members free gets one of them at random. While the phone rings the member is
taken, and the caller may still give up. A member who goes while talking ends that talk.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple


class Call(NamedTuple):
    """One call: when it came and its virtual arrival, how long the caller would wait, ring, talk with wrap-up: seconds.

    `queue` as in `Floor.served_by`; `pick` is a rank between 0 and 1 among free members.
    """

    at: float
    virtual: float
    patience: float
    ring: float
    work: float
    queue: int
    pick: float


class Change(NamedTuple):
    """From now on so many more (or fewer) members of the pool are at work."""

    at: float
    pool: int
    more: int


@dataclass(slots=True)
class Floor:
    """One day, or many in a row. `served_by`: for each queue the pools that answer it.

    `calls` and `changes` ascend in time. After `run`, `answers` holds the wait of each call that was answered, ringing
    included, and None of the others, who gave up when their patience was at its end.
    """

    served_by: Sequence[tuple[int, ...]]
    calls: Sequence[Call]
    changes: Sequence[Change]
    pools: int
    answers: list[float | None] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    """Seconds of talk and wrap-up, by pool."""
    _free: list[int] = field(default_factory=list)
    _serves: list[list[int]] = field(default_factory=list)
    _waiting: list[list[tuple[float, int]]] = field(default_factory=list)
    _ends: list[tuple[float, int]] = field(default_factory=list)

    def run(self) -> "Floor":
        """Play it through, to the last call."""
        self.answers = [None] * len(self.calls)
        self.worked, self._free = [0.0] * self.pools, [0] * self.pools
        self._waiting = [[] for _ in self.served_by]
        self._serves = [[queue for queue, by in enumerate(self.served_by) if pool in by] for pool in range(self.pools)]
        change = 0
        for number, call in enumerate(self.calls):
            change = self._until(call.at, change)
            self._comes(number, call)
        self._until(math.inf, change)
        return self

    def _until(self, now: float, change: int) -> int:
        """Everything that happens up to `now`; the place of the next change."""
        ends, changes = self._ends, self.changes
        while True:
            end = ends[0][0] if ends else math.inf
            coming = changes[change].at if change < len(changes) else math.inf
            if min(end, coming) > now or min(end, coming) == math.inf:
                return change
            if coming <= end:
                what = changes[change]
                change += 1
                self._is_free(what.pool, what.more, what.at)
            else:
                _, pool = heappop(ends)
                self._is_free(pool, 1, end)

    def _comes(self, number: int, call: Call) -> None:
        free = self._free
        among = [pool for pool in self.served_by[call.queue] if free[pool] > 0]
        if not among:
            heappush(self._waiting[call.queue], (call.virtual, number))
        elif len(among) == 1:
            self._serve(among[0], number, call.at)
        else:
            self._serve(self._picked(among, call.pick), number, call.at)

    def _picked(self, among: Sequence[int], rank: float) -> int:
        left = rank * sum(self._free[pool] for pool in among)
        for pool in among:
            left -= self._free[pool]
            if left < 0:
                return pool
        return among[-1]

    def _is_free(self, pool: int, more: int, now: float) -> None:
        self._free[pool] += more
        while self._free[pool] > 0 and (number := self._next(pool, now)) is not None:
            self._serve(pool, number, now)

    def _next(self, pool: int, now: float) -> int | None:
        """The first in line for this pool, taken out of it; who gave up meanwhile is passed over."""
        first: list[tuple[float, int]] | None = None
        for queue in self._serves[pool]:
            line = self._waiting[queue]
            while line and self._gone(line[0][1]) <= now:
                heappop(line)
            if line and (first is None or line[0] < first[0]):
                first = line
        return heappop(first)[1] if first else None

    def _gone(self, number: int) -> float:
        call = self.calls[number]
        return call.at + call.patience

    def _serve(self, pool: int, number: int, now: float) -> None:
        call = self.calls[number]
        answer = now + call.ring
        self._free[pool] -= 1
        if answer > call.at + call.patience:
            heappush(self._ends, (call.at + call.patience, pool))
            return
        self.answers[number] = answer - call.at
        self.worked[pool] += call.work
        heappush(self._ends, (answer + call.work, pool))
