"""How long callers wait before they give up, learned with those who were answered first (censored)."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from routing.what_if.erlang_a import Floats

_LEAST = 1e-12

_EDGES: Floats = np.array(
    [0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 3600, 7200], float
)
"""Within two of them the chance to give up is constant; after the last it stays as it was before it."""
_PRIOR_SECONDS = 600.0
_CENTRE_LEAN = 0.5
_TEAM_LEAN = 3.0
"""A span of a team leans on the centre's with the weight of so many callers who gave up in it."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """How long callers wait before they give up: the chance to give up a second, constant between the edges."""

    edges: Floats
    rates: Floats

    @property
    def mean(self) -> float:
        """Of the whole distribution, the tail after the last edge included."""
        summed = self._summed()
        stays = np.exp(-summed)
        widths = np.diff(self.edges)
        inner = np.where(
            self.rates[:-1] * widths > _LEAST, (stays[:-1] - stays[1:]) / np.maximum(self.rates[:-1], _LEAST), widths
        )
        return float(inner.sum() + stays[-1] / self.rates[-1])

    def at(self, ranks: Floats) -> Floats:
        """The wait at which this share has given up."""
        summed, wanted = self._summed(), -np.log1p(-ranks)
        place = np.searchsorted(summed, wanted, side="right") - 1
        return self.edges[place] + (wanted - summed[place]) / self.rates[place]

    def times(self, factor: float) -> "Hazard":
        """Every caller waits longer by this factor."""
        return Hazard(self.edges * factor, self.rates / factor)

    def _summed(self) -> Floats:
        return np.concatenate(((0.0,), np.cumsum(self.rates[:-1] * np.diff(self.edges))))


class _Ended:
    """Ended waits: how many gave up in each span, and the seconds waited there."""

    def __init__(self) -> None:
        self.given_up = np.zeros(len(_EDGES))
        self.seconds = np.zeros(len(_EDGES))

    def add(self, waited: float, *, gave_up: bool) -> None:
        place = int(np.searchsorted(_EDGES, waited, "right")) - 1
        self.seconds[:place] += np.diff(_EDGES)[:place]
        self.seconds[place] += waited - _EDGES[place]
        self.given_up[place] += gave_up


class Waits:
    """Of the callers of each team. A team leans on the centre, the centre on one caller in ten minutes."""

    def __init__(self) -> None:
        self._centre = _Ended()
        self._teams: defaultdict[str, _Ended] = defaultdict(_Ended)

    def add(self, team: str, waited: float, *, gave_up: bool) -> None:
        """A wait of so many seconds (from 0) ended."""
        self._centre.add(waited, gave_up=gave_up)
        self._teams[team].add(waited, gave_up=gave_up)

    def patience(self, team: str) -> Hazard:
        """The hazard as in the Kaplan-Meier estimate: those who gave up over the seconds waited, span by span."""
        centre, own = self._centre, self._teams[team]
        wider = (centre.given_up + _CENTRE_LEAN) / (centre.seconds + _CENTRE_LEAN / self._rate())
        return Hazard(_EDGES, (own.given_up + _TEAM_LEAN) / (own.seconds + _TEAM_LEAN / wider))

    def rate(self, team: str) -> float:
        """Callers who give up a second of waiting, as the formulas want it: theta = P(Ab) / E[W]."""
        own = self._teams[team]
        return float((own.given_up.sum() + _TEAM_LEAN) / (own.seconds.sum() + _TEAM_LEAN / self._rate()))

    def _rate(self) -> float:
        return float((self._centre.given_up.sum() + 1) / (self._centre.seconds.sum() + _PRIOR_SECONDS))
