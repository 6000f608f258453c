"""The head line: the sums of the teams that are seen. Pure; `web/pages/board/head.js` says the same."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from metrics.board import MemberCounts, TeamNow, TodayFigures


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums; a member of two teams counts in each."""

    waiting: int
    longest_seconds: float
    members: MemberCounts
    offered: int
    answered: int
    abandoned: int
    service_level: float | None
    callbacks: int
    messages: int


def totals(teams: Sequence[TeamNow], formula: str) -> Totals:
    """Of these teams."""
    states = {each.name: sum(getattr(team.members, each.name) for team in teams) for each in fields(MemberCounts)}
    days = [team.today for team in teams]
    return Totals(
        waiting=sum(team.waiting for team in teams),
        longest_seconds=max((team.longest_wait_seconds for team in teams), default=0.0),
        members=MemberCounts(**states),
        offered=sum(day.offered for day in days),
        answered=sum(day.answered for day in days),
        abandoned=sum(day.abandoned for day in days),
        service_level=level_of(days, formula),
        callbacks=sum(team.callbacks_open for team in teams),
        messages=sum(team.messages_open for team in teams),
    )


def level_of(days: Sequence[TodayFigures], formula: str) -> float | None:
    """The service level of all these together: each team's, weighed by what its formula divides by."""
    weighed = [(day.service_level, divisor(day, formula)) for day in days if day.service_level is not None]
    whole = sum(weight for _, weight in weighed)
    return sum(level * weight for level, weight in weighed if level is not None) / whole if whole else None


def divisor(day: TodayFigures, formula: str) -> float:
    """What `metrics.service_level` divides by, as far as these figures tell.

    Calls abandoned at once or in time are not among them: where a formula leaves them out, the level itself tells
    the divisor; only of a level of 0 it does not, and they count there.
    """
    if formula == "answered-only":
        return day.answered
    if formula in {"strict", "good", "short"}:
        return day.answered + day.abandoned
    if day.service_level and day.answered_in_target:
        return day.answered_in_target / day.service_level
    return day.answered + day.abandoned + (day.lost if formula == "default" else 0)
