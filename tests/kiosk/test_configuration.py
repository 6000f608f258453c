import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.configuration import KioskConfiguration, read
from routing.teams.mistakes import TeamsFileError

GOOD = """\
kiosk: k-nord-1
router: "https://teamline.example.org:8443"
token_file: {folder}/token
sip: {{server: "pbx.example.org:5060", user: k-nord-1, password_file: {folder}/password}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("token", "password"):
        path = tmp_path / name
        path.write_text(f"secret-{name}\n")
        path.chmod(0o600)
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "kiosk.yaml"
    path.write_text(text.replace("{folder}", str(folder)).replace("{{", "{").replace("}}", "}"))
    return path


def mistakes(folder: Path, text: str) -> str:
    with pytest.raises(TeamsFileError) as refused:
        read(written(folder, text))
    return str(refused.value).replace(str(folder), "")


def test_a_kiosk_needs_few_lines(folder: Path) -> None:
    found = read(written(folder, GOOD))
    assert ("k-nord-1", "none", "none") == (found.keys.kiosk, found.keys.scanner.device, found.keys.camera.device)
    assert "secret-token" == found.token.get_secret_value()


def test_no_secret_is_in_a_repr(folder: Path) -> None:
    assert "secret-" not in repr(read(written(folder, GOOD)))


def test_the_shipped_example_lacks_nothing_but_its_secrets(folder: Path) -> None:
    example = Path("examples/kiosk.yaml").read_text()
    for name in ("kiosk-token", "kiosk-sip-password"):
        example = example.replace(f"/etc/teamline/{name}", f"{folder}/{name.rpartition('-')[2]}")
    path = folder / "kiosk.yaml"
    path.write_text(example)
    assert isinstance(read(path), KioskConfiguration)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("scaner: {{device: none}}", '/kiosk.yaml:5:1: there is no key "scaner" here: did you mean "scanner"?'),
        ("scanner: {{device: none, lay: us}}", 'there is no key "lay" here: did you mean "layout"?'),
        ("camera: {{device: video0}}", '/kiosk.yaml:5:18: "video0" is no device: write its whole path'),
        ("camera: {{device: stdin}}", "/kiosk.yaml:5:18: pictures do not come from stdin"),
        ("camera: {{device: /dev/video0, width: 99999}}", '"width" cannot be "99999": write 3840 or less'),
        ("scanner: {{layout: fr}}", "5:19: \"layout\" cannot be \"fr\": write one of 'us' or 'de'"),
        ('numbers: {{customer: "9"}}', '5:21: "customer" cannot be "9"'),
        ("handset: {{device: stdin, up_key: 446}}", "one key cannot mean both up and down"),
        ("scanner: {{device: /dev/a}}\nhandset: {{device: /dev/a}}", "the scanner is read from the same device"),
        ("kiosk: again", '5:1: "kiosk" stands here a second time'),
    ],
)
def test_a_mistake_is_told_with_its_place_and_cure(folder: Path, line: str, told: str) -> None:
    assert told in mistakes(folder, GOOD + line)


@pytest.mark.parametrize(
    "router", ["ftp://x", "https://x/path", "https://user:pw@x", "x:80", "https://", "http://x:99999", "http://[x"]
)
def test_a_router_is_an_address_and_nothing_more(folder: Path, router: str) -> None:
    assert "is no address of a router" in mistakes(folder, GOOD.replace("https://teamline.example.org:8443", router))


@pytest.mark.parametrize("server", ["pbx", "pbx:0", "pbx:x", "pbx;lr:5060", "a b:5060", ":5060", "[::x]:5060"])
def test_a_sip_server_is_host_and_port(folder: Path, server: str) -> None:
    assert "is no address" in mistakes(folder, GOOD.replace("pbx.example.org:5060", server))


def test_an_ip6_address_is_a_host(folder: Path) -> None:
    read(written(folder, GOOD.replace("pbx.example.org:5060", "[2001:db8::1]:5060")))


def test_a_secret_that_others_may_read_is_refused(folder: Path) -> None:
    (folder / "token").chmod(0o644)
    assert "/kiosk.yaml:3:13: others may read the file (mode 0644): chmod 600 /token" in mistakes(folder, GOOD)


def test_every_mistake_is_told_at_once(folder: Path) -> None:
    (folder / "token").write_text("")
    (folder / "password").unlink()
    assert 2 == len(mistakes(folder, GOOD).splitlines())


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TeamsFileError, match="the file cannot be read"):
        read(tmp_path / "none.yaml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "kiosk.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(TeamsFileError, match="UTF-8"):
        read(tmp_path / "kiosk.yaml")


def test_an_endless_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kiosk.yaml").write_bytes(b"#" * 100_000)
    with pytest.raises(TeamsFileError, match="too large"):
        read(tmp_path / "kiosk.yaml")


def test_the_command_checks_a_file(folder: Path) -> None:
    command = [sys.executable, "-m", "teamline", "kiosk", "--check", "--config"]
    good = subprocess.run([*command, str(written(folder, GOOD))], capture_output=True, text=True, check=False)
    assert (0, "") == (good.returncode, good.stderr)
    bad = subprocess.run([*command, str(written(folder, "kiosk: x"))], capture_output=True, text=True, check=False)
    assert 1 == bad.returncode
    assert 'kiosk.yaml:1:1: "router" is missing: add it as in examples/kiosk.yaml' in bad.stderr
