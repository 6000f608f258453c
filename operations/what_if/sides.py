"""A team as it was, as it would be, and as it would have to be: what the formulas and the runs say of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from metrics.counts import Counts, Target, target_in
from metrics.service_level import service_level
from operations.what_if.row import Figures, Played, Row
from operations.what_if.was import Was
from routing.centre import CENTRE, Centre
from routing.what_if.erlang_a import Floats
from routing.what_if.intervals import interval
from routing.what_if.plan import Plan
from routing.what_if.quick import Quick, quick
from routing.what_if.simulation import Lived, Run
from routing.what_if.staffing import at_work, needed, staffed, told_of
from routing.what_if.tally import Level, Promise, Tally, total

_MILLION = 1_000_000

Threefold = tuple[Lived, Lived, Lived]
"""One run: as it was, with the changes, and then with the members needed."""


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


class Sides:
    """The plans that are held against each other, and what is asked of them.

    `now` as it was, `then` with the changes; `share` of the calls is to be answered in time, by the centre's formula.
    """

    def __init__(self, now: Plan, then: Plan, centre: Centre, share: float, target_of: Callable[[str], Target]) -> None:
        self._now, self._then, self._centre, self._target_of = now, then, centre, target_of
        self._level = level_by(centre.targets.formula)
        self.promises: Mapping[str, Promise] = {team: Promise(*target_of(team)) for team in now.teams}
        """Of every team in the plans."""
        wanted = {team: needed(then, team, self.promises[team], self._level, share) for team in now.teams}
        self._needed: Mapping[str, Floats] = {team: each for team, each in wanted.items() if each is not None}

    @cached_property
    def plans(self) -> tuple[Plan, Plan, Plan]:
        """As it was, with the changes, and then with the members needed."""
        return self._now, self._then, staffed(self._then, self._needed)

    def rows(self, teams: Sequence[str], was: Was, played: Sequence[tuple[Run, Run, Run]]) -> Iterator[Row]:
        """A row a team; after all teams of the centre the centre itself."""
        lived = {team: was.lived(team) for team in teams}
        quicks = {team: (self._quick(self._now, team), self._quick(self._then, team)) for team in teams}
        for team in teams:
            yield self._row(
                team, lived[team], quicks[team], [(one[team], two[team], three[team]) for one, two, three in played]
            )
        if len(teams) == len(self._centre.teams):
            before, after = zip(*quicks.values(), strict=True)
            runs = [(_all(one, teams), _all(two, teams), _all(three, teams)) for one, two, three in played]
            yield self._row(CENTRE, _all(lived, teams), (_together(before), _together(after)), runs)

    def _quick(self, plan: Plan, team: str) -> Quick:
        return quick(plan, team, self.promises[team])

    def _row(self, team: str, was: Lived, quicks: tuple[Quick, Quick], played: Sequence[Threefold]) -> Row:
        now, then, best = ([self._figures(run[side]) for run in played] for side in range(3))
        is_team = team != CENTRE
        return Row(
            team=team,
            target_seconds=self._target_of(team).answer_seconds,
            now=self._figures(was),
            quick_now=self._figures(quicks[0]),
            quick=self._figures(quicks[1]),
            simulated_now=_over_runs(now),
            simulated=_over_runs(then),
            difference=_differences(now, then),
            staffed=_over_runs(best),
            at_work_now=at_work(self._now, team) if is_team else None,
            at_work=at_work(self._then, team) if is_team else None,
            needed=told_of(self._then, team, self._needed.get(team)) if is_team else None,
        )

    def _figures(self, of: Lived | Quick) -> Figures:
        tally = of.tally
        return Figures(
            tally.calls, self._level(tally), tally.asa_seconds, of.p80_seconds, tally.abandoned_share, tally.occupancy
        )


def _all(of: Mapping[str, Lived], teams: Sequence[str]) -> Lived:
    waits = np.sort(np.concatenate([of[team].waits for team in teams]))
    return Lived(total([of[team].tally for team in teams]), waits)


def _together(of: Sequence[Quick]) -> Quick:
    return Quick(total([each.tally for each in of]), np.sum([each.answered_by for each in of], axis=0))


def _over_runs(figures: Sequence[Figures]) -> Played:
    return {name: interval([getattr(each, name) for each in figures]) for name in Figures.__slots__}


def _differences(before: Sequence[Figures], after: Sequence[Figures]) -> Played:
    """Each run's own: both plans had the same callers in it."""
    pairs = list(zip(before, after, strict=True))
    return {
        name: interval([_less(getattr(after, name), getattr(before, name)) for before, after in pairs])
        for name in Figures.__slots__
    }


def _less(value: float | None, than: float | None) -> float | None:
    return None if value is None or than is None else value - than
