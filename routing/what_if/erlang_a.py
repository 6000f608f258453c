"""Erlang-A, the queue M/M/n+M: calls at random, exponential talks, n members, callers who give up at random.

Source: Palm 1946; Garnett, Mandelbaum, Reiman, "Designing a call center with impatient customers", 2002; in the form
of Zeltyn and Mandelbaum, "Call centers with impatient customers", 2005, section 2: with H(x) = (1 - exp(-theta x)) /
theta the wait V that a caller is offered has the density lambda exp(lambda H(x) - n mu x) / (E + lambda J), where J is
the integral of the exponential over all waits and 1/E is Erlang's B of n - 1 members. All else are integrals with the
same weight. They are taken over the span in which the (log-concave) weight is more than exp(-45) of its peak, and B is
kept as a logarithm, so that nothing overflows: 500 members, any load, any patience. Patience without end is Erlang-C.

Everything is computed for many queues at once: arrays of one length, a queue an element. Rates are per second.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NATS = 45.0
_LEAST = 1e-300
_NEVER = 1e-12
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_EDGES: Floats = np.union1d(np.linspace(0.0, 1.0, 25), np.geomspace(1e-7, 1.0, 29))
"""Panels of one integral, as shares of its span: even ones for a peak, narrow ones for a steep beginning."""
_AT: Floats = (_EDGES[:-1, None] + (_EDGES[1:] - _EDGES[:-1])[:, None] * (_NODES + 1) / 2).ravel()
_BY: Floats = ((_EDGES[1:] - _EDGES[:-1])[:, None] * _WEIGHTS / 2).ravel()


def _stayed(given_up: Floats, wait: Floats) -> Floats:
    """H(x): how long of a wait x a caller stays, on average; x itself for one who never gives up."""
    chance = given_up * wait
    return np.where(chance < _NEVER, wait, -np.expm1(-chance) / np.maximum(given_up, _LEAST))


@dataclass(frozen=True, slots=True)
class Queues:
    """Queues M/M/n+M: `calls` and `served` a second (of one member), `given_up` a second of waiting, `members`.

    `members` are whole numbers from 1; `given_up` may be 0. Raises ValueError for others, and for a line without end:
    nobody gives up, and more calls come than are served.
    """

    calls: Floats
    served: Floats
    given_up: Floats
    members: Floats

    def __post_init__(self) -> None:
        if not (np.all(self.calls > 0) and np.all(self.served > 0) and np.all(self.given_up >= 0)):
            raise ValueError("calls and service need a rate above 0, giving up one from 0")
        if not (np.all(self.members >= 1) and np.all(self.members == np.floor(self.members))):
            raise ValueError("a queue has at least one member, and whole ones")
        if np.any((self.given_up == 0) & (self.calls >= self.members * self.served)):
            raise ValueError("a line without end: nobody gives up, and more calls come than are served")

    def solved(self) -> "Solved":
        """Their stationary figures."""
        peak = self._peak()
        least, most = self._span(peak)
        top = self._log_weight(peak)
        weight, at = self.weights(least, most, top)
        whole = weight.sum(axis=1)
        log_odds = np.log(self.calls) + np.log(whole) + top + self._log_erlang_b()
        return Solved(self, least, most, top, whole, 1 / (1 + np.exp(-np.clip(log_odds, -700, 700))), weight, at)

    def stays(self, at: Floats) -> Floats:
        """The chance to be still there after these waits, in a row a queue."""
        return np.exp(-self.given_up[:, None] * at)

    def _log_weight(self, wait: Floats) -> Floats:
        """Of one wait a queue: lambda H(x) - n mu x."""
        weight: Floats = self.calls * _stayed(self.given_up, wait) - self.members * self.served * wait
        return weight

    def _peak(self) -> Floats:
        """The wait of the greatest weight: where those who are still there are as many as can be served."""
        load = np.maximum(self.calls / (self.members * self.served), 1.0)
        return np.where(load > 1.0, np.log(load) / np.maximum(self.given_up, _LEAST), 0.0)

    def _span(self, peak: Floats) -> tuple[Floats, Floats]:
        """Around the peak, where the weight is not negligible."""
        spare = self.members * self.served - self.calls * np.exp(-self.given_up * peak)
        bend = self.given_up * np.minimum(self.members * self.served, self.calls)
        curved = np.sqrt(2 * _NATS / np.maximum(bend, _LEAST))
        step = np.minimum(curved, _NATS / np.maximum(spare, _LEAST))
        least, top = np.maximum(0.0, peak - curved), self._log_weight(peak)
        while np.any(short := self._log_weight(peak + step) > top - _NATS):
            step = np.where(short, 2 * step, step)
        return least, peak + step

    def weights(self, least: Floats, most: Floats, top: Floats) -> tuple[Floats, Floats]:
        """The weight by the width of each node of an integral from `least` to `most`, and the nodes: a row a queue."""
        width = (most - least)[:, None]
        at = least[:, None] + width * _AT
        stayed = _stayed(self.given_up[:, None], at)
        log_weight = self.calls[:, None] * stayed - (self.members * self.served)[:, None] * at - top[:, None]
        return np.exp(np.minimum(log_weight, 0.0)) * width * _BY, at

    def _log_erlang_b(self) -> Floats:
        """Log of Erlang's B with n - 1 members: B_k = a B_(k-1) / (k + a B_(k-1))."""
        offered = self.calls / self.served
        log_b = np.zeros_like(offered)
        for member in range(1, int(self.members.max())):
            log_next = np.log(offered) + log_b
            log_next -= np.log(member + np.exp(log_next))
            log_b = np.where(member < self.members, log_next, log_b)
        return log_b


