"""A CSV file as numbered records: any usual encoding, delimiter and line end; every record bounded."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO

from routing.directory_file import LineMistake

BLOCK_BYTES = 1 << 18
LINE_LIMIT = 4096
RECORD_LINES = 16

Progress = Callable[[int, int], None]
"""Is told how many bytes of how many have been read."""

Record = tuple[int, str | list[str] | LineMistake]
"""The line where a record begins (1 is the first), and its text if it holds no quote, else its fields;
or what is wrong with it."""


def encoding_of(stream: BinaryIO) -> str | None:
    """UTF-8 (with or without BOM) if all of it is valid, else Windows-1252; None for UTF-16. Reads it all."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = stream.read(BLOCK_BYTES)
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        while block:
            decoder.decode(block)
            block = stream.read(BLOCK_BYTES)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8-sig"


def lines_of(stream: BinaryIO, encoding: str, total: int, progress: Progress) -> Iterator[str]:
    """Lines without their ends (LF, CRLF or CR, each becomes LF within a quoted field).

    Of a line over LINE_LIMIT characters at least that many come, but never an endless one.
    """
    text_of = codecs.getincrementaldecoder(encoding)("replace")
    decoder = io.IncrementalNewlineDecoder(text_of, translate=True)
    rest, done, is_last = "", 0, False
    while not is_last:
        block = stream.read(BLOCK_BYTES)
        is_last = not block
        # split("\n"), as splitlines() also cuts at U+2028, form feed and their like.
        *lines, rest = (rest + decoder.decode(block, final=is_last)).split("\n")
        yield from lines
        rest = rest[: LINE_LIMIT + 1]
        done += len(block)
        progress(done, total)
    if rest:
        yield rest


class Records:
    """The records of a file. The delimiter is the one, `,` or `;`, that its first line holds more of."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._fresh = lines
        self._again: deque[str] = deque()
        self._line = 0
        self.delimiter = ""
        """`,` or `;`, once the first record was read."""

    def __iter__(self) -> Iterator[Record]:
        """Each record that is not blank, or the mistake that stands there instead."""
        while (text := self._take()) is not None:
            line = self._line
            if not text or text.isspace():
                continue
            if not self.delimiter:
                self.delimiter = ";" if text.count(";") > text.count(",") else ","
            if len(text) > LINE_LIMIT:
                cure = "look for a missing line end or quote"
                yield line, LineMistake(line, f"it is longer than {LINE_LIMIT} characters", cure)
            elif '"' in text:
                yield line, self._quoted(text)
            else:
                yield line, text

    def _quoted(self, text: str) -> list[str] | LineMistake:
        line, more = self._line, list[str]()
        while text.count('"') % 2 and len(more) < RECORD_LINES and (following := self._take()) is not None:
            more.append(following)
            text += "\n" + following
        try:
            return next(csv.reader((text,), delimiter=self.delimiter, strict=True))
        except csv.Error:
            # The quote swallowed good lines: they come again, so that one stray quote costs one line.
            self._again.extendleft(reversed(more))
            self._line -= len(more)
            return LineMistake(line, "a quote is not closed, or stands inside a field", "close, double or remove it")

    def _take(self) -> str | None:
        text = self._again.popleft() if self._again else next(self._fresh, None)
        if text is not None:
            self._line += 1
        return text
