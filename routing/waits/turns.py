"""How many callers a member is expected to have answered by any later moment, from what the member does now.

A member lives in turns: ring, talk, wrap-up, perhaps a pause. With the density c of one such turn, the expected number
of answers follows the renewal equation m = f + c * m (Feller, An Introduction to Probability Theory II, XI), solved
by a Fourier transform on even steps; an exponential damping keeps its wrap-around away.
"""

import math
import operator
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from routing.waits.grid import GRID, HORIZON, POINTS, WIDTHS, Floats, steps
from routing.waits.spans import Curve

_COUNT = 512
_STEPS_A_TURN = 32
_DAMPING = 14.0
TALK_AGES = (0, 10, 20, 30, 45, 60, 80, 105, 135, 170, 210, 260, 320, 390, 480, 600, 750, 950, 1250, 1700, 2400, 3600)
RING_AGES = (0, 2, 4, 6, 8, 10, 13, 17, 22, 30)
PAUSE_AGES = (0, 6, 15, 27, 45, 70, 105, 155, 225, 325, 465, 660, 945, 1350, 1900, 2700)
_SIZE = 2 * _COUNT
_DAMP: Floats = np.exp(-np.arange(_COUNT) * (_DAMPING / _SIZE))
_TAIL = 100
_SURE = 1 - 1e-4
_MOMENTS_TWICE = np.tile(np.arange(POINTS), 2)
_NOBODY = 4.0  # turns until somebody comes to a team of which nobody is there

