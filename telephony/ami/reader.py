"""AMI's wire without a socket: bytes in, frames out, headers decoded only when somebody asks.

Theory of operation. Asterisk's manager (main/manager.c) greets with one line, then sends frames: lines that
end with CRLF, closed by an empty line. So a feed is one split at CRLF CRLF; the last piece waits for more.
A frame is its raw bytes. Its name stands in its first line; another header is searched for when it is asked
for, and only its value is decoded. Nothing but CRLF ends a line: values may hold U+2028, NEL or a lone LF. Most
events are told apart by name and looked at no further.
"""

from collections.abc import Iterator
from functools import lru_cache

GREETING = b"Asterisk Call Manager/"
MAX_GREETING = 128
MAX_LINE = 16 * 1024
MAX_FRAME = 64 * 1024

_LINE_END = b"\r\n"
_FRAME_END = b"\r\n\r\n"
_EVENT = b"Event: "
_RESPONSE = b"Response: "


class ReaderError(Exception):
    """What came is not Asterisk's manager, or exceeds the bounds of this reader."""


class Frame:
    """One response or event. `raw` is what came, without the empty line that closed it.

    Header names are ASCII and case-insensitive. A value that is not UTF-8 is shown with replacement characters.
    """

    __slots__ = ("_lowered", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._lowered: bytes | None = None

    @property
    def name(self) -> str:
        """The event's name, "Response" for an answer, empty for a frame that is neither."""
        if self.raw.startswith(_EVENT):
            return self._value(len(_EVENT))
        if self.is_response:
            return "Response"
        return self.get("Event") or ("Response" if "Response" in self else "")

    @property
    def is_response(self) -> bool:
        """Whether this answers an action; Asterisk writes that header first (astman_send_response)."""
        return self.raw.startswith(_RESPONSE)

    def __getitem__(self, header: str) -> str:
        start = self._find(header)
        if start is None:
            raise KeyError(header)
        return self._value(start)

    def __contains__(self, header: str) -> bool:
        return self._find(header) is not None

    def __repr__(self) -> str:
        """Say which kind it is, never what it holds: headers carry phone numbers."""
        return f"Frame({len(self.raw)} bytes)"

    def get(self, header: str, default: str = "") -> str:
        """The first header of this name, or `default`."""
        start = self._find(header)
        return default if start is None else self._value(start)

    def all(self, header: str) -> list[str]:
        """Every header of this name, in order."""
        wanted = header.lower()
        return [value for name, value in self.items() if name.lower() == wanted]

    def items(self) -> Iterator[tuple[str, str]]:
        """Every header in order, repeated ones included."""
        for line in self.raw.decode("utf-8", "replace").split("\r\n"):
            name, colon, value = line.partition(":")
            if colon and name.isascii():
                yield name, value.removeprefix(" ")

    def _find(self, header: str) -> int | None:
        """Where the value of the first header of this name begins."""
        if self._lowered is None:
            self._lowered = _LINE_END + self.raw.lower()
        wanted = _at_line_start(header)
        start = self._lowered.find(wanted)
        return None if start < 0 else start + len(wanted) - len(_LINE_END)

    def _value(self, start: int) -> str:
        end = self.raw.find(_LINE_END, start)
        value = self.raw[start:] if end < 0 else self.raw[start:end]
        return value.removeprefix(b" ").decode("utf-8", "replace")


@lru_cache(maxsize=256)
def _at_line_start(header: str) -> bytes:
    return _LINE_END + header.lower().encode() + b":"


class Reader:
    """One connection's bytes to frames. A reader that has raised stays broken: drop the connection.

    Memory is bounded by MAX_FRAME and the chunk just fed.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._greeting: str | None = None
        self._broken: str | None = None

    @property
    def greeting(self) -> str | None:
        """Asterisk's first line ("Asterisk Call Manager/11.0.0"), None before it came."""
        return self._greeting

    def feed(self, chunk: bytes) -> list[Frame]:
        """Every frame that these bytes complete, in order. Raises ReaderError."""
        if self._broken is not None:
            raise ReaderError(self._broken)
        try:
            return self._feed(self._rest + chunk)
        except ReaderError as error:
            self._broken, self._rest = str(error), b""
            raise

    def _feed(self, stream: bytes) -> list[Frame]:
        if self._greeting is None:
            stream = self._after_greeting(stream)
        *pieces, self._rest = stream.split(_FRAME_END)
        for piece in pieces:
            _check(piece, MAX_FRAME, MAX_LINE)
        _check(self._rest, MAX_FRAME + len(_FRAME_END), MAX_LINE + len(_LINE_END))
        return [Frame(piece) for piece in map(_without_blank_line, pieces) if piece]

    def _after_greeting(self, stream: bytes) -> bytes:
        line, end, rest = stream.partition(_LINE_END)
        if not line.startswith(GREETING) and (end or not GREETING.startswith(line.removesuffix(b"\r"))):
            raise ReaderError("this is not Asterisk's manager: it greets with another line")
        if len(line) > MAX_GREETING:
            raise ReaderError(f"a greeting longer than {MAX_GREETING} bytes")
        if not end:
            return stream
        self._greeting = line.decode("ascii", "replace")
        return rest


def _without_blank_line(piece: bytes) -> bytes:
    """The frame itself: one empty line too many after a frame leaves a CRLF before the next."""
    return piece.removeprefix(_LINE_END)


def _check(piece: bytes, max_piece: int, max_line: int) -> None:
    """Raise ReaderError beyond a bound. A piece shorter than a line's bound needs no look at its lines."""
    if len(piece) > max_piece:
        raise ReaderError(f"a frame longer than {MAX_FRAME} bytes")
    if len(piece) > max_line and max(map(len, piece.split(_LINE_END))) > max_line:
        raise ReaderError(f"a line longer than {MAX_LINE} bytes")
