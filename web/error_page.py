"""What people see when something is refused or fails: a page in their language that says what to do."""

import json
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from web.frame import MOST_QUERY, Page, framed, tongue
from web.page import filled, words
from web.problems import hung_up, malformed, refused
from web.who import Guest

KNOWN: Mapping[int, str] = MappingProxyType(
    {
        HTTPStatus.UNAUTHORIZED: "signed_out",
        HTTPStatus.FORBIDDEN: "forbidden",
        HTTPStatus.NOT_FOUND: "missing",
        HTTPStatus.CONFLICT: "changed",
        HTTPStatus.MISDIRECTED_REQUEST: "elsewhere",
        HTTPStatus.TOO_MANY_REQUESTS: "too_many",
        HTTPStatus.SERVICE_UNAVAILABLE: "away",
    }
)
"""Statuses with words of their own; every other one is `wrong` (ours) or `odd` (what was asked)."""
PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""The page looks again by itself, and is the wanted one as soon as it can be."""
UNKNOWN = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.MISDIRECTED_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE},
)
"""Who asks is not asked for: nobody is known, or whoever could tell is away and would let them wait once more."""
MOST_SECONDS = 3600


Told = Callable[[Request, Exception], Awaitable[JSONResponse]]
"""An error as a problem document."""
Knows = Callable[[Request], Awaitable[Guest | None]]
"""Who asks; None for nobody that we know."""

log = structlog.get_logger()


def answer_people_with_pages(app: FastAPI, knows: Knows) -> None:
    """Errors of this application are problem documents for programs, and pages for people, with their own ways on."""
    app.add_exception_handler(ClientDisconnect, hung_up)
    app.add_exception_handler(HTTPException, _for_people(refused, knows))
    app.add_exception_handler(RequestValidationError, _for_people(malformed, knows))
    app.add_exception_handler(Exception, _for_people(refused, knows))


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks for a whole page: not the API, no script's part of a page, no program."""
    path = request.url.path
    is_part = request.headers.get("hx-request") or path.startswith(("/api/", "/pages/", "/vendor/"))
    return not is_part and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, guest: Guest | None, status: int, detail: str, headers: Mapping[str, str]) -> Response:
    """The page. `detail` is for whoever helps; `headers` go along."""
    kind = KNOWN.get(status, "wrong" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "odd")
    texts = words("shell/error", tongue(request))
    told = {
        "title": texts[f"{kind}_title"],
        "what": texts[f"{kind}_what"],
        "cure": texts[f"{kind}_cure"].replace("{seconds}", _seconds(headers)),
        "technical": texts["technical"],
        "detail": f"{int(status)} {HTTPStatus(status).phrase}: {detail}",
    }
    main = filled("shell/error.html", told, {"ways": _ways(request, status, texts)})
    is_passing = status in PASSING and request.method == "GET"
    page = Page("", told["title"], main, ["/pages/shell/again.js"] if is_passing else [], status=status)
    answer = framed(request, guest, page)
    answer.headers.update(headers)
    return answer


def _for_people(told: Told, knows: Knows) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answered(request: Request, error: Exception) -> Response:
        answer = await told(request, error)
        if answer.status_code < HTTPStatus.BAD_REQUEST or not wants_page(request):
            return answer
        kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        guest = None if answer.status_code in UNKNOWN else await _known(knows, request)
        return error_page(request, guest, answer.status_code, json.loads(bytes(answer.body))["detail"], kept)

    return answered


async def _known(knows: Knows, request: Request) -> Guest | None:
    """The page of a fault is there even if asking who wants it is what fails."""
    try:
        return await knows(request)
    except Exception:
        log.exception("visitor_not_asked_for")
        return None


def _ways(request: Request, status: int, texts: Mapping[str, str]) -> str:
    """Where to go from here: links, so that they also work without a script."""
    here = request.url.path
    if request.url.query and len(request.url.query) <= MOST_QUERY:
        here = f"{here}?{request.url.query}"
    entrance = f"/sign-in?next={quote(here, safe='')}"
    found = {
        "again": here if status in PASSING and request.method == "GET" else "",
        "enter": entrance if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} else "",
        "home": "/",
    }
    style = "kern-btn kern-btn--primary"
    links = []
    for name, path in found.items():
        if path:
            links.append(f'<a class="{style}" href="{escape(path)}">{escape(texts[f"go_{name}"])}</a>')
            style = "kern-btn kern-btn--secondary"
    return "".join(links)


def _seconds(headers: Mapping[str, str]) -> str:
    told = headers.get("retry-after", "")
    return told if told.isascii() and told.isdigit() and int(told) <= MOST_SECONDS else "60"
