"""`teamline callbacks list` and `import`: one data folder, an embedded store, the shipped teams.yaml, no Asterisk."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from facts.callback import CallbackMoved
from operations.journal import facts_of
from store.embedded import EmbeddedStore
from teamline.command_line import command_line
from teamline.settings import load_settings
from teamline.stored import open_store

TEAMS = Path("teams.yaml").resolve()
HEADER = "team,phone,at,until,number,language,concern\n"
MONDAY = "2026-11-23T08:00:00+01:00"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        yield running


def _next_database(used: list[int] = []) -> int:  # noqa: B006 - counts over all tests of this module
    used.append(len(used) % 16)
    return used[-1]


@pytest.fixture
def file(tmp_path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to be written; it is Monday morning in the centre."""
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db={_next_database()}")
    monkeypatch.setenv("TEAMLINE_CONFIG", str(TEAMS))
    monkeypatch.setenv("TEAMLINE_CLOCK_AT", MONDAY)
    return tmp_path / "appointments.csv"


def told(*words: str) -> Result:
    return CliRunner().invoke(command_line(), ["callbacks", *words], env={"NO_COLOR": "1", "COLUMNS": "200"})


def imported(file: Path, *lines: str, options: tuple[str, ...] = ()) -> Result:
    file.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return told("import", str(file), *options)


def listed(*options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(told("list", "--json", *options).stdout)["callbacks"]
    return found


ONE = "L01,0211 8224101,2026-11-23T10:00,,,,"
TWO = "V01,0211 8224102,2026-11-23T10:30,2026-11-23T11:00,123A456789,en,job"


def minute(at: str | None) -> str | None:
    """The nearest one: with TEAMLINE_CLOCK_AT each command begins its own Monday morning, seconds apart."""
    return (datetime.fromisoformat(at) + timedelta(seconds=30)).isoformat(timespec="minutes") if at else None


def test_every_appointment_of_a_file_is_made_and_listed(file: Path) -> None:
    result = imported(file, ONE, TWO)
    assert (0, f"{file}: 2 appointments made.\n") == (result.exit_code, result.stdout), result.stderr
    shown = listed("--numbers")
    assert [
        ("L01", "2026-11-23T10:00+01:00", None),
        ("V01", "2026-11-23T10:30+01:00", "2026-11-23T11:00+01:00"),
    ] == [(each["team"], minute(each["at"]), minute(each["until"])) for each in shown]
    assert [("+492118224101", ""), ("+492118224102", "123A456789")] == [(e["phone"], e["number"]) for e in shown]
    assert ["V01"] == [each["team"] for each in listed("--team", "V01")]
    assert "8224101" not in told("list").stdout


def test_what_is_made_is_in_the_journal(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_TRUNK", "trunk")
    imported(file, ONE)

    async def journalled() -> list[tuple[str, str]]:
        async with open_store(load_settings()) as stored:
            days = await stored.journal.days()
            facts = [fact for day in days for fact in (await facts_of(stored.journal.read(day))).facts]
        return [(fact.kind, fact.state) for fact in facts if isinstance(fact, CallbackMoved)]

    assert [("appointment", "confirmed")] == asyncio.run(journalled())


def test_a_dry_run_changes_nothing(file: Path) -> None:
    assert "would be made" in imported(file, ONE, options=("--dry-run",)).stdout
    assert "Nothing there.\n" == told("list").stdout


def test_one_bad_line_keeps_all_from_being_made_and_each_is_named_with_its_cure(file: Path) -> None:
    result = imported(file, ONE, "L01,0900 8224,2026-11-23T10:00,,,,", "L01,0211 8224103,2026-11-22T10:00,,,,")
    assert 1 == result.exit_code
    assert f"{file}:3:5: This number is not called back" in result.stderr
    assert f"{file}:4:18: " in result.stderr
    assert "2 mistakes, no appointment was made" in result.stderr
    assert "8224" not in result.stderr
    assert [] == listed()


def test_the_lines_of_a_file_take_each_others_places(file: Path) -> None:
    result = imported(file, *(f"L01,0211 82241{n:02},2026-11-23T10:0{n % 10},,,," for n in range(5)))
    assert 1 == result.exit_code
    assert f"{file}:6:18: L01 has 4 appointments in this half-hour already: free: 2026-11-23T10:30" in result.stderr


def test_a_number_stands_once_in_a_file(file: Path) -> None:
    assert f"{file}:3:5: A callback for this number is open already" in imported(file, ONE, ONE).stderr


def test_what_is_made_already_is_not_made_again(file: Path) -> None:
    assert 0 == imported(file, ONE).exit_code
    assert 1 == imported(file, ONE, TWO).exit_code
    assert 1 == len(listed())


def test_a_malformed_file_is_told_as_json_too(file: Path) -> None:
    result = imported(file, "L01,0211 8224101,soon,,,,", options=("--json",))
    [mistake] = json.loads(result.stdout)["mistakes"]
    assert (1, 2, 18) == (result.exit_code, mistake["line"], mistake["column"])


def test_no_file_and_no_team_are_wrong_use(file: Path) -> None:
    assert 2 == told("import", str(file)).exit_code
    assert 2 == told("list", "--team", "nobody").exit_code
