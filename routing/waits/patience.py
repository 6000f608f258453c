"""How long callers stay in line, learned with those who were answered first (who would have stayed longer).

A hazard by the time waited so far, constant within spans: ended waits over time waited in each span, as in the
Kaplan-Meier estimate. A queue leans on the centre, the centre on one caller in ten minutes.
"""

from bisect import bisect_right
from collections import defaultdict

import numpy as np

from routing.waits.grid import Floats

_SPANS = 30
_EDGES: Floats = np.array([0.0, *(5.0 * 1440.0 ** (place / (_SPANS - 1)) for place in range(_SPANS))])
_BEGINNINGS: list[float] = _EDGES.tolist()
_WIDTHS: Floats = _EDGES[1:] - _EDGES[:-1]
_PRIOR_SECONDS = 600.0
_CENTRE_WEIGHT = 3.0
_QUEUE_WEIGHT = 10.0
_RENEW_EVERY = 50
_NEWS = 16  # a sixteenth more waits
_CENTRE_NEWS = 32  # what all queues tell changes a queue's little, and there is always news of it
_MOST_HAZARD = 12.0

STEP = 10.0
COUNT = 2400
_EVEN: Floats = np.arange(COUNT + 1, dtype=np.float64) * STEP


class _Waits:
    def __init__(self) -> None:
        self.given_up = np.zeros(_SPANS)
        self.seconds = np.zeros(_SPANS)
        self.seen = 0
        self.all_given_up = 0
        self.all_seconds = 0.0
        self.known_at = self.centre_at = -1
        self.stays: list[float] = []
        self.rate = 0.0

    def add(self, waited: float, gave_up: bool) -> None:
        place = min(bisect_right(_BEGINNINGS, waited) - 1, _SPANS - 1)
        self.seconds[:place] += _WIDTHS[:place]
        self.seconds[place] += waited - _EDGES[place]
        self.given_up[place] += gave_up
        self.seen += 1
        self.all_given_up += gave_up
        self.all_seconds += waited


class Patience:
    """Of the callers of each queue."""

    def __init__(self) -> None:
        self._centre = _Waits()
        self._queues: defaultdict[str, _Waits] = defaultdict(_Waits)

    def add(self, queue: str, waited: float, gave_up: bool) -> None:
        """A wait of so many seconds ended."""
        self._centre.add(waited, gave_up)
        self._queues[queue].add(waited, gave_up)

    def rate(self, queue: str) -> float:
        """Callers who give up, a second of waiting: the mean over all waits."""
        return self._learned(queue).rate

    def stays(self, queue: str) -> list[float]:
        """The chance to be still there after 0, STEP, 2 STEP ... COUNT STEP seconds of waiting, never quite 0."""
        return self._learned(queue).stays

    def _learned(self, queue: str) -> _Waits:
        seen = self._queues[queue]
        news, of_centre = seen.seen - seen.known_at, self._centre.seen - seen.centre_at
        if news > min(_RENEW_EVERY, seen.known_at // _NEWS) or of_centre > seen.centre_at // _CENTRE_NEWS:
            seen.known_at, seen.centre_at, seen.rate = seen.seen, self._centre.seen, self._mean_rate(seen)
            summed = np.concatenate(((0.0,), np.cumsum(self._hazard(seen) * _WIDTHS)))
            seen.stays = np.exp(-np.minimum(np.interp(_EVEN, _EDGES, summed), _MOST_HAZARD)).tolist()
        return seen

    def _mean_rate(self, seen: _Waits) -> float:
        weight = 2 * _QUEUE_WEIGHT
        centre_seconds_each = (self._centre.all_seconds + _PRIOR_SECONDS) / (self._centre.all_given_up + 1)
        return (seen.all_given_up + weight) / (seen.all_seconds + weight * centre_seconds_each)

    def _hazard(self, seen: _Waits) -> Floats:
        centre = self._centre
        base = (centre.all_given_up + 1) / (centre.all_seconds + _PRIOR_SECONDS)
        shape = (centre.given_up + _CENTRE_WEIGHT) / (centre.seconds + _CENTRE_WEIGHT / base)
        level = (seen.all_given_up + _QUEUE_WEIGHT) / (float(shape @ seen.seconds) + _QUEUE_WEIGHT)
        hazard: Floats = (seen.given_up + _QUEUE_WEIGHT) / (seen.seconds + _QUEUE_WEIGHT / (shape * level))
        return hazard
