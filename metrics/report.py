"""Rows of interval figures as text: CSV and JSON for machines, a table for people; the same text for the same rows.

Machines get the service level as a share with four decimals and durations with one, people get percent. What is empty
is "-", in JSON null: never 0, and never 100 %.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from metrics.intervals import Row

COLUMNS = (
    "team",
    "from",
    "to",
    "offered",
    "answered",
    "answered_in_target",
    "abandoned",
    "abandoned_short",
    "flowed_out",
    "lost",
    "waiting",
    "service_level",
    "formula",
    "asa_seconds",
    "p50_seconds",
    "p90_seconds",
    "p95_seconds",
)
HEADINGS = (
    *("team", "from", "OFF", "ANS", "ANS<=T", "ABN", "ABN_s", "FLO", "LST", "WAI"),
    *("level", "ASA s", "p50 s", "p90 s", "p95 s"),
)
"""Of the table: as narrow as a terminal; docs/reports.md has the words beside them."""
LEGEND = (
    "OFF offered = ANS answered (ANS<=T within target) + ABN abandoned (ABN_s soon) + FLO flowed out + LST lost\n"
    "+ WAI still waiting. ASA and p50 to p95: seconds that answered calls waited."
)
WHOLE_SPAN = "whole span"
EMPTY = "-"
_TEXTS = ("team", "from")
_MINUTES = len("2026-11-22T08:00")
Value = str | int | float | None


def record(row: Row) -> dict[str, Value]:
    """The row under the report's column names, rounded."""
    counts = row.counts
    values: tuple[Value, ...] = (
        *(row.team, row.begins, row.ends),
        *(counts.offered, counts.answered, counts.answered_in_target, counts.abandoned, counts.abandoned_short),
        *(counts.flowed_out, counts.lost, counts.waiting),
        *(_rounded(row.service_level, 4), row.formula),
        *(_rounded(each, 1) for each in (row.asa_seconds, row.p50_seconds, row.p90_seconds, row.p95_seconds)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def csv_text(rows: Iterable[Row]) -> Iterator[str]:
    """A head line and a line a row, fields quoted only where they must be."""
    line = io.StringIO()
    write = csv.writer(line, lineterminator="\n").writerow
    for cells in chain((COLUMNS,), (_cells(row) for row in rows)):
        write(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def json_text(rows: Iterable[Row]) -> Iterator[str]:
    """One array with an object a row, each on a line of its own."""
    before = "[\n"
    for row in rows:
        yield before + "  " + json.dumps(record(row))
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def table_text(rows: Iterable[Row]) -> Iterator[str]:
    """Aligned columns for people: the span above them, what they mean below. One interval needs no column for it."""
    kept = list(rows)
    if not kept:
        return
    span = kept[0].begins, kept[-1].ends
    lines = [HEADINGS, *_shown(kept, span)]
    if all(row.begins == span[0] for row in kept):
        lines = [(team, *figures) for team, _, *figures in lines]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    yield f"{_minute(span[0])} to {_minute(span[1])}\n"
    for line in lines:
        yield "  ".join(map(_aligned, lines[0], line, widths)).rstrip() + "\n"
    yield f"{LEGEND}\nService level by the formula {', '.join(dict.fromkeys(row.formula for row in kept))}.\n"


FORMATS: Mapping[str, Callable[[Iterable[Row]], Iterator[str]]] = MappingProxyType(
    {"csv": csv_text, "json": json_text, "table": table_text}
)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _cells(row: Row) -> list[str]:
    return [_cell(name, value) for name, value in record(row).items()]


def _cell(name: str, value: Value) -> str:
    if value is None:
        return EMPTY
    if isinstance(value, float):
        return f"{value:.4f}" if name == "service_level" else f"{value:.1f}"
    return str(value)


def _shown(rows: Sequence[Row], span: tuple[str, str]) -> Iterator[tuple[str, ...]]:
    """The cells in the order of HEADINGS: the service level in percent, without its formula."""
    is_changing = len({_offset(row.begins) for row in rows}) > 1
    for row in rows:
        cells = dict(zip(COLUMNS, _cells(row), strict=True))
        del cells["formula"], cells["to"]
        cells["from"] = _minute(row.begins) if is_changing else _minute(row.begins)[:_MINUTES]
        if (row.begins, row.ends) == span:
            cells["from"] = WHOLE_SPAN
        if row.service_level is not None:
            cells["service_level"] = f"{row.service_level:.1%}"
        yield tuple(cells.values())


def _aligned(heading: str, text: str, width: int) -> str:
    return text.ljust(width) if heading in _TEXTS else text.rjust(width)


def _minute(instant: str) -> str:
    """`2026-11-22T08:00:00+01:00` for people."""
    return f"{instant[:_MINUTES].replace('T', ' ')}{_offset(instant)}"


def _offset(instant: str) -> str:
    return instant[_MINUTES + len(":00") :]