_Spectrum = NDArray[np.complex128]
_Places = NDArray[np.intp]


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
        self.concerns: Collection[str] = habits.concerns.keys()
        self._step = max(1.0, (habits.talk_seconds + habits.wrap_up_seconds) / _STEPS_A_TURN)
        self._moments = _Moments.among_steps(self._step)
        ring, self._talk, rest = self._spectra(habits)
        fresh = ring / (1 - self._talk * rest * ring)
        self._after_talk = rest * np.array((fresh, ring))
        self._fresh = _counted(np.array((fresh, ring)))
        self.free = _with_hazard(self._moments.of(self._fresh[:, self._moments.steps]))
        """Of a member who could be rung now."""
        self._talking: dict[str, Sequence[Floats]] = {}
        self._ringing: Sequence[Floats] = ()
        self._paused: dict[tuple[str, int], Floats] = {}
        self._wrapping_up: dict[int, Floats] = {}
        self._coming: tuple[Floats, Floats] | None = None

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
        The chances are those of a whole centre for a minute: what has come of the last ones is kept.
        """
        if self._coming is None or self._coming[0] is not come:
            self._coming = come, self._of_coming(come)
        return self._coming[1]

    def _of_coming(self, come: Floats) -> Floats:
        answers = (steps(come) + (come[1:] + come[:-1]) * self._half_a_pace).cumsum()
        most = come[1:] * self.free[0, 1:]  # as if all who come by then had come at once
        counted = np.zeros(POINTS)
        np.maximum.accumulate(np.minimum(answers, most), out=counted[1:])
        rows: Floats = np.minimum(steps(counted), self._free_steps)
        return rows

    @cached_property
    def _half_a_pace(self) -> Floats:
        return WIDTHS * (self.pace / 2)

    @cached_property
    def _free_steps(self) -> Floats:
        return steps(self.free)

    @cached_property
    def again(self) -> Floats:
        """Of a member who is free now, the first answer left out."""
        further: Floats = np.maximum(self.free[0] - self._moments.of(self._fresh[1, self._moments.steps]), 0.0)
        return further

    @cached_property
    def first_of_free(self) -> Floats:
        """What `again` leaves out."""
        first: Floats = self.free[0] - self.again
        return first

    def wrapping_up(self, seconds_left: float) -> Floats:
        """Of a member who could be rung after so many seconds, to the next whole one."""
        whole = math.ceil(min(seconds_left, HORIZON))
        row = self._wrapping_up.get(whole)
        if row is None:
            later = GRID - (whole - 0.5)
            row = self._wrapping_up[whole] = np.array([np.interp(later, GRID, row) for row in self.free])
        return row

    def talking(self, age: float, concern: str = "") -> Floats:
        """Of a member who has talked for `age` seconds, about this concern where talks about it are known."""
        return self.talks(concern if concern in self.concerns else "")[bisect_right(TALK_AGES, age) - 1]

    def ringing(self, age: float) -> Floats:
        """Of a member whose phone has rung for `age` seconds: that answer counts, too."""
        return self.rings()[bisect_right(RING_AGES, age) - 1]

    def paused(self, reason: str, lasts: Callable[[str], Curve], age: float) -> Floats:
        """Of a member who has paused for `age` seconds; `lasts` tells how long pauses for a reason last."""
        which = (reason, bisect_right(PAUSE_AGES, age) - 1)
        row = self._paused.get(which)
        if row is None:
            row = self._paused[which] = self._in_pause(reason, lasts, which[1])
        return row

    # Of talks nearly every age is asked for while turns are known: all of them together cost what a few do one by one.

    def talks(self, concern: str) -> Sequence[Floats]:
        """See `talking`; for each of TALK_AGES, until the next one."""
        rows = self._talking.get(concern)
        if rows is None:
            rows = self._talking[concern] = list(self._in_talk(concern))
        return rows

    def rings(self) -> Sequence[Floats]:
        """See `ringing`; for each of RING_AGES, until the next one."""
        if not self._ringing:
            self._ringing = list(self._in_ring())
        return self._ringing

    def _in_talk(self, concern: str) -> Floats:
        talk = self._habits.concerns.get(concern, self._habits.talk)
        return _with_hazard(self._when_talk_ends.after(talk.masses_of(self._step, _COUNT, _middles(TALK_AGES))))

    def _in_ring(self) -> Floats:
        left = self._habits.ring.masses_of(self._step, _COUNT, _middles(RING_AGES))
        return _with_hazard(self._when_ring_ends.after(left))

    def _in_pause(self, reason: str, lasts: Callable[[str], Curve], place: int) -> Floats:
        left = lasts(reason).masses_of(self._step, _COUNT, _middles(PAUSE_AGES)[place : place + 1])
        row: Floats = _with_hazard(self._when_pause_ends.after(left))[0]
        return row

    @cached_property
    def _when_talk_ends(self) -> "_Following":
        return _Following(_counted(self._after_talk), self._moments)

    @cached_property
    def _when_ring_ends(self) -> "_Following":
        at_once = np.ones_like(self._talk)
        return _Following(_counted(np.array((1 + self._talk * self._after_talk[0], at_once))), self._moments)

    @cached_property
    def _when_pause_ends(self) -> "_Following":
        return _Following(self._fresh, self._moments)

    def _spectra(self, habits: Habits) -> tuple[_Spectrum, _Spectrum, _Spectrum]:
        """Of a ring, of a talk, and of the rest until the next ring: wrap-up, then perhaps a pause."""
        chances = [chance for chance, _ in habits.pauses]
        curves = (habits.ring, habits.talk, *(pause for _, pause in habits.pauses))
        masses = [curve.masses(self._step, _COUNT) for curve in curves]
        ring, talk, wrap_up, *pauses = np.fft.rfft(np.array([*masses[:2], self._wrap_up(), *masses[2:]]) * _DAMP, _SIZE)
        return ring, talk, wrap_up * sum(map(operator.mul, chances, pauses), 1 - sum(chances))

    def _wrap_up(self) -> Floats:
        lasts = min(self._habits.wrap_up_seconds / self._step, _COUNT - 2.0)
        whole = int(lasts)
        masses = np.zeros(_COUNT)
        masses[whole], masses[whole + 1] = 1 - (lasts - whole), lasts - whole
        return masses


@dataclass(frozen=True, slots=True)
class _Moments:
    """Where the moments of GRID lie among even steps: between two of them each, with a weight for either.

    Beyond the last step it goes on as over the last `_TAIL` of them, which are two such weights as well. `steps` are
    those that matter; a row of `weights` for each of them, a column for each moment.
    """

    steps: _Places
    weights: Floats

    @classmethod
    def among_steps(cls, step: float) -> "_Moments":
        at = GRID / step - 0.5  # what is counted in a step is there in its middle
        low = np.minimum(at.astype(np.intp), _COUNT - 2)
        of_high = at - low
        of_low = 1 - of_high
        before, beyond = at < 0, at > _COUNT - 1
        of_low[before], of_high[before] = 2 * GRID[before] / step, 0.0  # nothing is counted at 0
        further = (at[beyond] - (_COUNT - 1)) / (_TAIL - 1)
        low[beyond], of_low[beyond], of_high[beyond] = _COUNT - _TAIL, -further, 1 + further
        both = np.concatenate((low, np.where(beyond, _COUNT - 1, low + 1)))
        which, places = np.unique(both, return_inverse=True)
        weights = np.zeros((len(which), POINTS))
        weights[places, _MOMENTS_TWICE] = np.concatenate((of_low, of_high))
        return cls(which, weights)

    def of(self, counted: Floats) -> Floats:
        """At the moments, of what is counted at `steps` (the last axis)."""
        return counted @ self.weights


class _Following:
    """What is counted at the moments of GRID after something ends, by when that is.

    A convolution is linear: for the few steps at which it is wanted, one matrix does it for any distribution, for a
    tenth of what transforms there and back cost.
    """

    def __init__(self, counted: Floats, moments: _Moments) -> None:
        """`counted` at each step from the end on: expected answers, and the chance of the first one."""
        self._moments = moments
        padded = np.concatenate((np.zeros((2, _COUNT - 1)), counted), axis=1)
        before = sliding_window_view(padded, _COUNT, axis=1)  # what is counted by a step, by the step of the end
        self._matrix = before.swapaxes(0, 1)[moments.steps].reshape(-1, _COUNT)

    def after(self, ends: Floats) -> Floats:
        """When it ends at each step with these chances, for each row of them: two rows, as those of `counted`."""
        # BLAS takes no reversed ones. One row at a time: for more it takes threads, that wait on a busy machine.
        counted = self._matrix @ ends[:, ::-1, None].copy()
        by_step = counted.reshape(len(ends), -1, 2).swapaxes(1, 2)
        return self._moments.of(by_step.reshape(2 * len(ends), -1)).reshape(-1, 2, POINTS)


def _counted(spectra: _Spectrum) -> Floats:
    """Up to each step."""
    masses = np.fft.irfft(spectra, _SIZE)[:, :_COUNT] / _DAMP
    counted: Floats = np.maximum(masses, 0.0).cumsum(axis=1)
    return counted


def _with_hazard(rows: Floats) -> Floats:
    """Expected answers, and instead of the chance of the first one its hazard (each pair of rows in the last two axes).

    Where that one is sure, each further answer counts.
    """
    counted, come = rows[..., 0, :], np.minimum(rows[..., 1, :], _SURE)
    is_sure = come >= _SURE
    when_sure = np.where(is_sure, counted, np.inf).min(axis=-1, keepdims=True)
    hazard = np.where(is_sure, counted - when_sure, 0.0) - np.log1p(-come)
    return np.stack((counted, hazard), axis=-2)


@cache
def _middles(ages: tuple[int, ...]) -> Sequence[float]:
    """Of the spans of ages, the last one a fifth of itself."""
    return [(age + following) / 2 for age, following in zip(ages, (*ages[1:], ages[-1] * 1.2), strict=True)]
