"""A CSV file of appointments: all of them or none, every mistake with its line and column. Blocking, for a command."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from operations.callbacks.wanted import Wanted
from operations.csv_records import Record, Records, encoding_of, lines_of
from routing.directory_file import LineMistake
from routing.rules import Concern

REQUIRED = ("team", "phone", "at")
OPTIONAL = ("until", "number", "language", "concern")
MOST_BYTES = 4 << 20
MOST_LINES = 20_000
MOST_MISTAKES = 1000
_GERMAN = ("%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M", "%d.%m.%Y %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a line. Repeats nothing of it: there are numbers in it."""

    line: int
    column: int
    """Where its field begins, from 1."""
    what: str
    cure: str


class FileRefused(Exception):
    """Nothing was taken from the file; its mistakes in the order of lines."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(f"{len(self.mistakes)} mistakes, the first in line {self.mistakes[0].line}")


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment of the file, and where its fields stand."""

    line: int
    wanted: Wanted
    columns: Mapping[str, int]

    def mistake(self, field: str, what: str, cure: str) -> Mistake:
        """A mistake in this field."""
        return Mistake(self.line, self.columns.get(field, 1), what, cure)


def read_appointments(path: Path, zone: tzinfo) -> Sequence[Row]:
    """Every line; times without offset are of this zone. Raises FileRefused."""
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
                raise _refused("no ordinary file, or larger than 4 MiB", "write a smaller one")
            encoding = encoding_of(stream)
            if encoding is None:
                raise _refused("the file is UTF-16", "save it as CSV UTF-8")
            stream.seek(0)
            records = Records(lines_of(stream, encoding, status.st_size, lambda *_: None))
            return _rows(records, zone)
    except OSError as error:
        raise _refused(f"the file cannot be read ({error.strerror})", "correct its path or permissions") from error


def _rows(records: Records, zone: tzinfo) -> Sequence[Row]:
    rest = iter(records)
    header = _header(rest, records)
    rows, mistakes = list[Row](), list[Mistake]()
    for line, record in rest:
        if isinstance(record, LineMistake):
            mistakes.append(Mistake(line, 1, record.what, record.cure))
        else:
            fields, columns = _fields(record, records.delimiter)
            if any(field.strip() for field in fields):
                try:
                    rows.append(_row(line, header, fields, columns, zone))
                except FileRefused as refused:
                    mistakes += refused.mistakes
        if len(mistakes) >= MOST_MISTAKES or len(rows) > MOST_LINES:
            break
    if len(rows) > MOST_LINES:
        raise _refused(f"it has more than {MOST_LINES} lines", "write several files")
    if mistakes:
        raise FileRefused(mistakes)
    if not rows:
        raise _refused("no line has an appointment", "write one a line below the header")
    return rows


def _header(rest: Iterator[Record], records: Records) -> Sequence[str]:
    line, record = next(rest, (1, ""))
    if isinstance(record, LineMistake):
        raise FileRefused([Mistake(line, 1, record.what, record.cure)])
    fields, columns = _without_empty_ends(*_fields(record, records.delimiter or ","), 1)
    names = [field.strip().casefold() for field in fields]
    mistakes = [
        Mistake(line, column, "no column of this file", f"leave it out: {', '.join((*REQUIRED, *OPTIONAL))}")
        for name, column in zip(names, columns, strict=True)
        if name not in (*REQUIRED, *OPTIONAL)
    ]
    mistakes += [
        Mistake(line, 1, f"the header lacks {name}", f"begin with {','.join(REQUIRED)}")
        for name in REQUIRED
        if name not in names
    ]
    if len(set(names)) < len(names):
        mistakes.append(Mistake(line, 1, "the header names a column twice", "keep one of them"))
    if mistakes:
        raise FileRefused(mistakes)
    return names


def _row(line: int, header: Sequence[str], fields: Sequence[str], columns: Sequence[int], zone: tzinfo) -> Row:
    fields, columns = _without_empty_ends(fields, columns, len(header))
    if len(fields) != len(header):
        what = f"{len(fields)} fields where the header has {len(header)}"
        raise FileRefused([Mistake(line, columns[-1], what, "give each column its field")])
    told = {name: field.strip() for name, field in zip(header, fields, strict=True)}
    places = dict(zip(header, columns, strict=True))
    mistakes = [
        Mistake(line, places[name], "no date and time", "write it like 2026-11-23T10:30 or 23.11.2026 10:30")
        for name in ("at", "until")
        if name in told and (told[name] or name == "at") and _moment(told[name], zone) is None
    ]
    concern = told.get("concern") or Concern.MONEY.value
    if concern not in [each.value for each in Concern]:
        known = ", ".join(each.value for each in Concern)
        mistakes.append(Mistake(line, places["concern"], "no concern that there is", f"write one of {known}"))
    if mistakes:
        raise FileRefused(mistakes)
    wanted = Wanted(
        phone=told["phone"],
        team=told["team"],
        number=told.get("number", ""),
        concern=Concern(concern),
        language=told.get("language", ""),
        at=_moment(told["at"], zone),
        until=_moment(told.get("until", ""), zone),
        source="file",
    )
    return Row(line, wanted, places)


def _fields(record: str | list[str], delimiter: str) -> tuple[Sequence[str], Sequence[int]]:
    """The fields, and the column that each begins in; in a line with quotes as it would be without them."""
    fields = record.split(delimiter) if isinstance(record, str) else record
    columns, at = [], 1
    for field in fields:
        columns.append(at)
        at += len(field) + 1
    return fields, columns


def _without_empty_ends(
    fields: Sequence[str], columns: Sequence[int], least: int
) -> tuple[Sequence[str], Sequence[int]]:
    """Spreadsheets end lines with the empty columns that they had on their right."""
    count = len(fields)
    while count > least and not fields[count - 1].strip():
        count -= 1
    return fields[:count], columns[:count]


def _moment(text: str, zone: tzinfo) -> datetime | None:
    found = _read(text)
    return found.replace(tzinfo=zone) if found is not None and found.tzinfo is None else found


def _read(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _german(text)
    return found if ":" in text or "T" in text else None  # a day alone is no moment


def _german(text: str) -> datetime | None:
    for form in _GERMAN:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the centre's, set by who asks
        except ValueError:
            continue
    return None


def _refused(what: str, cure: str) -> FileRefused:
    return FileRefused([Mistake(1, 1, what, cure)])
