"""`token`, `close` and `reopen` as an administrator uses them: a data folder, a store, no router."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner, Result

from operations.sign_in import passwords
from store.accounts import AccountStore
from store.connection import StoreAddress, connect
from store.embedded import EmbeddedStore
from teamline.command_line import command_line

TEAMS = Path("teams.yaml").resolve()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with the shipped teams.yaml at a Monday's nine o'clock."""
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(passwords, "ARGON", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db={_next_database()}")
    monkeypatch.setenv("TEAMLINE_CLOCK_AT", "2026-11-23T09:00:00+01:00")
    assert told("activate", str(TEAMS)).exit_code == 0
    return tmp_path


def _next_database(used: list[int] = []) -> int:  # noqa: B006 - counts over all tests of this module
    used.append(len(used) % 16)
    return used[-1]


def told(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(command_line(), list(words), input=stdin, env={"NO_COLOR": "1", "COLUMNS": "200"})


def test_a_token_is_printed_once_and_listed_never(place: Path) -> None:
    made = told("token", "lead", "anna", "--teams", "L01,L02")
    [token] = made.stdout.splitlines()
    assert (0, 43) == (made.exit_code, len(token))
    listed = told("token", "--list")
    assert ["anna", "lead", "L01,L02"] == listed.stdout.split()
    assert token not in listed.stdout + listed.stderr + told("token", "--list", "--json").stdout


def test_a_name_is_given_once_and_free_again_when_it_is_revoked(place: Path) -> None:
    told("token", "admin", "anna")
    again = told("token", "admin", "anna")
    assert 1 == again.exit_code
    assert "--revoke anna" in again.stderr
    assert [0, 1] == [told("token", "--revoke", "anna").exit_code for _ in range(2)]
    assert 0 == told("token", "admin", "anna").exit_code


def test_an_account_may_name_the_member_whose_desk_it_is(place: Path) -> None:
    made = told("token", "member", "anna", "--teams", "L01", "--member", "m0101", "--json")
    assert (0, "m0101") == (made.exit_code, json.loads(made.stdout)["member"]), made.stderr
    assert ["anna", "member", "L01", "m0101"] == told("token", "--list").stdout.split()


def test_when_an_account_was_last_used_to_sign_in_is_listed(place: Path, store: EmbeddedStore) -> None:
    told("token", "admin", "anna")

    async def sign_in() -> None:
        client = connect(StoreAddress(os.environ["TEAMLINE_STORE_URL"]))
        await AccountStore(client).signed_in("anna", 1_795_420_800.0)
        await client.aclose()

    asyncio.run(sign_in())
    assert "last sign-in 2026-11-23T08:00+00:00" in told("token", "--list").stdout
    assert "2026-11-23T08:00+00:00" == json.loads(told("token", "--list", "--json").stdout)[0]["last_sign_in"]


def test_a_password_comes_from_standard_input_and_is_printed_nowhere(place: Path) -> None:
    made = told("token", "admin", "anna", "--password", stdin="correct horse battery\n")
    assert 0 == made.exit_code, made.stderr
    assert "correct horse" not in made.stdout + made.stderr
    assert {"user": "bert", "role": "admin", "teams": [], "member": ""} == json.loads(
        told("token", "admin", "bert", "--password", "--json", stdin="correct horse battery\n").stdout
    )


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("lead",),
        ("emperor", "anna"),
        ("lead", "anna"),
        ("lead", "anna", "--teams", "L99"),
        ("admin", "anna", "--teams", "L01"),
        ("admin", "an na"),
        ("admin", "x" * 65),
        ("admin", "anna", "--password"),
        ("member", "anna", "--teams", "L01", "--member", "m9999"),
        ("member", "anna", "--teams", "L01", "--member", "m0201"),
    ],
)
def test_what_cannot_be_an_account_is_wrong_use(place: Path, words: tuple[str, ...]) -> None:
    assert 2 == told("token", *words, stdin="short\n").exit_code


@pytest.mark.parametrize("scope", ["L01", "site:nord", "centre"])
def test_what_was_closed_is_taken_back_by_the_same_word(place: Path, scope: str) -> None:
    closed = told("close", scope, "--until", "11:30", "--reason", "Stromausfall", "--json")
    assert (0, "2026-11-23T11:30:00+01:00") == (closed.exit_code, json.loads(closed.stdout)["until"])
    assert scope in told("reopen", "L02").stdout
    assert "open again" in told("reopen", scope).stdout
    assert "was not closed" in told("reopen", scope).stdout


def test_a_time_of_day_that_has_passed_is_tomorrows(place: Path) -> None:
    closed = told("close", "L01", "--until", "08:00", "--reason", "x", "--json")
    assert "2026-11-24T08:00:00+01:00" == json.loads(closed.stdout)["until"]


@pytest.mark.parametrize(
    "words",
    [
        ("L99", "--until", "12:00", "--reason", "x"),
        ("site:west", "--until", "12:00", "--reason", "x"),
        ("L01", "--until", "noon", "--reason", "x"),
        ("L01", "--until", "2026-12-01", "--reason", "x"),
        ("L01", "--until", "2026-11-22T12:00", "--reason", "x"),
        ("L01", "--until", "12:00", "--reason", " "),
        ("L01", "--until", "12:00"),
        ("L01", "--reason", "x"),
    ],
)
def test_what_cannot_be_closed_like_that_is_wrong_use(place: Path, words: tuple[str, ...]) -> None:
    assert 2 == told("close", *words).exit_code
