"""`teamline messages` as an administrator uses it: one data folder, an embedded store, no Asterisk."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from facts.contact import LeftState, LeftWithUs
from operations.journal import facts_of
from operations.mailbox.ports import Entry
from store.embedded import EmbeddedStore
from teamline.command_line import command_line
from teamline.settings import load_settings
from teamline.stored import open_store
from tests.fakes.entries import MONDAY, callback, voice

TEAMS = Path("teams.yaml").resolve()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def left(tmp_path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """A voice message for L01 and a callback for L02, in an installation with the shipped teams.yaml in force."""
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db={_next_database()}")
    monkeypatch.setenv("TEAMLINE_CONFIG", str(TEAMS))
    entries = [voice(MONDAY, seconds=4.5), callback(MONDAY + 60, team="L02")]

    async def put() -> None:
        async with open_store(load_settings()) as stored:
            for entry in entries:
                await stored.mailbox.put(entry)

    asyncio.run(put())
    return entries


def _next_database(used: list[int] = []) -> int:  # noqa: B006 - counts over all tests of this module
    used.append(len(used) % 16)
    return used[-1]


def told(*words: str) -> Result:
    return CliRunner().invoke(command_line(), ["messages", *words], env={"NO_COLOR": "1", "COLUMNS": "200"})


def listed(*options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(told("list", "--json", *options).stdout)["messages"]
    return found


def test_what_is_there_is_listed_oldest_first_without_numbers(left: list[Entry]) -> None:
    shown = listed()
    assert [entry.id for entry in left] == [each["id"] for each in shown]
    assert ("voice", "L01", "open", 4.5) == tuple(shown[0][name] for name in ("kind", "team", "state", "seconds"))
    assert "555100" not in told("list").stdout


def test_numbers_are_shown_on_request(left: list[Entry]) -> None:
    assert (left[0].phone, left[0].number) == (listed("--numbers")[0]["phone"], listed("--numbers")[0]["number"])
    assert left[0].phone in told("list", "--numbers").stdout


def test_a_list_can_be_of_one_team(left: list[Entry]) -> None:
    assert [left[1].id] == [each["id"] for each in listed("--team", "L02")]


def test_an_unknown_team_is_named_as_wrong_use(left: list[Entry]) -> None:
    result = told("list", "--team", "nobody")
    assert result.exit_code == 2
    assert "there is no such team" in result.stderr
    assert left


def test_an_empty_list_says_so(left: list[Entry]) -> None:
    assert told("list", "--team", "L03").stdout == "Nothing there.\n"
    assert left


def test_json_may_be_asked_for_in_front_of_the_command(left: list[Entry]) -> None:
    result = CliRunner().invoke(command_line(), ["--json", "messages", "list"])
    assert len(json.loads(result.stdout)["messages"]) == len(left)


def test_a_claimed_message_is_taken_until_it_is_released(left: list[Entry]) -> None:
    assert json.loads(told("claim", left[0].id, "--by", "anna", "--json").stdout)["claimed_by"] == "anna"
    taken = told("claim", left[0].id, "--by", "bela")
    assert (1, "somebody else takes care of it, or it is done\n") == (taken.exit_code, taken.stderr)
    assert told("release", left[0].id, "--by", "anna").stdout == f"{left[0].id}: open.\n"


def test_a_done_message_is_listed_with_all(left: list[Entry]) -> None:
    assert told("done", left[0].id, "--by", "anna").exit_code == 0
    assert [left[1].id] == [each["id"] for each in listed()]
    assert len(left) == len(listed("--all"))


def test_an_unknown_message_is_told(left: list[Entry]) -> None:
    result = told("claim", "m-nothing")
    assert result.exit_code == 1
    assert "there is no such message" in result.stderr
    assert left


def test_changes_are_in_the_journal(left: list[Entry]) -> None:
    told("claim", left[0].id, "--by", "anna")

    async def journalled() -> list[LeftWithUs]:
        async with open_store(load_settings()) as stored:
            days = await stored.journal.days()
            facts = [fact for day in days for fact in (await facts_of(stored.journal.read(day))).facts]
        return [fact for fact in facts if isinstance(fact, LeftWithUs)]

    assert [(left[0].id, LeftState.CLAIMED)] == [(fact.entry, fact.state) for fact in asyncio.run(journalled())]
