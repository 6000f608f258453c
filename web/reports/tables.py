"""The tables of the page: groups beside each other, the course, and the week as a map of colours and numbers."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from web.reports.figures import Figures

Record = Mapping[str, Any]
COLUMNS = (
    ("offered", "count"),
    ("answered", "count"),
    ("answered_in_target", "count"),
    ("abandoned", "count"),
    ("abandoned_short", "count"),
    ("flowed_out", "count"),
    ("lost", "count"),
    ("waiting", "count"),
    ("service_level", "share"),
    ("asa_seconds", "seconds"),
    ("p50_seconds", "seconds"),
    ("p90_seconds", "seconds"),
    ("p95_seconds", "seconds"),
)
"""Of the report, and how each is written."""
HEATS = 6
_USUAL = range(16, 32)
"""Half hours from 8 to 16 o'clock: shown though nobody called."""


def figures_table(
    heading: str,
    about: str,
    rows: Sequence[tuple[str, str, Record]],
    total: tuple[str, Record] | None,
    texts: Mapping[str, str],
    figures: Figures,
) -> str:
    """A table that can be sorted: `rows` are (name, what it is sorted by, record); the total stands below."""
    head = f'<th scope="col">{escape(about)}</th>' + "".join(
        f'<th scope="col" class="number" data-sort="number"><abbr title="{escape(texts[f"about_{name}"])}">'
        f"{escape(texts[name])}</abbr></th>"
        for name, _ in COLUMNS
    )
    body = "".join(
        f'<tr><th scope="row" data-value="{escape(key)}">{escape(name)}</th>{_cells(record, figures)}</tr>'
        for name, key, record in rows
    )
    foot = (
        f'<tfoot><tr><th scope="row">{escape(total[0])}</th>{_cells(total[1], figures)}</tr></tfoot>' if total else ""
    )
    return (
        f'<div class="table-scroll report-table" role="region" tabindex="0" aria-label="{escape(heading)}">'
        f'<table class="table" data-sortable><caption class="aside">{escape(heading)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table></div>"
    )


def week_tables(week: Sequence[Record], texts: Mapping[str, str], figures: Figures) -> str:
    """Weekday and half hour: calls, and the service level. Each cell has its number beside its colour."""
    most = max((cell["offered"] for cell in week), default=0)
    slots = _shown_slots(week)
    calls = {_place(cell): (figures.count(cell["offered"]), _calls_heat(cell["offered"], most)) for cell in week}
    levels = {_place(cell): (figures.share(cell["service_level"]), _level_heat(cell["service_level"])) for cell in week}
    return _week_table("calls", calls, slots, texts) + _week_table("level", levels, slots, texts)


def _place(cell: Record) -> tuple[int, int]:
    return cell["weekday"], cell["slot"]


def _shown_slots(week: Sequence[Record]) -> Sequence[int]:
    """From the first half hour in which somebody called to the last one, office hours included."""
    busy = [*_USUAL, *(cell["slot"] for cell in week if cell["offered"])]
    asked = {cell["slot"] for cell in week}
    return [slot for slot in range(min(busy), max(busy) + 1) if slot in asked]


def _week_table(
    kind: str, cells: Mapping[tuple[int, int], tuple[str, str]], slots: Sequence[int], texts: Mapping[str, str]
) -> str:
    days, heading = sorted({weekday for weekday, _ in cells}), escape(texts[f"week_{kind}"])
    head = "".join(f'<th scope="col">{escape(texts[f"day_{day}"])}</th>' for day in days)
    body = "".join(
        f'<tr><th scope="row">{slot // 2:02}:{slot % 2 * 30:02}</th>'
        + "".join(_week_cell(*cells.get((day, slot), ("", "none"))) for day in days)
        + "</tr>"
        for slot in slots
    )
    return (
        f'<div class="table-scroll week week-{kind}" role="region" tabindex="0" aria-label="{heading}">'
        f'<table class="table heat"><caption class="aside">{heading}</caption>'
        f'<thead><tr><th scope="col">{escape(texts["half_hour"])}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _week_cell(text: str, heat: str) -> str:
    return f'<td class="heat-{heat}">{escape(text)}</td>'


def _calls_heat(offered: int, most: int) -> str:
    """0 for nobody, else 1 to HEATS - 1."""
    return str(1 + min(HEATS - 2, offered * (HEATS - 1) // (most + 1)) if offered else 0)


def _level_heat(level: float | None) -> str:
    """In fifths: the more, the better."""
    return "none" if level is None else f"level-{min(4, int(level * 5))}"


def _cells(record: Record, figures: Figures) -> str:
    return "".join(_cell(record[name], kind, figures) for name, kind in COLUMNS)


def _cell(value: float | None, kind: str, figures: Figures) -> str:
    return (
        f'<td class="number" data-value="{"" if value is None else value}">{escape(getattr(figures, kind)(value))}</td>'
    )
