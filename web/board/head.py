"""What stands above the table as HTML: totals, how old the figures are, orders that close a whole site, troubles."""

from collections.abc import Mapping, Sequence
from html import escape

from metrics.board import Trouble
from operations.closings import ClosedNow
from routing.centre import Centre
from routing.hours.closure import SITE_SCOPE
from web.board.seen import Seen
from web.board.table import counted
from web.board.totals import Totals, totals
from web.board.wording import NONE, moment, share, span

SHOWN = (
    "waiting",
    "longest",
    "available",
    "talking",
    "level",
    "answered",
    "abandoned",
    "callbacks",
    "messages",
)
"""The totals, in their order; `web/pages/board/head.js` fills them anew."""


def head_line(seen: Seen, texts: Mapping[str, str]) -> str:
    """Each total as a term and its figure."""
    known = [each.now for each in seen.teams if each.now]
    figures = _figures(totals(known, seen.live.board.formula), texts) if seen.live else {}
    return "".join(
        f'<div class="t-{name}"><dt title="{escape(texts.get(f"hint_total_{name}", ""))}">'
        f'{escape(texts[f"total_{name}"])}</dt><dd data-total="{name}">{escape(figures.get(name, NONE))}</dd></div>'
        for name in SHOWN
    )


def _figures(all_: Totals, texts: Mapping[str, str]) -> Mapping[str, str]:
    members = counted(all_.members)
    return {
        "waiting": str(all_.waiting),
        "longest": span(all_.longest_seconds) if all_.waiting else NONE,
        "level": share(all_.service_level, texts),
        "answered": str(all_.answered),
        "abandoned": str(all_.abandoned),
        "callbacks": str(all_.callbacks),
        "messages": str(all_.messages),
        **{state: str(members[state]) for state in ("available", "talking")},
    }


def as_of(seen: Seen, texts: Mapping[str, str]) -> str:
    """`Stand 10:42:07`."""
    if seen.live is None:
        return texts["not_known"]
    at = seen.live.as_of.astimezone(seen.centre.timezone)
    return texts["as_of"].replace("{at}", f"{at:%H:%M:%S}")


def link_told(seen: Seen, texts: Mapping[str, str]) -> str:
    """A sentence if the figures are not those of now; empty if they are."""
    if seen.live is None:
        return f"<p>{escape(texts['link_unknown'])}</p>"
    if not seen.live.is_stale:
        return ""
    at = seen.live.as_of.astimezone(seen.centre.timezone)
    return f"<p>{escape(texts['link_stale'].replace('{at}', f'{at:%H:%M:%S}'))}</p>"


def orders_told(seen: Seen, texts: Mapping[str, str]) -> str:
    """Orders that close a site or everything, each a sentence."""
    return "".join(f"<p>{escape(_order(each, seen, texts))}</p>" for each in seen.orders)


def _order(order: ClosedNow, seen: Seen, texts: Mapping[str, str]) -> str:
    closure = order.closure
    until = moment(closure.until.astimezone(seen.centre.timezone), seen.at, texts)
    told = texts["order_told"].replace("{scope}", scope_named(closure.scope, seen.centre, texts))
    return told.replace("{until}", until).replace("{reason}", closure.reason)


def scope_named(scope: str, centre: Centre, texts: Mapping[str, str]) -> str:
    """A site by its name, or the words for the whole centre."""
    site = centre.sites.get(scope.removeprefix(SITE_SCOPE)) if scope.startswith(SITE_SCOPE) else None
    return texts["scope_site"].replace("{site}", site.name) if site else texts["scope_centre"]


def troubles_told(found: Sequence[Trouble], texts: Mapping[str, str]) -> str:
    """What is wrong and how to cure it; nothing while nothing is wrong."""
    if not found:
        return ""
    lines = "".join(f'<li lang="en"><b>{escape(each.what)}</b> {escape(each.cure)}</li>' for each in found)
    told = escape(texts["troubles"].replace("{n}", str(len(found))))
    return f'<details class="troubles"><summary>{told}</summary><ul>{lines}</ul></details>'


def choices(named: Mapping[str, str]) -> str:
    """The options of a choice, by value."""
    return "".join(f'<option value="{escape(value)}">{escape(name)}</option>' for value, name in named.items())
