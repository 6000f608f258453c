"""Rows of calls from kiosks as text, in columns of their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from metrics.kiosk_books import KioskRow
from metrics.sheet import Sheet, Value
from metrics.stays import Outcome

COLUMNS = (
    *("kiosk", "from", "to", "site", "calls", "answered", "abandoned", "flowed_out", "lost", "waiting"),
    *("asa_seconds", "p50_seconds", "p90_seconds"),
)
HEADINGS = ("kiosk", "from", "site", "calls", "ANS", "ABN", "FLO", "LST", "WAI", "ASA s", "p50 s", "p90 s")
LEGEND = (
    "Calls that stood in a line, each once = ANS answered + ABN abandoned + FLO flowed out + LST lost + WAI waiting.\n"
    "ASA, p50, p90: seconds that answered calls waited. They are in their teams' figures, too."
)
_SHEET = Sheet(COLUMNS, HEADINGS, frozenset(), frozenset(("to",)), lambda _: LEGEND)


def csv_text(rows: Iterable[KioskRow]) -> Iterator[str]:
    """For spreadsheets (`metrics.sheet`)."""
    return _SHEET.csv_text(map(_record, rows))


def json_text(rows: Iterable[KioskRow]) -> Iterator[str]:
    """For programs (`metrics.sheet`)."""
    return _SHEET.json_text(map(_record, rows))


def table_text(rows: Iterable[KioskRow]) -> Iterator[str]:
    """For people (`metrics.sheet`)."""
    return _SHEET.table_text(map(_record, rows))


FORMATS: Mapping[str, Callable[[Iterable[KioskRow]], Iterator[str]]] = MappingProxyType(
    {"csv": csv_text, "json": json_text, "table": table_text}
)


def _record(row: KioskRow) -> dict[str, Value]:
    counts = row.counts
    values: tuple[Value, ...] = (
        *(row.kiosk, row.begins, row.ends, row.site or None, counts.calls),
        *(counts.ended[outcome] for outcome in Outcome),
        counts.waiting,
        *(counts.asa_seconds, counts.wait_seconds(50), counts.wait_seconds(90)),
    )
    return dict(zip(COLUMNS, values, strict=True))
