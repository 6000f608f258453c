"""What every answer tells the browser to refuse, errors and streams among them; a route may set its own, stricter.

And no question is longer than one of ours: to read an endless list of fields or cookies would hold the loop.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi import FastAPI, Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import problem

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
"""Nothing inline, nothing from elsewhere, in nobody's frame. `data:` for the pictures in KERN's style sheet."""
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": CSP,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # with no-referrer browsers send our own forms with the Origin `null` (Fetch)
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)
OVER_TLS = "max-age=31536000"
"""Strict-Transport-Security: a year; other names of the domain are not ours to bind."""

MOST_ADDRESS = 8 * 1024
"""Bytes of path and query. The longest of ours names every team of a large centre, a wallboard's."""
MOST_FIELDS = 24 * 1024
"""Bytes of all header fields: browsers send some hundreds, and as much again of cookies."""


def protect(app: FastAPI) -> None:
    """Every answer of this application, that to a fault included, which is made outside all middleware."""
    app.add_middleware(_Protected)
    to_fault = app.exception_handlers[Exception]

    async def answered(request: Request, error: Exception) -> Response:
        answer: Response = await to_fault(request, error)  # type: ignore[misc]  # ours is a coroutine function
        _add(answer.headers, request.url.scheme)
        return answer

    app.add_exception_handler(Exception, answered)


class _Protected:
    """Streams pass through as they come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), scope["scheme"])
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await (_too_long(scope) or self._app)(scope, receive, protected)


def _too_long(scope: Scope) -> Response | None:
    """The refusal of a question that is no sane one."""
    if len(scope["query_string"]) + len(scope["path"]) > MOST_ADDRESS:
        return problem(HTTPStatus.REQUEST_URI_TOO_LONG, f"At most {MOST_ADDRESS} bytes are taken as an address.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_FIELDS:
        return problem(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"At most {MOST_FIELDS} bytes of header fields are taken: clear this site's cookies.",
        )
    return None


def _add(headers: MutableHeaders, scheme: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "private, no-cache" if "etag" in headers else "no-store")
    if scheme == "https":
        headers.setdefault("Strict-Transport-Security", OVER_TLS)
