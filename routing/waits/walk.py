"""The line walks through the capacity ahead: who is served when, those who give up before left out.

Those ahead need less than one answer each: the chance that they are still there when it is their turn. So place j
is reached as fast as answers come, divided by that chance, which depends on how long j will have waited by then.
Capacity only ever added, or a caller less ahead, can only bring every place forward.
"""

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
_LEAST_RATE = 1e-9
_FOR_EVER = [1.0] * (COUNT + 1)


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
    """A caller ahead: has waited so long, and may have sisters' members after so many seconds more.

    `weight` is the chance that this caller takes one of our answers: less than 1 for a caller of another queue who
    shares only some of our members. A `patient` one never gives up: a callback's placeholder.
    """

    waited: float
    reach: float = 0.0
    weight: float = 1.0
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """Seconds from now and the places served by then; neither ever falls. `idle_taken`: sisters' idle members used.

    A caller ahead is as much of a place as their weight.
    """

    seconds: Floats
    places: Floats
    idle_taken: float


def walk(capacity: Capacity, ahead: Sequence[Ahead], stays: Sequence[float]) -> Path:
    """Until the last of those ahead is served. `stays` as Patience gives it."""
    walking = _Walk(capacity, stays)
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

    __slots__ = ("_help", "_left", "_own", "_ring", "_sisters", "_slot", "_stays", "places", "seconds", "taken")

    def __init__(self, capacity: Capacity, stays: Sequence[float]) -> None:
        self._own: list[float] = np.maximum(capacity.own, _LEAST_RATE).tolist()
        self._sisters: list[float] = capacity.help.answers.tolist()
        self._help = capacity.help
        self._ring = capacity.ring_seconds
        self._stays = stays
        self._slot, self._left, self.taken = 0, 1.0, 0.0
        self.seconds, self.places = [0.0], [0.0]

    def serve(self, caller: Ahead) -> None:
        """One place further. Written flat: it is most of what an estimate costs."""
        need = caller.weight
        if need <= 0:
            return
        stays, done = _FOR_EVER if caller.patient else self._stays, self.places[-1] + need
        waited, reach, slot = caller.waited, caller.reach, self._slot
        now = stays[min(COUNT, int(waited / STEP))]
        pooled = not self._help.has_idle
        while True:
            middle = _MIDDLES[slot]
            chance = stays[min(COUNT, int((waited + middle) / STEP))] / now
            rate = self._own[slot]
            if middle >= reach:
                rate += self._sisters[slot]
                if not pooled and middle >= reach + self._ring:
                    pooled = True
                    need -= self._idle(middle, need * chance) / chance
            if slot == _LAST or need * chance <= self._left * rate:
                break
            need -= self._left * rate / chance
            slot, self._left = slot + 1, 1.0
            self.seconds.append(_STARTS[slot])
            self.places.append(done - need)
        self._slot = slot
        self._left -= need * chance / rate
        self.seconds.append(_STARTS[slot] + (1 - self._left) * _WIDTHS[slot])
        self.places.append(done)

    def _idle(self, moment: float, wanted: float) -> float:
        """Sisters' idle members, as many as are there and wanted."""
        took = min(wanted, max(0.0, self._help.idle_at(moment) - self.taken))
        self.taken += took
        return took
