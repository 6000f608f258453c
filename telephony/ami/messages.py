"""An action as bytes, checked before one of them leaves."""

import re
from dataclasses import dataclass

from operations.ports import SwitchRefused

MAX_LINE = 1023
"""Bytes of one line with its CRLF: manager.c reads into 1,025 and discards a message with a longer line."""
MAX_HEADERS = 128
"""AST_MAX_MANHEADERS (asterisk/manager.h), Action and ActionID among them."""

_OURS = ("action", "actionid")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\Z")
_INTERFACE = re.compile(r"PJSIP/[A-Za-z0-9_-]+\Z")


class UnsafeAction(SwitchRefused):
    """Refused by us before a byte was sent: a value that could be read as something else."""


@dataclass(frozen=True, slots=True)
class Action:
    """One question or order. Raises UnsafeAction when it cannot be said safely."""

    name: str
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if len(self.headers) + 2 > MAX_HEADERS:
            raise UnsafeAction(f"{self.name} has more than {MAX_HEADERS} headers")
        _check("Action", self.name)
        for name, value in self.headers:
            if name.lower() in _OURS:
                raise UnsafeAction(f"{self.name} names its {name} twice")
            _check(name, value)

    def __repr__(self) -> str:
        """Say which action, never its values: secrets and phone numbers are among them."""
        return f"Action({self.name})"

    def to_bytes(self, action_id: str) -> bytes:
        """The action as Asterisk reads it (main/manager.c, get_input). Raises UnsafeAction."""
        _check("ActionID", action_id)
        lines = (("Action", self.name), ("ActionID", action_id), *self.headers)
        return "".join(f"{name}: {value}\r\n" for name, value in lines).encode() + b"\r\n"


def token(what: str, value: str) -> str:
    """`value`, if it is made of `[A-Za-z0-9_-]` alone. Raises UnsafeAction naming `what`.

    Other characters split variables (`,`) or corrupt the member list in astdb (`;` and `|`: app_queue.c,
    dump_queue_members).
    """
    if not _TOKEN.match(value):
        raise UnsafeAction(f"the {what} holds characters other than A-Z a-z 0-9 _ -")
    return value


def member_interface(value: str) -> str:
    """`value`, if it is `PJSIP/` and a token. Raises UnsafeAction."""
    if not _INTERFACE.match(value):
        raise UnsafeAction("the interface is not PJSIP/ with A-Z a-z 0-9 _ -")
    return value


def _check(name: str, value: str) -> None:
    if not _NAME.match(name):
        raise UnsafeAction("a header's name holds characters that do not belong there")
    if _CONTROL.search(value):
        raise UnsafeAction(f"{name} holds a control character")
    if len(f"{name}: {value}\r\n".encode()) > MAX_LINE:
        raise UnsafeAction(f"{name} is longer than a line of {MAX_LINE} bytes")
