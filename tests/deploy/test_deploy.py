import re
import shutil
import subprocess
import sys
import zipfile
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from store import connection
from teamline.command_line import command_line
from teamline.settings import SECRETS, Settings, load_settings
from telephony.dialplan.files import ORDER, RELOADS
from telephony.lab.pbx_files import MODULES

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
ETC = DEPLOY / "asterisk" / "etc"
OPERATIONS = ROOT / "docs" / "operations.md"
UNITS = ("teamline.service", "teamline-kiosk.service", "teamline-reload.service", "teamline-reload.path")
SETTINGS = {f"TEAMLINE_{name.upper()}" for name in Settings.model_fields}
NAMES = SETTINGS | {f"TEAMLINE_{name.upper()}_FILE" for name in SECRETS} | {"TEAMLINE_SETTINGS"}
SPEAKING_OF_SETTINGS = (
    ROOT / "Dockerfile",
    DEPLOY / "asterisk" / "Dockerfile",
    DEPLOY / "compose.yaml",
    DEPLOY / "teamline.env",
    DEPLOY / "teamline-reload",
    OPERATIONS,
)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def composed(compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    secret = tmp_path / "store_password"
    secret.write_text("invented\n")
    for name, value in compose["services"]["router"]["environment"].items():
        monkeypatch.setenv(name, str(secret) if name.endswith("_FILE") else value)
    return load_settings()


def test_compose_has_these_services(compose: dict[str, Any]) -> None:
    assert {"asterisk", "asterisk-reload", "store", "prompts", "router", "prometheus"} == set(compose["services"])


@pytest.mark.parametrize("service", ["asterisk", "store", "router", "prometheus"])
def test_every_lasting_service_is_watched_and_started_again(compose: dict[str, Any], service: str) -> None:
    described = compose["services"][service]
    assert described["restart"] == "unless-stopped"
    assert described["healthcheck"]["test"]


@pytest.mark.parametrize("service", ["asterisk", "asterisk-reload", "store", "prompts", "router", "prometheus"])
def test_no_container_has_rights_it_does_not_need(compose: dict[str, Any], service: str) -> None:
    described = compose["services"][service]
    assert described["cap_drop"] == ["ALL"]
    assert described["security_opt"] == ["no-new-privileges:true"]


def test_every_named_volume_and_network_is_declared(compose: dict[str, Any]) -> None:
    for described in compose["services"].values():
        used = {volume.split(":")[0] for volume in described.get("volumes", []) if not volume.startswith(".")}
        assert used <= set(compose["volumes"])
        assert set(described.get("networks", [])) <= set(compose["networks"])


def test_the_store_is_published_nowhere(compose: dict[str, Any]) -> None:
    assert "ports" not in compose["services"]["store"]
    assert compose["services"]["store"]["networks"] == ["store"]
    assert compose["networks"]["store"]["internal"] is True


def test_only_telephones_reach_in_from_other_machines(compose: dict[str, Any]) -> None:
    published = {name: described.get("ports", []) for name, described in compose["services"].items()}
    assert all("/udp" in port for port in published.pop("asterisk"))
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_secrets_are_files_and_never_values(compose: dict[str, Any]) -> None:
    assert compose["secrets"] == {"store_password": {"file": "./secrets/store_password"}}
    environment = compose["services"]["router"]["environment"]
    assert not [name for name in environment if name in {f"TEAMLINE_{secret.upper()}" for secret in SECRETS}]


def test_the_composed_store_is_accepted(composed: Settings) -> None:
    address = composed.store_address
    assert address is not None
    assert address.password == "invented"
    connection.check(address)


def test_asterisk_and_router_let_only_their_own_network_in(compose: dict[str, Any], composed: Settings) -> None:
    subnet = ip_network(compose["networks"]["pbx"]["ipam"]["config"][0]["subnet"])
    assert [ip_network(peer) for peer in composed.agi_peers] == [subnet]
    assert [ip_network(permitted) for permitted in composed.ami_permit] == [subnet]


def test_asterisk_finds_the_router_and_the_router_asterisk(compose: dict[str, Any], composed: Settings) -> None:
    assert composed.agi_addresses == [f"router:{composed.agi_port}"]
    assert composed.ami_host in compose["services"]
    assert "pbx" in compose["services"]["router"]["networks"]
    assert "pbx" in compose["services"]["asterisk"]["networks"]


@pytest.mark.parametrize("folder", ["prompts_folder", "render_into"])
def test_router_and_asterisk_share_a_folder_under_one_path(
    compose: dict[str, Any], composed: Settings, folder: str
) -> None:
    path = str(getattr(composed, folder))
    written = [volume for volume in compose["services"]["router"]["volumes"] if volume.endswith(f":{path}")]
    read = [volume for volume in compose["services"]["asterisk"]["volumes"] if volume.endswith(f":{path}:ro")]
    assert [f"{volume}:ro" for volume in written] == read
    assert len(read) == 1


def test_router_and_asterisk_both_write_where_callers_speak(compose: dict[str, Any], composed: Settings) -> None:
    volume = f"voice:{composed.voice_folder}"
    assert all(volume in compose["services"][service]["volumes"] for service in ("router", "asterisk"))


def test_rtp_ports_are_published_as_asterisk_uses_them(compose: dict[str, Any]) -> None:
    rtp = (ETC / "rtp.conf").read_text(encoding="utf-8")
    first, last = (re.search(rf"{name} = (\d+)", rtp)[1] for name in ("rtpstart", "rtpend"))  # type: ignore[index]
    assert f"{first}-{last}:{first}-{last}/udp" in compose["services"]["asterisk"]["ports"]


def test_prometheus_scrapes_the_router(composed: Settings) -> None:
    scrape = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = scrape["scrape_configs"][0]["static_configs"][0]["targets"]
    assert targets == [f"router:{composed.metrics_port}"]


@pytest.mark.parametrize("file", SPEAKING_OF_SETTINGS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_named_exists(file: Path) -> None:
    named = set(re.findall(r"TEAMLINE_[A-Z_]*[A-Z]", file.read_text(encoding="utf-8")))
    assert named - NAMES == set()


@pytest.mark.parametrize("is_with_examples", [False, True])
def test_the_environment_file_is_read_by_a_shell_as_meant(
    is_with_examples: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("invented\n")
    text = (DEPLOY / "teamline.env").read_text(encoding="utf-8").replace("/etc/teamline/oidc-secret", str(secret))
    file = tmp_path / "teamline.env"
    file.write_text(text.replace("#TEAMLINE_", "TEAMLINE_") if is_with_examples else text)
    told = subprocess.run(
        ["/bin/sh", "-c", f"set -a; . {file}; env"], capture_output=True, text=True, check=True
    ).stdout
    for name, value in re.findall(r"^(TEAMLINE_\w+)=(.*)$", told, re.MULTILINE):
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (["127.0.0.1/32"] if is_with_examples else []) == settings.proxies
    assert ({"tl-heads", "tl-team-01"} if is_with_examples else set()) == set(settings.oidc_roles)


def test_every_setting_is_explained_to_administrators() -> None:
    rows = set(re.findall(r"^\| `(TEAMLINE_[A-Z_]+)`", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE))
    assert rows == SETTINGS | {"TEAMLINE_SETTINGS"}


def test_defaults_told_to_administrators_are_the_defaults() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `TEAMLINE_([A-Z_]+)` \| `([^`]*)`", text, re.MULTILINE))
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert {name: str(defaults[name]) for name in table} == table


def test_every_command_told_to_administrators_exists() -> None:
    told = set(re.findall(r"(?:^|[`(])teamline ([a-z]+)", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE))
    assert told <= set(typer.main.get_command(command_line()).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("file", ["Dockerfile", "deploy/asterisk/Dockerfile"])
def test_an_image_runs_without_root_and_is_watched(file: str) -> None:
    steps = (ROOT / file).read_text(encoding="utf-8")
    assert re.findall(r"^USER (.*)$", steps, re.MULTILINE) == ["10001:10001"]
    assert "\nHEALTHCHECK " in steps


def test_the_router_image_asks_healthz() -> None:
    assert "/healthz" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_router_image_installs_only_what_is_hashed() -> None:
    steps = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"^RUN .*pip (?:install|wheel) (.*)$", steps, re.MULTILINE)
    assert len(installs) == 4
    assert all(
        "--require-hashes" in each or "--no-index" in each or "--no-build-isolation" in each for each in installs
    )


