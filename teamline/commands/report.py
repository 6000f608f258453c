"""`teamline report`: what teams were offered and what became of it; what callers were told; why they went there.

And the books of emergencies, of callbacks, and of calls from kiosks.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from facts.watch import GapSeen
from metrics.calendar_days import cuts, local_day, shown
from operations.journal import JournalAway
from operations.report_books import About, opened
from operations.report_books import Opened as OpenedBooks
from operations.report_span import ReportSpan, SpanRefused, span_of
from operations.reporting import days_to_read, fold_days
from routing.centre import CENTRE, Centre
from teamline.commands.in_force import centre_for
from teamline.output import WRONG_USE, ConfigOption, JsonOption, errors, fail, run, settings_or_fail
from teamline.settings import Settings
from teamline.stored import Stored, open_store

MOST_TABLE_LINES = 20_000


class Step(StrEnum):
    """How long an interval is."""

    FIVE_MINUTES = "5m"
    QUARTER = "15m"
    HALF_HOUR = "30m"
    HOUR = "60m"
    ONE_HOUR = "1h"
    DAY = "1d"


class Form(StrEnum):
    """How the rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Asked:
    begin: str | None
    end: str | None
    step: str | None
    team: str | None
    form: Form
    about: About
    now: datetime


@dataclass(frozen=True, slots=True)
class _Folded:
    """The books of one report; the second are for the table's last line, the centre's."""

    centre: Centre
    span: ReportSpan
    opened: OpenedBooks


def report(
    begin: Annotated[
        str | None, typer.Option("--from", help="2026-11-22 or 2026-11-22T08:00; today if not given")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="The same, exclusive; the end of today if not given")] = None,
    *,
    step: Annotated[Step | None, typer.Option("--step", help="Length of an interval; all in one if not given")] = None,
    team: Annotated[
        str | None, typer.Option("--team", help="One team, or centre for the totals; all if not given")
    ] = None,
    estimates: Annotated[
        bool, typer.Option("--estimates", help="What callers were told of their wait, and how it was kept")
    ] = False,
    reasons: Annotated[bool, typer.Option("--reasons", help="By which rules contacts went where they went")] = False,
    emergencies: Annotated[
        bool, typer.Option("--emergencies", help="Emergencies: how many, what became of them, how the way is used")
    ] = False,
    callbacks: Annotated[bool, typer.Option("--callbacks", help="Callbacks: what became of each promise")] = False,
    kiosks: Annotated[bool, typer.Option("--kiosks", help="Calls from kiosks: what became of them")] = False,
    form: Annotated[Form | None, typer.Option("--format", help="table if not given")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what each team was offered and what became of it; docs/reports.md explains every column."""
    settings = settings_or_fail()
    form = form or (Form.JSON if as_json else Form.TABLE)
    about = _about(
        {
            About.ESTIMATES: estimates,
            About.REASONS: reasons,
            About.EMERGENCIES: emergencies,
            About.CALLBACKS: callbacks,
            About.KIOSKS: kiosks,
        }
    )
    _print(_Asked(begin, end, step, team, form, about, datetime.now(UTC)), settings, config)


def _print(asked: _Asked, settings: Settings, config: Path | None) -> None:
    folded: list[_Folded] = []

    async def work() -> None:
        async with open_store(settings) as stored:
            named = settings.model_copy(update={"config": config or settings.config})
            centre = await centre_for(stored, named, is_named=config is not None)
            found = _opened(asked, centre)
            try:
                await _fold(found, stored)
            except JournalAway as error:
                fail(f"{error}: try again when it answers")
            folded.append(found)

    run(work)
    for text in folded[0].opened.text(asked.form):
        sys.stdout.write(text)


def _about(wished: Mapping[About, bool]) -> About:
    wanted = [about for about, is_wanted in wished.items() if is_wanted]
    if len(wanted) > 1:
        fail(f"--{' and --'.join(wanted)}: several reports: ask for one after the other", code=WRONG_USE)
    return wanted[0] if wanted else About.CALLS


def _opened(asked: _Asked, centre: Centre) -> _Folded:
    """Empty books for what was asked. Exit code 2 with each cure for what cannot be."""
    if asked.team is not None and asked.team != CENTRE and asked.team not in centre.teams:
        fail(f"--team {asked.team}: no such team: one of {', '.join(centre.teams)}, or {CENTRE}", code=WRONG_USE)
    try:
        span = span_of(asked.begin, asked.end, asked.now.timestamp(), centre.timezone)
    except SpanRefused as error:
        fail(str(error), code=WRONG_USE)
    borders = cuts(span.begin, span.end, asked.step, centre.timezone)
    rows = len(centre.kiosks) if asked.about is About.KIOSKS else 1 if asked.team else len(centre.teams)
    lines = (len(borders) - 1) * rows
    if asked.form is Form.TABLE and lines > MOST_TABLE_LINES:
        fail(f"--step {asked.step}: a table of {lines} lines: choose a longer step, or --format csv", code=WRONG_USE)
    parts: list[tuple[Sequence[float], str | None]] = [(borders, asked.team)]
    if asked.form is Form.TABLE and asked.team is None:
        parts.append(((span.begin, span.end), CENTRE))
    return _Folded(centre, span, opened(asked.about, centre, parts))


async def _fold(folded: _Folded, stored: Stored) -> None:
    zone = folded.centre.timezone
    days = days_to_read(folded.span, zone)
    before = (days[0] - timedelta(days=back) for back in range(folded.opened.days_before, 0, -1))
    after = (days[-1] + timedelta(days=on) for on in range(1, folded.opened.days_after + 1))
    days = [*before, *days, *after]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("Reading the journal, days", total=len(days))
        unreadable = await fold_days(
            stored.journal, days, folded.opened.books, lambda done: progress.update(task, completed=done)
        )
    kept = await stored.journal.days()
    first = local_day(folded.span.begin, zone)
    if not kept or kept[0] > first:
        begins = f"begins on {kept[0]}" if kept else "is empty"
        _note(f"the journal {begins}: of what was before it nothing is known")
    if unreadable:
        _note(f"records of the journal that could not be read and are not counted: {unreadable}")
    for gap in folded.opened.books[0].gaps:
        _note(_told(gap, folded.centre))


def _note(sentence: str) -> None:
    errors.print(f"note: {sentence}", markup=False)


def _told(gap: GapSeen, centre: Centre) -> str:
    begins, ends = shown(gap.since, centre.timezone), shown(gap.at, centre.timezone)
    filled = "filled from Asterisk's queue_log" if gap.filled else "what came and went in between is not known"
    lost = f"; {gap.unknown} calls whose end nobody knows count as lost" if gap.unknown else ""
    return f"{gap.node} was not watched from {begins} to {ends}: {filled}{lost}"
