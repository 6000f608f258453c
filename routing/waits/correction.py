"""Means said before, against what came of them: an exceptional outlook is usually less exceptional in the end.

A monotone correction of the mean by its own size, learned at some nodes between a quarter of a minute and four hours,
each drawn towards the one before and the first towards none. It depends on nothing but the mean, so whoever waits
longer than another still does.
"""

import math

import numpy as np

from routing.waits.grid import Floats

_PER_DOUBLING = 2
_LEAST = 15.0
_NODES: Floats = np.array([_LEAST * 2.0 ** (node / _PER_DOUBLING) for node in range(21)])
_LAST = len(_NODES) - 1
_DRAWN = 60.0
_WINDOW = 3000.0
_RENEW_EVERY = 50


class Correction:
    """Learns from every wait that was estimated."""

    def __init__(self) -> None:
        self._said = np.zeros(len(_NODES))
        self._found = np.zeros(len(_NODES))
        self._weights = np.zeros(len(_NODES))
        self._news = 0
        self._means: list[float] = _NODES.tolist()

    def add(self, said: float, found: float, weight: float) -> None:
        """The mean before correction, and the wait: that of somebody who gave up as it would have been."""
        low, part = _node(said)
        for node, share in ((low, (1 - part) * weight), (min(low + 1, _LAST), part * weight)):
            self._said[node] += share * said
            self._found[node] += share * found
            self._weights[node] += share
        self._news += 1
        if self._news >= _RENEW_EVERY:
            self._renew()

    def corrected(self, mean: float) -> float:
        """What is to be expected if this is the mean of the outlook; in seconds."""
        if mean <= _LEAST:
            return mean * self._means[0] / _LEAST
        low, part = _node(mean)
        if low == _LAST:
            return mean * self._means[_LAST] / float(_NODES[_LAST])
        return math.exp(math.log(self._means[low]) * (1 - part) + math.log(self._means[low + 1]) * part)

    def _renew(self) -> None:
        self._news = 0
        kept = np.minimum(1.0, _WINDOW / np.maximum(self._weights, 1.0))
        self._said *= kept
        self._found *= kept
        self._weights *= kept
        ratio = 1.0
        means: list[float] = []
        for node, said, found in zip(_NODES.tolist(), self._said.tolist(), self._found.tolist(), strict=True):
            ratio = (found + _DRAWN * node * ratio) / (said + _DRAWN * node)
            means.append(max(node * ratio, means[-1] if means else 0.0))
        self._means = means


def _node(mean: float) -> tuple[int, float]:
    """The node at or below a mean, and how far it is (in logarithms) towards the next one."""
    steps = min(max(0.0, math.log2(max(mean, _LEAST) / _LEAST) * _PER_DOUBLING), float(_LAST))
    return int(steps), steps - int(steps)