@pytest.mark.parametrize("lock", ["requirements-runtime.lock", "requirements-build.lock"])
def test_images_install_what_is_tested(lock: str) -> None:
    def pinned(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    tested = pinned("requirements.lock")
    assert pinned(lock) == {name: tested.get(name) for name in pinned(lock)}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-runtime.lock", "requirements-build.lock"])
def test_a_lock_names_no_host(lock: str) -> None:
    assert not re.search(r"https?:|file:", (ROOT / lock).read_text(encoding="utf-8"))


def test_secrets_never_get_into_an_image() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert not [path for path in allowed if path in {".", "deploy"} or "config" in path or "secret" in path]


@pytest.mark.parametrize(
    "line",
    [
        "Type=notify",
        "NotifyAccess=main",
        "User=teamline",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "KillMode=mixed",
        "ProtectSystem=strict",
        "StateDirectory=teamline",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "SystemCallFilter=@system-service",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "MemoryDenyWriteExecute=yes",
        "PrivateTmp=yes",
    ],
)
def test_the_service_is_hardened(line: str) -> None:
    assert line in (DEPLOY / "teamline.service").read_text(encoding="utf-8").splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        unit = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"/(?:opt|usr/local)/\S+", "/bin/true", unit))
    verified = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in verified.stderr.splitlines() if str(tmp_path) in line or "teamline" in line]
    assert told == []


