"""A router of the test's own in place of the lab's: the same ports and folders, another way to Asterisk."""

import contextlib
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping

from running_lab import RunningLab, until

from telephony.lab.children import end_child, start_child


class RouterBeside:
    """`teamline serve` with the lab's environment, but for these settings; "" stands for unset."""

    def __init__(self, lab: RunningLab, settings: Mapping[str, str]) -> None:
        self._lab = lab
        self._environment = {**lab.environment, **settings}
        self.start()

    def start(self) -> None:
        """Start it (again), and wait until it takes calls."""
        self._child = start_child(
            [sys.executable, "-m", "teamline", "serve"],
            output=self._lab.folder / "router.log",
            folder=self._lab.folder,
            environment=self._environment,
        )
        until(lambda: is_ready(self._lab), 30, "a router that takes calls")

    def kill(self) -> None:
        """SIGKILL."""
        end_child(self._child, 0)


@contextlib.contextmanager
def router_beside(lab: RunningLab, **settings: str) -> Iterator[RouterBeside]:
    """In place of the lab's own router, which is killed, and started again in the end."""
    kill_router(lab)
    router = RouterBeside(lab, settings)
    try:
        yield router
    finally:
        router.kill()
        lab.start("router")


def kill_router(lab: RunningLab) -> None:
    """SIGKILL to the lab's router, if there is one."""
    pid = lab.told["pids"]["router"]
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not is_ready(lab), 10, "no router")


def is_ready(lab: RunningLab) -> bool:
    """Whether a router takes calls."""
    try:
        with urllib.request.urlopen(f"{lab.told['http']}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
