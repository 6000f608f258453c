"""The answer that goes on: writes what a viewer is given, as fast as the connection takes it.

uvicorn's `send` waits while more than 64 KiB are unsent, and returns at once when the connection is lost; it has no way
to give up a reader who takes nothing. `web.connection` lends the connection for that, as the extension CONNECTION.
"""

import asyncio
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from web.connection import CONNECTION, bound_unsent
from web.stream.viewers import Viewer

KERNEL_BYTES = 64 * 1024
"""Unsent data in the kernel (it doubles it): a reader who stops is noticed after seconds, not megabytes."""
GONE_MS = 20_000
"""A peer that takes or acknowledges nothing for so long is gone (tcp(7), TCP_USER_TIMEOUT)."""
HEADERS = {"Cache-Control": "no-store", "Connection": "close", "X-Accel-Buffering": "no"}


class EventStream(Response):
    """Until the viewer is over, or the reader gone. `closed` is called in any case."""

    media_type = "text/event-stream"

    def __init__(self, viewer: Viewer, closed: Callable[[], None]) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._viewer, self._closed = viewer, closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        listening = asyncio.create_task(self._listen(receive))
        try:
            if connection := (scope.get("extensions") or {}).get(CONNECTION):
                bound_unsent(connection, GONE_MS, KERNEL_BYTES)
                self._viewer.connection = connection
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while frame := await self._viewer.next():
                await send({"type": "http.response.body", "body": frame, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._viewer.leave()
            self._closed()
            listening.cancel()

    async def _listen(self, receive: Receive) -> None:
        """Until the reader is gone; whatever else they send is dropped."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._viewer.leave()
