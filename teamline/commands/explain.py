"""`teamline explain`: which team, which rule, which data, what the caller would hear."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from ivr.phrases.catalogue import Catalogue
from routing.centre import Centre
from routing.decision import EXPLAINED, Concern, Contact, Decision, decide
from routing.directory import DirectoryTable
from routing.number import NumberFormat, TypedNumber
from teamline.clock import wall_clock
from teamline.commands.check import chosen_file
from teamline.output import (
    WRONG_USE,
    ConfigOption,
    JsonOption,
    fail,
    print_json,
    read_text,
    run,
    settings_or_fail,
)
from teamline.settings import Settings
from teamline.stored import Stored, open_store


def explain(
    number: Annotated[str, typer.Argument(help="Customer or household number, as written or keyed; - reads stdin")],
    *,
    concern: Annotated[Concern, typer.Option("--concern", help="What it is about")] = Concern.MONEY,
    at: Annotated[str | None, typer.Option("--at", help="When: 2026-11-23T09:30; local time of the centre")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell where a call with this number would land, by which rule, and what the caller would hear."""
    settings = settings_or_fail()
    text = sys.stdin.readline().strip() if number == "-" else number

    async def work() -> None:
        async with open_store(settings) as stored:
            centre, version = await _centre(
                stored,
                settings.model_copy(update={"config": config or settings.config}),
                is_named=config is not None,
            )
            directory = await _directory(stored)
        typed = _typed(text, centre)
        now = _moment(at, centre, settings)
        contact = Contact(int(now.timestamp()), concern, typed, letter=typed.letter)
        decision = decide(contact, centre, directory, {}, now, version)
        _print(decision, centre, as_json=as_json)

    run(work)


async def _centre(stored: Stored, settings: Settings, *, is_named: bool) -> tuple[Centre, str]:
    active = None if is_named else await stored.configs.active()
    if active:
        return stored.centre_from(active.text, f"{active.id}.yaml"), active.id
    chosen = chosen_file(None, settings)
    return stored.centre_from(read_text(chosen), str(chosen)), f"file:{chosen.name}"


async def _directory(stored: Stored) -> DirectoryTable:
    version = await stored.directory()
    return await stored.load_directory(version) if version else DirectoryTable.empty()


def _typed(text: str, centre: Centre) -> TypedNumber:
    typed = NumberFormat(centre.customer_pattern, centre.household_pattern).written(text)
    if typed is None:
        fail(
            f"number: not a customer number ({centre.customer_pattern}) nor a household number "
            f"({centre.household_pattern}): write it like that, or as keyed on a phone",
            code=WRONG_USE,
        )
    return typed


def _moment(at: str | None, centre: Centre, settings: Settings) -> datetime:
    if at is None:
        return wall_clock(settings.clock_at)().astimezone(centre.timezone)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        fail(f"--at {at!r}: not a time: write it like 2026-11-23T09:30", code=WRONG_USE)
    return (moment if moment.tzinfo else moment.replace(tzinfo=centre.timezone)).astimezone(centre.timezone)


def _print(decision: Decision, centre: Centre, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "team": decision.team,
                "queue": decision.queue,
                "concern": decision.concern.value,
                "rule": decision.rule.value,
                "arrival": decision.arrival,
                "credit": decision.credit,
                "priority": decision.priority,
                "versions": {"config": decision.versions.config, "directory": decision.versions.directory},
                "says": [spoken.phrase for spoken in decision.says],
                "opens_at": decision.opens_at.isoformat() if decision.opens_at else None,
            }
        )
        return
    catalogue = Catalogue.load()
    team = centre.teams[decision.team].name if decision.team else "nobody"
    where = f"{team}, queue {decision.queue}" if decision.queue else "nobody: the centre is closed"
    typer.echo(f"Goes to {where}. Rule {decision.rule.value}: {EXPLAINED[decision.rule]}")
    since = datetime.fromtimestamp(decision.arrival, UTC).astimezone(centre.timezone)
    credit = f", with a credit of {decision.credit} s" if decision.credit else ""
    if decision.queue:
        typer.echo(f"Waits since {since:%d.%m.%Y %H:%M:%S}{credit}; priority {decision.priority}.")
    typer.echo(f"From teams.yaml {decision.versions.config}, directory {decision.versions.directory}.")
    for spoken in decision.says:
        text = catalogue.text(centre.default_language, spoken, centre.name)
        typer.echo(f"Hears ({spoken.phrase}): {text}")
