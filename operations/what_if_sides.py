"""A team as it was and as it would be: figures out of the journal, out of the formulas, out of the runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.counts import Counts, Target, target_in
from metrics.service_level import service_level
from operations.what_if_observed import Seen
from routing.centre import CENTRE, Centre
from routing.what_if.intervals import Interval, interval
from routing.what_if.plan import STEP_SECONDS, Plan
from routing.what_if.quick import Quick, Staffing, at_work, needed, quick
from routing.what_if.simulation import Lived, Run
from routing.what_if.tally import Level, Promise, Tally, total

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Of all days that were looked at; shares from 0 to 1, None where there is nothing to divide by."""

    calls: float
    service_level: float | None
    asa_seconds: float | None
    p80_seconds: float | None
    abandoned_share: float | None
    occupancy: float | None


Played = Mapping[str, Interval | None]
"""A figure's name -> its mean over the runs and the interval."""


@dataclass(frozen=True, slots=True)
class Row:
    """One team, or `CENTRE`: all of them, where a call counts in every team that it was offered to.

    `now` is what the journal says; the others are computed, as it was and with the changes. `difference` is taken run
    by run, with the same callers. `at_work` with the changes; `needed` reaches the share in every half-hour.
    """

    team: str
    target_seconds: float
    now: Figures
    quick_now: Figures
    quick: Figures
    simulated_now: Played
    simulated: Played
    difference: Played
    at_work_now: Staffing | None
    at_work: Staffing | None
    needed: Staffing | None


def level_by(formula: str) -> Level:
    """The books' formula for expected counts, which are not whole: it is asked in millionths of a call."""

    def level(of: Tally) -> float | None:
        return service_level(
            formula,
            Counts(
                answered=round(of.answered * _MILLION),
                answered_in_target=round(of.answered_in_target * _MILLION),
                abandoned=round(of.abandoned * _MILLION),
                abandoned_short=round(of.abandoned_short * _MILLION),
                abandoned_in_target=round(of.abandoned_in_target * _MILLION),
                lost=round(of.lost * _MILLION),
            ),
        )

    return level


def target_for(centre: Centre, within_seconds: float | None) -> Callable[[str], Target]:
    """The teams' targets, or one for all."""

    def target_of(team: str) -> Target:
        target = target_in(centre, team)
        return target if within_seconds is None else target._replace(answer_seconds=within_seconds)

    return target_of


class Was:
    """What the journal says of these days."""

    def __init__(self, seen: Seen, centre: Centre, days: frozenset[date]) -> None:
        self._seen, self._centre, self._days = seen, centre, days
        present = seen.present()
        places = [place for place, day in enumerate(seen.days) if day in days]
        self._present = {team: float(rows[places].sum()) * STEP_SECONDS for team, rows in present.items()}

    def lived(self, team: str) -> Lived:
        """A team's calls; whose hold nobody knows is in no mean."""
        cells = [cell for (of, day), cell in self._seen.tallies.items() if of == team and day in self._days]
        talks = sum(sum(each) for (of, day), each in self._seen.talks.items() if of == team and day in self._days)
        holds = [
            each for (of, day), some in self._seen.holds.items() if of == team and day in self._days for each in some
        ]
        answered = sum(cell.answered for cell in cells)
        tally = Tally(
            answered=answered,
            answered_in_target=sum(cell.answered_in_target for cell in cells),
            abandoned=sum(cell.abandoned for cell in cells),
            abandoned_short=sum(cell.abandoned_short for cell in cells),
            abandoned_in_target=sum(cell.abandoned_in_target for cell in cells),
            held=sum(holds) * (answered / len(holds) if holds else 0.0),
            worked=talks + answered * self._centre.teams[team].wrap_up_seconds,
            present=self._present.get(team, 0.0),
            lost=sum(cell.lost for cell in cells),
            flowed_out=sum(cell.flowed_out + cell.waiting for cell in cells),
        )
        return Lived(tally, np.sort(np.array(holds, float)))


