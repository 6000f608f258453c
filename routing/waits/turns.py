"""How many callers a member is expected to have answered by any later moment, from what the member does now.

A member lives in turns: ring, talk, wrap-up, perhaps a pause. With the density c of one such turn, the expected number
of answers follows the renewal equation m = f + c * m (Feller, An Introduction to Probability Theory II, XI), solved
by a Fourier transform on even steps; an exponential damping keeps its wrap-around away.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing.waits.grid import GRID, POINTS, WIDTHS, Floats, steps
from routing.waits.spans import Curve

_COUNT = 512
_STEPS_A_TURN = 32
_DAMPING = 14.0
_TALK_AGES = (0, 10, 20, 30, 45, 60, 80, 105, 135, 170, 210, 260, 320, 390, 480, 600, 750, 950, 1250, 1700, 2400, 3600)
_RING_AGES = (0, 2, 4, 6, 8, 10, 13, 17, 22, 30)
_PAUSE_AGES = (0, 6, 15, 27, 45, 70, 105, 155, 225, 325, 465, 660, 945, 1350, 1900, 2700)
_DAMP: Floats = np.exp(-np.arange(2 * _COUNT) * (_DAMPING / (2 * _COUNT)))
_TAIL = 100
_SURE = 1 - 1e-4
_NOBODY = 4.0  # turns until somebody comes to a team of which nobody is there

_Spectrum = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Habits:
    """What turns are made of. `pauses`: the chance after a talk that this pause follows, and how long it lasts.

    `concerns`: talks about each, for those that run.
    """

    ring: Curve
    talk: Curve
    talk_seconds: float
    wrap_up_seconds: float
    pauses: Sequence[tuple[float, Curve]] = ()
    concerns: Mapping[str, Curve] = field(default_factory=dict)


class Turns:
    """Two rows at the moments of GRID, for each thing that a member of this queue can be doing.

    The first row is expected answers; the second the hazard of the very first one, minus the logarithm of the chance
    that it has not come yet: hazards of several members add up, and so tell exactly when the first of them answers.
    """

    def __init__(self, habits: Habits) -> None:
        self._habits = habits
        self._step = max(1.0, (habits.talk_seconds + habits.wrap_up_seconds) / _STEPS_A_TURN)
        self._axis = (np.arange(_COUNT) + 0.5) * self._step
        self._ring = self._spectrum(habits.ring.masses(self._step, _COUNT))
        self._talk = self._spectrum(habits.talk.masses(self._step, _COUNT))
        rest = self._rest(habits)
        self._fresh = self._ring / (1 - self._talk * rest * self._ring)
        self._after_talk = rest * self._fresh
        self._next_after_talk = rest * self._ring
        self.free = self._rows(self._fresh, self._ring)
        """Of a member who could be rung now."""
        self._talking: dict[tuple[str, int], Floats] = {}
        self._ringing: dict[int, Floats] = {}
        self._paused: dict[tuple[str, int], Floats] = {}

    @property
    def turn_seconds(self) -> float:
        """From one answer to the next, pauses left aside."""
        return self._habits.talk_seconds + self._habits.wrap_up_seconds

    @cached_property
    def pace(self) -> float:
        """Answers a second in the long run, rings and pauses counted."""
        return float(self.free[0, -1] - self.free[0, -2]) / float(WIDTHS[-1])

    @cached_property
    def hoped_for(self) -> Floats:
        """Somebody will come to a team of which nobody is there, however late it is.

        Between any two moments never more than of one who is there, free or just begun to talk.
        """
        come = -np.expm1(-GRID / (_NOBODY * self.turn_seconds))
        return np.minimum(self.of_one_coming(come), steps(self.talking(0.0)))

    def of_one_coming(self, come: Floats) -> Floats:
        """Of one who has come with these chances up to the moments of GRID: as both rows, but between the moments.

        One answer at once, then one a turn; between any two moments never more than of one who is there and free.
        """
        answers = np.cumsum(steps(come) + (come[1:] + come[:-1]) / 2 * WIDTHS * self.pace)
        most = come[1:] * self.free[0, 1:]  # as if all who come by then had come at once
        counted = np.maximum.accumulate(np.minimum(answers, most))
        rows: Floats = np.minimum(steps(np.concatenate(((0.0,), counted))), self._free_steps)
        return rows

    @cached_property
    def _free_steps(self) -> Floats:
        return np.diff(self.free)

    @cached_property
    def again(self) -> Floats:
        """Of a member who is free now, the first answer left out."""
        further: Floats = np.maximum(self.free[0] - self._row(self._ring), 0.0)
        return further

    def wrapping_up(self, seconds_left: float) -> Floats:
        """Of a member who could be rung after so many seconds."""
        later = GRID - seconds_left
        return np.array([np.interp(later, GRID, row) for row in self.free])

    def talking(self, age: float, concern: str = "") -> Floats:
        """Of a member who has talked for `age` seconds, about this concern where talks about it are known."""
        place = bisect_right(_TALK_AGES, age) - 1
        talk = self._habits.concerns.get(concern)
        key = (concern if talk else "", place)
        row = self._talking.get(key)
        if row is None:
            left = (talk or self._habits.talk).masses(self._step, _COUNT, _middle(_TALK_AGES, place))
            row = self._talking[key] = self._rows(
                self._spectrum(left) * self._after_talk, self._spectrum(left) * self._next_after_talk
            )
        return row

    def ringing(self, age: float) -> Floats:
        """Of a member whose phone has rung for `age` seconds: that answer counts, too."""
        place = bisect_right(_RING_AGES, age) - 1
        row = self._ringing.get(place)
        if row is None:
            left = self._habits.ring.masses(self._step, _COUNT, _middle(_RING_AGES, place))
            row = self._ringing[place] = self._rows(
                self._spectrum(left) * (1 + self._talk * self._after_talk), self._spectrum(left)
            )
        return row

    def paused(self, reason: str, lasts: Callable[[str], Curve], age: float) -> Floats:
        """Of a member who has paused for `age` seconds; `lasts` tells how long pauses for a reason last."""
        place = bisect_right(_PAUSE_AGES, age) - 1
        row = self._paused.get((reason, place))
        if row is None:
            left = lasts(reason).masses(self._step, _COUNT, _middle(_PAUSE_AGES, place))
            row = self._paused[(reason, place)] = self._rows(
                self._spectrum(left) * self._fresh, self._spectrum(left) * self._ring
            )
        return row

    def _rest(self, habits: Habits) -> _Spectrum:
        """Wrap-up, then perhaps a pause."""
        steps = min(habits.wrap_up_seconds / self._step, _COUNT - 2.0)
        whole = int(steps)
        wrap_up = np.zeros(_COUNT)
        wrap_up[whole], wrap_up[whole + 1] = 1 - (steps - whole), steps - whole
        pauses = np.full(_COUNT + 1, 1 - sum(chance for chance, _ in habits.pauses), np.complex128)
        for chance, pause in habits.pauses:
            pauses += chance * self._spectrum(pause.masses(self._step, _COUNT))
        return self._spectrum(wrap_up) * pauses

    @staticmethod
    def _spectrum(masses: Floats) -> _Spectrum:
        return np.fft.rfft(masses * _DAMP[:_COUNT], 2 * _COUNT)

    def _rows(self, answers: _Spectrum, first: _Spectrum) -> Floats:
        """Expected answers, and the hazard of the first one; where that is sure, each further answer counts."""
        counted, come = self._row(answers), np.minimum(self._row(first), _SURE)
        hazard = -np.log1p(-come)
        sure = int(np.searchsorted(come, _SURE))
        hazard[sure:] += counted[sure:] - counted[min(sure, POINTS - 1)]
        return np.array((counted, hazard))

    def _row(self, spectrum: _Spectrum) -> Floats:
        masses = np.fft.irfft(spectrum, 2 * _COUNT)[:_COUNT] / _DAMP[:_COUNT]
        total = np.cumsum(np.maximum(masses, 0.0))
        row = np.interp(GRID, np.concatenate(((0.0,), self._axis)), np.concatenate(((0.0,), total)))
        slope = (total[-1] - total[-_TAIL]) / ((_TAIL - 1) * self._step)
        rows: Floats = row + slope * np.maximum(GRID - self._axis[-1], 0.0)
        return rows


def _middle(ages: Sequence[float], place: int) -> float:
    following = ages[place + 1] if place + 1 < len(ages) else ages[place] * 1.2
    return (ages[place] + following) / 2
