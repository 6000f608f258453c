"""uvicorn as a task in the one loop, its signal handling off."""

import asyncio
import contextlib
import resource
import socket
from collections.abc import Iterator
from dataclasses import replace

import uvicorn
from fastapi import FastAPI

from web.connection import Bounds, bounded

DRAIN_SECONDS = 3


class _Quiet(uvicorn.Server):
    """uvicorn without its own signal handling: the composition root owns the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave every signal alone."""
        yield


class WebServer:
    """One listening port for one application."""

    def __init__(self, app: FastAPI, bounds: Bounds | None = None) -> None:
        """Connections within these bounds, and never more than half of the files that this process may open."""
        self._app, self._bounds = app, bounds or Bounds()
        self._server: _Quiet | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 takes a free one. The port. Raises OSError when it is taken."""
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        config = uvicorn.Config(
            self._app,
            http=bounded(_bounded_by_files(self._bounds)),
            ws="none",
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


def _bounded_by_files(bounds: Bounds) -> Bounds:
    may_open, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return bounds if may_open == resource.RLIM_INFINITY else replace(bounds, most=min(bounds.most, may_open // 2))
