import os
import subprocess
import sys
import time
from pathlib import Path

from telephony.lab.children import end_child, start_child, wait_for_end

OWNER = """
import sys, time
from pathlib import Path
from telephony.lab.children import start_child
print(start_child(["sleep", "300"], output=Path("/dev/null")).pid, flush=True)
time.sleep(300)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_child_ends_when_its_owner_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        child = int(owner.stdout.readline())
        assert alive(child)
        owner.kill()
        owner.wait()
        until = time.monotonic() + 10
        while alive(child) and time.monotonic() < until:
            time.sleep(0.01)
        assert not alive(child)


def test_a_child_has_its_own_process_group_and_writes_to_its_file(tmp_path: Path) -> None:
    child = start_child(["sh", "-c", "echo $PPID; read line || echo no input"], output=tmp_path / "out")
    assert wait_for_end(child, 10)
    assert f"{os.getpid()}\nno input\n" == (tmp_path / "out").read_text()


def test_a_child_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    words = "trap '' TERM; echo deaf; while :; do sleep 1; done"
    child = start_child(["sh", "-c", words], output=tmp_path / "out")
    while (tmp_path / "out").read_text() != "deaf\n":
        time.sleep(0.01)
    end_child(child, 0.1)
    assert child.returncode == -9


def test_a_child_that_has_ended_is_left_alone() -> None:
    child = start_child(["true"], output=Path("/dev/null"))
    assert wait_for_end(child, 10)
    end_child(child, 5)
    assert child.returncode == 0


def test_waiting_for_a_child_that_goes_on_says_so() -> None:
    child = start_child(["sleep", "300"], output=Path("/dev/null"))
    assert not wait_for_end(child, 0.01)
    end_child(child, 0)
