"""The line walks through the capacity ahead: who is served when, those who give up before left out.

Those ahead need less than one answer each: the chance that they are still there when it is their turn. So place j
is reached as fast as answers come, divided by that chance, which depends on how long j will have waited by then.
Capacity only ever added, or a caller less ahead, can only bring every place forward.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.waits.grid import GRID, MIDDLES, WIDTHS, Floats
from routing.waits.patience import COUNT, STEP
from routing.waits.sisters import Help

_STARTS: list[float] = GRID.tolist()
_MIDDLES: list[float] = MIDDLES.tolist()
_WIDTHS: list[float] = WIDTHS.tolist()
_LAST = len(_MIDDLES) - 1
_LEAST_CHANCE = 1e-4
_LEAST_RATE = 1e-9


@dataclass(frozen=True, slots=True)
class Capacity:
    """Answers expected between the moments of GRID: of our own members, and of sisters' members who become free.

    Sisters' members who are idle come `ring_seconds` after a caller may have them.
    """

    own: Floats
    help: Help
    ring_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """A caller ahead: has waited so long, and may have sisters' members after so many seconds more."""

    waited: float
    reach: float = 0.0


@dataclass(frozen=True, slots=True)
class Path:
    """Seconds from now and the places served by then; neither ever falls. `idle_taken`: sisters' idle members used."""

    seconds: Floats
    places: Floats
    idle_taken: float


def walk(capacity: Capacity, ahead: Sequence[Ahead], hazards: Sequence[float]) -> Path:
    """Until the last of those ahead is served. `hazards` as Patience gives them."""
    walking = _Walk(capacity, hazards)
    for caller in ahead:
        walking.serve(caller)
    return Path(np.array(walking.seconds), np.array(walking.places), walking.taken)


def unthinned(capacity: Capacity, reach: float, idle_taken: float) -> Floats:
    """Answers for a caller who stays, counted up to the moments of GRID; sisters may be had after `reach` seconds."""
    answers = np.maximum(capacity.own + capacity.help.answers * (reach <= MIDDLES), _LEAST_RATE)
    idle = capacity.help.idle_at(reach) - idle_taken
    if idle > 0:
        answers[min(_LAST, int(np.searchsorted(MIDDLES, reach + capacity.ring_seconds)))] += idle
    return np.concatenate(((0.0,), np.cumsum(answers)))


class _Walk:
    """Where the walk has come to: a slot of the grid and how much of it is left (below 0 beyond the horizon)."""

    __slots__ = ("_hazards", "_help", "_left", "_own", "_ring", "_sisters", "_slot", "places", "seconds", "taken")

    def __init__(self, capacity: Capacity, hazards: Sequence[float]) -> None:
        self._own: list[float] = capacity.own.tolist()
        self._sisters: list[float] = capacity.help.answers.tolist()
        self._help = capacity.help
        self._ring = capacity.ring_seconds
        self._hazards = hazards
        self._slot, self._left, self.taken = 0, 1.0, 0.0
        self.seconds, self.places = [0.0], [0.0]

    def serve(self, caller: Ahead) -> None:
        """One place further."""
        waited, need, done = caller.waited, 1.0, self.places[-1] + 1
        before = self._hazard(waited)
        pooled = not self._help.has_idle
        while True:
            slot = self._slot
            middle = _MIDDLES[slot]
            chance = max(math.exp(before - self._hazard(waited + middle)), _LEAST_CHANCE)
            rate = max(self._own[slot], _LEAST_RATE)
            if middle >= caller.reach:
                rate += self._sisters[slot]
                if not pooled and middle >= caller.reach + self._ring:
                    pooled = True
                    need -= self._idle(middle, need * chance) / chance
            if slot == _LAST or need * chance <= self._left * rate:
                break
            need -= self._left * rate / chance
            self._slot, self._left = slot + 1, 1.0
            self.seconds.append(_STARTS[slot + 1])
            self.places.append(done - need)
        self._left -= need * chance / rate
        self.seconds.append(_STARTS[slot] + (1 - self._left) * _WIDTHS[slot])
        self.places.append(done)

    def _idle(self, moment: float, wanted: float) -> float:
        """Sisters' idle members, as many as are there and wanted."""
        took = min(wanted, max(0.0, self._help.idle_at(moment) - self.taken))
        self.taken += took
        return took

    def _hazard(self, waited: float) -> float:
        steps = min(waited / STEP, COUNT - 1e-6)
        whole = int(steps)
        below = self._hazards[whole]
        return below + (self._hazards[whole + 1] - below) * (steps - whole)
