"""A private Asterisk: written, started, asked and ended by its owner; any user, no root, no chroot."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from telephony.lab.children import Child, end_child, start_child, wait_for_end
from telephony.lab.installation import Installation
from telephony.lab.pbx_files import PbxAccess, PbxPlaces
from telephony.lab.pbx_home import settle
from telephony.lab.ports import HOST

BOOT_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.05


class AsteriskDidNotStart(RuntimeError):
    """It ended, stayed silent or did not get its ports; the sentence ends with the last lines of its log."""


class AsteriskIsSilent(RuntimeError):
    """The console gave no answer in time."""


class PrivateAsterisk:
    """One Asterisk in one folder, on the loopback address, with ports of its own.

    `access` holds ports and secrets, `places` the folders; render into `places.rendered` before `start()`.
    It ends with the thread that started it.
    """

    def __init__(self, installation: Installation, places: PbxPlaces, access: PbxAccess) -> None:
        self.installation = installation
        self.places = places
        self.access = access
        self._child: Child | None = None

    @classmethod
    def in_folder(cls, home: Path, installation: Installation, port_base: int | None = None) -> "PrivateAsterisk":
        """The Asterisk of this folder: the one that was written there before, with its ports and secrets, or a new one.

        `port_base` asks for ports from there on. Raises NoFreePorts.
        """
        return cls(installation, *settle(home, installation, port_base))

    @property
    def pid(self) -> int | None:
        """The process id while it runs, started by this object."""
        return None if self._child is None or self._child.poll() is not None else self._child.pid

    @property
    def argv(self) -> list[str]:
        """The command line of this Asterisk, without options."""
        return [*self.installation.argv, "-C", str(self.places.etc / "asterisk.conf")]

    @property
    def console_argv(self) -> list[str]:
        """A command line to which one console command is appended as one word."""
        return [*self.argv, "-rx"]

    def console(self, command: str, seconds: float = 10.0) -> str:
        """What its console answers to a command, e.g. "core show channels".

        Raises AsteriskIsSilent when there is no answer within `seconds`.
        """
        try:
            asked = subprocess.run(  # noqa: S603 - our own Asterisk, no shell
                [*self.console_argv, command],
                capture_output=True,
                timeout=seconds,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise AsteriskIsSilent(f"no answer to {command!r} within {seconds:.0f} s") from None
        return asked.stdout.decode("utf-8", "replace")

    def start(self, seconds: float = BOOT_SECONDS) -> None:
        """Starts it and returns when it takes calls. Raises AsteriskDidNotStart."""
        self.places.run.mkdir(parents=True, exist_ok=True)
        output = self.places.log / "console"
        self._child = start_child([*self.argv, "-fn"], output=output, folder=self.places.home)
        until = time.monotonic() + seconds
        while not self._takes_calls():
            if self._child.poll() is not None:
                raise self._failed(f"it ended with {self._child.returncode}")
            if time.monotonic() > until:
                end_child(self._child, 0)
                raise self._failed(f"it was not ready after {seconds:.0f} s")
            time.sleep(_LOOK_AGAIN_SECONDS)
        if not self._has_its_ports():
            self.stop()
            raise self._failed("it did not get its ports")

    def _takes_calls(self) -> bool:
        if not (self.places.run / "asterisk.ctl").exists():
            return False
        return "fully booted" in self.console("core waitfullybooted", BOOT_SECONDS)

    def _has_its_ports(self) -> bool:
        """A port may have gone to somebody else: AMI must know our secret, SIP must be bound."""
        if f"{HOST}:{self.access.sip}" not in self.console("pjsip show transports"):
            return False
        return self._ami_knows_us()

    def _ami_knows_us(self) -> bool:
        who = f"Username: {self.access.ami_user}\r\nSecret: {self.access.ami_secret}\r\n"
        login = f"Action: Login\r\n{who}Events: off\r\n\r\n"
        said = b""
        try:
            with socket.create_connection((HOST, self.access.ami), timeout=5) as ami:
                ami.sendall(login.encode("ascii"))
                while b"\r\n\r\n" not in said and (more := ami.recv(4096)):
                    said += more
        except OSError:
            return False
        return b"Response: Success" in said

    def _failed(self, what: str) -> AsteriskDidNotStart:
        return AsteriskDidNotStart(f"Asterisk did not start, {what}:\n{self.last_log_lines()}")

    def last_log_lines(self, count: int = 15) -> str:
        """The end of its console output and of its log."""
        files = (self.places.log / name for name in ("console", "full"))
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in files if path.exists()]
        return "\n".join("\n".join(text.splitlines()[-count:]) for text in texts)

    def stop(self, seconds: float = 5.0) -> None:
        """Ends it: asked to, and by SIGKILL when it has not ended after `seconds`."""
        if self._child is None:
            return
        if self._child.poll() is None:
            try:
                self.console("core stop now", seconds)
            except AsteriskIsSilent:
                end_child(self._child, 0)
            wait_for_end(self._child, seconds)
        end_child(self._child, 0)

    def remove_run_folder(self) -> None:
        """Removes the short folder of its control socket when that lies outside its home."""
        if not self.places.run.is_relative_to(self.places.home):
            shutil.rmtree(self.places.run, ignore_errors=True)
