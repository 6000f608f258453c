"""`teamline check`: whether this teams.yaml is right, and what it would change."""

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from routing.centre import Centre
from routing.teams.changes import changes
from routing.teams.file import TeamsFileError, read, schema
from routing.teams.mistakes import listed, meant, shown
from routing.year_preview import Group, groups
from teamline.commands.check_year import year_lines, year_values
from teamline.example_files import example_teams
from teamline.output import WRONG_USE, ConfigOption, JsonOption, fail, print_json, run, settings_or_fail
from teamline.settings import Settings
from teamline.stored import open_store
from teamline.year_calendar import year_calendar


class Format(StrEnum):
    """How a year is printed."""

    TABLE = "table"
    JSON = "json"
    ICAL = "ical"


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
    team: Annotated[str | None, typer.Option("--team", help="The year of this team alone")] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="How to print the year; ical: for calendars, with --year")
    ] = Format.TABLE,
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
    preview = _preview(centre, year, team)
    if format_ is Format.ICAL:
        if preview is None:
            fail("a calendar needs its year: add  --year", code=WRONG_USE)
        sys.stdout.buffer.write(year_calendar(preview.groups, centre.timezone, preview.year, datetime.now(UTC)))
        return
    _print(chosen, centre, differences, preview, as_json=as_json or format_ is Format.JSON)


@dataclass(frozen=True, slots=True)
class _Preview:
    """The year to print, of which teams, and what is past."""

    year: int
    groups: tuple[Group, ...]
    today: date


def _preview(centre: Centre, year: int | None, team: str | None) -> _Preview | None:
    if team is not None and year is None:
        fail("--team chooses whose year to print: add  --year", code=WRONG_USE)
    if team is not None and team not in centre.teams:
        cure = meant(team, centre.teams, f"the teams are {listed(centre.teams)}")
        fail(f"there is no team {shown(team)}: {cure}", code=WRONG_USE)
    if year is None:
        return None
    return _Preview(year, groups(centre, None if team is None else [team]), datetime.now(centre.timezone).date())


def _print(
    chosen: Path, centre: Centre, differences: tuple[str, ...] | None, preview: _Preview | None, *, as_json: bool
) -> None:
    if as_json:
        print_json(
            {
                "ok": True,
                "file": str(chosen),
                "teams": len(centre.teams),
                "members": len(centre.members),
                **({} if differences is None else {"changes": differences}),
                **(year_values(preview.groups, preview.year, preview.today) if preview else {}),
            }
        )
        return
    typer.echo(
        f"{chosen}: right. {len(centre.sites)} sites, {len(centre.areas)} areas, {len(centre.teams)} teams, "
        f"{len(centre.members)} members."
    )
    if differences is not None:
        typer.echo("\n".join(differences) or "Nothing would change.")
    if preview is not None:
        typer.echo("\n".join(year_lines(preview.groups, preview.year, preview.today)))


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
