"""How long something lasts, as what may be drawn from: a mean, and the length at any rank between 0 and 1. Seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from routing.what_if.erlang_a import Floats

_RANKS = 512


class Span(Protocol):
    """What may be drawn from."""

    @property
    def mean(self) -> float:
        """Seconds."""
        ...

    def at(self, ranks: Floats) -> Floats:
        """The seconds that this share of all spans does not exceed; ranks from 0 to below 1."""
        ...

    def times(self, factor: float) -> "Span":
        """Every span longer by this factor."""
        ...


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory: the span of the formulas."""

    mean: float

    def at(self, ranks: Floats) -> Floats:
        """-mean ln(1 - rank)."""
        return -self.mean * np.log1p(-ranks)

    def times(self, factor: float) -> "Exponential":
        """Every span longer by this factor."""
        return Exponential(self.mean * factor)


@dataclass(frozen=True, slots=True)
class Seen:
    """As seen: equally likely lengths, ascending."""

    lengths: Floats

    @property
    def mean(self) -> float:
        """Of the lengths."""
        return float(self.lengths.mean())

    def at(self, ranks: Floats) -> Floats:
        """The length of this rank."""
        return self.lengths[(ranks * len(self.lengths)).astype(np.int64)]

    def times(self, factor: float) -> "Seen":
        """Every span longer by this factor."""
        return Seen(self.lengths * factor)


def seen(own: Sequence[float], wider: Sequence[float], lean: float, otherwise: float) -> Seen:
    """A team's spans, leaning on the centre's with the weight of `lean` of them; `otherwise` when nobody saw any."""
    if not own and not wider:
        return Seen(np.array([otherwise]))
    weights = np.concatenate((_even(own, 1.0), _even(wider, lean / max(len(wider), 1))))
    lengths = np.concatenate((np.asarray(own, float), np.asarray(wider, float)))
    order = np.argsort(lengths, kind="stable")
    lengths, share = lengths[order], np.cumsum(weights[order]) / weights.sum()
    picked = lengths[np.minimum(np.searchsorted(share, (np.arange(_RANKS) + 0.5) / _RANKS), len(lengths) - 1)]
    mean = float((lengths * weights[order]).sum() / weights.sum())
    return Seen(picked * (mean / picked.mean()) if picked.mean() > 0 else picked)


def _even(lengths: Sequence[float], each: float) -> Floats:
    return np.full(len(lengths), each)
