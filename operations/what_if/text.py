"""An answer as text: a table with sentences for people, CSV and JSON for machines; one text for one answer."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

from operations.what_if.answer import Answer
from operations.what_if.row import Figures, Played, Row
from operations.what_if.sentences import sentences
from operations.what_if.words import WEEKDAYS
from routing.what_if.intervals import Interval
from routing.what_if.staffing import Staffing

EMPTY = "-"
HOWS = ("now", "quick_now", "quick", "simulated_now", "simulated", "difference", "staffed")
FIGURES = tuple(Figures.__slots__)
_NAMED = 2
"""Columns of words."""
COLUMNS = ("team", "how", *(name for figure in FIGURES for name in (figure, f"{figure}_low", f"{figure}_high")))
HEADINGS = ("team", "how", "calls", "level", "+-", "change", "ASA s", "p80 s", "gave up", "busy", "members", "needed")
_SHARES = frozenset({"service_level", "abandoned_share", "occupancy"})
_DIGITS: Mapping[str, int] = MappingProxyType(
    {name: 1 if name in {"calls", "asa_seconds", "p80_seconds"} else 4 for name in FIGURES}
)


def record(answer: Answer) -> dict[str, object]:
    """The answer as plain values, rounded: the keys stay. Its notes are told beside it."""
    told = asdict(answer)
    del told["notes"]
    told["rows"] = [_row_record(row) for row in answer.rows]
    return told


def json_text(answer: Answer) -> Iterator[str]:
    """One object."""
    yield json.dumps(record(answer), indent=2) + "\n"


def csv_text(answer: Answer) -> Iterator[str]:
    """A line for each team and way of knowing, a figure in three columns: itself and its interval."""
    line = io.StringIO()
    write = csv.writer(line, lineterminator="\n").writerow
    write(COLUMNS)
    for row in answer.rows:
        for how in HOWS:
            write([row.team, how, *_csv_cells(getattr(row, how), is_difference=how == "difference")])
    yield line.getvalue()


def table_text(answer: Answer) -> Iterator[str]:
    """Three lines a team, and what they mean in words."""
    lines: list[Sequence[str]] = [HEADINGS]
    for row in answer.rows:
        lines += _table_lines(row, is_changed=answer.is_changed)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        named, numbers = line[:_NAMED], line[_NAMED:]
        cells = [*map(str.ljust, named, widths), *map(str.rjust, numbers, widths[_NAMED:])]
        yield "  ".join(cells).rstrip() + "\n"
    for sentence in sentences(answer):
        yield sentence + "\n"


FORMATS: Mapping[str, Callable[[Answer], Iterator[str]]] = MappingProxyType(
    {"table": table_text, "json": json_text, "csv": csv_text}
)


def _row_record(row: Row) -> dict[str, object]:
    return {
        "team": row.team,
        "target_seconds": row.target_seconds,
        "now": _figures_record(row.now),
        "quick": {"now": _figures_record(row.quick_now), "what_if": _figures_record(row.quick)},
        "simulated": {
            "now": _played_record(row.simulated_now),
            "what_if": _played_record(row.simulated),
            "difference": {name: _interval_record(name, row.difference[name]) for name in FIGURES},
            "with_members_needed": _played_record(row.staffed),
        },
        "members": {
            "now": _staffing_record(row.at_work_now),
            "what_if": _staffing_record(row.at_work),
            "needed": _staffing_record(row.needed),
        },
    }


def _rounded(name: str, value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS[name])


def _figures_record(of: Figures) -> dict[str, float | None]:
    return {name: _rounded(name, getattr(of, name)) for name in FIGURES}


def _played_record(of: Played) -> dict[str, object]:
    return {name: _interval_record(name, _possible(name, of[name])) for name in FIGURES}


def _possible(name: str, of: Interval | None) -> Interval | None:
    """Runs near 0 or 100 % have intervals beyond, where no figure can be."""
    if of is None:
        return None
    return Interval(of.mean, max(of.low, 0.0), min(of.high, 1.0) if name in _SHARES else of.high)


def _interval_record(name: str, of: Interval | None) -> dict[str, float | None] | None:
    if of is None:
        return None
    return {key: _rounded(name, getattr(of, key)) for key in ("mean", "low", "high")}


def _staffing_record(of: Staffing | None) -> dict[str, object] | None:
    if of is None:
        return None
    at = f"{WEEKDAYS[of.weekday]} {of.second // 3600:02}:{of.second // 60 % 60:02}"
    return {"mean": round(of.mean, 2), "most": round(of.most, 2), "most_at": at}


def _csv_cells(of: Figures | Played, *, is_difference: bool) -> Iterator[str]:
    for name in FIGURES:
        value = getattr(of, name) if isinstance(of, Figures) else of[name]
        if isinstance(value, Interval) and not is_difference:
            value = _possible(name, value)
        numbers = (value.mean, value.low, value.high) if isinstance(value, Interval) else (value, None, None)
        yield from (EMPTY if each is None else f"{each:.{_DIGITS[name]}f}" for each in numbers)


def _table_lines(row: Row, *, is_changed: bool) -> Iterator[Sequence[str]]:
    yield (row.team, "now", *_cells(row.now), _staffed(row.at_work_now), "")
    yield ("", "quick", *_cells(row.quick), _staffed(row.at_work), _staffed(row.needed, up=True))
    level, change = row.simulated["service_level"], row.difference["service_level"] if is_changed else None
    yield ("", "simulated", *_cells(_means(row.simulated), level, change), "", "")


def _means(of: Played) -> Figures:
    means = {name: each.mean if (each := of[name]) else None for name in FIGURES}
    return Figures(**{**means, "calls": means["calls"] or 0.0})  # type: ignore[arg-type] # only calls must be known


def _cells(of: Figures, level: Interval | None = None, change: Interval | None = None) -> Sequence[str]:
    return (
        f"{of.calls:.0f}",
        _percent(of.service_level),
        _percent((level.high - level.low) / 2) if level else "",
        f"{100 * change.mean:+.1f}" if change else "",
        _seconds(of.asa_seconds),
        _seconds(of.p80_seconds),
        _percent(of.abandoned_share),
        _percent(of.occupancy),
    )


def _percent(share: float | None) -> str:
    return EMPTY if share is None else f"{share:.1%}"


def _seconds(seconds: float | None) -> str:
    return EMPTY if seconds is None else f"{seconds:.0f}"


def _staffed(of: Staffing | None, *, up: bool = False) -> str:
    if of is None:
        return EMPTY
    return f"{of.mean:.1f} to {of.most:.0f}" if up else f"{of.mean:.1f}"
