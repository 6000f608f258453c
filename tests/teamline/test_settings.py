import os
from pathlib import Path

import pytest
import typer
from pydantic import ValidationError

from teamline.output import settings_or_fail
from teamline.settings import load_settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:

    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)


def test_without_a_store_address_the_embedded_store_is_used() -> None:
    assert load_settings().store_address is None


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_AGI_PORT", "1111")
    assert 2222 == load_settings(agi_port=2222).agi_port


def test_the_environment_wins_over_the_settings_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "teamline.env").write_text("TEAMLINE_AGI_PORT=1111\nTEAMLINE_NODE=pbx7\n")
    monkeypatch.setenv("TEAMLINE_SETTINGS", str(tmp_path / "teamline.env"))
    monkeypatch.setenv("TEAMLINE_AGI_PORT", "3333")
    settings = load_settings()
    assert (3333, "pbx7") == (settings.agi_port, settings.node)


def test_a_secret_may_lie_in_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    monkeypatch.setenv("TEAMLINE_STORE_URL", "redis://192.0.2.1:6379")
    monkeypatch.setenv("TEAMLINE_STORE_PASSWORD_FILE", str(tmp_path / "password"))
    address = load_settings().store_address
    assert address is not None
    assert "s3cret" == address.password


def test_the_settings_file_may_name_a_secret_s_file_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ami").write_text("longenough\n")
    (tmp_path / "teamline.env").write_text(f"TEAMLINE_AMI_SECRET_FILE={tmp_path / 'ami'}\n")
    monkeypatch.setenv("TEAMLINE_SETTINGS", str(tmp_path / "teamline.env"))
    secret = load_settings().ami_secret
    assert secret is not None
    assert "longenough" == secret.get_secret_value()


def test_no_secret_is_in_the_settings_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_AMI_SECRET", "s3cret-word")
    assert "s3cret-word" not in repr(load_settings())


@pytest.mark.parametrize(("name", "value"), [("AGI_PORT", "70000"), ("NODE", "a b"), ("LOG_FORMAT", "xml")])
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TEAMLINE_{name}", value)
    with pytest.raises(ValidationError):
        load_settings()


def test_a_settings_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_SETTINGS", "/nowhere/teamline.env")
    with pytest.raises(FileNotFoundError, match=r"/nowhere/teamline\.env"):
        load_settings()


def test_a_peer_that_is_no_network_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_AGI_PEERS", '["everybody"]')
    with pytest.raises(ValidationError, match="everybody"):
        load_settings()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"OIDC_ISSUER": "http://id.example"}, "TEAMLINE_OIDC_ISSUER: Value error, no https address"),
        ({"OIDC_ISSUER": "https://id.example"}, "TEAMLINE_OIDC_CLIENT_ID is missing"),
        ({"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "x"}, "TEAMLINE_OIDC_ROLES is missing"),
        ({"OIDC_ROLES": '{"x": {"role": "lead"}}'}, "TEAMLINE_OIDC_ROLES: Value error, a lead works for own teams"),
        ({"OIDC_ROLES": "{"}, "write JSON"),
        ({"PUBLIC_URL": "teamline.example"}, "TEAMLINE_PUBLIC_URL: Value error, no https address"),
    ],
)
def test_settings_of_a_provider_that_do_not_fit_are_told_with_their_cure(
    given: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEAMLINE_OIDC_CLIENT_SECRET", "a-secret-of-the-client")
    for name, value in given.items():
        monkeypatch.setenv(f"TEAMLINE_{name}", value)
    with pytest.raises(typer.Exit):
        settings_or_fail()
    told = " ".join(capsys.readouterr().err.split())
    assert (True, False) == (sentence in told, "a-secret-of-the-client" in told)


def test_the_secret_at_the_provider_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("a-secret-of-the-client\n")
    monkeypatch.setenv("TEAMLINE_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    secret = load_settings().oidc_client_secret
    assert secret
    assert "a-secret-of-the-client" == secret.get_secret_value()
