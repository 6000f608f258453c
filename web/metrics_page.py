"""`/metrics` on its own port, rendered off the loop."""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI, Response

from web.problems import answer_with_problems


def metrics_application(copy: Callable[[], None], render: Callable[[], bytes], content_type: str) -> FastAPI:
    """An application with one page. `copy` takes this moment's figures on the loop, quickly.

    `render` may be slow: it runs in a thread.
    """
    app = FastAPI(title="Teamline metrics", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    answer_with_problems(app)

    @app.head("/metrics")
    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(await page(copy, render), media_type=content_type)

    return app


async def page(copy: Callable[[], None], render: Callable[[], bytes]) -> bytes:
    """The text of one scrape."""
    copy()
    await asyncio.sleep(0)  # what became due meanwhile comes first: the thread keeps the interpreter for a moment
    return await asyncio.to_thread(render)
