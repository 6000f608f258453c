"""`teamline render`: Asterisk configuration from teams.yaml."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from teamline.commands.check import chosen_file
from teamline.output import ConfigOption, JsonOption, fail, print_json, read_text, run, settings_or_fail
from teamline.rendering import rendered
from teamline.secret_file import read_or_create
from teamline.settings import Settings
from teamline.stored import open_store
from telephony.dialplan.files import ForeignFile, differences, reload_commands, write
from telephony.dialplan.lines import UnrenderableValue
from telephony.dialplan.wiring import UnsupportedAsterisk

DEFAULT_INTO = Path("/etc/asterisk/teamline.d")


def render_configuration(
    *,
    into: Annotated[Path | None, typer.Option("--into", help="Folder to write; <etc>/teamline.d")] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, write nothing")] = False,
    reload: Annotated[bool, typer.Option("--reload", help="Let the Asterisk on this machine read it")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Render the active teams.yaml (or --config FILE) for Asterisk; no foreign file is ever touched."""
    settings = settings_or_fail()
    folder = into or settings.render_into or DEFAULT_INTO

    async def work() -> None:
        files = await _files(settings, config)
        if diff:
            changes = differences(folder, files)
            print_json({"into": str(folder), "diff": changes}) if as_json else typer.echo(changes or "No change.")
            return
        try:
            changed = write(folder, files)
        except OSError as error:
            fail(f"{folder}: {error.strerror}: name a folder that you may write with --into")
        commands = reload_commands(changed)
        if reload:
            _reload(commands)
        if as_json:
            print_json({"into": str(folder), "changed": changed, "commands": commands, "reloaded": reload})
            return
        typer.echo(f"{folder}: {', '.join(changed) or 'nothing'} changed.")
        if commands and not reload:
            typer.echo("Let Asterisk read it: " + "; ".join(f'asterisk -rx "{each}"' for each in commands))

    try:
        run(work)
    except (UnsupportedAsterisk, ForeignFile, UnrenderableValue) as error:
        fail(str(error))


async def _files(settings: Settings, config: Path | None) -> Mapping[str, str]:
    secret = read_or_create(settings.key_file)
    async with open_store(settings) as stored:
        active = None if config else await stored.configs.active()
        if active:
            return rendered(stored.centre_from(active.text, f"{active.id}.yaml"), active.id, settings, secret)
        chosen = chosen_file(config, settings)
        return rendered(stored.centre_from(read_text(chosen), str(chosen)), "not-activated", settings, secret)


def _reload(commands: tuple[str, ...]) -> None:
    program = shutil.which("asterisk")
    if program is None:
        fail("asterisk: no such program here: run `teamline render --reload` on the machine that runs Asterisk")
    for command in commands:
        done = subprocess.run([program, "-rx", command], capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
        if done.returncode:
            fail(f"asterisk -rx {command!r}: {done.stdout.strip() or done.stderr.strip()}: see Asterisk's log")
