"""Rows of waits as told as text, in columns of their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from metrics.estimate_intervals import EstimateRow
from metrics.sheet import Sheet, Value

COLUMNS = (
    "team",
    "from",
    "to",
    "told",
    "answered",
    "gave_up",
    "other",
    "waiting",
    "bias_seconds",
    "bias_share",
    "p50_coverage",
    "p80_coverage",
    "p90_coverage",
    "mean_wait_seconds",
)
HEADINGS = (
    *("team", "from", "told", "ANS", "ABN", "other", "WAI"),
    *("bias s", "bias", "by p50", "by p80", "by p90", "mean s"),
)
LEGEND = (
    "Waits told = ANS answered + ABN gave up + other ways out + WAI not out yet. Bias: mean told minus waited, and\n"
    "its share of the mean wait, of the answered. By p50, p80, p90: answered by then if all had stayed (Kaplan-Meier)."
)
_SHEET = Sheet(
    COLUMNS,
    HEADINGS,
    frozenset(("bias_share", "p50_coverage", "p80_coverage", "p90_coverage")),
    frozenset(("to",)),
    lambda _: LEGEND,
)


def csv_text(rows: Iterable[EstimateRow]) -> Iterator[str]:
    """For spreadsheets (`metrics.sheet`)."""
    return _SHEET.csv_text(map(_record, rows))


def json_text(rows: Iterable[EstimateRow]) -> Iterator[str]:
    """For programs (`metrics.sheet`)."""
    return _SHEET.json_text(map(_record, rows))


def table_text(rows: Iterable[EstimateRow]) -> Iterator[str]:
    """For people (`metrics.sheet`)."""
    return _SHEET.table_text(map(_record, rows))


FORMATS: Mapping[str, Callable[[Iterable[EstimateRow]], Iterator[str]]] = MappingProxyType(
    {"csv": csv_text, "json": json_text, "table": table_text}
)


def _record(row: EstimateRow) -> dict[str, Value]:
    kept = row.kept
    values: tuple[Value, ...] = (
        *(row.team, row.begins, row.ends),
        *(row.told, kept.answered, kept.gave_up, kept.other, row.waiting),
        *(kept.bias_seconds, kept.bias_share, *kept.coverages, kept.mean_wait_seconds),
    )
    return dict(zip(COLUMNS, values, strict=True))
