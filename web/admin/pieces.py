"""Pieces of administration's pages: its own ways, badges, alerts, tables, times. Texts are escaped here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from html import escape
from http import HTTPStatus

from fastapi import HTTPException, Request, Response
from starlette.routing import Match

from operations.sign_in.accounts import Right
from web.frame import Page, come_in, framed, tongue
from web.page import filled, words
from web.who import Door, Guest

WORDS = "admin/admin"
STYLES = ("/pages/admin/admin.css",)
PLACES: Mapping[str, str] = {
    "configuration": "/admin/configuration",
    "directory": "/admin/directory",
    "year": "/admin/year",
    "health": "/admin/health",
    "customer": "/admin/customer",
    "what_if": "/admin/what-if",
    "audit": "/admin/audit",
    "accounts": "/admin/accounts",
}
"""Administration's pages, some of which other rooms show."""


def spoken(request: Request) -> Mapping[str, str]:
    """The words in the language of this request."""
    return words(WORDS, tongue(request))


def has(request: Request, path: str) -> bool:
    """Whether a room of ours shows this page."""
    asked = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(each.matches(asked)[0] is Match.FULL for each in request.app.routes)


def ways(request: Request, here: str) -> str:
    """The ways between administration's pages."""
    told = spoken(request)
    links = "".join(
        f'<li><a href="{path}"{" aria-current=page" if name == here else ""}>{escape(told[f"{name}_title"])}</a></li>'
        for name, path in PLACES.items()
        if has(request, path)
    )
    return f'<nav class="places" aria-label="{escape(told["places"])}"><ul>{links}</ul></nav>'


def page(
    request: Request,
    guest: Guest,
    name: str,
    main: str,
    *,
    title: str = "",
    scripts: Sequence[str] = (),
    status: int = HTTPStatus.OK,
) -> Response:
    """A whole page of administration around `main`, which is HTML."""
    told = spoken(request)
    return framed(
        request,
        guest,
        Page(
            "admin",
            title or told[f"{name}_title"],
            (ways(request, name) if name in PLACES else "") + main,
            scripts,
            STYLES,
            status=status,
        ),
    )


def put(template: str, request: Request, plain: Mapping[str, str], html: Mapping[str, str]) -> str:
    """A template of web/pages/admin with the words of this request."""
    return filled(f"admin/{template}.html", {**spoken(request), **plain}, html)


async def come_again(door: Door, request: Request) -> Guest:
    """As `come_in` for a piece that a page fetches by itself: whoever has to sign in is led there as a whole page."""
    try:
        return await come_in(door, request, Right.ADMINISTER)
    except HTTPException as refused:
        if refused.status_code != HTTPStatus.SEE_OTHER:
            raise
        raise HTTPException(
            HTTPStatus.UNAUTHORIZED, "Sign in first.", {"HX-Redirect": "/sign-in?next=/admin"}
        ) from refused


def badge(kind: str, text: str) -> str:
    """`kind`: success, info, warning or danger; the text says it, too."""
    return (
        f'<span class="kern-badge kern-badge--{kind}"><span class="kern-icon kern-icon--{kind} kern-icon--small"'
        f' aria-hidden="true"></span><span class="kern-label kern-label--small">{escape(text)}</span></span>'
    )


def alert(kind: str, title: str, body: str = "", *, is_urgent: bool = True) -> str:
    """`body` is HTML. Read out at once if urgent."""
    role = ' role="alert"' if is_urgent else ""
    inside = f'<div class="kern-alert__body">{body}</div>' if body else ""
    return (
        f'<div class="kern-alert kern-alert--{kind}"{role}><div class="kern-alert__header">'
        f'<span class="kern-icon kern-icon--{kind}" aria-hidden="true"></span>'
        f'<span class="kern-title">{escape(title)}</span></div>{inside}</div>'
    )


def listed(sentences: Iterable[str], *, in_english: bool = True) -> str:
    """A list; what the checks say is English in every language."""
    lang = ' lang="en"' if in_english else ""
    return f"<ul{lang}>{''.join(f'<li>{escape(each)}</li>' for each in sentences)}</ul>"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, is_shown: bool = False) -> str:
    """Cells are HTML, heads are texts. It scrolls in a region of its own."""
    head = "".join(f'<th scope="col" class="kern-table__header">{escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr class="kern-table__row">{"".join(f"""<td class="kern-table__cell">{cell}</td>""" for cell in row)}</tr>'
        for row in rows
    )
    seen = "" if is_shown else ' class="kern-sr-only"'
    return (
        f'<div class="kern-table-responsive" role="group" tabindex="0" aria-label="{escape(caption)}">'
        f'<table class="kern-table kern-table--small"><caption{seen}>{escape(caption)}</caption>'
        f'<thead><tr class="kern-table__row">{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def moment(at: datetime | None, zone: tzinfo, told: Mapping[str, str]) -> str:
    """HTML: in the centre's time zone, 24 hours."""
    if at is None:
        return "–"
    local = at.astimezone(zone)
    return f'<time datetime="{local.isoformat()}">{escape(local.strftime(told["moment_form"]))}</time>'


def number(count: int, told: Mapping[str, str]) -> str:
    """With the language's separator of thousands."""
    return f"{count:,}".replace(",", told["thousands"])


def csrf_field(guest: Guest) -> str:
    """What only our own page knows."""
    return f'<input type="hidden" name="csrf" value="{escape(guest.session.csrf if guest.session else "")}">'