@dataclass(frozen=True, slots=True)
class Sides:
    """A plan as it was and as it would be, and what is asked of both."""

    now: Plan
    then: Plan
    centre: Centre
    share: float
    target_of: Callable[[str], Target]

    @property
    def promises(self) -> Mapping[str, Promise]:
        """Of every team in the plans."""
        return {team: Promise(*self.target_of(team)) for team in self.now.teams}

    @property
    def level(self) -> Level:
        """By the formula of teams.yaml."""
        return level_by(self.centre.targets.formula)

    def rows(self, teams: Sequence[str], was: Was, played: Sequence[tuple[Run, Run]]) -> Iterator[Row]:
        """A row a team; after all teams of the centre the centre itself."""
        lived = {team: was.lived(team) for team in teams}
        answers = {team: (self._quick(self.now, team), self._quick(self.then, team)) for team in teams}
        for team in teams:
            runs = [(now[team], then[team]) for now, then in played]
            yield self._row(team, lived[team], answers[team], runs, self._staffing(team))
        if len(teams) == len(self.centre.teams):
            runs = [(_all(now, teams), _all(then, teams)) for now, then in played]
            quicks = (
                _together([each for each, _ in answers.values()]),
                _together([each for _, each in answers.values()]),
            )
            yield self._row(CENTRE, _all(lived, teams), quicks, runs, (None, None, None))

    def _quick(self, plan: Plan, team: str) -> Quick:
        return quick(plan, team, Promise(*self.target_of(team)))

    def _staffing(self, team: str) -> tuple[Staffing | None, Staffing | None, Staffing | None]:
        promise = Promise(*self.target_of(team))
        return (
            at_work(self.now, team),
            at_work(self.then, team),
            needed(self.then, team, promise, self.level, self.share),
        )

    def _row(
        self,
        team: str,
        was: Lived,
        answers: tuple[Quick, Quick],
        played: Sequence[tuple[Lived, Lived]],
        staffing: tuple[Staffing | None, Staffing | None, Staffing | None],
    ) -> Row:
        pairs = [(self._figures(now), self._figures(then)) for now, then in played]
        return Row(
            team=team,
            target_seconds=self.target_of(team).answer_seconds,
            now=self._figures(was),
            quick_now=self._figures(answers[0]),
            quick=self._figures(answers[1]),
            simulated_now=_over_runs([now for now, _ in pairs]),
            simulated=_over_runs([then for _, then in pairs]),
            difference=_differences(pairs),
            at_work_now=staffing[0],
            at_work=staffing[1],
            needed=staffing[2],
        )

    def _figures(self, of: Lived | Quick) -> Figures:
        tally = of.tally
        return Figures(
            tally.calls, self.level(tally), tally.asa_seconds, of.p80_seconds, tally.abandoned_share, tally.occupancy
        )


def _all(of: Mapping[str, Lived], teams: Sequence[str]) -> Lived:
    waits = np.sort(np.concatenate([of[team].waits for team in teams]))
    return Lived(total([of[team].tally for team in teams]), waits)


def _together(of: Sequence[Quick]) -> Quick:
    """Without a percentile: those of teams do not add up."""
    return Quick(total([each.tally for each in of]), None)


def _values(figures: Sequence[Figures]) -> Mapping[str, list[float | None]]:
    return {name: [getattr(each, name) for each in figures] for name in Figures.__slots__}


def _over_runs(figures: Sequence[Figures]) -> Played:
    return {name: interval(values) for name, values in _values(figures).items()}


def _differences(pairs: Sequence[tuple[Figures, Figures]]) -> Played:
    """Each run's own: both plans had the same callers in it."""
    before, after = (_values(each) for each in zip(*pairs, strict=True))
    return {
        name: interval(
            [
                None if one is None or two is None else two - one
                for one, two in zip(before[name], after[name], strict=True)
            ]
        )
        for name in before
    }
