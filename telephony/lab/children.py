"""Child processes that die with their owner.

The kernel sends SIGKILL when the *thread* that started the child ends (prctl(2), PR_SET_PDEATHSIG): start
children from a thread that lives as long as they should. A child has its own process group, so that Ctrl-C in
a terminal reaches only the owner, who then ends its children in order.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h

Child = subprocess.Popen[bytes]


def start_child(
    argv: Sequence[str], *, output: Path, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Child:
    """A process that gets nothing on stdin, writes to `output` (appended) and ends when its owner ends.

    Raises OSError when the program cannot be started.
    """
    with output.open("ab") as written:
        return subprocess.Popen(  # noqa: S603 - argv is ours, no shell
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            process_group=0,
            preexec_fn=_bound_to(os.getpid()),  # noqa: PLW1509 - two system calls, nothing that takes a lock
        )


def _bound_to(owner: int) -> Callable[[], None]:
    prctl = ctypes.CDLL(None).prctl

    def in_the_child() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != owner:  # it ended before the kernel knew
            os._exit(127)

    return in_the_child


def end_child(child: Child, grace_seconds: float) -> None:
    """Ends a child: SIGTERM, and SIGKILL after `grace_seconds` (at once for 0)."""
    if child.poll() is None and grace_seconds > 0:
        child.terminate()
        wait_for_end(child, grace_seconds)
    if child.poll() is None:
        child.kill()
        child.wait()


def wait_for_end(child: Child, seconds: float) -> bool:
    """True when the child has ended within `seconds`."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
