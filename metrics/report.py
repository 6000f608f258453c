"""Rows of interval figures as text, in the columns that readers rely on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from metrics.intervals import Row
from metrics.sheet import Record, Sheet, Value

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
"""Of the table: docs/reports.md has the words beside them."""
LEGEND = (
    "OFF offered = ANS answered (ANS<=T within target) + ABN abandoned (ABN_s soon) + FLO flowed out + LST lost\n"
    "+ WAI still waiting. ASA and p50 to p95: seconds that answered calls waited."
)


def _legend(records: Sequence[Record]) -> str:
    formulas = dict.fromkeys(str(record["formula"]) for record in records)
    return f"{LEGEND}\nService level by the formula {', '.join(formulas)}."


_SHEET = Sheet(COLUMNS, HEADINGS, frozenset(("service_level",)), frozenset(("to", "formula")), _legend)


def record(row: Row) -> dict[str, Value]:
    """The row under the report's column names, rounded."""
    return _SHEET.rounded(_record(row))


def sheet_of(about: str) -> Sheet:
    """The same sheet for rows that are about something else than a team: an area, a site."""
    return replace(_SHEET, columns=(about, *COLUMNS[1:]), headings=(about, *HEADINGS[1:]))


def record_of(row: Row, about: str = COLUMNS[0]) -> Record:
    """The row under the report's column names, as a sheet takes it."""
    return _record(row) if about == COLUMNS[0] else {about: row.team, **_record(row)}


def csv_text(rows: Iterable[Row]) -> Iterator[str]:
    """For spreadsheets (`metrics.sheet`)."""
    return _SHEET.csv_text(map(_record, rows))


def json_text(rows: Iterable[Row]) -> Iterator[str]:
    """For programs (`metrics.sheet`)."""
    return _SHEET.json_text(map(_record, rows))


def table_text(rows: Iterable[Row]) -> Iterator[str]:
    """For people (`metrics.sheet`); the last line names the formula."""
    return _SHEET.table_text(map(_record, rows))


FORMATS: Mapping[str, Callable[[Iterable[Row]], Iterator[str]]] = MappingProxyType(
    {"csv": csv_text, "json": json_text, "table": table_text}
)


def _record(row: Row) -> dict[str, Value]:
    counts = row.counts
    values: tuple[Value, ...] = (
        *(row.team, row.begins, row.ends),
        *(counts.offered, counts.answered, counts.answered_in_target, counts.abandoned, counts.abandoned_short),
        *(counts.flowed_out, counts.lost, counts.waiting),
        *(row.service_level, row.formula),
        *(row.asa_seconds, row.p50_seconds, row.p90_seconds, row.p95_seconds),
    )
    return dict(zip(COLUMNS, values, strict=True))
