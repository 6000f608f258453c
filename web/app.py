"""The web application, put together; it learns what it shows through what it is given."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.error_page import answer_people_with_pages
from web.health import Dependencies, health
from web.live import Look, live_figures, not_known_yet
from web.looking import Looking
from web.openapi import describe
from web.proxies import Networks, TrustedProxies

HEADERS = {
    "Content-Security-Policy": ("default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers send our own forms with the Origin `null` (Fetch)
    "Cross-Origin-Opener-Policy": "same-origin",
}


def application(
    version: str,
    look: Callable[[], Awaitable[Dependencies]],
    live: Look | None = None,
    more: Sequence[APIRouter] = (),
    *,
    looking: Looking | None = None,
    proxies: Networks = (),
) -> FastAPI:
    """The HTTP side of the router: health and live figures, and `more`, the API and pages of its features.

    `looking`: who may see live figures; without it this machine only. `proxies`: whose word on visitors counts.
    """
    app = FastAPI(
        title="Teamline",
        version=version,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    answer_people_with_pages(app)
    app.include_router(health(look))
    app.include_router(live_figures(live or not_known_yet, looking or Looking()))
    for routes in more:
        app.include_router(routes)
    describe(app)
    app.add_middleware(_Protected)
    app.add_middleware(TrustedProxies, proxies=proxies)
    return app


class _Protected:
    """Every answer has HEADERS, unless its route has set one itself. Streams pass through as they come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, protected if scope["type"] == "http" else send)
