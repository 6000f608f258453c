"""What is the same on every page for people: head, ways to the other pages, who is signed in, language, colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import quote, urlencode

from fastapi import HTTPException, Request, Response

from operations.sign_in.accounts import Right
from web.own_pages import is_on_this_machine
from web.page import LANGUAGES, filled, language, shown, words
from web.who import OWN_PAGE, Door, Guest

LANGUAGE_COOKIE = "teamline-language"
COLOURS_COOKIE = "teamline-colours"
COLOURS = ("light", "dark")
"""What a visitor may choose; without a choice the browser's own setting counts."""
YEAR_SECONDS = 365 * 86_400
MOST_QUERY = 512
WAYS: Mapping[str, tuple[str, Right]] = MappingProxyType(
    {
        "board": ("/", Right.SEE_TEAMS),
        "desk": ("/desk", Right.READ_MESSAGES),
        "wallboard": ("/wallboard", Right.SEE_TEAMS),
        "reports": ("/reports", Right.READ_REPORTS),
        "what_if": ("/admin/what-if", Right.ASK_WHAT_IF),
        "audit": ("/admin/audit", Right.READ_AUDIT),
        "admin": ("/admin", Right.ADMINISTER),
    }
)
"""Each entry of the navigation: its page, and whom it is shown to."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `main` is HTML, all else is text; `scripts` are modules and `styles` sheets, as paths of ours."""

    name: str
    """Its entry in WAYS; empty for none."""
    title: str
    main: str
    scripts: Sequence[str] = ()
    styles: Sequence[str] = ()
    is_wide: bool = False
    """As wide as the window, for boards and tables."""
    status: int = HTTPStatus.OK


async def come_in(door: Door, request: Request, right: Right | None) -> Guest:
    """Who asks for a page: HTTPException 303 to the sign-in and back, 403 without the right, 503 without the store.

    `right` None: whoever has signed in, even by a password that has to be changed first.
    """
    try:
        guest = await (door.guest(request) if right else door.anybody(request))
    except HTTPException as refused:
        if refused.status_code != HTTPStatus.UNAUTHORIZED:
            raise
        raise HTTPException(
            HTTPStatus.SEE_OTHER, "Sign in first.", {"Location": f"/sign-in?next={quote(_address(request), safe='')}"}
        ) from refused
    if right and not guest.account.has(right):
        raise HTTPException(HTTPStatus.FORBIDDEN, f"The role {guest.account.role} may not see this page.")
    return guest


def tongue(request: Request) -> str:
    """The language of a page: of `?lang=`, else chosen before, else the browser's."""
    chosen = request.query_params.get("lang", "")
    if chosen not in LANGUAGES:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return language(chosen, request.headers.get("accept-language", ""))


def framed(request: Request, guest: Guest | None, page: Page) -> Response:
    """The whole page; `guest` None for one that anybody may see."""
    spoken = tongue(request)
    texts = words("shell/frame", spoken)
    csrf = guest.session.csrf if guest and guest.session else ""
    plain = {
        **texts,
        "language": spoken,
        "page_title": page.title,
        "csrf": csrf,
        "user": guest.account.name if guest else "",
        "role": texts[f"role_{guest.account.role}"] if guest else "",
        "width": "wide" if page.is_wide else "narrow",
        "here": page.name,
    }
    html = {
        "theme": _theme(request),
        "styles": "".join(f'<link rel="stylesheet" href="{escape(each)}">' for each in page.styles),
        "scripts": "".join(f'<script type="module" src="{escape(each)}"></script>' for each in page.scripts),
        "ways": _ways(guest, page.name, texts),
        "who": _who(guest, page.name, texts, csrf),
        "choices": _choices(request, texts, spoken),
        "main": page.main,
    }
    answer = shown(filled("shell/frame.html", plain, html), spoken, page.status)
    _remember(request, answer)
    return answer


def _ways(guest: Guest | None, here: str, texts: Mapping[str, str]) -> str:
    if guest is None:
        return ""
    found = (
        f'<li><a href="{path}"{" aria-current=page" if name == here else ""}>{escape(texts[f"way_{name}"])}</a></li>'
        for name, (path, right) in WAYS.items()
        if guest.account.has(right)
    )
    return "".join(found)


def _who(guest: Guest | None, here: str, texts: Mapping[str, str], csrf: str) -> str:
    """Who is signed in, the way to their own sessions and password, and out."""
    if guest is None:
        return ""
    own = texts["own_account"]
    return (
        f'<form class="who" method="post" action="/sign-out"><input type="hidden" name="csrf" value="{escape(csrf)}">'
        f"<span>{escape(guest.account.name)} <small>({escape(texts[f'role_{guest.account.role}'])})</small></span> "
        f'<a href="{OWN_PAGE}"{" aria-current=page" if here == OWN_PAGE else ""}>{escape(own)}</a> '
        f'<button class="quiet">{escape(texts["sign_out"])}</button></form>'
    )


def _choices(request: Request, texts: Mapping[str, str], spoken: str) -> str:
    """Links that choose another language or other colours, and stay on the page."""
    other = next(each for each in LANGUAGES if each != spoken)
    chosen = _chosen_colours(request)
    # Without a choice the browser shows what it prefers, and the sheet the link to the other one.
    offered = [each for each in COLOURS if each != chosen]
    return (
        f'<a href="{_with(request, "lang", other)}" lang="{other}" hreflang="{other}">'
        f"{escape(texts['other_language'])}</a>"
    ) + "".join(
        f'<a class="{"" if chosen else f"unless-{each}"}" href="{_with(request, "colours", each)}">'
        f"{escape(texts[f'colours_{each}'])}</a>"
        for each in offered
    )


def _with(request: Request, name: str, value: str) -> str:
    kept = [(key, each) for key, each in request.query_params.multi_items() if key not in {"lang", "colours"}]
    query = urlencode([*kept, (name, value)])
    path = quote(f"/{request.url.path.lstrip('/')}")  # two slashes would begin another host's address (RFC 3986, 4.2)
    return escape(f"{path}?{query}" if len(query) <= MOST_QUERY else f"?{name}={value}")


def _chosen_colours(request: Request) -> str:
    chosen = request.query_params.get("colours", "") or request.cookies.get(COLOURS_COOKIE, "")
    return chosen if chosen in COLOURS else ""


def _theme(request: Request) -> str:
    chosen = _chosen_colours(request)
    return f' data-kern-theme="{chosen}"' if chosen else ""


def _remember(request: Request, answer: Response) -> None:
    """What was chosen now is so on every page, for a year."""
    chosen = {LANGUAGE_COOKIE: request.query_params.get("lang"), COLOURS_COOKIE: request.query_params.get("colours")}
    for name, value in chosen.items():
        if value in {*LANGUAGES, *COLOURS}:
            answer.set_cookie(
                name,
                value,
                max_age=YEAR_SECONDS,
                path="/",
                httponly=True,
                samesite="lax",
                secure=not is_on_this_machine(request),
            )


def _address(request: Request) -> str:
    """Where they wanted to go: the path and a short query of ours."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query and len(query) <= MOST_QUERY else request.url.path
