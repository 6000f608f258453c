"""The entries of a mailbox as HTML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from string import Template
from zoneinfo import ZoneInfo

from facts.contact import LeftKind, LeftState
from operations.mailbox.ports import Entry
from web.callback_told import Callback
from web.desk.callbacks import told
from web.desk.leaf import Leafed, Part
from web.messages import PATH


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose page it is, and its words."""

    team: str
    user: str
    csrf: str
    words: Mapping[str, str]
    zone: ZoneInfo
    leads: bool
    callbacks: Mapping[str, Callback]
    """By their ids."""
    leafed: Leafed


def entries_of(desk: Desk, name: str, part: Part) -> str:
    """What is looked at of this list, with the ways to the rest; or the word for none."""
    if not part.entries:
        return f'<p class="empty">{escape(desk.words["empty"])}</p>'
    return f'<ul class="entries">{"".join(_entry(desk, entry) for entry in part.entries)}</ul>{_ways(desk, name, part)}'


def _ways(desk: Desk, name: str, part: Part) -> str:
    if len(part.entries) == part.all:
        return ""
    said = Template(desk.words["part"]).substitute(first=part.first, last=part.last, all=part.all)
    first = _way(desk, name, "part_first", "") if part.first > 1 else ""
    following = _way(desk, name, "part_next", part.entries[-1].id) if part.last < part.all else ""
    ways = f'<span class="soft">{escape(said)}</span>{first}{following}'
    return f'<nav class="row parts" aria-labelledby="{name}">{ways}</nav>'


def _way(desk: Desk, name: str, word: str, entry: str) -> str:
    address = f"/desk/{desk.team}{desk.leafed.to(name, entry).query}#{name}"
    return f'<a href="{escape(address)}" aria-describedby="{name}">{escape(desk.words[word])}</a>'


def _entry(desk: Desk, entry: Entry) -> str:
    kind = "appointment" if entry.appointment_at is not None else entry.what.value
    heading = f"{desk.words[kind]}, {_clock(desk, entry.came_at)}"
    told = "".join(
        f"<div><dt>{escape(desk.words[name])}</dt><dd>{escape(value)}</dd></div>"
        for name, value in _told(desk, entry)
        if value
    )
    return (
        f'<li class="card" id="{escape(entry.id)}"><h3 id="h-{escape(entry.id)}">{escape(heading)}</h3>'
        f'<dl>{told}</dl>{_content(desk, entry, heading)}<div class="actions">{_actions(desk, entry)}</div></li>'
    )


def _told(desk: Desk, entry: Entry) -> Iterator[tuple[str, str]]:
    yield "phone", entry.phone
    yield "number", entry.number
    yield "concern", desk.words.get(entry.concern, entry.concern)
    yield "spoken", desk.words.get(entry.language, entry.language)
    yield "length", _minutes(entry.seconds) if entry.seconds is not None else ""
    yield "pages", str(entry.pages) if entry.pages is not None else ""
    if entry.id in desk.callbacks:
        yield from told(desk.words, desk.callbacks[entry.id], desk.zone)
    elif entry.due_at is not None:
        yield "due_at", _clock(desk, entry.due_at)
    yield "source", desk.words.get(entry.source, entry.source)
    yield "claimed_by", entry.claimed_by


def _content(desk: Desk, entry: Entry, heading: str) -> str:
    if entry.file is None:
        return ""
    address = f"{PATH}/{escape(entry.id)}/content"
    if entry.what is LeftKind.VOICE:
        label = escape(f"{desk.words['listen']}: {heading}")
        return f'<audio controls preload="none" src="{address}" aria-label="{label}"></audio>'
    word = escape(desk.words["download"])
    return f'<p><a href="{address}" download>{word}<span class="aside">: {escape(heading)}</span></a></p>'


def _actions(desk: Desk, entry: Entry) -> str:
    is_mine = entry.claimed_by == desk.user
    buttons = []
    if entry.state is LeftState.OPEN:
        buttons.append(_button(desk, entry, "claim", "main"))
    if entry.state is LeftState.CLAIMED and (is_mine or desk.leads):
        buttons.append(_button(desk, entry, "release"))
    if entry.state is LeftState.OPEN or (entry.state is LeftState.CLAIMED and is_mine):
        buttons.append(_button(desk, entry, "settle", "main" if is_mine else ""))
    if entry.what is LeftKind.CALLBACK and (
        entry.state is LeftState.OPEN or (entry.state is LeftState.CLAIMED and (is_mine or desk.leads))
    ):
        buttons.append(_button(desk, entry, "cancel"))
    return "".join(buttons)


def _button(desk: Desk, entry: Entry, change: str, kind: str = "") -> str:
    name = escape(entry.id)
    style = "primary" if kind else "secondary"
    return (
        f'<form method="post" action="/desk/{escape(desk.team)}/{name}/{change}{escape(desk.leafed.query)}">'
        f'<input type="hidden" name="csrf" value="{escape(desk.csrf)}">'
        f'<button class="kern-btn kern-btn--{style} kern-btn--small" aria-describedby="h-{name}">'
        f"{escape(desk.words[change])}</button></form>"
    )


def _clock(desk: Desk, at: float) -> str:
    return datetime.fromtimestamp(at, desk.zone).strftime("%d.%m.%Y %H:%M")


def _minutes(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole // 60}:{whole % 60:02} min"
