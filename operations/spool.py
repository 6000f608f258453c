"""Facts on local disk while the store is away: one append-only file, one line a fact, on disk before it counts.

Theory of operation. A line is a checksum, the day, the fact's id and its record, none of which holds a space or a
newline. A batch is written behind the last good line and synced; a batch that fails half-way is cut off again, and
overwritten by the next one where even that fails. A torn line that a crash left at the end is cut off when the file
is opened, a damaged one in the middle is passed over; both are counted. What was handed on is remembered in memory
alone: after a crash the whole file is handed on again, and the store takes no fact twice.
"""

import contextlib
import fcntl
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = "facts"
PIECE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Waiting:
    """One fact on its way into a day of the journal."""

    day: date
    id: str
    record: bytes


class Spool:
    """The file in its folder, for one router at a time.

    Everything blocks (call it in a thread, one call at a time), and everything but `close` may raise OSError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting = 0
        """Facts on disk that were not handed on yet."""
        self.damaged = 0
        """Lines that could not be read back."""
        self._file: int | None = None
        self._head = self._size = 0
        self._told = self._told_bytes = 0

    def open(self) -> None:
        """Make the file ready and count what waits in it; nothing happens when it is open already."""
        self._opened()

    def append(self, facts: Sequence[Waiting]) -> None:
        """Have these on disk behind all others, or none of them."""
        file, told = self._opened(), b"".join(map(_line, facts))
        try:
            _write(file, told, self._size)
            os.fsync(file)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(file, self._size)
            raise
        self._size += len(told)
        self.waiting += len(facts)

    def head(self, most: int) -> list[Waiting]:
        """The oldest facts, at most so many; they stay until `drop`."""
        found: list[Waiting] = []
        position = self._head
        for line in _lines(self._opened(), self._head, self._size):
            position += len(line)
            if fact := _fact(line):
                found.append(fact)
            if len(found) == most:
                break
        else:
            position = self._size
        self._told, self._told_bytes = len(found), position - self._head
        return found

    def drop(self) -> None:
        """Forget what `head` told last; where nothing waits any more, the file becomes empty."""
        self._head += self._told_bytes
        self.waiting -= self._told
        self._told = self._told_bytes = 0
        if self._head == self._size:
            self.waiting = 0
            os.ftruncate(self._opened(), 0)
            self._head = self._size = 0

    def close(self) -> None:
        """Let go of the file; what waits stays in it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        if self._file is None:
            file = _open(self.folder)
            try:
                self._recover(file)
            except OSError:
                os.close(file)
                raise
            self._file = file
        return self._file

    def _recover(self, file: int) -> None:
        self._head = self._size = self.waiting = 0
        end = os.fstat(file).st_size
        for line in _lines(file, 0, end):
            if _fact(line):
                self.waiting += 1
            else:
                self.damaged += 1
            if line.endswith(b"\n"):
                self._size += len(line)
        if self._size < end:
            os.ftruncate(file, self._size)


def _open(folder: Path) -> int:
    """The file, made if it is not there, so that it outlives a power cut; for this process alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _sync_folder(folder)
    except OSError:
        os.close(file)
        raise
    return file


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write(file: int, told: bytes, at: int) -> None:
    done = 0
    while done < len(told):
        done += os.pwrite(file, told[done:], at + done)


def _lines(file: int, start: int, end: int) -> Iterator[bytes]:
    """Lines with their newline; the last one may have none."""
    rest = b""
    while start < end:
        piece = os.pread(file, min(PIECE_BYTES, end - start), start)
        if not piece:
            break  # somebody cut the file
        start += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest


def _line(fact: Waiting) -> bytes:
    told = b"%s %s %s" % (fact.day.isoformat().encode(), fact.id.encode(), fact.record)
    return b"%08x %s\n" % (zlib.crc32(told), told)


def _fact(line: bytes) -> Waiting | None:
    """The fact of a line, None for one that is torn or damaged."""
    checksum, _, told = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(told):
        return None
    parts = told.split(b" ", 2)
    try:
        day, fact_id, record = parts
        return Waiting(date.fromisoformat(day.decode()), fact_id.decode(), record)
    except ValueError:
        return None
