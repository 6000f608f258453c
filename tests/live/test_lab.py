"""The lab itself: what it promises to whoever uses it, and that nothing outlives it."""

import json
import os
import signal
import urllib.request
from pathlib import Path

from running_lab import RunningLab, until


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_the_description_has_every_key_of_the_contract(lab: RunningLab) -> None:
    wanted = {"sip", "http", "metrics", "agi", "ami", "redis", "entry", "console", "pids", "accounts", "dir", "env"}
    assert wanted <= lab.told.keys()
    assert {"members", "kiosks", "trunk", "web"} == lab.told["accounts"].keys()
    assert {"asterisk", "router", "store"} == lab.told["pids"].keys()
    assert lab.told == json.loads((lab.folder / "lab.json").read_text())


def test_the_lab_is_ready_when_it_says_so(lab: RunningLab) -> None:
    with urllib.request.urlopen(f"{lab.told['http']}/readyz") as answer:
        told = json.load(answer)
    assert told["ready"] is True
    assert all(each["is_ok"] for each in told["dependencies"].values())


def test_prometheus_finds_the_metrics_on_a_port_of_their_own(lab: RunningLab) -> None:
    with urllib.request.urlopen(lab.told["metrics"]) as answer:
        text = answer.read().decode()
    assert 'teamline_ami_connected{node="pbx1"} 1.0' in text
    assert "teamline_directory_entries" in text


def test_every_other_command_talks_to_this_lab_by_its_environment(lab: RunningLab) -> None:
    done = lab.command("explain", "-", "--json", stdin="9992999999\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["versions"]["config"] in lab.router_log()


def test_on_sigterm_nothing_is_left(tmp_path: Path) -> None:
    running = RunningLab(tmp_path / "lab")
    pids = list(running.told["pids"].values())
    assert running.end() == 0
    assert not [pid for pid in pids if _is_alive(pid)]
    assert not Path(running.told["redis"].removeprefix("unix://")).exists()


def test_after_kill_9_of_the_lab_nothing_is_left(tmp_path: Path) -> None:
    running = RunningLab(tmp_path / "lab")
    pids = list(running.told["pids"].values())
    os.kill(running.process.pid, signal.SIGKILL)
    running.end()
    until(lambda: not [pid for pid in pids if _is_alive(pid)], 10, "every part ended with its lab")
