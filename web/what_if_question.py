"""A what-if question as it arrives: bounded, in the words of `teamline simulate`, every mistake with place and cure."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from metrics.calendar_days import local_day
from operations.report_span import SpanRefused, span_of
from operations.what_if.words import WordsRefused, changes_of, seconds_of, share_of, weekdays_of
from routing.centre import Centre
from routing.what_if.changes import Of

MOST_RUNS = 200
MOST_WORDS = 100
LOOK_BACK = timedelta(days=30)

Word = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[tuple[Word, ...], Field(max_length=MOST_WORDS)]


class Asked(BaseModel):
    """What is asked, as the options of `teamline simulate` take it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    members: Words = Field(default=(), description="L03=-1 one fewer at work, L03=+1 one more, L03=5 five, L03@mon=-1")
    calls: Words = Field(default=(), description="+20%, L03=+20%, mon=+20% on Mondays, L03@mon=-10%")
    talk: Words = Field(default=(), description="+10%, L03=-5%, or a mean in seconds")
    patience: Words = Field(default=(), description="-20%, L03=+10%, or a mean in seconds")
    begin: date | None = Field(default=None, alias="from", description="First day to learn from; 30 days ago if null")
    end: date | None = Field(default=None, alias="to", description="The same, exclusive; today if null")
    teams: Words = Field(default=(), description="Show these teams; all if empty")
    on: Words = Field(default=(), description="Look at these weekdays only: mon, tue ...")
    target: Word | None = Field(default=None, description="The share to reach, 75%; that of teams.yaml if null")
    within: Word | None = Field(default=None, description="Seconds, for all teams; each its own if null")
    runs: int = Field(default=30, ge=2, le=MOST_RUNS, strict=True)
    seed: int = Field(default=1, ge=0, le=2**31, strict=True)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that cannot be asked: where it stands in what was sent, and what to write instead."""

    place: tuple[str, ...]
    what: str


def mistakes_in(asked: Asked, centre: Centre, now: float) -> list[Mistake]:
    """Everything that cannot be asked of this centre, in the order of the fields. The words are not repeated."""
    return list(
        chain(
            *(_in_changes(of, getattr(asked, of.value), centre.teams) for of in Of),
            _in_span(asked, centre, now),
            _in_teams(asked.teams, centre.teams),
            _in_weekdays(asked.on),
            _in_target(asked),
        )
    )


def _in_changes(of: Of, words: Words, teams: Collection[str]) -> Iterator[Mistake]:
    for place, word in enumerate(words):
        yield from _tried((of.value, str(place)), f"--{of} {word}", partial(changes_of, of, [word], teams))


def _in_weekdays(words: Words) -> Iterator[Mistake]:
    for place, word in enumerate(words):
        yield from _tried(("on", str(place)), f"--on {word}", partial(weekdays_of, [word]))


def _in_span(asked: Asked, centre: Centre, now: float) -> Iterator[Mistake]:
    today = local_day(now, centre.timezone)
    begin, end = asked.begin or today - LOOK_BACK, asked.end or today
    try:
        span_of(begin.isoformat(), end.isoformat(), now, centre.timezone)
    except SpanRefused as error:
        yield Mistake(("from",), str(error))


def _in_teams(named: Words, teams: Collection[str]) -> Iterator[Mistake]:
    for place, team in enumerate(named):
        if team not in teams:
            yield Mistake(("teams", str(place)), f"no such team: one of {', '.join(teams)}")


def _in_target(asked: Asked) -> Iterator[Mistake]:
    target, within = asked.target, asked.within
    if target is not None:
        yield from _tried(("target",), f"--target {target}", partial(share_of, target))
    if within is not None:
        yield from _tried(("within",), f"--within {within}", partial(seconds_of, "--within", within))


def _tried(place: tuple[str, ...], said: str, attempt: Callable[[], object]) -> Iterator[Mistake]:
    try:
        attempt()
    except WordsRefused as error:
        yield Mistake(place, str(error).removeprefix(said).removeprefix(": "))
