"""`teamline prompts build`: spoken texts to sound files."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ivr.phrases.catalogue import Catalogue, PhraseUnknown
from ivr.phrases.parts import TextsRefused
from routing.teams.file import read
from teamline.commands.check import chosen_file
from teamline.output import ConfigOption, JsonOption, errors, fail, print_json, run, settings_or_fail
from teamline.settings import Settings
from telephony.prompts.build import BuildReport, build
from telephony.prompts.engines import SpeechFailed, available
from telephony.prompts.measure import Measured, measure
from telephony.prompts.sound import SoundRefused

app = typer.Typer(no_args_is_help=True, help="The sound files that callers hear.")


@app.callback()
def prompts() -> None:
    """Spoken texts to sound files."""


@app.command("build")
def build_prompts(
    into: Annotated[Path | None, typer.Option("--into", help="Folder for the sound files")] = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Speak every text in every language; only what changed is spoken again, recordings win."""
    settings = settings_or_fail(config=config)
    chosen = chosen_file(None, settings)

    async def work() -> None:
        centre = read(chosen)
        folder = into or settings.prompts_folder
        report = build_with_progress(settings, folder, tuple(centre.languages.values()), centre.name)
        if as_json:
            print_json({"into": str(folder), "rendered": report.rendered, "kept": report.kept})
            return
        typer.echo(f"{folder}: {report.rendered} sounds spoken, {report.recorded} recorded, {report.kept} kept.")
        for stranger in report.strangers:
            errors.print(f"{stranger}: fits no sound: see docs/prompts.md for the names", markup=False)

    run(work)


@app.command("measure")
def measure_prompts(
    folder: Annotated[Path | None, typer.Option("--folder", help="Folder of the sound files")] = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """How loud and how fast callers are spoken to; exit code 1 with the cure where that is hard to follow."""
    settings = settings_or_fail(config=config)
    chosen = chosen_file(None, settings)

    async def work() -> None:
        centre = read(chosen)
        place = folder or settings.prompts_folder
        found = {name: measure(Catalogue.load(), place, name, centre.name) for name in centre.languages.values()}
        if as_json:
            print_json({name: each and {**asdict(each), "faults": each.faults} for name, each in found.items()})
        else:
            _print_measured(found)
        _fail_for_faults(found, place)

    run(work)


def _fail_for_faults(found: Mapping[str, Measured | None], place: Path) -> None:
    silent = [f"{name}: no sounds in {place}: run `teamline prompts build`" for name, each in found.items() if not each]
    if faults := [*silent, *(f"{each.language}: {fault}" for each in found.values() if each for fault in each.faults)]:
        fail(*faults)


def _print_measured(found: Mapping[str, Measured | None]) -> None:
    table = Table("language", "sounds", "loudness dBFS", "from", "to", "peak", "words a minute", "fastest text")
    for each in filter(None, found.values()):
        figures = (each.loudness, each.quietest, each.loudest, each.peak)
        speeds = ("-" if speed is None else f"{speed:.0f}" for speed in (each.speed, each.fastest))
        table.add_row(each.language, str(each.sounds), *(f"{figure:.1f}" for figure in figures), *speeds)
    Console().print(table)


def build_with_progress(settings: Settings, folder: Path, languages: Sequence[str], centre: str) -> BuildReport:
    """Build with a progress bar on stderr; exit code 1 without a speech engine or with a bad recording."""
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("Speaking prompts", total=None)
        try:
            return build(
                Catalogue.load(),
                languages,
                folder,
                centre,
                available(settings.piper_voices),
                lambda done, total: progress.update(task, completed=done, total=total),
                settings.recordings,
            )
        except (SpeechFailed, SoundRefused, TextsRefused, PhraseUnknown) as error:
            progress.stop()
            fail(str(error))
        except OSError as error:
            progress.stop()
            fail(f"{error.filename or folder}: {error.strerror}: name a folder that you may write, with space on it")
