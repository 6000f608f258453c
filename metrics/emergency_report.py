"""Rows of emergencies as text, in columns of their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from metrics.emergencies import EmergencyRow
from metrics.sheet import Sheet, Value

COLUMNS = (
    "team",
    "from",
    "to",
    "contacts",
    "emergencies",
    "share",
    "raised",
    "answered",
    "abandoned",
    "other",
    "waiting",
    "on_call",
    "on_call_answered",
    "p50_seconds",
    "p90_seconds",
    "often",
    "taken_back",
)
HEADINGS = (
    *("team", "from", "all", "EMG", "share", "raised", "ANS", "ABN", "other", "WAI"),
    *("on call", "reached", "p50 s", "p90 s", "often", "taken back"),
)
LEGEND = (
    "EMG emergencies = ANS answered + ABN abandoned + other ways out + WAI waiting + on call (reached: somebody took\n"
    "it), and their share of all contacts. Raised: by a member. p50, p90: waits of the answered. Often: households\n"
    "with many emergencies in 30 days. Taken back: pressed the key, then said it is none."
)
_SHEET = Sheet(COLUMNS, HEADINGS, frozenset(("share",)), frozenset(("to",)), lambda _: LEGEND)


def csv_text(rows: Iterable[EmergencyRow]) -> Iterator[str]:
    """For spreadsheets (`metrics.sheet`)."""
    return _SHEET.csv_text(map(_record, rows))


def json_text(rows: Iterable[EmergencyRow]) -> Iterator[str]:
    """For programs (`metrics.sheet`)."""
    return _SHEET.json_text(map(_record, rows))


def table_text(rows: Iterable[EmergencyRow]) -> Iterator[str]:
    """For people (`metrics.sheet`)."""
    return _SHEET.table_text(map(_record, rows))


FORMATS: Mapping[str, Callable[[Iterable[EmergencyRow]], Iterator[str]]] = MappingProxyType(
    {"csv": csv_text, "json": json_text, "table": table_text}
)


def _record(row: EmergencyRow) -> dict[str, Value]:
    counts = row.counts
    values: tuple[Value, ...] = (
        *(row.team, row.begins, row.ends),
        *(counts.contacts, counts.emergencies, row.share, counts.raised),
        *(counts.answered, counts.abandoned, counts.other, counts.waiting),
        *(counts.on_call, counts.on_call_answered),
        *(row.wait_seconds(50), row.wait_seconds(90)),
        *(len(counts.often), counts.taken_back),
    )
    return dict(zip(COLUMNS, values, strict=True))
