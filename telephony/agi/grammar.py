"""AGI commands as bytes: quoted, one line, refused before a byte is written.

Quoting mirrors `parse_args` of Asterisk's res/res_agi.c: words end at blanks, double quotes hold blanks, a
backslash makes the next character itself.
"""

import re

LONGEST_COMMAND = 2000
"""Bytes with the line feed; res_agi.c reads a line into AGI_BUF_LEN bytes: 2048 once, 8192 now."""

LONGEST_TEXT = 900
"""Bytes of one text: with its headers it fits into a packet of 1,300 bytes (RFC 3428, 8)."""

_PLAIN = re.compile(r"[A-Za-z0-9_*#./:+-]+").fullmatch
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}").fullmatch
_QUEUE = re.compile(r"[A-Za-z0-9_-]{1,80}").fullmatch


class CommandRefused(Exception):
    """This cannot be said to Asterisk in one line: a control character, a bad name, or too long.

    The sentence never repeats the value, which may be personal.
    """


def quoted(word: str) -> str:
    """Return the word as one AGI argument; raise CommandRefused for control characters."""
    if _CONTROL.search(word):
        raise CommandRefused("an argument holds a control character")
    if _PLAIN(word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def command(verb: str, *arguments: str) -> bytes:
    """One command line with its line feed; `verb` may be several words and is ours, arguments are quoted."""
    line = " ".join((verb, *map(quoted, arguments))).encode() + b"\n"
    if len(line) > LONGEST_COMMAND:
        raise CommandRefused(f"a command is longer than {LONGEST_COMMAND} bytes")
    return line


def set_variable(name: str, value: str) -> bytes:
    """`SET VARIABLE name value`; the name is a plain channel variable, never a function."""
    return command("SET VARIABLE", _checked_name(name), value)


def get_variable(name: str) -> bytes:
    """`GET VARIABLE name`; the name is a plain channel variable, never a function."""
    return command("GET VARIABLE", _checked_name(name))


def queue_waiting_count(queue: str) -> bytes:
    """How many wait in the queue, by the dialplan function of app_queue."""
    if not _QUEUE(queue):
        raise CommandRefused("a queue name may hold letters, digits, - and _ only")
    return command("GET FULL VARIABLE", f"${{QUEUE_WAITING_COUNT({queue})}}")


def send_text(text: str) -> bytes:
    """`SEND TEXT`: over SIP an in-dialog MESSAGE (chan_pjsip.c, chan_pjsip_sendtext_data); cut to fit one packet."""
    return command("SEND TEXT", _CONTROL.sub(" ", text).encode()[:LONGEST_TEXT].decode(errors="ignore"))


def record_file(path: str, keys: str, most_seconds: int, silence_seconds: int) -> bytes:
    """`RECORD FILE` as wav, a tone before it; a pause of `silence_seconds` ends it (res_agi.c, handle_recordfile)."""
    return command("RECORD FILE", path, "wav", keys, str(most_seconds * 1000), "BEEP", f"s={silence_seconds}")


def _checked_name(name: str) -> str:
    if not _NAME(name):
        raise CommandRefused("a variable name may hold letters, digits and _ only")
    return name
