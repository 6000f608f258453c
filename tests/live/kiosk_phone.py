"""A kiosk phone: the real `teamline kiosk`; handset and scanner speak in lines, its camera sees files."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import segno
from PIL import Image
from running_lab import RunningLab, until

END_SECONDS = 20
SOUND = "sound: {capture: handset, playback: handset}\n"


class KioskPhone:
    """One kiosk. What is done to it: lift, put_down, press, scan, show; what becomes of it: state, channel."""

    def __init__(
        self, lab: RunningLab, kiosk: str, folder: Path, *, hook: bool = True, programs: Path | None = None
    ) -> None:
        self._lab, self.id, self._folder = lab, kiosk, folder
        account = next(each for each in lab.told["accounts"]["kiosks"] if each["user"] == kiosk)
        self._token = account["token"]
        self._frames = folder / "frames"
        self._frames.mkdir(parents=True)
        self._shown = 0
        for name in ("token", "password"):
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(account[name])
        (folder / "kiosk.yaml").write_text(self._configuration(hook) + (SOUND if programs else ""), encoding="utf-8")
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "teamline", "kiosk", "--json", "--config", str(folder / "kiosk.yaml")],
            stdin=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"} if programs else None,
        )

    def _configuration(self, hook: bool) -> str:
        return f"""\
kiosk: {self.id}
router: "{self._lab.told["http"]}"
token_file: {self._folder}/token
sip: {{server: "{self._lab.told["sip"]}", user: {self.id}, password_file: {self._folder}/password}}
scanner: {{device: stdin}}
camera: {{device: {self._frames}}}
handset: {{device: stdin, hook: {str(hook).lower()}}}
"""

    def lift(self) -> None:
        self._do("up")

    def put_down(self) -> None:
        self._do("down")

    def press(self, keys: str) -> None:
        for key in keys:
            self._do(f"key {key}")

    def scan(self, code: str) -> None:
        """A scanner that types."""
        self._do(code)

    def show(self, *codes: str | bytes) -> None:
        """Codes before the camera, in one picture."""
        pictures = [_picture(code) for code in codes]
        whole = Image.new("L", (sum(each.width for each in pictures), max(each.height for each in pictures)), 255)
        left = 0
        for each in pictures:
            whole.paste(each, (left, 0))
            left += each.width
        self._shown += 1
        whole.save(beside := self._frames / f".{self._shown}.png")
        beside.rename(self._frames / f"{self._shown:04}.png")

    def _do(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def asked(self, method: str, path: str = "", body: object = None) -> dict[str, Any]:
        """The kiosk's API, as its page asks it."""
        question = urllib.request.Request(
            f"{self._lab.told['http']}/api/v1/kiosks/{self.id}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(question, timeout=10) as answer:
            told: dict[str, Any] = json.loads(answer.read() or b"{}")
            return told

    def state(self) -> dict[str, Any]:
        return self.asked("GET")

    def until_scanned(self, team: str, seconds: float = 15) -> dict[str, Any]:
        """The scan, once it is of this team."""

        def seen() -> dict[str, Any] | None:
            scan = self.state()["scan"]
            return scan if scan and scan["team"] == team else None

        found: dict[str, Any] = until(seen, seconds, f"a scan of {team} in {self.state()}")  # type: ignore[assignment]
        return found

    def until_nobody_is_bound(self, seconds: float = 15) -> None:
        until(lambda: self.state()["scan"] is None, seconds, "nobody bound")

    @property
    def channels(self) -> list[str]:
        """Its calls in Asterisk."""
        lines = self._lab.console("core show channels concise").splitlines()
        return [line.partition("!")[0] for line in lines if line.startswith(f"PJSIP/{self.id}-")]

    def until_calling(self, seconds: float = 15) -> str:
        """Its one channel."""
        return until(lambda: self.channels, seconds, f"a call of {self.id}")[0]

    def until_registered(self, seconds: float = 30) -> None:
        """Asterisk knows it, and can reach it."""

        def is_there() -> bool:
            lines = self._lab.console("pjsip show contacts").splitlines()
            return any(f"{self.id}/sip:" in line and "Avail" in line for line in lines)

        until(is_there, seconds, f"{self.id} registered")

    def log(self) -> str:
        return (self._folder / "log").read_text(encoding="utf-8")

    def logged(self, event: str) -> int:
        """How often its log tells this."""
        return sum(f'"event": "{event}"' in line for line in self.log().splitlines())

    def children(self) -> list[int]:
        """The processes of its parts."""
        told = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in told.split()]

    def close(self) -> int:
        """SIGTERM, as systemd would; its exit code."""
        try:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)
            return self._process.wait(END_SECONDS)
        finally:
            if self._process.poll() is None:
                self._process.kill()
            if self._process.stdin:
                with contextlib.suppress(BrokenPipeError):
                    self._process.stdin.close()
            self._log.close()


@contextlib.contextmanager
def kiosk_phone(
    lab: RunningLab, kiosk: str, folder: Path, *, hook: bool = True, programs: Path | None = None
) -> Iterator[KioskPhone]:
    """A kiosk that is registered, gone at the end without having broken down.

    `programs`: a folder with an `arecord` and an `aplay`; without it the handset is deaf and mute.
    """
    phone = KioskPhone(lab, kiosk, folder, hook=hook, programs=programs)
    try:
        phone.until_registered()
        yield phone
    finally:
        ended = phone.close()
    assert ended == 0
    assert "phone_error" not in phone.log()


def _picture(code: str | bytes) -> Image.Image:
    made = io.BytesIO()
    segno.make(code, error="m").save(made, kind="png", scale=5, border=4)
    with Image.open(made) as picture:
        return picture.convert("L")
