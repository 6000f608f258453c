"""Finds Prometheus, or fetches Debian's package into the user's cache: without root, nothing is installed or started.

The package comes from the sources that the host's own apt uses; when the host's lists are missing or too old, fresh
ones are read into a private folder. One run fetches at a time; what an interrupted run left is fetched again.
"""

import os
import platform
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from telephony.lab.fetch import alone, cache_folder, discard

PACKAGE = "prometheus"
HOST_FOLDERS = "/usr/local/bin:/usr/bin"

Progress = Callable[[int, str], None]
"""Called with a percentage and what is being done."""


class NoPrometheus(RuntimeError):
    """There is no Prometheus and none could be fetched; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Prometheus and its tool, ready to run. `pages`: its web pages where it would not find them by itself."""

    prometheus: Path
    promtool: Path
    pages: Path | None = None


def programs(progress: Progress, cache: Path | None = None) -> Programs:
    """The host's own Prometheus, the one fetched before, or fetched now. Raises NoPrometheus."""
    folder = cache or cache_folder()
    tree = folder / tree_name()
    found = host_programs() or unpacked(tree)
    if found is None:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder / f"{tree.name}.lock", progress, "Prometheus") as lock:
            found = unpacked(tree) or _fetched(tree, progress, lock)
    return found


def tree_name() -> str:
    """The name of the private tree: one for each release and architecture."""
    try:
        release = platform.freedesktop_os_release().get("VERSION_CODENAME", "unnamed")
    except OSError:
        release = "unnamed"
    return f"{PACKAGE}-{release}-{platform.machine()}"


def host_programs() -> Programs | None:
    """Prometheus and promtool as the host has them installed, None if one is missing."""
    prometheus, promtool = (shutil.which(name, path=HOST_FOLDERS) for name in ("prometheus", "promtool"))
    return Programs(Path(prometheus), Path(promtool)) if prometheus and promtool else None


def unpacked(tree: Path) -> Programs | None:
    """What was fetched into this tree, None if it is not there or not whole."""
    found = Programs(tree / "usr/bin/prometheus", tree / "usr/bin/promtool", tree / "usr/share/prometheus/web")
    return found if os.access(found.prometheus, os.X_OK) and os.access(found.promtool, os.X_OK) else None


def _fetched(tree: Path, progress: Progress, lock: int) -> Programs:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NoPrometheus(f"no Prometheus here: put prometheus and promtool into one of {HOST_FOLDERS}")
    partial, download = tree.with_name(f"{tree.name}.partial"), tree.with_name(f"{tree.name}.download")
    for left in (partial, download, tree):
        discard(left)
    for folder in (partial, download / "lists/partial", download / "archives/partial"):
        folder.mkdir(parents=True)
    package = _downloaded(download, progress, lock)
    progress(85, "unpacking Prometheus")
    said, code = _run(["dpkg-deb", "-x", str(package), str(partial)], download, lock)
    if code or unpacked(partial) is None:
        raise NoPrometheus(f"the package {package.name} could not be unpacked: {_end_of(said)}")
    partial.rename(tree)
    discard(download)
    progress(100, "Prometheus is ready")
    found = unpacked(tree)
    if found is None:
        raise NoPrometheus(f"the Prometheus in {tree} went away while it was fetched")
    return found


def _downloaded(folder: Path, progress: Progress, lock: int) -> Path:
    """The package file: by the host's own lists, else by fresh ones of our own."""
    private = ["-o", f"Dir::State::Lists={folder}/lists", "-o", f"Dir::Cache={folder}"]
    download = ["download", PACKAGE]
    tries = ([[*download]], [[*private, "update"], [*private, *download]])
    said: list[str] = []
    for steps in tries:
        progress(2, "fetching Prometheus (about 20 MB to download, 95 MB on disk)")
        for step in steps:
            said, _ = _run(["apt-get", "-q", "-o", "APT::Status-Fd=1", *step], folder, lock, progress)
        if package := next(folder.glob(f"{PACKAGE}_*.deb"), None):
            return package
    raise NoPrometheus(f"Debian's package {PACKAGE} could not be downloaded: {_end_of(said)}")


def _run(argv: Sequence[str], folder: Path, lock: int, progress: Progress | None = None) -> tuple[list[str], int]:
    """What a tool said, and its exit code. It holds our lock as long as it runs, and ends when we are interrupted."""
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603 - argv is ours
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        cwd=folder,
        env={**os.environ, "LC_ALL": "C"},
        process_group=0,
        pass_fds=(lock,),
    ) as running:
        try:
            for line in running.stdout or ():
                said.append(line)
                if progress:
                    _report(line, progress)
        except BaseException:
            os.killpg(running.pid, signal.SIGTERM)
            raise
    return said, running.returncode


def _report(line: str, progress: Progress) -> None:
    """`dlstatus:1:42.5:Retrieving file …` (apt's README.progress-reporting)."""
    kind, _, rest = line.partition(":")
    percent = rest.split(":")[1:2]
    if kind == "dlstatus" and percent and percent[0].replace(".", "", 1).isdigit():
        progress(2 + int(float(percent[0]) * 0.8), "downloading Prometheus")


def _end_of(said: Sequence[str]) -> str:
    return " ".join("".join(line for line in said if not line.startswith("dlstatus:")).split())[-500:]
