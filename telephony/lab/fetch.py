"""Finds an Asterisk for the lab, or fetches one into the user's cache: without root, without touching the host.

Debian unstable's packages are unpacked (not installed) by mmdebstrap from the mirror that the host's own apt
uses. One run fetches at a time; what an interrupted run left is thrown away and fetched again.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from telephony.dialplan.wiring import UnsupportedAsterisk
from telephony.lab.apt_sources import debian_mirror, sources_below
from telephony.lab.installation import Installation, host_installation, unpacked

SUITE = "sid"
PACKAGES = ("asterisk", "asterisk-core-sounds-en-gsm", "asterisk-prompt-de")
TOOLS = ("mmdebstrap", "fakechroot", "fakeroot")

_STEPS = {
    "running apt-get update": (5, "reading the package lists"),
    "downloading packages": (20, "downloading packages"),
    "extracting archives": (70, "unpacking"),
    "cleaning package lists": (95, "cleaning up"),
}

Progress = Callable[[int, str], None]
"""Called with a percentage and what is being done."""


class NoAsterisk(RuntimeError):
    """There is no Asterisk and none could be fetched; the sentence says what to do."""


def asterisk(progress: Progress, cache: Path | None = None) -> Installation:
    """An Asterisk that can carry Teamline: the host's own, the one fetched before, or fetched now.

    Raises NoAsterisk.
    """
    folder = cache or cache_folder()
    root = folder / tree_name()
    found = host_installation() or unpacked(root)
    if found is None:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder / f"{root.name}.lock", progress, "Asterisk") as lock:
            found = unpacked(root) or _fetched(root, progress, lock)
    try:
        found.release.require_support()
    except UnsupportedAsterisk as refused:
        raise NoAsterisk(str(refused)) from None
    return found


def cache_folder() -> Path:
    """Where fetched things are kept: $XDG_CACHE_HOME/teamline or ~/.cache/teamline."""
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "teamline"


def tree_name() -> str:
    """The name of the private tree: it changes with the machine's architecture and the package list."""
    recipe = " ".join((SUITE, platform.machine(), *PACKAGES))
    return f"asterisk-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


@contextmanager
def alone(lock: Path, progress: Progress, what: str) -> Iterator[int]:
    """One run at a time fetches this; others wait, and say so. Gives the lock's descriptor, for children to hold."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(0, f"waiting for another run that is fetching {what}")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield held.fileno()


def _fetched(root: Path, progress: Progress, lock: int) -> Installation:
    provide_tools(progress)
    partial = root.with_name(root.name + ".partial")
    for left in (partial, root):
        discard(left)
    _unpack(partial, _mirror(), progress, lock)
    if unpacked(partial) is None:
        raise NoAsterisk(f"the packages were unpacked, but the Asterisk in {partial} does not run on this machine")
    partial.rename(root)
    found = unpacked(root)
    if found is None:
        raise NoAsterisk(f"the Asterisk in {root} does not run")
    progress(100, f"Asterisk {found.release} is ready")
    return found


def provide_tools(progress: Progress) -> None:
    """Installs what fetching needs when run as root; raises NoAsterisk naming the packages otherwise."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NoAsterisk(
            f"no Asterisk here, and fetching one needs the Debian packages {' '.join(TOOLS)}: "
            f"as root, run: apt-get install {' '.join(TOOLS)}"
        )
    progress(1, f"installing {' '.join(missing)}")
    for step in (["update"], ["install", "-y", "--no-install-recommends", *TOOLS]):
        _run_apt(step)


def _run_apt(step: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(  # noqa: S603 - fixed words
        ["apt-get", *step],  # noqa: S607 - this host's
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and step[0] == "install":
        raise NoAsterisk(f"apt-get {' '.join(step)} failed: {done.stderr.strip()[-500:]}")


def _mirror() -> str:
    found = debian_mirror(sources_below(Path("/etc/apt")), _codename())
    if found is None:
        raise NoAsterisk("no package mirror found in /etc/apt/sources.list or /etc/apt/sources.list.d")
    return found


def _codename() -> str:
    try:
        return platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    except OSError:
        return ""


def command(root: Path, mirror: str) -> list[str]:
    """The mmdebstrap call that unpacks Asterisk below `root` (its Release file may be past its date on a mirror)."""
    return [
        "mmdebstrap",
        "--mode=fakechroot",
        "--variant=extract",
        f"--include={','.join(PACKAGES)}",
        '--aptopt=APT::Install-Recommends "false"',
        '--aptopt=Acquire::Check-Valid-Until "false"',
        SUITE,
        str(root),
        mirror,
    ]


def _unpack(partial: Path, mirror: str, progress: Progress, lock: int) -> None:
    progress(2, "fetching Asterisk (about 100 MB to download, 270 MB on disk)")
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603 - argv is ours
        command(partial, mirror),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
        pass_fds=(lock,),
    ) as running:
        try:
            for line in running.stdout or ():
                said.append(line)
                _report(line, progress)
        except BaseException:
            os.killpg(running.pid, signal.SIGTERM)
            raise
    if running.returncode:
        raise NoAsterisk(f"fetching Asterisk failed: {''.join(said[-5:]).strip()}")


def _report(line: str, progress: Progress) -> None:
    for words, (percent, doing) in _STEPS.items():
        if words in line:
            progress(percent, doing)


def discard(folder: Path) -> None:
    """Removes a tree, also one whose folders an interrupted run left without write permission."""
    if not folder.exists():
        return
    for path, _, _ in os.walk(folder):
        Path(path).chmod(0o700)
    shutil.rmtree(folder)
