"""The newest part of queue_log, read from its end: the file may be large, a gap is short.

Asterisk writes in the order of time, a line at a time; `logger rotate` and logrotate move the file aside as
`queue_log.0`, `queue_log.1790000000` or `queue_log-20261122` (main/logger.c, rotate_file), perhaps compressed later.
"""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from telephony.queue_log.lines import LONGEST_LINE, epoch

CHUNK = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024
"""What a gap may hold: some months of a centre. A longer one counts as one that nobody can fill."""

COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".Z")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines in the order in which they were written; `is_whole`: nothing that was written since then is missing."""

    lines: tuple[bytes, ...]
    is_whole: bool


def read_since(path: Path, since: float, most: int = MOST_BYTES) -> Lines | None:
    """Every line written from `since` (Unix seconds) on; None when the log cannot be read or holds too much.

    The last line is left out while Asterisk is still writing it. Blocks: call it off the loop.
    """
    found: deque[bytes] = deque()
    left = most
    try:
        for file in (path, *_rotated(path, since)):
            if file.suffix in COMPRESSED:
                return Lines(tuple(found), is_whole=False)
            with file.open("rb") as opened:
                size, is_begin_reached = _read_back(opened, since, left, found)
            left -= size
            if left <= 0:
                return None
            if not is_begin_reached:
                break
    except OSError:
        return None
    return Lines(tuple(found), is_whole=True)


def _rotated(path: Path, since: float) -> list[Path]:
    """The older logs that were written to after `since`, newest first."""
    beside = (*path.parent.glob(f"{path.name}.*"), *path.parent.glob(f"{path.name}-*"))
    touched = [(file.stat().st_mtime, file) for file in beside if file.is_file()]
    return [file for at, file in sorted(touched, reverse=True) if at >= since]


def _read_back(file: BinaryIO, since: float, most: int, found: deque[bytes]) -> tuple[int, bool]:
    """Put the lines since then before what was found; the bytes read, and whether the file may begin too late."""
    size = 0
    for line in _backwards(file):
        size += len(line) + 1
        at = epoch(line)
        if at is not None and at < since:
            return size, False
        if size > most:
            return size, True
        if line and len(line) <= LONGEST_LINE:
            found.appendleft(line)
    return size, True


def _backwards(file: BinaryIO) -> Iterator[bytes]:
    """The whole lines of a file, last one first; of one that is far too long only a part, too long as well."""
    left = file.seek(0, os.SEEK_END)
    rest: bytes | None = None
    while left:
        begin = max(0, left - CHUNK)
        file.seek(begin)
        block = file.read(left - begin)
        left = begin
        first, *lines = (block + (rest or b"")).split(b"\n")
        if rest is None and lines:
            lines.pop()  # what follows the last line end: nothing, or a line that is still being written
        elif rest is None:
            continue
        yield from reversed(lines)
        rest = first[-2 * LONGEST_LINE :]
    if rest is not None:
        yield rest
