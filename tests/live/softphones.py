"""Softphones of another make (PJSIP) as seen from a test: one process each, orders in, events out."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from running_lab import RunningLab, until

from telephony.lab.ports import SERVICES, free_range

PROGRAM = Path(__file__).parent / "softphone.py"


class Softphone:
    """One softphone process: what it told, and orders to it."""

    def __init__(self, lab: RunningLab, user: str, password: str, *, shown: str, registers: bool) -> None:
        self.events: list[dict[str, Any]] = []
        signalling, _, media, _ = free_range(4, within=SERVICES)
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        login = {"user": user, "password": password, "shown": shown, "registers": registers}
        self._write({"sip": lab.told["sip"], "port": signalling, "media": media, **login})

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.events.append(json.loads(line))

    def _write(self, said: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()

    def order(self, *words: str) -> None:
        self._write(words)

    def told(self, event: str) -> list[dict[str, Any]]:
        return [each for each in list(self.events) if each["event"] == event]

    def until_told(self, event: str, seconds: float = 15) -> dict[str, Any]:
        return until(lambda: self.told(event), seconds, f"{event} in {self.events}")[-1]

    def heard(self) -> int:
        """RTP packets received in this call so far."""
        before = len(self.told("heard"))
        self.order("heard")
        return until(lambda: self.told("heard")[before:], 5, f"packets in {self.events}")[0]["packets"]  # type: ignore[no-any-return]

    def close(self) -> int:
        """End its input; its exit code."""
        try:
            _close_input(self._process)
            return self._process.wait(20)
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._reader.join(5)
            if self._process.stdout:
                self._process.stdout.close()


def _close_input(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


@contextlib.contextmanager
def softphone(
    lab: RunningLab, user: str, *, shown: str, password: str = "", registers: bool = False
) -> Iterator[Softphone]:
    """A phone with this account (the trunk's password is known), gone at the end, without an error in between."""
    known = password or lab.told["accounts"]["trunk"]["password"]
    phone = Softphone(lab, user, known, shown=shown, registers=registers)
    try:
        phone.until_told("ready")
        yield phone
    finally:
        ended = phone.close()
    assert ended == 0
    assert phone.told("error") == []
