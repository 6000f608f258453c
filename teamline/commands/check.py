"""`teamline check`: whether this teams.yaml is right, and what it would change."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from routing.centre import Centre
from routing.teams_changes import changes
from routing.teams_file import TeamsFileError, read, schema
from teamline.example_files import example_teams
from teamline.output import WRONG_USE, ConfigOption, JsonOption, fail, print_json, run, settings_or_fail
from teamline.settings import Settings
from teamline.stored import open_store


def chosen_file(file: Path | None, settings: Settings) -> Path:
    """The file named, else the configured one, else ./teams.yaml. Exit code 2 when there is none."""
    chosen = file or settings.config or Path("teams.yaml")
    if not chosen.is_file():
        fail(
            f"{chosen}: no such file: name one, or start from the example in {example_teams()}",
            code=WRONG_USE,
        )
    return chosen


def check(
    file: Annotated[Path | None, typer.Argument(help="The file to check; the configured one if not given")] = None,
    *,
    config: ConfigOption = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change against the active version")] = False,
    year: Annotated[int | None, typer.Option("--year", min=2000, max=2100, help="Preview a year's openings")] = None,
    as_schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema for editors")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check teams.yaml: every mistake at once, with its place and its cure."""
    if as_schema:
        print_json(schema())
        return
    settings = settings_or_fail(config=config)
    chosen = chosen_file(file, settings)
    try:
        centre = read(chosen)
    except TeamsFileError as error:
        if as_json:
            told = [
                {"line": each.line, "column": each.column, "what": each.what, "cure": each.cure}
                for each in error.mistakes
            ]
            print_json({"ok": False, "file": str(chosen), "mistakes": told})
        fail(*(str(each) for each in error.mistakes))
    differences = _differences(settings, centre) if diff else None
    openings = [f"{day:%a %d.%m.%Y}  {spans}" for day, spans in _year(centre, year)] if year else []
    _print(chosen, centre, differences, openings, as_json=as_json)


def _print(
    chosen: Path, centre: Centre, differences: tuple[str, ...] | None, openings: list[str], *, as_json: bool
) -> None:
    if as_json:
        print_json(
            {
                "ok": True,
                "file": str(chosen),
                "teams": len(centre.teams),
                "members": len(centre.members),
                **({} if differences is None else {"changes": differences}),
                **({"openings": openings} if openings else {}),
            }
        )
        return
    typer.echo(
        f"{chosen}: right. {len(centre.sites)} sites, {len(centre.areas)} areas, {len(centre.teams)} teams, "
        f"{len(centre.members)} members."
    )
    if differences is not None:
        typer.echo("\n".join(differences) or "Nothing would change.")
    for line in openings:
        typer.echo(line)


def _differences(settings: Settings, centre: Centre) -> tuple[str, ...]:
    found: list[tuple[str, ...]] = []

    async def compare() -> None:
        async with open_store(settings) as stored:
            active = await stored.configs.active()
            if active is None:
                found.append(("Nothing is active yet: all of it would be new.",))
            else:
                found.append(changes(stored.centre_from(active.text, f"{active.id}.yaml"), centre))

    run(compare)
    return found[0]


def _year(centre: Centre, year: int) -> list[tuple[date, str]]:
    days = (
        date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    )
    return [(day, ", ".join(map(str, centre.hours.day(day).spans)) or "closed") for day in days]
