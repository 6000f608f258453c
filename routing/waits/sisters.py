"""What a sister team can give: its members answer for us while nobody waits in their own line.

How often that line is empty at a later moment is the transient of a birth-death chain (callers come, are answered,
give up; M/M/1+M), solved by squaring the matrix exponential: the moments double.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from routing.waits.grid import GRID, Floats

_LONGEST_LINE = 24
_FIRST_STEP = 2.0
_DOUBLINGS = 12
_RATE_ROUNDING = 6.0  # sixths of a power of e
_GIVE_UP_ROUNDING = 2.0
_LEAST_RATE = 1e-5
_MOST_KEPT = 2000
_ENOUGH = 3
_MOMENTS: Floats = np.concatenate(((0.0,), _FIRST_STEP * 2.0 ** np.arange(_DOUBLINGS)))


class EmptyLines:
    """The chance that a line is empty, at the moments of GRID, by its length now. Remembers what it has solved."""

    def __init__(self) -> None:
        self._solved: dict[tuple[int, int, int], list[Floats]] = {}

    def chance(self, line: int, arrivals: float, answers: float, give_up: float) -> Floats:
        """All rates a second (`give_up` for each caller in line), rounded so that solutions can be used again."""
        key = (
            _rounded(arrivals, _RATE_ROUNDING),
            _rounded(answers, _RATE_ROUNDING),
            _rounded(give_up, _GIVE_UP_ROUNDING),
        )
        solved = self._solved.get(key)
        if solved is None:
            if len(self._solved) >= _MOST_KEPT:
                self._solved.clear()
            rates = (key[0] / _RATE_ROUNDING, key[1] / _RATE_ROUNDING, key[2] / _GIVE_UP_ROUNDING)
            solved = self._solved[key] = _solve(*map(math.exp, rates))
        return solved[min(line, _LONGEST_LINE - 1)]


def _rounded(rate: float, parts: float) -> int:
    return round(math.log(max(rate, _LEAST_RATE)) * parts)


def _solve(arrivals: float, answers: float, give_up: float) -> list[Floats]:
    places = np.arange(_LONGEST_LINE)
    longer = np.where(places < _LONGEST_LINE - 1, arrivals, 0.0)
    shorter = np.where(places > 0, answers + give_up * places, 0.0)
    rates = np.diag(longer[:-1], 1) + np.diag(shorter[1:], -1) - np.diag(longer + shorter)
    halvings = max(0, math.ceil(math.log2(_FIRST_STEP * 4 * float((longer + shorter).max()))))
    small = rates * (_FIRST_STEP / 2**halvings)
    moved = np.eye(_LONGEST_LINE) + small + small @ small / 2
    for _ in range(halvings):
        moved = moved @ moved
    empty = [(places == 0).astype(float)]
    for _ in range(_DOUBLINGS):
        empty.append(moved[:, 0])
        moved = moved @ moved
    by_line = np.array(empty).T
    return [np.interp(GRID, _MOMENTS, chances) for chances in by_line]


@dataclass(slots=True)
class Reach:
    """How long a caller waits before sister teams ring for them: a rule of the centre, seen from when they do."""

    _waits: deque[float] = field(default_factory=lambda: deque(maxlen=60))
    _known: float = 0.0

    def rang(self, waited: float) -> None:
        """A sister's phone rang for a caller who had waited so many seconds."""
        self._waits.append(waited)
        if len(self._waits) >= _ENOUGH:
            self._known = sorted(self._waits)[len(self._waits) // 10]

    @property
    def seconds(self) -> float:
        """Before that, sisters do not ring; 0 as long as too little is known."""
        return self._known


@dataclass(frozen=True, slots=True)
class Help:
    """What sister teams can give.

    `answers` of members who become free between the moments of GRID. `idle` are free now, `idle_later` in
    the long run as long as we take nobody; `settles` is the seconds in which the one becomes the other. Of several
    teams, each one's idle members are in `teams`.
    """

    answers: Floats
    idle: float = 0.0
    idle_later: float = 0.0
    settles: float = 1.0
    teams: "tuple[Help, ...]" = ()

    @property
    def has_idle(self) -> bool:
        """Whether anybody is or will be free."""
        return self.idle > 0 or self.idle_later > 0 or any(team.has_idle for team in self.teams)

    def idle_at(self, seconds: float) -> float:
        """Free members so many seconds from now."""
        own = self.idle_later + (self.idle - self.idle_later) * math.exp(-seconds / self.settles)
        return own + sum(team.idle_at(seconds) for team in self.teams)


def together(teams: Iterable[Help]) -> Help:
    """What several teams can give."""
    each = tuple(teams)
    return Help(np.sum([team.answers for team in each], axis=0), teams=each)


NO_HELP = Help(np.zeros(len(GRID) - 1))
