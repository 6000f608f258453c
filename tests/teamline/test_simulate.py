"""`teamline simulate` as people and scripts use it: an embedded store, a journal, no Asterisk."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from facts.record import record
from operations.journal import JournalAway
from store.connection import StoreAddress, connect
from store.embedded import EmbeddedStore
from store.journal import JournalStore
from teamline.command_line import command_line
from tests.fakes.invented_month import InventedTeam, invented

TEAMS = Path("teams.yaml").resolve()
DAYS = [date(2026, 10, 5) + timedelta(days=number) for number in range(5)]
WEEK = ("--from", "2026-10-05", "--to", "2026-10-12", "--runs", "3")


def write(store: EmbeddedStore) -> None:
    async def work() -> None:
        client = connect(StoreAddress(f"{store.url}?db=0"))
        facts = invented([InventedTeam("L03"), InventedTeam("L04", calls_a_day=90.0)], DAYS)
        for day, some in facts.items():
            await JournalStore(client, 0).append(day, [(fact.id, record(fact)) for fact in some])
        await JournalStore(client, 0).append(DAYS[0], [("x", b"{}")])
        await client.aclose()

    asyncio.run(work())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        write(running)
        yield running


@pytest.fixture
def place(tmp_path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "teams.yaml").write_text(TEAMS.read_text())
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db=0")
    return tmp_path


def told(*words: str) -> Result:
    return CliRunner().invoke(command_line(), ["simulate", *words], env={"NO_COLOR": "1", "COLUMNS": "400"})


def test_every_team_and_the_centre_are_told_in_a_table_and_in_words(place: Path) -> None:
    result = told(*WEEK, "--members", "L03=-1", "--calls", "mon=+20%")
    assert 0 == result.exit_code, result.stderr
    names = [line.split()[0] for line in result.stdout.splitlines()[1 : 29 * 3 : 3]]
    assert (29, "general", "centre") == (len(names), names[0], names[-1])
    assert "L03: " in result.stdout


def test_json_is_one_document_and_the_same_every_time(place: Path) -> None:
    words = (*WEEK, "--team", "L03", "--members", "L03=5", "--talk", "+10%", "--patience", "300", "--json")
    first = told(*words)
    assert ["L03"] == [row["team"] for row in json.loads(first.stdout)["rows"]]
    assert first.stdout_bytes == told(*words).stdout_bytes


def test_a_format_that_is_named_wins_over_json(place: Path) -> None:
    assert told(*WEEK, "--team", "L03", "--json", "--format", "csv").stdout.startswith("team,how,calls")


def test_a_change_that_changes_nothing_is_a_note_beside_the_json(place: Path) -> None:
    result = told(*WEEK, "--team", "L03", "--members", "L03=-1", "--members", "L03=5", "--json")
    assert 0 == result.exit_code
    assert "note: --members L03=-1 changes nothing here: a later --members L03=5" in result.stderr
    assert ["L03"] == [row["team"] for row in json.loads(result.stdout)["rows"]]


def test_share_and_seconds_may_be_named(place: Path) -> None:
    answer = json.loads(told(*WEEK, "--team", "L03", "--target", "90%", "--within", "60", "--json").stdout)
    assert (0.9, 60.0) == (answer["share"], answer["rows"][0]["target_seconds"])


def test_without_dates_the_last_thirty_days_are_learned_from(place: Path) -> None:
    result = told("--team", "L03", "--runs", "2")
    assert result.exit_code in {0, 1}
    assert result.exit_code == 0 or "nothing is known yet" in result.stderr


def test_an_empty_journal_is_a_sentence(place: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db=1")
    result = told(*WEEK)
    assert 1 == result.exit_code
    assert "nothing is known yet" in result.stderr


def test_records_that_cannot_be_read_are_told(place: Path) -> None:
    assert "could not be read and are not counted: 1" in told(*WEEK, "--team", "L03").stderr


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("--team", "L99"), ", L01, L02, "),
        (("--from", "tomorrow"), "write it like 2026-11-22"),
        (("--members", "L99=-1"), "no such team"),
        (("--calls", "20"), "write +20%"),
        (("--on", "someday"), "no such weekday"),
        (("--target", "200%"), "below 100"),
        (("--within", "0"), "--within 0: write seconds"),
        (("--runs", "1"), "greater than or equal to 2"),
    ],
)
def test_wrong_use_exits_with_2_and_says_the_cure(place: Path, words: tuple[str, ...], cure: str) -> None:
    result = told(*words)
    assert 2 == result.exit_code
    assert cure in result.stderr


def test_the_active_teams_yaml_is_asked_unless_one_is_named(place: Path) -> None:
    CliRunner().invoke(command_line(), ["activate"])
    (place / "other.yaml").write_text(TEAMS.read_text().replace("formula: default", "formula: strict"))
    formulas = [
        json.loads(told(*WEEK, "--team", "L03", "--json", *more).stdout)["formula"]
        for more in ((), ("--config", str(place / "other.yaml")))
    ]
    assert ["default", "strict"] == formulas


def test_a_store_that_fails_in_the_middle_is_a_sentence(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> list[date]:
        raise JournalAway("the store did not take or tell facts: ConnectionError")

    monkeypatch.setattr(JournalStore, "_page", away)
    result = told(*WEEK)
    assert 1 == result.exit_code
    assert "try again when it answers" in result.stderr
