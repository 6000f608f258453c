"""`teamline explain`: which team, which rule, which data, what the caller would hear."""

import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

import typer

from routing.centre import Centre
from routing.closures import apply
from routing.decision import Concern, Contact, ContactKind, Decision, decide, send_on
from routing.directory import DirectoryTable
from routing.number import NumberFormat, TypedNumber
from routing.team_state import TeamState
from teamline.clock import wall_clock
from teamline.commands.check import chosen_file
from teamline.explained import lines, record
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
    way: Annotated[ContactKind, typer.Option("--way", help="How the contact comes in")] = ContactKind.CALL,
    members: Annotated[
        int | None, typer.Option("--members", min=0, help="So many are signed in to the team; some if not given")
    ] = None,
    waiting: Annotated[
        int | None, typer.Option("--waiting", min=0, help="So many wait in the team's line; nobody if not given")
    ] = None,
    wait: Annotated[
        int | None, typer.Option("--wait", min=0, help="Seconds of wait to be expected; none if not given")
    ] = None,
    held: Annotated[
        int | None, typer.Option("--held", min=0, help="In the team's line for so many seconds already, by then")
    ] = None,
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
        asked = _Asked(concern, typed, way, TeamState(members, waiting, wait), held, _moment(at, centre, settings))
        decision = _decided(asked, centre, directory, version)
        if as_json:
            print_json(record(decision))
        else:
            typer.echo("\n".join(lines(decision, centre, asked.now)))

    run(work)


@dataclass(frozen=True, slots=True)
class _Asked:
    """`state` is that of the team that the contact is for; `held`: in line for so many seconds by `now`."""

    concern: Concern
    number: TypedNumber
    way: ContactKind
    state: TeamState
    held: int | None
    now: datetime


def _decided(asked: _Asked, centre: Centre, directory: DirectoryTable, version: str) -> Decision:
    """What is decided when the contact comes, or when it has been in line for so long."""
    came = asked.now - timedelta(seconds=asked.held or 0)
    number = asked.number
    contact = Contact(int(came.timestamp()), asked.concern, number, letter=number.letter, kind=asked.way)
    first = decide(contact, centre, directory, {}, came, version)
    states = {first.home: asked.state}
    if asked.held is None:
        return decide(contact, centre, directory, states, came, version)
    if first.queue is None or first.standing is None:
        return first
    standing = replace(first.standing, held_seconds=asked.held, expected_seconds=asked.state.estimated_wait_seconds)
    return send_on(standing, centre, states, asked.now, first.versions) or first


async def _centre(stored: Stored, settings: Settings, *, is_named: bool) -> tuple[Centre, str]:
    active = None if is_named else await stored.configs.active()
    if active:
        orders = await stored.closings.all()
        centre = apply(stored.centre_from(active.text, f"{active.id}.yaml"), [order.closure for order in orders])
        return centre, active.id
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
