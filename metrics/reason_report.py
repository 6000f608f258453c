"""Rows of reasons as text, in columns of their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from metrics.reasons import ReasonRow
from metrics.sheet import Sheet, Value

COLUMNS = ("team", "from", "to", "rule", "goal", "count")
LEGEND = "Each rule counts for the team whose rule it was, once a decision: docs/rules.md explains them."
NOTHING = "No decision was journalled in this span.\n"
_SHEET = Sheet(COLUMNS, ("team", "from", "rule", "goal", "count"), frozenset(), frozenset(("to",)), lambda _: LEGEND)


def csv_text(rows: Iterable[ReasonRow]) -> Iterator[str]:
    """For spreadsheets (`metrics.sheet`)."""
    return _SHEET.csv_text(map(_record, rows))


def json_text(rows: Iterable[ReasonRow]) -> Iterator[str]:
    """For programs (`metrics.sheet`)."""
    return _SHEET.json_text(map(_record, rows))


def table_text(rows: Iterable[ReasonRow]) -> Iterator[str]:
    """For people (`metrics.sheet`)."""
    records = [_record(row) for row in rows]
    if not records:
        yield NOTHING
    yield from _SHEET.table_text(records)


FORMATS: Mapping[str, Callable[[Iterable[ReasonRow]], Iterator[str]]] = MappingProxyType(
    {"csv": csv_text, "json": json_text, "table": table_text}
)


def _record(row: ReasonRow) -> dict[str, Value]:
    values: tuple[Value, ...] = (row.team, row.begins, row.ends, row.rule, row.goal, row.count)
    return dict(zip(COLUMNS, values, strict=True))
