"""`teamline prompts build`: spoken texts to sound files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from ivr.phrases.catalogue import Catalogue, PhraseUnknown
from ivr.phrases.parts import TextsRefused
from routing.teams_file import read
from teamline.commands.check import chosen_file
from teamline.output import ConfigOption, JsonOption, errors, fail, print_json, run, settings_or_fail
from teamline.settings import Settings
from telephony.prompts.build import BuildReport, build
from telephony.prompts.engines import SpeechFailed, available
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
