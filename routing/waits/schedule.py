"""When each place is served, for one caller who stays: the line's walk ahead of them, then answers for them alone."""

from dataclasses import dataclass

import numpy as np

from routing.waits.grid import GRID, Floats
from routing.waits.walk import Capacity, Path, counted

_LAST_WIDTH = float(GRID[-1] - GRID[-2])
_HORIZON = float(GRID[-1])
_WHOLE: Floats = np.arange(128.0)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`path` ends where all ahead are served; `answers` are those for nobody but this caller, up to GRID's moments.

    `first` is the same for the first place: the exact hazard of the first answer, where places behind it live on
    expected counts. With two members of whom one is about to be free, that is much sharper.
    """

    path: Path
    answers: Floats
    first: Floats

    @classmethod
    def behind(cls, path: Path, capacity: Capacity, reach: float) -> "Schedule":
        """For a caller behind those who walked this path; sisters may be had after `reach` seconds."""
        at_once, answers = counted(capacity, reach, path.idle_taken)
        return cls(path, answers if path.places[-1] > 0 else at_once, at_once)

    @property
    def place(self) -> float:
        """Of whoever is behind all of the path, from 1; those ahead count as their weights."""
        return 1 + float(self.path.places[-1])

    def when(self, places: Floats) -> Floats:
        """Seconds until the outlook has served so many places, for each row (a place in line, from 1) and column.

        A row is never before the rows above it: nobody is served before one who stands ahead of them. The last row may
        be for the end of the path, between two whole places, where those ahead are not whole ones (`place`).
        """
        ahead, before = self._ahead(places)
        alone = _reached(self.answers, before[:, None] + np.maximum(places - ahead[:, None], 0.0))
        within = np.interp(places, self.path.places, self.path.seconds)
        each = np.where(places <= ahead[:, None], within, alone)
        each[0] = _reached(self.first, places[0])
        latest: Floats = np.maximum.accumulate(each, axis=0)
        return latest

    def last(self, places: Floats) -> Floats:
        """The last row of `when`, for less: what is counted is compared before it becomes seconds."""
        soonest = _reached(self.first, places[0])
        if len(places) == 1:
            return soonest
        ahead, before = self._ahead(places)
        behind, ahead, before = places[1:], ahead[1:, None], before[1:, None]
        is_alone = behind > ahead
        within = np.maximum.reduce(np.where(is_alone, 0.0, behind))
        alone = np.maximum.reduce(np.where(is_alone, behind + (before - ahead), 0.0))
        walked = np.interp(within, self.path.places, self.path.seconds)
        latest: Floats = np.maximum(np.maximum(_reached(self.answers, alone), walked), soonest)
        return latest

    def served(self, waited: float) -> float:
        """The places that the outlook had served after so many seconds."""
        if waited < self.path.seconds[-1]:
            return float(np.interp(waited, self.path.seconds, self.path.places))
        before, by_then = _counted(self.answers, np.array([self.path.seconds[-1], waited]))
        return float(self.path.places[-1] + max(0.0, by_then - before))

    def moment(self, served: float) -> float:
        """Seconds until the outlook has served so many places: the opposite of `served`."""
        ahead = float(self.path.places[-1])
        if served <= ahead:
            return float(np.interp(served, self.path.places, self.path.seconds))
        (before,) = _counted(self.answers, self.path.seconds[-1:])
        return float(_reached(self.answers, np.array([before + served - ahead]))[0])

    def _ahead(self, places: Floats) -> tuple[Floats, Floats]:
        """Of each row: places ahead, and the answers that are counted until they are served."""
        ahead = _WHOLE[: len(places)] if len(places) <= len(_WHOLE) else np.arange(float(len(places)))
        ahead = np.minimum(ahead, self.path.places[-1])
        return ahead, _counted(self.answers, np.interp(ahead, self.path.places, self.path.seconds))


def _pace(answers: Floats) -> float:
    """Answers a second, beyond the horizon."""
    return float(answers[-1] - answers[-2]) / _LAST_WIDTH


def _counted(answers: Floats, seconds: Floats) -> Floats:
    """At moments that never fall."""
    counted: Floats = np.interp(seconds, GRID, answers)
    if seconds[-1] > _HORIZON:
        counted += _pace(answers) * np.maximum(seconds - _HORIZON, 0.0)
    return counted


def _reached(answers: Floats, counts: Floats) -> Floats:
    reached: Floats = np.interp(counts, answers, GRID)
    last = answers[-1]
    if counts.max() > last:
        reached += np.maximum(counts - last, 0.0) / _pace(answers)
    return reached