@dataclass(frozen=True, slots=True)
class Solved:
    """Stationary figures; shares are of all calls, waits of calls are seconds. `delayed`: the offered wait is not 0."""

    queues: Queues
    _least: Floats
    _most: Floats
    _top: Floats
    _whole: Floats
    delayed: Floats
    _weight: Floats
    _at: Floats

    @property
    def answered(self) -> Floats:
        """The share that is answered in the end."""
        return 1 - self.delayed * self._mean(1 - self.queues.stays(self._at))

    @property
    def abandoned(self) -> Floats:
        """The share that gives up."""
        return self.delayed * self._mean(1 - self.queues.stays(self._at))

    @property
    def wait_seconds(self) -> Floats:
        """The mean wait of all calls, those who give up included: E[W], so that P(Ab) = theta E[W]."""
        return self.delayed * self._mean(_stayed(self.queues.given_up[:, None], self._at))

    @property
    def answered_wait_seconds(self) -> Floats:
        """The mean wait of those who are answered."""
        return self.delayed * self._mean(self._at * self.queues.stays(self._at)) / self.answered

    @property
    def occupancy(self) -> Floats:
        """The share of their time in which members serve."""
        of = self.queues
        return of.calls * self.answered / (of.members * of.served)

    def waits_beyond(self, seconds: float) -> Floats:
        """P(W > t): the share that is still in line then."""
        beyond = 1 - self._until(seconds, stay=False)
        return self.delayed * beyond * np.exp(-self.queues.given_up * max(seconds, 0.0))

    def answered_within(self, seconds: float) -> Floats:
        """The share of all calls that is answered after at most so many seconds; 0 for a time before 0."""
        if seconds < 0:
            return np.zeros_like(self.delayed)
        return 1 - self.delayed + self.delayed * self._until(seconds, stay=True)

    def abandoned_within(self, seconds: float) -> Floats:
        """The share of all calls that gives up within so many seconds."""
        if seconds < 0:
            return np.zeros_like(self.delayed)
        return np.maximum(0.0, 1 - self.waits_beyond(seconds) - self.answered_within(seconds))

    def answered_by(self, seconds: Floats) -> Floats:
        """The share of all calls that is answered after at most each of these waits (ascending): a row a queue.

        As `answered_within`, for many waits at once; between the nodes it is interpolated.
        """
        share = self._weight / self._whole[:, None] * self.queues.stays(self._at) * self.delayed[:, None]
        summed = np.cumsum(np.hstack((1 - self.delayed[:, None], share)), axis=1)
        width = (self._most - self._least)[:, None]
        ends = self._least[:, None] + width * np.concatenate(((0.0,), np.cumsum(_BY)))
        rows = [np.interp(seconds, at, by) for at, by in zip(ends, summed, strict=True)]
        return np.where(seconds < 0, 0.0, np.array(rows).reshape(-1, len(seconds)))

    def _mean(self, of: Floats) -> Floats:
        mean: Floats = (self._weight * of).sum(axis=1) / self._whole
        return mean

    def _until(self, seconds: float, *, stay: bool) -> Floats:
        """The share of offered waits above 0 that are at most so long; with `stay` of those who would stay for it."""
        most = np.clip(seconds, self._least, self._most)
        weight, at = self.queues.weights(self._least, most, self._top)
        until: Floats = (weight * (self.queues.stays(at) if stay else 1.0)).sum(axis=1) / self._whole
        return np.minimum(until, 1.0)
