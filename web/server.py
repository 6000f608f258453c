"""uvicorn as a task in the one loop, its signal handling off."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

DRAIN_SECONDS = 3
CONNECTION = "teamline.connection"
"""The ASGI extension with the connection (asyncio.Transport) of a request, for streams that have to cut it."""


class _Quiet(uvicorn.Server):
    """uvicorn without its own signal handling: the composition root owns the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave every signal alone."""
        yield


class _Lending(H11Protocol):
    """Each request knows its connection, as the extension CONNECTION."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own signature
        """Somebody connects."""
        super().connection_made(transport)
        self.app = _lent(self.app, transport)


def _lent(app: ASGIApp, connection: asyncio.Transport) -> ASGIApp:
    async def lent(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[CONNECTION] = connection
        await app(scope, receive, send)

    return lent


class WebServer:
    """One listening port for one application."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._server: _Quiet | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 takes a free one. The port. Raises OSError when it is taken."""
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        config = uvicorn.Config(
            self._app,
            http=_Lending,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,  # by default it believes every peer on loopback; see web.proxies
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        self._server = _Quiet(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        return int(listening.getsockname()[1])

    async def stop(self) -> None:
        """End, giving open answers a moment."""
        if self._server and self._task:
            self._server.should_exit = True
            await self._task
