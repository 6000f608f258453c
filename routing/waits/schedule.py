"""When each place is served, for one caller who stays: the line's walk ahead of them, then answers for them alone."""

from dataclasses import dataclass

import numpy as np

from routing.waits.grid import GRID, Floats
from routing.waits.walk import Path

_LAST_WIDTH = float(GRID[-1] - GRID[-2])


@dataclass(frozen=True, slots=True)
class Schedule:
    """`path` ends where all ahead are served; `answers` are those for nobody but this caller, up to GRID's moments."""

    path: Path
    answers: Floats

    @property
    def place(self) -> float:
        """Of whoever is behind all of the path, from 1; those ahead count as their weights."""
        return 1 + float(self.path.places[-1])

    def when(self, places: Floats) -> Floats:
        """Seconds until the outlook has served so many places, for each row (a place in line, from 1) and column.

        A row is never before the rows above it: nobody is served before one who stands ahead of them. The last row may
        be for the end of the path, between two whole places, where those ahead are not whole ones (`place`).
        """
        ahead = np.minimum(np.arange(len(places)), self.path.places[-1])
        before = self._counted(np.interp(ahead, self.path.places, self.path.seconds))
        alone = self._reached(before[:, None] + np.maximum(places - ahead[:, None], 0.0))
        within = np.interp(places, self.path.places, self.path.seconds)
        latest: Floats = np.maximum.accumulate(np.where(places <= ahead[:, None], within, alone), axis=0)
        return latest

    def last(self, places: Floats) -> Floats:
        """The last row of `when`, for less: what is counted is compared before it becomes seconds."""
        ahead = np.minimum(np.arange(len(places)), self.path.places[-1])
        before = self._counted(np.interp(ahead, self.path.places, self.path.seconds))
        behind = places <= ahead[:, None]
        alone = np.where(behind, 0.0, places + (before - ahead)[:, None]).max(axis=0)
        within = np.where(behind, places, 0.0).max(axis=0)
        latest: Floats = np.maximum(self._reached(alone), np.interp(within, self.path.places, self.path.seconds))
        return latest

    def served(self, waited: float) -> float:
        """The places that the outlook had served after so many seconds."""
        if waited < self.path.seconds[-1]:
            return float(np.interp(waited, self.path.seconds, self.path.places))
        before, by_then = self._counted(np.array([self.path.seconds[-1], waited]))
        return float(self.path.places[-1] + max(0.0, by_then - before))

    def moment(self, served: float) -> float:
        """Seconds until the outlook has served so many places: the opposite of `served`."""
        ahead = float(self.path.places[-1])
        if served <= ahead:
            return float(np.interp(served, self.path.places, self.path.seconds))
        (before,) = self._counted(self.path.seconds[-1:])
        return float(self._reached(np.array([before + served - ahead]))[0])

    @property
    def _pace(self) -> float:
        """Answers a second, beyond the horizon."""
        return float(self.answers[-1] - self.answers[-2]) / _LAST_WIDTH

    def _counted(self, seconds: Floats) -> Floats:
        counted: Floats = np.interp(seconds, GRID, self.answers) + self._pace * np.maximum(seconds - GRID[-1], 0.0)
        return counted

    def _reached(self, counts: Floats) -> Floats:
        inside = np.interp(counts, self.answers, GRID)
        reached: Floats = inside + np.maximum(counts - self.answers[-1], 0.0) / self._pace
        return reached
