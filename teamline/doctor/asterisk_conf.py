"""Asterisk's own configuration files, read as Asterisk reads them: includes followed, in order (main/config.c)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEEPEST = 8
MOST_BYTES = 4 << 20

_INCLUDE = re.compile(r'\s*#\s*(?:try)?include\s+["<]?(?P<target>[^">;]+?)[">]?\s*(?:;.*)?$').match
_SECTION = re.compile(r"\s*\[(?P<name>[^\]]+)\]").match
_OPTION = re.compile(r"\s*(?P<name>[^;=\[#\s][^=]*?)\s*=>?\s*(?P<value>[^;]*)").match


@dataclass(frozen=True, slots=True)
class Option:
    """`name = value` in a section; names and sections in lower case, as Asterisk compares them."""

    section: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Include:
    """An include of a file that we do not look into, and the sections that stand above it."""

    target: str
    above: frozenset[str]


def read(file: Path, ours: Path) -> Iterator[Option | Include]:
    """The options of a file and of all that it includes, but for what lies in `ours`: those are told as they stand.

    Raises OSError when the file itself cannot be read.
    """
    yield from _Reader(file.parent, ours).read(file, DEEPEST)


class _Reader:
    """Remembers the section, which goes on over the end of an included file."""

    def __init__(self, etc: Path, ours: Path) -> None:
        self._etc = etc
        self._ours = ours.absolute()
        self._section = ""
        self._seen: set[str] = set()

    def read(self, file: Path, depth: int) -> Iterator[Option | Include]:
        with file.open("rb") as opened:
            text = opened.read(MOST_BYTES).decode("utf-8", "replace")
        for line in text.splitlines():
            yield from self._line(line, depth)

    def _line(self, line: str, depth: int) -> Iterator[Option | Include]:
        if include := _INCLUDE(line):
            yield from self._included(include["target"].strip(), depth)
        elif section := _SECTION(line):
            self._section = section["name"].lower()
            self._seen.add(self._section)
        elif option := _OPTION(line):
            yield Option(self._section, option["name"].lower(), option["value"].strip())

    def _included(self, target: str, depth: int) -> Iterator[Option | Include]:
        path = self._etc / target
        if path.parent.absolute() == self._ours or path.parent.resolve() == self._ours.resolve():
            yield Include(Path(target).name, frozenset(self._seen))
            return
        for file in sorted(path.parent.glob(path.name)):
            if depth and file.is_file():
                yield from self.read(file, depth - 1)
