"""Bytes from Asterisk to events, without a socket. Wire rules: res/res_agi.c, `setup_env` and the handlers.

A session is an environment (`agi_name: value` lines up to an empty one), then replies. A reply is one line,
except `520-...`, whose usage text runs until a line that begins with `520 `. `HANGUP` may stand between
replies. Everything is bounded: a line by LONGEST_LINE, environment and usage text by MOST_LINES.
"""

import re

from telephony.agi.events import Environment, Event, HungUp, Reply

LONGEST_LINE = 4096
"""Bytes of one line without its line feed."""
MOST_LINES = 64
"""Lines of the environment, and of one usage text."""

_CODED = re.compile(rb"([1-9][0-9]{2})([ -])(.*)", re.DOTALL).fullmatch
_RESULT = b"200 result="
_FREQUENT = {b"200 result=%d" % number: Reply(200, str(number)) for number in (0, 1)}
_HANGUP = HungUp()


class ProtocolError(Exception):
    """They broke the protocol: this is not what Asterisk says. The sentence repeats nothing of it."""


class AgiParser:
    """Feed it what arrives; it keeps at most one unfinished line. After a ProtocolError it is of no use."""

    __slots__ = ("_environment", "_lines", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._environment: dict[str, str] | None = {}
        self._lines = 0  # of the environment or usage text that we are in

    def feed(self, received: bytes) -> list[Event]:
        """Return the events that these bytes complete, in order; raise ProtocolError, nothing else."""
        lines = (self._rest + received).split(b"\n")
        self._rest = rest = lines.pop()
        if len(rest) > LONGEST_LINE:
            self._rest = b""
            raise ProtocolError(f"a line is longer than {LONGEST_LINE} bytes")
        return [event for line in lines if (event := self._event(line))]

    def _event(self, line: bytes) -> Event | None:
        if len(line) > LONGEST_LINE:
            raise ProtocolError(f"a line is longer than {LONGEST_LINE} bytes")
        if self._environment is not None:
            return self._environment_line(line, self._environment)
        if self._lines:
            return self._usage_line(line)
        return _FREQUENT.get(line) or self._reply_line(line)

    def _environment_line(self, line: bytes, seen: dict[str, str]) -> Event | None:
        if not line:
            self._environment, self._lines = None, 0
            return Environment(seen)
        name, colon, text = line.decode(errors="replace").partition(": ")
        if not colon or not name.startswith("agi_"):
            raise ProtocolError("an environment line is not `agi_name: value`")
        self._lines += 1
        if self._lines > MOST_LINES:
            raise ProtocolError(f"an environment has more than {MOST_LINES} lines")
        if name not in seen:
            seen[name] = text
        return None

    def _reply_line(self, line: bytes) -> Event | None:
        if line.startswith(_RESULT):
            result, _, rest = line[len(_RESULT) :].partition(b" ")
            return Reply(200, _text(result), _unwrapped(_text(rest)))
        if line == b"HANGUP":
            return _HANGUP
        if line.startswith(b"520-"):
            self._lines = 1
            return None
        coded = _CODED(line)
        if not coded or coded[2] == b"-" or coded[1] == b"200":
            raise ProtocolError("a reply is not `code text`")
        return Reply(int(coded[1]), "", _text(coded[3]))

    def _usage_line(self, line: bytes) -> Event | None:
        if line.startswith(b"520 "):
            self._lines = 0
            return Reply(520, "", _text(line[4:]))
        self._lines += 1
        if self._lines > MOST_LINES:
            raise ProtocolError(f"a usage text has more than {MOST_LINES} lines")
        return None


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _unwrapped(rest: str) -> str:
    return rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest
