"""`teamline import`: the customer directory, all of it or nothing."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from operations.audit import Deed
from operations.directory_import import Imported, ImportRefused, LineMistake, import_csv
from routing.centre import Centre
from routing.number import NumberFormat
from teamline.commands.check import chosen_file
from teamline.noted import noted
from teamline.output import (
    WRONG_USE,
    ConfigOption,
    JsonOption,
    errors,
    fail,
    print_json,
    read_text,
    run,
    settings_or_fail,
)
from teamline.settings import Settings
from teamline.stored import Stored, open_store


def import_customers(
    file: Annotated[
        Path,
        typer.Argument(help="CSV: customer_number,household,area[,benefit_team,placement_team,language]"),
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave bad lines out instead of refusing all")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import the customer directory: each bad line is named; nothing is imported if any is bad."""
    settings = settings_or_fail(config=config)
    if not file.is_file():
        fail(f"{file}: no such file: name an existing CSV file", code=WRONG_USE)

    async def work() -> None:
        async with open_store(settings) as stored:
            centre = await _centre(stored, settings)
            imported = _read(file, centre, stored, skip_bad=skip_bad, as_json=as_json)
            if not dry_run:
                await stored.directories.save(imported.table)
                await stored.directories.activate(imported.table.version)
                await noted(stored, Deed.DIRECTORY_IMPORTED, about=imported.table.version)
        _print(file, imported, is_dry=dry_run, as_json=as_json)

    run(work)


async def _centre(stored: Stored, settings: Settings) -> Centre:
    active = await stored.configs.active()
    if active:
        return stored.centre_from(active.text, f"{active.id}.yaml")
    chosen = chosen_file(None, settings)
    return stored.centre_from(read_text(chosen), str(chosen))


def _read(file: Path, centre: Centre, stored: Stored, *, skip_bad: bool, as_json: bool) -> Imported:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task(f"Reading {file.name}", total=None)
        numbers = NumberFormat(centre.customer_pattern, centre.household_pattern)
        try:
            return import_csv(
                file,
                centre,
                numbers,
                stored.keyed_hash,
                lambda done, total: progress.update(task, completed=done, total=total),
                skip_bad=skip_bad,
                now=datetime.now(UTC),
            )
        except ImportRefused as refused:
            progress.stop()
            if as_json:
                print_json({"imported": False, "mistakes": [_told(each) for each in refused.mistakes]})
            bad = refused.bad_lines
            fail(
                *(f"{file}:{each.line}: {each.what}: {each.cure}" for each in refused.mistakes),
                f"{file}: {bad} bad line{'s' if bad != 1 else ''}, nothing imported: correct them, or leave them "
                "out with --skip-bad",
            )


def _told(mistake: LineMistake) -> dict[str, object]:
    return {"line": mistake.line, "what": mistake.what, "cure": mistake.cure}


def _print(file: Path, imported: Imported, *, is_dry: bool, as_json: bool) -> None:
    for each in imported.mistakes:
        errors.print(f"{file}:{each.line}: left out: {each.what}: {each.cure}", markup=False)
    if as_json:
        print_json(
            {
                "imported": not is_dry,
                "version": imported.table.version,
                "customers": imported.customers,
                "numbers": len(imported.table),
                "mistakes": [_told(each) for each in imported.mistakes],
            }
        )
        return
    done = "would be in force" if is_dry else "in force"
    typer.echo(
        f"{file}: {imported.customers} customers, {len(imported.table)} numbers, "
        f"{len(imported.mistakes)} lines left out; {done} as {imported.table.version}."
    )
