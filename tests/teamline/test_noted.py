"""What commands do is in the record of who did what, as the operating system's user's."""

import asyncio
import getpass
import os
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from operations.audit import Asked, AuditEntry, Deed
from teamline.command_line import command_line
from teamline.example_files import example_teams
from teamline.settings import load_settings
from teamline.stored import embedded_store, open_store


def told(*words: str) -> Result:
    result = CliRunner().invoke(command_line(), list(words), env={"NO_COLOR": "1", "COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result


async def listed() -> list[AuditEntry]:
    async with open_store(load_settings()) as stored:
        return list((await stored.audit.listed(Asked(), 50)).entries)


def test_every_command_that_changes_something_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path))
    monkeypatch.setenv("TEAMLINE_CONFIG", str(example_teams()))
    with embedded_store(load_settings()):
        told("activate", str(example_teams()))
        told("token", "lead", "anna", "--teams", "L01")
        told("close", "L01", "--until", "23:59", "--reason", "Brand")
        told("reopen", "L01")
        told("reopen", "L01")
        told("callbacks", "stop", "--reason", "Test")
        told("callbacks", "start")
        told("card", "123A456789")
        told("token", "--revoke", "anna")
        entries = asyncio.run(listed())
    assert [
        (Deed.CONFIGURATION_ACTIVATED, ""),
        (Deed.ACCOUNT_MADE, ""),
        (Deed.CLOSED, "L01"),
        (Deed.OPENED, "L01"),
        (Deed.CALLBACKS_STOPPED, ""),
        (Deed.CALLBACKS_RESUMED, ""),
        (Deed.CARD_MADE, ""),
        (Deed.ACCOUNT_REVOKED, ""),
    ] == [(each.deed, each.team) for each in reversed(entries)]
    assert {(getpass.getuser(), "command")} == {(each.who, each.role) for each in entries}
    assert "456789" not in repr(entries)
