"""What every answer tells the browser to refuse, errors and streams among them; a route may set its own, stricter."""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import FastAPI, Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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

        await self._app(scope, receive, protected if scope["type"] == "http" else send)


def _add(headers: MutableHeaders, scheme: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "private, no-cache" if "etag" in headers else "no-store")
    if scheme == "https":
        headers.setdefault("Strict-Transport-Security", OVER_TLS)
