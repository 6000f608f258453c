"""Every byte that AMI sends to the router's own account, unasked or asked, read by a second client of our own."""

import contextlib
import re
import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from running_lab import until

_MESSAGE_END = b"\r\n\r\n"


class AmiRecord:
    """A context: what AMI told since it began. `told` is the lab's `ami`: host, port, username, secret."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._socket = socket.create_connection((told["host"], told["port"]))
        self._login = f"Action: Login\r\nUsername: {told['username']}\r\nSecret: {told['secret']}\r\n\r\n".encode()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._heard = bytearray()
        self._is_in = threading.Event()
        self._said = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._socket.sendall(self._login)
        assert self._is_in.wait(10), "AMI let nobody in"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def say(self, action: str, **more: str) -> str:
        """Send an action; the ActionID that its answer carries."""
        self._said += 1
        told = {"Action": action, "ActionID": f"said-{self._said}", **more}
        self._socket.sendall("".join(f"{key}: {value}\r\n" for key, value in told.items()).encode() + b"\r\n")
        return told["ActionID"]

    def ask(self, action: str, **more: str) -> Sequence[Sequence[tuple[str, str]]]:
        """What this account is told on asking: every event of the answer, a list's last one included."""
        own = ("ActionID", self.say(action, **more))

        def answer() -> Sequence[Sequence[tuple[str, str]]]:
            found = [event for event in self.events() if own in event]
            return found if found and ("EventList", "Complete") in found[-1] else []

        return until(answer, 10, f"the whole answer to {action}")

    def _read(self) -> None:
        with contextlib.suppress(ConnectionResetError):  # Asterisk was still speaking when we left
            while part := self._socket.recv(65536):
                self._heard += part
                if b"Response: Success" in self._heard:
                    self._is_in.set()

    def text(self) -> bytes:
        """All of it as it came."""
        return bytes(self._heard)

    def events(self, name: str = "") -> Sequence[Sequence[tuple[str, str]]]:
        """Every event of this name (or of any) as its lines, in order; doubled keys stay."""
        whole = self.text().rpartition(_MESSAGE_END)[0]
        found = [_pairs(block) for block in whole.split(_MESSAGE_END) if b"Event: " in block]
        return [event for event in found if name in ("", dict(event)["Event"])]


def _pairs(block: bytes) -> Sequence[tuple[str, str]]:
    lines = re.split(rb"\r\n", block.strip())
    parts = (line.decode(errors="replace").partition(":") for line in lines)
    return [(key, value.strip()) for key, _, value in parts]
