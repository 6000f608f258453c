import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from teamline.monitoring import fetch
from teamline.monitoring.fetch import NoPrometheus, Programs, host_programs, programs, tree_name, unpacked
from teamline.monitoring.run import RunningPrometheus, configuration, shipped
from telephony.lab.ports import free_ports

WELL = (
    "mkdir -p $3/usr/bin; for each in prometheus promtool; do touch $3/usr/bin/$each; chmod +x $3/usr/bin/$each; done"
)
LISTED = 'case "$*" in *download*) touch prometheus_2.42_amd64.deb;; esac\necho dlstatus:1:50.0:Retrieving'


class Tools:
    """An apt-get and a dpkg-deb of our own, first in the PATH; no Prometheus on the host."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.log = folder / "asked"
        self.log.touch()
        self.cache = folder.parent / "cache"
        self.seen: list[int] = []
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        monkeypatch.setattr(fetch, "host_programs", lambda: None)

    def put(self, name: str, script: str) -> None:
        program = self.folder / name
        program.write_text(f'#!/bin/sh\necho {name} "$@" >>{self.log}\n{script}\n')
        program.chmod(0o755)

    def fetched(self) -> Programs:
        return programs(lambda percent, _doing: self.seen.append(percent), self.cache)

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    made = Tools(tmp_path / "tools", monkeypatch)
    made.put("dpkg-deb", WELL)
    return made


def test_a_fetch_downloads_and_unpacks_and_leaves_nothing_else(tools: Tools) -> None:
    tools.put("apt-get", LISTED)
    found = tools.fetched()
    assert found == unpacked(tools.cache / tree_name())
    assert [2, 42, 85, 100] == tools.seen
    assert {tree_name(), f"{tree_name()}.lock"} == {path.name for path in tools.cache.iterdir()}


def test_what_was_fetched_is_used_again(tools: Tools) -> None:
    tools.put("apt-get", LISTED)
    first = tools.fetched()
    asked = len(tools.asked)
    assert first == tools.fetched()
    assert asked == len(tools.asked)


def test_a_host_without_lists_reads_them_into_a_folder_of_our_own(tools: Tools) -> None:
    tools.put("apt-get", 'case "$*" in *State::Lists*download*) touch prometheus_2.42_amd64.deb;; esac')
    tools.fetched()
    words = [line for line in tools.asked if line.startswith("apt-get")]
    assert [False, True, False] == [line.endswith(" update") for line in words]
    assert all("Dir::State::Lists=" in line for line in words[1:])


def test_what_an_interrupted_run_left_is_thrown_away(tools: Tools) -> None:
    tools.put("apt-get", LISTED)
    for left in (".partial", ".download"):
        (tools.cache / f"{tree_name()}{left}").mkdir(parents=True)
        (tools.cache / f"{tree_name()}{left}" / "prometheus_half.deb").touch()
    tools.fetched()
    assert not [path for path in tools.cache.iterdir() if path.suffix in {".partial", ".download"}]


def test_a_failed_download_says_what_apt_said(tools: Tools) -> None:
    tools.put("apt-get", "echo E: no such package; exit 100")
    with pytest.raises(NoPrometheus, match="E: no such package"):
        tools.fetched()


def test_a_package_that_holds_something_else_is_refused(tools: Tools) -> None:
    tools.put("apt-get", LISTED)
    tools.put("dpkg-deb", "echo not a package; exit 2")
    with pytest.raises(NoPrometheus, match="not a package"):
        tools.fetched()
    assert unpacked(tools.cache / tree_name()) is None


def test_a_host_that_is_no_debian_is_told_where_to_put_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(fetch, "host_programs", lambda: None)
    with pytest.raises(NoPrometheus, match="put prometheus and promtool into"):
        programs(lambda _percent, _doing: None, tmp_path)


def test_the_hosts_own_programs_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("prometheus", "promtool"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setattr(fetch, "HOST_FOLDERS", str(tmp_path))
    assert Programs(tmp_path / "prometheus", tmp_path / "promtool") == host_programs()
    assert programs(lambda _percent, _doing: None, tmp_path / "cache") == host_programs()


def test_one_program_alone_is_no_prometheus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prometheus").touch(mode=0o755)
    monkeypatch.setattr(fetch, "HOST_FOLDERS", str(tmp_path))
    assert host_programs() is None


def test_the_second_of_two_runs_waits_for_the_first(tools: Tools) -> None:
    go_on = tools.folder / "go_on"
    os.mkfifo(go_on)
    tools.put("apt-get", f"read _ <{go_on}\n{LISTED}")
    found: list[Programs] = []
    first = threading.Thread(target=lambda: found.append(tools.fetched()))
    first.start()
    waiting: list[str] = []
    _until(lambda: bool(tools.asked))

    def wait_and_go_on(_percent: int, doing: str) -> None:
        waiting.append(doing)
        go_on.write_text("\n")

    second = programs(wait_and_go_on, tools.cache)
    first.join()
    assert ["waiting for another run that is fetching Prometheus"] == waiting
    assert [second] == found


def test_the_shipped_configuration_is_pointed_at_the_lab() -> None:
    text = (shipped() / "prometheus.yml").read_text()
    told = yaml.safe_load(configuration(text, "127.0.0.1:12345", shipped()))
    assert ["127.0.0.1:12345"] == told["scrape_configs"][0]["static_configs"][0]["targets"]
    assert all(Path(name).is_file() for name in told["rule_files"])
    assert len(told["rule_files"]) == 2


class Page(BaseHTTPRequestHandler):
    """One metric."""

    def do_GET(self) -> None:
        body = b"# TYPE teamline_store_up gauge\nteamline_store_up 1.0\n# EOF\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _until(look: object, seconds: float = 30) -> None:
    assert callable(look)
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end
        time.sleep(0.05)


def asked(running: RunningPrometheus, query: str) -> list[str]:
    """The values of an instant query, by promtool."""
    words = [running._programs.promtool, "query", "instant", running.url, query]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    return [line.split(" => ")[1].split()[0] for line in done.stdout.splitlines() if " => " in line]


@pytest.mark.live
def test_prometheus_scrapes_a_page_of_ours_with_the_shipped_rules(tmp_path: Path, page: str) -> None:
    running = RunningPrometheus(programs(lambda _percent, _doing: None), tmp_path / "prometheus", free_ports(1)[0])
    try:
        running.start(page)
        _until(running.is_ready)
        _until(lambda: asked(running, "up") == ["1"])
        assert ["1"] == asked(running, "teamline_store_up")
        pid = running.pid
    finally:
        running.stop()
    assert running.pid is None
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.live
def test_a_prometheus_that_cannot_start_says_why(tmp_path: Path, page: str) -> None:
    taken = int(page.partition(":")[2])
    running = RunningPrometheus(programs(lambda _percent, _doing: None), tmp_path / "prometheus", taken)
    running.start(page)
    _until(lambda: running.pid is None)
    assert "address already in use" in running.said


@pytest.mark.live
def test_a_demo_with_prometheus_is_scraped_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    words = ["--prometheus", "--calls-per-minute", "0", "--members", "1", "--dir", str(home)]
    with subprocess.Popen(
        [sys.executable, "-m", "teamline", "demo", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
    ) as demo:
        try:
            url = next(line.split()[1] for line in demo.stdout or () if line.startswith("Prometheus "))
            _until(lambda: _told(url.removesuffix("/alerts"), "up") == ["1"])
            assert _told(url.removesuffix("/alerts"), "teamline_build_info") == ["1"]
        finally:
            demo.send_signal(signal.SIGINT)
            assert demo.wait(30) == 0
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if _is_of(path, home)]


def _told(url: str, query: str) -> list[str]:
    with urllib.request.urlopen(f"{url}/api/v1/query?query={query}", timeout=60) as answer:
        return [each["value"][1] for each in json.load(answer)["data"]["result"]]


def _is_of(cmdline: Path, home: Path) -> bool:
    try:
        return str(home).encode() in cmdline.read_bytes()
    except OSError:
        return False
