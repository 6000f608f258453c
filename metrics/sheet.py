"""Records of figures as text: CSV and JSON for machines, a table for people; the same text for the same records.

Machines get shares with four decimals and all else with one, people get percent. What is empty is "-", in JSON null:
never 0, and never 100 %. Every record has what it is about first (mostly the `team`), and `from` and `to` in ISO 8601
with UTC offset.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

Value = str | int | float | None
Record = Mapping[str, Value]
WHOLE_SPAN = "whole span"
EMPTY = "-"
_TEXTS = ("team", "kiosk", "from", "site", "rule", "goal")
_MINUTES = len("2026-11-22T08:00")


@dataclass(frozen=True, slots=True)
class Sheet:
    """How records of one kind are written.

    `headings` are those of the table, as narrow as a terminal, in the order of `columns` but for those `left_out`
    there; `shares` are the columns that are shares, 0 to 1. `legend` tells below the table what it means.
    """

    columns: Sequence[str]
    headings: Sequence[str]
    shares: frozenset[str]
    left_out: frozenset[str]
    legend: Callable[[Sequence[Record]], str]

    def rounded(self, record: Record) -> dict[str, Value]:
        """The record as machines get it. No figure is minus zero."""
        return {name: self._rounded(name, record[name]) for name in self.columns}

    def csv_text(self, records: Iterable[Record]) -> Iterator[str]:
        """A head line and a line a record, fields quoted only where they must be."""
        line = io.StringIO()
        write = csv.writer(line, lineterminator="\n").writerow
        for cells in chain((self.columns,), (self._cells(record).values() for record in records)):
            write(cells)
            yield line.getvalue()
            line.seek(0)
            line.truncate()

    def json_text(self, records: Iterable[Record]) -> Iterator[str]:
        """One array with an object a record, each on a line of its own."""
        before = "[\n"
        for record in records:
            yield before + "  " + json.dumps(self.rounded(record))
            before = ",\n"
        yield "\n]\n" if before == ",\n" else "[]\n"

    def table_text(self, records: Iterable[Record]) -> Iterator[str]:
        """Aligned columns for people: the span above them, what they mean below.

        One interval needs no column for it.
        """
        kept = list(records)
        if not kept:
            return
        span = str(kept[0]["from"]), str(kept[-1]["to"])
        lines = [tuple(self.headings), *self._shown(kept, span)]
        if all(record["from"] == span[0] for record in kept):
            lines = [(about, *figures) for about, _, *figures in lines]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        yield f"{_minute(span[0])} to {_minute(span[1])}\n"
        for line in lines:
            yield "  ".join(map(_aligned, lines[0], line, widths)).rstrip() + "\n"
        yield f"{self.legend(kept)}\n"

    def _rounded(self, name: str, value: Value) -> Value:
        return round(value, 4 if name in self.shares else 1) + 0.0 if isinstance(value, float) else value

    def _cells(self, record: Record) -> dict[str, str]:
        return {name: self._cell(name, value) for name, value in self.rounded(record).items()}

    def _cell(self, name: str, value: Value) -> str:
        if isinstance(value, float):
            return f"{value:.4f}" if name in self.shares else f"{value:.1f}"
        return EMPTY if value is None else str(value)

    def _shown(self, records: Sequence[Record], span: tuple[str, str]) -> Iterator[tuple[str, ...]]:
        """The cells in the order of the headings, shares in percent."""
        is_changing = len({_offset(str(record["from"])) for record in records}) > 1
        for record in records:
            begins = str(record["from"])
            cells = self._cells(record)
            cells["from"] = _minute(begins) if is_changing else _minute(begins)[:_MINUTES]
            if (begins, record["to"]) == span:
                cells["from"] = WHOLE_SPAN
            cells.update({name: _percent(value) for name in self.shares if isinstance(value := record[name], float)})
            yield tuple(cell for name, cell in cells.items() if name not in self.left_out)


def _percent(share: float) -> str:
    """Never minus zero."""
    return f"{share:z.1%}"


def _aligned(heading: str, text: str, width: int) -> str:
    return text.ljust(width) if heading in _TEXTS else text.rjust(width)


def _minute(instant: str) -> str:
    """`2026-11-22T08:00:00+01:00` for people."""
    return f"{instant[:_MINUTES].replace('T', ' ')}{_offset(instant)}"


def _offset(instant: str) -> str:
    return instant[_MINUTES + len(":00") :]
