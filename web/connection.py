"""One connection of a listening port, bounded in time and number: the calls need open files, too.

uvicorn waits for ever for the rest of a request that has begun, and for a reader who takes nothing. Here a head, and a
body, have to come within `Bounds`; the kernel ends a connection whose reader is gone (tcp(7), TCP_USER_TIMEOUT); one
connection too many ends at once. How long we take for an answer ourselves is no matter of these bounds.
"""

import asyncio
import contextlib
import json
import os
import socket
from dataclasses import dataclass
from http import HTTPStatus

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from web.problems import MEDIA_TYPE, told
from web.protection import HEADERS

CONNECTION = "teamline.connection"
"""The ASGI extension with the connection (asyncio.Transport) of a request, for streams that have to cut it."""
GONE_MS = 60_000
MALFORMED = "This is no HTTP request that can be read (RFC 9112): nothing was done."


@dataclass(frozen=True, slots=True)
class Bounds:
    """`most` connections at once; seconds for a head, for a body as a whole, and between two parts of it."""

    most: int = 1500
    head_seconds: float = 30.0
    body_seconds: float = 900.0
    silent_seconds: float = 30.0


class Patience:
    """Until when the rest of a request is waited for. Times are one clock's seconds."""

    def __init__(self, bounds: Bounds, now: float) -> None:
        self._bounds = bounds
        self._is_body = False
        self._began = self._heard = now

    def look(self, *, is_body: bool, is_new: bool, now: float) -> None:
        """Something came, or was answered. `is_body`: the head is there; `is_new`: another request is awaited."""
        if is_new or is_body is not self._is_body:
            self._began = now
        self._is_body, self._heard = is_body, now

    @property
    def ends_at(self) -> float:
        """Then it is enough."""
        if self._is_body:
            return min(self._heard + self._bounds.silent_seconds, self._began + self._bounds.body_seconds)
        return self._began + self._bounds.head_seconds


class Connection(H11Protocol):
    """Each request knows its connection, as the extension CONNECTION."""

    bounds = Bounds()
    _patience: Patience
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own signature
        """Somebody connects."""
        super().connection_made(transport)
        self.app = _lent(self.app, transport)
        self._patience = Patience(self.bounds, self.loop.time())
        if len(self.connections) > self.bounds.most:
            transport.abort()
            return
        bound_unsent(transport, GONE_MS)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone, or we are."""
        super().connection_lost(exc)
        self._wait_no_more()

    def data_received(self, data: bytes) -> None:
        """A part of a request."""
        super().data_received(data)
        self._look(is_new=False)

    def on_response_complete(self) -> None:
        """The next request may come."""
        super().on_response_complete()
        self._look(is_new=True)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own signature
        """As every other error: a problem document, and protected."""
        body = json.dumps(told(HTTPStatus.BAD_REQUEST, MALFORMED)).encode()
        headers = {**HEADERS, "Cache-Control": "no-store", "Content-Type": MEDIA_TYPE, "Connection": "close"}
        answer = h11.Response(
            status_code=HTTPStatus.BAD_REQUEST,
            headers=[*headers.items(), ("Content-Length", str(len(body)))],
            reason=HTTPStatus.BAD_REQUEST.phrase.encode(),
        )
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self.transport.close()

    def _look(self, *, is_new: bool) -> None:
        if self.transport.is_closing() or not self._is_their_turn():
            self._wait_no_more()
            return
        is_body = self.conn.their_state is h11.SEND_BODY
        self._patience.look(is_body=is_body, is_new=is_new, now=self.loop.time())
        if self._timer is None or self._timer.when() > self._patience.ends_at:
            self._wait_no_more()
            self._wait()

    def _is_their_turn(self) -> bool:
        return self.conn.their_state in {h11.IDLE, h11.SEND_BODY}

    def _wait(self) -> None:
        self._timer = self.loop.call_at(self._patience.ends_at, self._have_waited)

    def _wait_no_more(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _have_waited(self) -> None:
        """Enough, unless more came meanwhile, or it is we who do not take it."""
        if self.flow.read_paused:
            self._patience.look(is_body=True, is_new=False, now=self.loop.time())
        if self._patience.ends_at > self.loop.time():
            self._wait()
            return
        self._timer = None
        self.transport.abort()


def bounded(bounds: Bounds) -> type[Connection]:
    """The protocol for one listening port."""
    return type("BoundedConnection", (Connection,), {"bounds": bounds})


def bound_unsent(connection: asyncio.Transport, gone_ms: int, kernel_bytes: int | None = None) -> None:
    """A peer that takes or acknowledges nothing for so long is gone; so much unsent the kernel holds (it doubles it).

    A connection that is lost at this moment has nothing to bound.
    """
    lent = connection.get_extra_info("socket")
    if lent is None:
        return
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(lent.fileno())) as same:
        same.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, gone_ms)
        if kernel_bytes is not None:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, kernel_bytes)


def _lent(app: ASGIApp, connection: asyncio.Transport) -> ASGIApp:
    async def lent(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[CONNECTION] = connection
        await app(scope, receive, send)

    return lent
