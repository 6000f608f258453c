"""One line of queue_log: `epoch|call|queue|member|EVENT|data...`, as main/logger.c (ast_queue_log) writes it.

The file holds what strangers' calls have left there, and a disk that was full may have torn a line: whatever is
not exactly as app_queue.c writes it counts as not told.
"""

import re
from dataclasses import dataclass

from telephony.place import is_call, is_name

LONGEST_LINE = 8192
"""Bytes: Asterisk's own buffer (`qlog_msg`); longer ones are not Asterisk's."""

EVENTS = frozenset(
    (
        *("TEAMLINE", "ENTERQUEUE", "CONNECT", "COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER"),
        *("ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY", "WITHDRAW", "SYSCOMPAT"),
    )
)
"""The events that tell something about a caller."""

_FIELDS = 6
_DIGITS = 9
_EPOCH = re.compile(rb"[0-9]{9,11}")
_START = re.compile(rb"([0-9]{10})\|NONE\|NONE\|NONE\|QUEUESTART\|$")


@dataclass(frozen=True, slots=True)
class CallerLine:
    """Something happened to a caller. `at` in Unix seconds, whole ones; `member` as app_queue names them or NONE.

    `data` has one field at least, perhaps empty.
    """

    at: float
    call: str
    queue: str
    member: str
    event: str
    data: tuple[str, ...]

    def seconds(self, place: int) -> float | None:
        """The number of seconds in one field of `data`; None where there is none."""
        value = self.data[place] if -len(self.data) <= place < len(self.data) else ""
        return float(value) if value.isascii() and value.isdigit() and len(value) <= _DIGITS else None


@dataclass(frozen=True, slots=True)
class AsteriskStarted:
    """Asterisk began anew, after whatever end: no call of before is left."""

    at: float


Line = CallerLine | AsteriskStarted


def epoch(line: bytes) -> int | None:
    """When the line was written (Unix seconds), None if it does not begin with that."""
    written, bar, _ = line[:12].partition(b"|")
    return int(written) if bar and _EPOCH.fullmatch(written) else None


def parse(line: bytes) -> Line | None:
    """What a line without its line end tells; None for what is not for us or not sound. Never raises.

    A start of Asterisk counts even when it stands behind a torn line.
    """
    if len(line) > LONGEST_LINE:
        return None
    if started := _START.search(line):
        return AsteriskStarted(float(started[1]))
    at, fields = epoch(line), line.decode("utf-8", "replace").split("|")
    if at is None or len(fields) < _FIELDS:
        return None
    _, call, queue, member, event, *data = fields
    if event not in EVENTS or not (is_call(call) and is_name(queue) and is_name(member)):
        return None
    return CallerLine(float(at), call, queue, member, event, tuple(data))
