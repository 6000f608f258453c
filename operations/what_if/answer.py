"""A question to the centre's own journal, and its answer: as it was, by formula, and played through."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from operations.what_if.idle import idle
from operations.what_if.observed import Seen
from operations.what_if.plan import plan_of
from operations.what_if.row import Row
from operations.what_if.sides import Sides, target_for
from operations.what_if.was import Was
from routing.centre import Centre
from routing.what_if.changes import WhatIf, changed
from routing.what_if.plan import Plan
from routing.what_if.simulation import runs


class NothingKnown(ValueError):
    """The journal does not say enough for an answer; the sentence says what is missing, and the cure."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `teams` (empty: all) are shown; `weekdays` (empty: all) are looked at.

    `share` is to be answered in time; `within_seconds` stands for every team's own target.
    """

    changes: tuple[WhatIf, ...] = ()
    teams: tuple[str, ...] = ()
    weekdays: frozenset[int] = frozenset()
    share: float = 0.75
    within_seconds: float | None = None
    runs: int = 30
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that is told; `days` that were looked at, of `days_asked`; `notes` are for who asked, not figures."""

    first: str
    last: str
    days: int
    days_asked: int
    formula: str
    share: float
    runs: int
    seed: int
    is_changed: bool
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def answer(seen: Seen, centre: Centre, question: Question, told: Callable[[int], None]) -> Answer:
    """The answer to a question; `told` hears how many runs are done. Raises NothingKnown.

    `seen` was folded with `target_for` the same seconds.
    """
    places = _places(seen, question)
    teams = question.teams or tuple(centre.teams)
    now = _around(plan_of(seen, centre, places), teams)
    then = changed(now, [each for each in question.changes if each.team is None or each.team in now.teams])
    sides = Sides(now, then, centre, question.share, target_for(centre, question.within_seconds))
    played = []
    for run in runs(sides.plans, sides.promises, question.runs, question.seed):
        played.append((run[0], run[1], run[2]))
        told(len(played))
    days = [seen.days[place] for place in places]
    return Answer(
        first=days[0].isoformat(),
        last=days[-1].isoformat(),
        days=len(days),
        days_asked=sum(_is_asked(day, question) for day in seen.days),
        formula=centre.targets.formula,
        share=question.share,
        runs=question.runs,
        seed=question.seed,
        is_changed=bool(question.changes),
        rows=tuple(sides.rows(teams, Was(seen, centre, frozenset(days)), played)),
        notes=tuple(idle(question.changes, now.teams, {day.weekday() for day in days})),
    )


def _places(seen: Seen, question: Question) -> list[int]:
    """Which days are looked at."""
    if not seen.calls:
        raise NothingKnown(
            "nothing is known yet: the journal has no call in these days: let the router run for some days, "
            "or name others with --from and --to"
        )
    worked = seen.worked_days()
    if not worked:
        raise NothingKnown(
            "nothing is known of members in these days: the journal has calls, but nobody was signed in: "
            "name days with --from and --to on which the teams worked"
        )
    places = [place for place in worked if _is_asked(seen.days[place], question)]
    if not places:
        raise NothingKnown("--on: the teams did not work on such a day in the span: name another, or a longer span")
    return places


def _is_asked(day: date, question: Question) -> bool:
    return not question.weekdays or day.weekday() in question.weekdays


def _around(plan: Plan, teams: Sequence[str]) -> Plan:
    """These teams, and those that share members with them."""
    kept = frozenset[str]().union(*(each for each in plan.linked() if each & set(teams)))
    return Plan(
        plan.days,
        {team: of for team, of in plan.teams.items() if team in kept},
        tuple(pool for pool in plan.pools if pool.teams & kept),
    )
