"""The web application, put together; it learns what it shows through what it is given."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, FastAPI, Request, Response

from web.health import Dependencies, health
from web.live import Look, live_figures, not_known_yet
from web.problems import answer_with_problems

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
) -> FastAPI:
    """The HTTP side of the router: health and live figures, and `more`, the API and pages of its features."""
    app = FastAPI(
        title="Teamline",
        version=version,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    answer_with_problems(app)
    app.include_router(health(look))
    app.include_router(live_figures(live or not_known_yet))
    for routes in more:
        app.include_router(routes)

    @app.middleware("http")
    async def protect(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app