def test_a_reload_reads_everything_that_is_rendered_in_the_safe_order() -> None:
    script = (DEPLOY / "teamline-reload").read_text(encoding="utf-8")
    commands = re.search(r"for command in (.*?); do", script, re.DOTALL)
    assert commands is not None
    assert re.findall(r"'([^']+)'", commands[1]) == [RELOADS[name] for name in ORDER]


@pytest.mark.parametrize("name", ORDER)
def test_the_composed_asterisk_includes_what_is_rendered(name: str) -> None:
    assert f"#tryinclude teamline.d/{name}" in (ETC / name).read_text(encoding="utf-8").splitlines()


def test_the_composed_asterisk_loads_what_the_lab_has_tried() -> None:
    loaded = re.findall(r"^load = (\S+)\.so$", (ETC / "modules.conf").read_text(encoding="utf-8"), re.MULTILINE)
    assert loaded == list(MODULES)


def fake_asterisk(folder: Path, *, answers: bool) -> Path:
    program = folder / "bin" / "asterisk"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$2" >>{folder}/asked\nexit {0 if answers else 1}\n')
    program.chmod(0o755)
    return program.parent


def reload(folder: Path, rendered: Path) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}:/usr/bin:/bin"
    environment = {"PATH": path, "TEAMLINE_RENDER_INTO": str(rendered)}
    script = DEPLOY / "teamline-reload"
    return subprocess.run([script], env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_asterisk_is_asked_once_for_each_file_that_stays_as_it_is(tmp_path: Path) -> None:
    fake_asterisk(tmp_path, answers=True)
    rendered = tmp_path / "teamline.d"
    rendered.mkdir()
    (rendered / "queues.conf").write_text("")
    assert reload(tmp_path, rendered).returncode == 0
    assert (tmp_path / "asked").read_text().splitlines() == [RELOADS[name] for name in ORDER]


def test_an_asterisk_that_does_not_answer_is_told(tmp_path: Path) -> None:
    fake_asterisk(tmp_path, answers=False)
    done = reload(tmp_path, tmp_path)
    assert done.returncode == 1
    assert "Asterisk does not answer" in done.stderr


def test_a_wheel_holds_every_file_that_is_no_python(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    packages = [path.name for path in ROOT.iterdir() if (path / "py.typed").is_file()]
    beside = {
        str(path.relative_to(ROOT))
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert beside | {"teamline/examples/teams.yaml", "teamline/examples/customers.csv"} <= held
    assert any(name.endswith("licenses/LICENCE") for name in held)


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENCE").read_text(encoding="utf-8")
    assert [str(number) for number in range(1, 16)] == re.findall(r"^(\d+)\. [A-Z]", text, re.MULTILINE)
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    assert "All other changes or additions to this Appendix require the production of a new" in text
