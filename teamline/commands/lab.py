"""`teamline lab`: a private Asterisk, store and router from one teams.yaml, until it is told to end."""

import asyncio
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from operations.directory_import import ImportRefused
from routing.teams.file import TeamsFileError
from teamline.example_files import example_customers, example_teams
from teamline.lab.control import PARTS, LabAway, ask_to_start
from teamline.lab.described import Lab
from teamline.lab.prepare import LabWish, prepare
from teamline.loop import run as run_loop
from teamline.output import KNOWN_FAILURES, WRONG_USE, ConfigOption, JsonOption, fail, settings_or_fail
from teamline.router.logs import configure
from telephony.lab.asterisk import AsteriskDidNotStart
from telephony.lab.fetch import NoAsterisk
from telephony.lab.ports import NoFreePorts

LAB_FAILURES = (*KNOWN_FAILURES, NoAsterisk, AsteriskDidNotStart, NoFreePorts, ImportRefused, OSError)

Ready = Callable[[dict[str, Any], Lab], None]
"""Called once when the lab is up, with its description."""

DirOption = Annotated[Path | None, typer.Option("--dir", help="Folder of the lab; a temporary one if not given")]
CustomersOption = Annotated[
    Path | None, typer.Option("--customers", help="Customer CSV; the shipped example for the shipped teams.yaml")
]
PortBaseOption = Annotated[
    int | None, typer.Option("--port-base", min=1024, max=60000, help="First port to use; free ones if not given")
]


def lab(
    *,
    directory: DirOption = None,
    as_json: JsonOption = False,
    members: Annotated[int, typer.Option("--members", min=1, max=30, help="Phones a team")] = 1,
    signed_out: Annotated[bool, typer.Option("--signed-out", help="Phones that register are not signed in")] = False,
    hours: Annotated[bool, typer.Option("--hours", help="Opening hours count; else always open")] = False,
    at: Annotated[
        str | None, typer.Option("--at", help="The wall clock begins here: 2026-11-23T09:30; local time of the centre")
    ] = None,
    customers: CustomersOption = None,
    port_base: PortBaseOption = None,
    config: ConfigOption = None,
    start: Annotated[
        str | None, typer.Option("--start", help="Start a part of a running lab: router|store|asterisk")
    ] = None,
) -> None:
    """Run a private centre without traffic; prints one JSON object when ready, ends everything on SIGTERM."""
    if start is not None:
        _start_part(directory, start, as_json=as_json)
        return
    teams = teams_for_lab(config)
    wish = LabWish(
        teams=teams,
        customers=chosen_customers(customers, teams),
        home=directory or Path(tempfile.mkdtemp(prefix="teamline-lab-")),
        members=members,
        port_base=port_base,
        is_always_open=not hours,
        at=checked_time(at),
    )

    def ready(told: dict[str, Any], _: Lab) -> None:
        if as_json:
            sys.stdout.write(json.dumps(told) + "\n")
        else:
            typer.echo(f"Lab is ready. SIP {told['sip']}, HTTP {told['http']}, entry {told['entry']}.")
            typer.echo(f"Everything about it: {told['dir']}/lab.json. Ctrl-C ends it.")
        sys.stdout.flush()

    raise typer.Exit(run_lab(wish, ready=ready, is_signed_out=signed_out, is_temporary=directory is None))


async def nothing_beside() -> None:
    """A lab has nothing running beside it."""


def run_lab(
    wish: LabWish,
    *,
    ready: Ready,
    is_signed_out: bool,
    is_temporary: bool,
    beside: Callable[[], Awaitable[None]] = nothing_beside,
) -> int:
    """Prepare and run a lab; exit code 1 with a sentence when it does not come up. `beside` ends what `ready` began."""
    configure("console", logging.WARNING)
    prepared = None
    try:
        prepared = prepare(wish)
        return run_loop(lambda: _process(prepared, ready, beside, is_signed_out=is_signed_out))
    except TeamsFileError as error:
        fail(*(str(mistake) for mistake in error.mistakes))
    except LAB_FAILURES as error:
        fail(str(error))
    except KeyboardInterrupt:
        return 130
    finally:
        if prepared:
            prepared.parts.stop()
            prepared.places.remove_run_folder()
        if is_temporary:
            shutil.rmtree(wish.home, ignore_errors=True)


async def _process(prepared: Lab, ready: Ready, beside: Callable[[], Awaitable[None]], *, is_signed_out: bool) -> int:
    # Imported here: it imports the reactor, which teamline.loop has just installed.
    from teamline.lab.process import LabFailed, LabProcess  # noqa: PLC0415

    try:
        return await LabProcess(prepared, is_signed_out=is_signed_out, ready=ready, beside=beside).run()
    except (LabFailed, TimeoutError) as error:
        fail(str(error) or f"the lab was not ready in time:\n{prepared.parts.router_said()}")


def teams_for_lab(config: Path | None) -> Path:
    """The teams.yaml named or configured, else ./teams.yaml, else the shipped example."""
    named = config or settings_or_fail().config
    if named and not named.is_file():
        fail(f"{named}: no such file: name an existing teams.yaml", code=WRONG_USE)
    here = Path("teams.yaml")
    return named or (here if here.is_file() else example_teams())


def chosen_customers(named: Path | None, teams: Path) -> Path | None:
    """The customers named, else those that fit the teams. Exit code 2 when the file is not there."""
    if named and not named.is_file():
        fail(f"{named}: no such file: name an existing CSV file", code=WRONG_USE)
    return named or customers_for(teams)


def customers_for(teams: Path) -> Path | None:
    """The shipped customers fit the shipped teams.yaml (and copies of it) only."""
    shipped = example_teams()
    is_shipped = teams.resolve() == shipped.resolve() or teams.read_bytes() == shipped.read_bytes()
    return example_customers() if is_shipped else None


def checked_time(at: str | None) -> datetime | None:
    """A time as given, with or without an offset; exit code 2 if it is none."""
    try:
        return None if at is None else datetime.fromisoformat(at)
    except ValueError:
        fail(f"--at {at!r}: not a time: write it like 2026-11-23T09:30", code=WRONG_USE)


def _start_part(directory: Path | None, part: str, *, as_json: bool) -> None:
    if directory is None or part not in PARTS:
        fail(f"--start takes one of {', '.join(PARTS)}, and the running lab's folder with --dir", code=WRONG_USE)
    description = directory / "lab.json"
    try:
        control = Path(json.loads(description.read_text(encoding="utf-8"))["control"])
        wrong = asyncio.run(ask_to_start(control, part))
    except (OSError, ValueError, KeyError):
        fail(f"{description}: no lab has run here: start one with `teamline lab --dir {directory}`")
    except (LabAway, TimeoutError) as error:
        fail(str(error) or f"the {part} was not ready in time")
    if wrong:
        fail(wrong)
    if as_json:
        sys.stdout.write(description.read_text(encoding="utf-8") + "\n")
    else:
        typer.echo(f"The {part} runs again.")
