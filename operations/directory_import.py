"""Imports the customer directory: a CSV file becomes a table, or every bad line is named. Nothing in between.

Blocking, for a thread or a command. Memory: 32 bytes a line while reading, some 60 more while sorting.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from operations.csv_records import Progress, Record, Records, encoding_of, lines_of
from routing.centre import Centre
from routing.directory import DirectoryTable, KeyedHash
from routing.directory_file import Columns, Entry, LineMistake, RowReader, RowRefused
from routing.directory_lines import LineReader
from routing.directory_rows import NO_HOUSEHOLD, Conflict, PackedRows
from routing.number import NumberFormat, NumberKind

__all__ = ["ImportRefused", "Imported", "LineMistake", "Progress", "import_csv"]

FILE_LIMIT_BYTES = 1 << 30
MISTAKES_LIMIT = 100_000
"""So many mistakes are kept; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that succeeded: the table, and what it was made from."""

    table: DirectoryTable
    lines: int
    """Lines with a customer, bad ones included."""
    customers: int
    households: int
    duplicates: int
    """Lines that repeat an earlier one; no harm done."""
    bad_lines: int
    """Lines left out, with those that others contradict; 0 unless `skip_bad`."""
    mistakes: tuple[LineMistake, ...]


class ImportRefused(Exception):
    """Nothing was imported: the mistakes, in the order of lines."""

    def __init__(self, mistakes: tuple[LineMistake, ...], bad_lines: int | None = None) -> None:
        self.mistakes = mistakes
        self.bad_lines = len(mistakes) if bad_lines is None else bad_lines
        super().__init__(f"nothing imported, {self.bad_lines} bad lines, the first: {mistakes[0]}")


def import_csv(
    path: Path,
    centre: Centre,
    numbers: NumberFormat,
    keyed_hash: KeyedHash,
    progress: Progress,
    skip_bad: bool = False,
    *,
    now: datetime,
) -> Imported:
    """Read the whole file and make the table that is imported at `now` (aware).

    Raises ImportRefused for a file that cannot be read, has no customer, or, unless `skip_bad`, any bad line.
    """
    try:
        with path.open("rb") as stream:
            return _import(stream, _Import(centre, numbers, keyed_hash), progress, skip_bad, now)
    except OSError as error:
        raise _refused(f"the file cannot be read ({error.strerror})", "correct its path or permissions") from error


def _import(stream: BinaryIO, work: "_Import", progress: Progress, skip_bad: bool, now: datetime) -> Imported:
    status = os.fstat(stream.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise _refused("it is not an ordinary file", "write it to a file first")
    if status.st_size > FILE_LIMIT_BYTES:
        raise _refused("the file is larger than 1 GiB", "import the customers of one centre only")
    encoding = encoding_of(stream)
    if encoding is None:
        raise _refused("the file is UTF-16", "save it as CSV UTF-8")
    stream.seek(0)
    work.read(Records(lines_of(stream, encoding, status.st_size, progress)))
    return work.finished(now, skip_bad)


def _refused(what: str, cure: str, line: int = 1) -> ImportRefused:
    return ImportRefused((LineMistake(line, what, cure),))


@dataclass(slots=True)
class _Mistakes:
    """Mistakes up to a bound, and how many there are."""

    kept: list[LineMistake] = field(default_factory=list)
    count: int = 0

    def add(self, mistake: LineMistake) -> None:
        self.count += 1
        if len(self.kept) < MISTAKES_LIMIT:
            self.kept.append(mistake)

    def in_order(self) -> tuple[LineMistake, ...]:
        return tuple(sorted(self.kept, key=lambda mistake: mistake.line))


class _Import:
    """One import from the first line to the table."""

    def __init__(self, centre: Centre, numbers: NumberFormat, keyed_hash: KeyedHash) -> None:
        self._numbers = numbers
        self._reader = RowReader(centre, numbers)
        self._keyed_hash = keyed_hash
        self._rows = PackedRows()
        self._mistakes = _Mistakes()

    def read(self, records: Records) -> None:
        """Take in every record; the first is the header. Raises ImportRefused for a wrong header."""
        rest = iter(records)
        columns = _header(rest, records)
        reader = LineReader(columns, records.delimiter, self._numbers, self._reader)
        for line, record in rest:
            try:
                if isinstance(record, str):
                    self._add(line, reader.line(record))
                elif isinstance(record, LineMistake):
                    self._mistakes.add(record)
                else:
                    self._add(line, reader.fields(record))
            except RowRefused as refused:
                if not _is_blank(record):
                    self._mistakes.add(LineMistake(line, refused.what, refused.cure))

    def finished(self, now: datetime, skip_bad: bool) -> Imported:
        """What was imported. Raises ImportRefused."""
        rows = self._rows.sorted_out(self._reader.assignments)
        lines = len(rows) + self._mistakes.count
        conflicts, contradicted = rows.conflicts()
        bad_lines = self._mistakes.count + len(contradicted)
        for conflict in conflicts:
            self._mistakes.add(_told(conflict))
        mistakes = self._mistakes.in_order()
        if mistakes and not skip_bad:
            raise ImportRefused(mistakes, bad_lines)
        rows = rows.without(contradicted)
        if not len(rows):
            raise ImportRefused((*mistakes, LineMistake(1, "no line of the file has a customer", "export it again")))
        table, customers = rows.table(self._keyed_hash)
        households = len(table) - customers
        duplicates = len(rows) - customers
        return Imported(table.dated(now), lines, customers, households, duplicates, bad_lines, mistakes)

    def _add(self, line: int, entry: Entry) -> None:
        customer, letter, household, household_letter, assignment = entry
        keyed = self._keyed_hash.of
        household_hash = keyed(NumberKind.HOUSEHOLD, household) if household else NO_HOUSEHOLD
        customer_hash = keyed(NumberKind.CUSTOMER, customer)
        self._rows.add(line, assignment, customer_hash, letter, household_hash, household_letter)


def _header(rest: Iterator[Record], records: Records) -> Columns:
    line, record = next(rest, (1, ""))
    if isinstance(record, LineMistake):
        raise ImportRefused((record,))
    try:
        return Columns.of(record.split(records.delimiter or ",") if isinstance(record, str) else record)
    except RowRefused as refused:
        raise _refused(refused.what, refused.cure, line) from None


def _is_blank(record: str | list[str] | LineMistake) -> bool:
    """Whether it holds delimiters alone, with which a spreadsheet ends its file."""
    fields = record if isinstance(record, list) else [str(record)]
    return not any(field.strip(" \t;,") for field in fields)


def _told(conflict: Conflict) -> LineMistake:
    if conflict.is_of_household:
        what = f"the same household stands in line {conflict.first} with other teams"
        return LineMistake(conflict.line, what, "give both lines the same area and teams")
    what = f"the same customer number stands in line {conflict.first} with other household, teams or language"
    return LineMistake(conflict.line, what, "keep the line that is right and remove the other")
