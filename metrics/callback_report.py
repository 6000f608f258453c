"""Rows of callbacks as text, in columns of their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from metrics.callback_books import CallbackRow
from metrics.sheet import Sheet, Value
from routing.callback import Outcome

_ENDS = (
    *(Outcome.REACHED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.REFUSED, Outcome.INVALID),
    *(Outcome.EXPIRED, Outcome.CANCELLED, Outcome.FAILED),
)
COLUMNS = (
    *("team", "from", "to", "confirmed"),
    *(outcome.value.replace("-", "_") for outcome in _ENDS),
    *("open", "attempts", "first_attempt_p50_seconds", "first_attempt_p90_seconds", "success"),
    *("appointments", "appointments_reached", "kiosk"),
)
HEADINGS = (
    *("team", "from", "all", "reached", "no answer", "busy", "refused", "invalid", "expired", "cancelled", "failed"),
    *("open", "dials", "p50 s", "p90 s", "success", "appts", "kept", "kiosk"),
)
LEGEND = (
    "All confirmed = reached + no answer, busy, refused, invalid (every dial in vain, the last one so) + expired\n"
    "+ cancelled + failed (a fault of ours) + open. Dials: attempts at citizens. p50, p90: until the first of them.\n"
    "Success: reached of all. Appts: of all, agreed for a moment (kept: reached). Kiosk: of all, to a kiosk's phone."
)
_SHEET = Sheet(COLUMNS, HEADINGS, frozenset(("success",)), frozenset(("to",)), lambda _: LEGEND)


def csv_text(rows: Iterable[CallbackRow]) -> Iterator[str]:
    """For spreadsheets (`metrics.sheet`)."""
    return _SHEET.csv_text(map(_record, rows))


def json_text(rows: Iterable[CallbackRow]) -> Iterator[str]:
    """For programs (`metrics.sheet`)."""
    return _SHEET.json_text(map(_record, rows))


def table_text(rows: Iterable[CallbackRow]) -> Iterator[str]:
    """For people (`metrics.sheet`)."""
    return _SHEET.table_text(map(_record, rows))


FORMATS: Mapping[str, Callable[[Iterable[CallbackRow]], Iterator[str]]] = MappingProxyType(
    {"csv": csv_text, "json": json_text, "table": table_text}
)


def _record(row: CallbackRow) -> dict[str, Value]:
    counts = row.counts
    values: tuple[Value, ...] = (
        *(row.team, row.begins, row.ends, counts.confirmed),
        *(counts.ended[outcome] for outcome in _ENDS),
        *(counts.open, counts.attempts, row.first_attempt_seconds(50), row.first_attempt_seconds(90), row.success),
        *(counts.kinds["appointment"], counts.appointments_reached, counts.kinds["kiosk"]),
    )
    return dict(zip(COLUMNS, values, strict=True))
