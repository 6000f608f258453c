"""The web application, put together; it learns what it shows through what it is given."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, FastAPI

from web.error_page import answer_people_with_pages
from web.health import Dependencies, health
from web.live import Look, live_figures, not_known_yet
from web.looking import Looking
from web.openapi import describe
from web.protection import protect
from web.proxies import Networks, TrustedProxies


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
        openapi_url=None,  # see web.openapi
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    seen_by = looking or Looking()
    answer_people_with_pages(app, seen_by.guest)
    app.include_router(health(look))
    app.include_router(live_figures(live or not_known_yet, seen_by))
    for routes in more:
        app.include_router(routes)
    describe(app)
    protect(app)
    app.add_middleware(TrustedProxies, proxies=proxies)
    return app
