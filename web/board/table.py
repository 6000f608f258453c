"""The table of teams as HTML: whole without a script, and what `web/pages/board/rows.js` fills anew afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from metrics.board import MemberCounts, TeamNow
from web.board.need import Need, needs, urgency
from web.board.seen import Seen, TeamSeen
from web.board.wording import NONE, about, moment, share, span

STATES = ("available", "ringing", "talking", "wrapup", "paused", "unavailable")
"""The columns of members; whoever is in use otherwise counts as talking."""
GROUPS: Mapping[str, Sequence[str]] = {
    "team": ("area", "name", "open"),
    "line": ("waiting", "longest", "estimate"),
    "members": STATES,
    "today": ("level", "answered", "abandoned"),
    "left": ("callbacks", "messages"),
    "course": ("curve",),
}
UNSORTED = frozenset({"curve"})
COLUMNS = tuple(column for columns in GROUPS.values() for column in columns)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds, as HTML; `mark` becomes its class: `zero` is calm, the others speak."""

    html: str
    mark: str = ""


_COURSE = Cell('<span class="spark"></span>')
"""Drawn by the script."""


def heads(texts: Mapping[str, str]) -> str:
    """Both rows of the table's head."""
    groups = "".join(
        f'<th scope="colgroup" role="columnheader" colspan="{len(columns)}" aria-colspan="{len(columns)}" '
        f'class="g-{group}">{escape(texts[f"group_{group}"])}</th>'
        for group, columns in GROUPS.items()
    )
    columns = "".join(_head(column, group, texts) for group, each in GROUPS.items() for column in each)
    return f'<tr role="row" class="groups">{groups}</tr><tr role="row" class="columns">{columns}</tr>'


def _head(column: str, group: str, texts: Mapping[str, str]) -> str:
    label, hint = escape(texts[f"col_{column}"]), escape(texts.get(f"hint_{column}", ""))
    inner = label if column in UNSORTED else f'<button type="button" data-sort="{column}">{label}</button>'
    title = f' title="{hint}"' if hint else ""
    return f'<th scope="col" role="columnheader" class="c-{column} in-{group}"{title}>{inner}</th>'


def rows(seen: Seen, texts: Mapping[str, str], kept: Mapping[str, str]) -> str:
    """A row for each team. `kept`: what the address says already and a link shall keep."""
    shown_areas: set[str] = set()
    made: list[str] = []
    for each in seen.teams:
        is_first = each.area not in shown_areas
        shown_areas.add(each.area)
        made.append(_row(each, seen, texts, kept, is_first))
    return "".join(made)


def _row(each: TeamSeen, seen: Seen, texts: Mapping[str, str], kept: Mapping[str, str], is_first: bool) -> str:
    found = needs(each.now, each.team.target_seconds, bool(each.orders)) if each.now else ()
    cells = {
        **_figures(each.now, each.team.target_seconds, seen.centre.targets.share, texts),
        **_named(each, seen, texts, kept, found),
    }
    html = "".join(_cell(column, group, cells[column], texts) for group, cols in GROUPS.items() for column in cols)
    how = urgency(each.now.waiting, each.now.longest_wait_seconds, each.team.target_seconds) if each.now else "none"
    first = ' data-first="yes"' if is_first else ""
    return (
        f'<tr role="row" data-team="{escape(each.team.id)}" data-urgency="{how}"'
        f' data-open="{"yes" if each.is_open else "no"}" data-need="{found[0] if found else ""}"{first}>{html}</tr>'
    )


def _cell(column: str, group: str, cell: Cell, texts: Mapping[str, str]) -> str:
    kind, scope = ("th", ' scope="row" role="rowheader"') if column == "name" else ("td", ' role="cell"')
    classes = " ".join(filter(None, (f"c-{column}", f"in-{group}", cell.mark)))
    label = escape(texts.get(f"card_{column}", texts[f"col_{column}"]))
    return f'<{kind}{scope} class="{classes}" data-label="{label}">{cell.html}</{kind}>'


def _named(
    each: TeamSeen, seen: Seen, texts: Mapping[str, str], kept: Mapping[str, str], found: Sequence[Need]
) -> Mapping[str, Cell]:
    site = seen.centre.sites.get(each.site)
    address = escape("/?" + urlencode({**kept, "team": each.team.id}))
    return {
        "area": Cell(
            f'<span class="area" title="{escape(each.area)}">{escape(each.area or texts["no_area"])}</span>'
            f'<span class="site">{escape(site.name if site else "")}</span>'
        ),
        "name": Cell(
            f'<a href="{address}" title="{escape(each.team.name)}">{escape(each.team.name)}</a>{_why(found, texts)}'
        ),
        "open": Cell(f"<span>{escape(opening(each, seen, texts))}</span>", "" if each.is_open else "closed"),
    }


def _why(found: Sequence[Need], texts: Mapping[str, str]) -> str:
    if not found:
        return '<span class="why" hidden></span>'
    told = escape("; ".join(texts[f"need_{each}"] for each in found))
    return f'<span class="why" title="{told}"><span class="aside">{told}</span></span>'


def opening(each: TeamSeen, seen: Seen, texts: Mapping[str, str]) -> str:
    """Open, or until when it is not."""
    if each.is_open:
        return texts["open"]
    if each.opens_at is None:
        return texts["closed"]
    return texts["closed_until"].replace("{at}", moment(each.opens_at, seen.at, texts))


def _figures(now: TeamNow | None, target: int, goal: float, texts: Mapping[str, str]) -> Mapping[str, Cell]:
    if now is None:
        return {**dict.fromkeys(COLUMNS, Cell(NONE, "zero")), "longest": Cell(_wait(NONE, "")), "curve": _COURSE}
    day = now.today
    return {
        "waiting": _count(now.waiting),
        "longest": Cell(wait(now, target, texts)),
        "estimate": Cell(escape(about(now.estimated_wait_seconds, texts))),
        **{state: _count(count) for state, count in counted(now.members).items()},
        "level": Cell(escape(share(day.service_level, texts)), "below" if _is_below(day.service_level, goal) else ""),
        "answered": _count(day.answered),
        "abandoned": _count(day.abandoned),
        "callbacks": _count(now.callbacks_open),
        "messages": _count(now.messages_open),
        "curve": _COURSE,
    }


def counted(members: MemberCounts) -> Mapping[str, int]:
    """Members by column."""
    return {state: getattr(members, state) + (members.busy if state == "talking" else 0) for state in STATES}


def wait(now: TeamNow, target: int, texts: Mapping[str, str]) -> str:
    """The longest wait, with how it stands in words."""
    how = urgency(now.waiting, now.longest_wait_seconds, target)
    time = span(now.longest_wait_seconds) if now.waiting else NONE
    return _wait(time, texts[f"urgency_{how}"])


def _wait(time: str, mark: str) -> str:
    return f'<span class="time">{time}</span><span class="mark">{escape(mark)}</span>'


def _is_below(level: float | None, goal: float) -> bool:
    return level is not None and level < goal


def _count(count: int) -> Cell:
    return Cell(str(count), "" if count else "zero")
