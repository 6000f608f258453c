"""How well the outlook was kept so far: the distribution of places the outlook had served when a caller was answered.

If the outlook were exact, a caller at place k would be answered when it says k. It varies: with k for a few servers
about as the k-th event of a Poisson process. So for classes of k the ratio (served in the outlook / k) is learned as
a hazard over fine bins, those who gave up counting as long as they were there (Kaplan-Meier), with Gamma(k) as prior.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from routing.waits.coverage import QUANTILES
from routing.waits.grid import Floats

PLACES = 256
_CLASSES = (1, 2, 3, 5, 8, 12, 18, 28, 45)
_LOG_CLASSES: list[float] = np.log(_CLASSES).tolist()
_BINS = 40
_EDGES: Floats = np.concatenate(((0.0,), np.geomspace(0.01, 12.0, _BINS)))
_EDGES_IN_TURN: list[float] = _EDGES.tolist()
_PARTS: Floats = np.array([0, 0.04, 0.1, 0.18, 0.27, 0.36, 0.45, 0.55, 0.64, 0.73, 0.81, 0.88, 0.93, 0.965, 0.985, 1])
SHARES: Floats = np.diff(_PARTS)
"""The weights of the columns of `Promises.places`, its last three (p50, p80, p90) left aside."""
_FINE: Floats = np.linspace(0, 1, 401)
_PRIOR_WEIGHT = 30.0
_WIDER_THAN_POISSON = 0.02  # a long wait sees staff come and go, too
_RENEW_EVERY = 100
_WINDOW = 4000.0
_TINY = 1e-12


@dataclass(slots=True)
class _Known:
    places: Floats
    lasting: Floats
    """The expected ratio of a caller still in line at a bin's edge, by class."""
    staying: Floats
    """The chance to be still in line there."""


class Promises:
    """Learns from every wait that was estimated."""

    def __init__(self) -> None:
        self._answered = np.zeros((len(_CLASSES), _BINS))
        self._ended = np.zeros((len(_CLASSES), _BINS))
        self._prior = np.array([_gamma(k / (1 + _WIDER_THAN_POISSON * k)) for k in _CLASSES])
        self._news = 0
        self._known = self._learned()

    def add(self, place: float, ratio: float, answered: bool, weight: float) -> None:
        """A caller at this place was answered, or gave up, when the outlook had served `ratio` times the place."""
        column = min(_BINS - 1, max(0, bisect_right(_EDGES_IN_TURN, ratio) - 1))
        low, part = _class(place)
        for row, share in ((low, weight * (1 - part)), (low + 1, weight * part)):
            if share > 0:
                self._ended[row, column] += share
                self._answered[row, column] += share * answered
        self._news += 1
        if self._news >= _RENEW_EVERY:
            self._renew()

    def places(self, place: float) -> Floats:
        """How far the outlook must have served for each part of the distribution, and for p50, p80, p90: by place.

        Rows are places 1, 2 ... to `place`, which is the last one, whole or not; no column ever falls from one to the
        next.
        """
        whole = math.floor(place)
        rows = self._known.places[:whole]
        if whole > PLACES:
            further = np.arange(PLACES + 1, whole + 1)[:, None] / PLACES
            rows = np.concatenate((rows, rows[-1] * further))
        if place == whole:
            return rows
        following = self.places(whole + 1)[-1]
        return np.concatenate((rows, (rows[-1] + (place - whole) * (following - rows[-1]))[None, :]))

    def compared(self, place: float, ratio: float, answered: bool) -> tuple[float, float]:
        """The ratio over what was to be expected, and the ratio in the end.

        One who gave up is given what those who stayed had in the end.
        """
        low, part = _class(place)
        lasting = self._known.lasting[low + (part > 1 / 2)]
        if not answered:
            ratio = max(ratio, float(np.interp(ratio, _EDGES, lasting)))
        return ratio / float(lasting[0]), ratio

    def still(self, place: float, ratio: float) -> float:
        """The chance not to be answered before the outlook has served `ratio` times the place."""
        low, part = _class(place)
        return float(np.interp(ratio, _EDGES, self._known.staying[low + (part > 1 / 2)]))

    def _renew(self) -> None:
        self._news = 0
        seen = self._ended.sum(axis=1)
        kept = np.minimum(1.0, _WINDOW / np.maximum(seen, 1.0))[:, None]
        self._ended *= kept
        self._answered *= kept
        self._known = self._learned()

    def _learned(self) -> _Known:
        staying = self._staying()
        gone = 1 - staying + np.arange(_BINS + 1) * _TINY
        rows = np.array([_parts(row) for row in gone])
        places = np.arange(1, PLACES + 1)
        by_place = np.stack([np.interp(np.log(places), _LOG_CLASSES, column) for column in rows.T], axis=1)
        return _Known(np.maximum.accumulate(by_place * places[:, None], axis=0), _lasting(staying), staying)

    def _staying(self) -> Floats:
        at_risk = _from_right(self._ended) - (self._ended - self._answered) / 2
        hazard = (self._answered + _PRIOR_WEIGHT * self._prior) / (
            at_risk + _PRIOR_WEIGHT * _from_right(self._prior) + _TINY
        )
        hazard[:, -1] = 1.0
        stay = np.cumprod(1 - np.clip(hazard, 0.0, 1.0), axis=1)
        return np.concatenate((np.ones((len(_CLASSES), 1)), stay), axis=1)


def _class(place: float) -> tuple[int, float]:
    """The class at or below the place, and how far it is (in logarithms) towards the next one."""
    low = bisect_right(_CLASSES, place) - 1
    if low + 1 == len(_CLASSES):
        return low, 0.0
    return low, (math.log(place) - _LOG_CLASSES[low]) / (_LOG_CLASSES[low + 1] - _LOG_CLASSES[low])


def _parts(gone: Floats) -> Floats:
    """The mean ratio in each part of a distribution, then its quantiles."""
    fine = np.interp((_FINE[1:] + _FINE[:-1]) / 2, gone, _EDGES)
    summed = np.concatenate(((0.0,), np.cumsum(fine) / len(fine)))
    means = np.diff(np.interp(_PARTS, _FINE, summed)) / SHARES
    return np.concatenate((means, np.interp(QUANTILES, gone, _EDGES)))


def _lasting(staying: Floats) -> Floats:
    areas = (staying[:, 1:] + staying[:, :-1]) / 2 * np.diff(_EDGES)
    more = np.concatenate((_from_right(areas), np.zeros((len(staying), 1))), axis=1)
    lasting: Floats = _EDGES[None, :] + more / np.maximum(staying, 1e-9)
    return lasting


def _from_right(rows: Floats) -> Floats:
    summed: Floats = np.cumsum(rows[:, ::-1], axis=1)[:, ::-1]
    return summed


def _gamma(shape: float) -> Floats:
    """Shares of the bins for a Gamma distribution of mean 1."""
    at = np.geomspace(1e-4, 14, 4000)
    heights = np.exp(shape * np.log(at) - shape * at + shape)
    summed = np.concatenate(((0.0,), np.cumsum((heights[1:] + heights[:-1]) / 2)))
    shares = np.interp(_EDGES, at, summed / summed[-1])
    shares[0], shares[-1] = 0.0, 1.0
    return np.diff(shares)
