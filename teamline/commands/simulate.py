"""`teamline simulate`: what if? Answered from the centre's own journal."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from metrics.calendar_days import local_day
from operations.journal import JournalAway
from operations.report_span import ReportSpan, SpanRefused, span_of
from operations.reporting import days_to_read, fold_days
from operations.what_if.answer import Answer, NothingKnown, Question, answer
from operations.what_if.observed import Seen
from operations.what_if.sides import target_for
from operations.what_if.text import FORMATS
from operations.what_if.words import WordsRefused, changes_of, seconds_of, share_of, weekdays_of
from routing.centre import Centre
from routing.what_if.changes import Of
from teamline.commands.in_force import centre_for
from teamline.output import WRONG_USE, ConfigOption, JsonOption, errors, fail, run, settings_or_fail
from teamline.progress import progress
from teamline.settings import Settings
from teamline.stored import Stored, open_store

LOOK_BACK = timedelta(days=30)
RUNS = 30


class Form(StrEnum):
    """How the answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words of the command line."""

    begin: str | None
    end: str | None
    teams: Sequence[str]
    on: Sequence[str]
    changes: dict[Of, Sequence[str]]
    target: str | None
    within: str | None
    runs: int
    seed: int
    now: datetime


def simulate(
    begin: Annotated[
        str | None, typer.Option("--from", help="First day to learn from, 2026-10-01; 30 days ago if not given")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="The same, exclusive; today if not given")] = None,
    *,
    team: Annotated[list[str] | None, typer.Option("--team", help="Show this team; may be repeated")] = None,
    members: Annotated[
        list[str] | None, typer.Option("--members", help="L03=-1 one fewer, L03=+1 one more, L03=5 five, L03@mon=-1")
    ] = None,
    calls: Annotated[
        list[str] | None, typer.Option("--calls", help="+20%, L03=+20%, mon=+20% on Mondays, L03@mon=-10%")
    ] = None,
    talk: Annotated[list[str] | None, typer.Option("--talk", help="+10%, L03=-5%, or a mean in seconds")] = None,
    patience: Annotated[
        list[str] | None, typer.Option("--patience", help="-20%, L03=+10%, or a mean in seconds")
    ] = None,
    on: Annotated[list[str] | None, typer.Option("--on", help="Look at these weekdays only: mon or mon,tue")] = None,
    target: Annotated[
        str | None, typer.Option("--target", help="The share to reach, 75%; that of teams.yaml if not given")
    ] = None,
    within: Annotated[
        str | None, typer.Option("--within", help="Seconds, for all teams; each its own if not given")
    ] = None,
    runs: Annotated[int, typer.Option("--runs", min=2, max=10_000, help="More runs, narrower intervals")] = RUNS,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31, help="The same seed, the same answer")] = 1,
    form: Annotated[Form | None, typer.Option("--format", help="table if not given")] = None,
    in_lines: Annotated[bool, typer.Option("--progress-lines", hidden=True)] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what would be with other members, calls or talks, from the journal; docs/what-if.md explains every figure."""
    settings = settings_or_fail()
    changes: dict[Of, Sequence[str]] = {
        Of.MEMBERS: members or (),
        Of.CALLS: calls or (),
        Of.TALK: talk or (),
        Of.PATIENCE: patience or (),
    }
    asked = _Asked(begin, end, team or (), on or (), changes, target, within, runs, seed, datetime.now(UTC))
    found = _answer(asked, settings, config, in_lines=in_lines)
    for note in found.notes:
        errors.print(f"note: {note}", markup=False)
    for text in FORMATS[form or (Form.JSON if as_json else Form.TABLE)](found):
        sys.stdout.write(text)


def _answer(asked: _Asked, settings: Settings, config: Path | None, *, in_lines: bool) -> Answer:
    """Read the journal, and work the question out."""
    found: list[Answer] = []

    async def work() -> None:
        async with open_store(settings) as stored:
            named = settings.model_copy(update={"config": config or settings.config})
            centre = await centre_for(stored, named, is_named=config is not None)
            question, span = _question(asked, centre)
            seen = Seen(span, centre, target_for(centre, question.within_seconds))
            try:
                await _fold(seen, span, centre, stored, in_lines=in_lines)
            except JournalAway as error:
                fail(f"{error}: try again when it answers")
            found.append(_answered(seen, centre, question, in_lines=in_lines))

    run(work)
    return found[0]


def _question(asked: _Asked, centre: Centre) -> tuple[Question, ReportSpan]:
    """What was asked; exit code 2 with the cure for what cannot be."""
    for team in asked.teams:
        if team not in centre.teams:
            fail(f"--team {team}: no such team: one of {', '.join(centre.teams)}", code=WRONG_USE)
    today = local_day(asked.now.timestamp(), centre.timezone)
    begin = asked.begin or (today - LOOK_BACK).isoformat()
    try:
        span = span_of(begin, asked.end or today.isoformat(), asked.now.timestamp(), centre.timezone)
        question = Question(
            changes=tuple(each for of, words in asked.changes.items() for each in changes_of(of, words, centre.teams)),
            teams=tuple(dict.fromkeys(asked.teams)),
            weekdays=weekdays_of(asked.on),
            share=centre.targets.share if asked.target is None else share_of(asked.target),
            within_seconds=None if asked.within is None else seconds_of("--within", asked.within),
            runs=asked.runs,
            seed=asked.seed,
        )
    except (SpanRefused, WordsRefused) as error:
        fail(str(error), code=WRONG_USE)
    return question, span


async def _fold(seen: Seen, span: ReportSpan, centre: Centre, stored: Stored, *, in_lines: bool) -> None:
    days = days_to_read(span, centre.timezone)
    with progress("reading", "Reading the journal, days", len(days), in_lines=in_lines) as told:
        unreadable = await fold_days(stored.journal, days, [seen], told)
    if unreadable:
        errors.print(
            f"note: records of the journal that could not be read and are not counted: {unreadable}", markup=False
        )


def _answered(seen: Seen, centre: Centre, question: Question, *, in_lines: bool) -> Answer:
    with progress("simulating", "Simulating, runs", question.runs, in_lines=in_lines) as told:
        try:
            return answer(seen, centre, question, told)
        except NothingKnown as error:
            fail(str(error))
