"""`teamline activate` and `rollback`: the atomic switch of teams.yaml, and back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from operations.audit import Deed
from routing.centre import Centre
from routing.teams.changes import changes
from routing.teams.file import TeamsFileError, parse, read
from store.config_versions import ConfigVersion, NoSuchVersion
from teamline.commands.check import chosen_file
from teamline.noted import noted
from teamline.output import ConfigOption, JsonOption, fail, print_json, read_text, run, settings_or_fail
from teamline.stored import open_store


def activate(
    file: Annotated[Path | None, typer.Argument(help="The teams.yaml to put in force")] = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a teams.yaml in force; a running router follows within 2 seconds, nobody loses a place."""
    settings = settings_or_fail(config=config)
    chosen = chosen_file(file, settings)

    async def work() -> None:
        centre = read(chosen)
        text = read_text(chosen)
        async with open_store(settings) as stored:
            before = await stored.configs.active()
            version = await stored.configs.activate(text, datetime.now(UTC))
            await noted(stored, Deed.CONFIGURATION_ACTIVATED, about=version)
        differences = _differences(before, centre)
        if as_json:
            print_json({"version": version, "changes": differences})
            return
        typer.echo(f"{chosen}: in force as {version}.")
        for line in differences:
            typer.echo(f"  {line}")

    run(work)


def _differences(before: ConfigVersion | None, centre: Centre) -> tuple[str, ...]:
    """What is other than before; nothing to compare with if that was of a release that took more than this one."""
    try:
        return tuple(changes(parse(before.text, before.id), centre)) if before else ()
    except TeamsFileError:
        return ("The version before is no longer right by today's rules: rollback to it would be refused.",)


def rollback(*, as_json: JsonOption = False) -> None:
    """Go back to the teams.yaml that was in force before."""
    settings = settings_or_fail()

    async def work() -> None:
        async with open_store(settings) as stored:
            try:
                version = await stored.configs.rollback()
            except NoSuchVersion as error:
                fail(str(error))
            await noted(stored, Deed.CONFIGURATION_ROLLED_BACK, about=version)
        if as_json:
            print_json({"version": version})
        else:
            typer.echo(f"{version} is in force again.")

    run(work)
