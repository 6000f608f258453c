"""`teamline callbacks` as an administrator uses it: one data folder, an embedded store, no Asterisk."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from store.embedded import EmbeddedStore
from teamline.command_line import command_line

TEAMS = Path("teams.yaml").resolve()


@pytest.fixture
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_CONFIG", str(TEAMS))


def told(*words: str) -> Result:
    return CliRunner().invoke(command_line(), ["callbacks", *words])


@pytest.mark.usefixtures("_installation")
def test_a_stop_stands_until_somebody_starts_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedStore(tmp_path / "store") as store:
        monkeypatch.setenv("TEAMLINE_STORE_URL", store.url)
        assert "Callbacks are dialled." in told("status").stdout
        assert "stopped" in told("stop", "--reason", "wrong\nnumbers").stdout
        assert {"stopped": True, "reason": "wrongnumbers", "open": {}} == json.loads(told("status", "--json").stdout)
        assert "wrongnumbers" in told("status").stdout
        assert {"stopped": False, "was_stopped": True} == json.loads(told("start", "--json").stdout)
        assert "were not stopped" in told("start").stdout
        assert {"stopped": True, "reason": ""} == json.loads(told("stop", "--json").stdout)
        assert "are dialled again" in told("start").stdout
