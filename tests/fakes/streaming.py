"""A live stream on a real port: boards that tests change, and readers over sockets."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from metrics.board import Board, MemberCounts, TeamNow, TodayFigures
from operations.sign_in.accounts import Session
from operations.sign_in.sign_in import SignIn
from tests.fakes.desk_house import MemoryAccounts
from web.app import application
from web.health import Dependencies
from web.live import LiveNow
from web.looking import Looking
from web.server import WebServer
from web.session import session_routes
from web.stream.room import live_stream
from web.stream.streams import Streams
from web.who import Door

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
Event = tuple[str, dict[str, Any], str]


def team(
    name: str, waiting: int = 0, *, wait: float = 30.0, area: str = "A1", today: TodayFigures | None = None
) -> TeamNow:
    """A team where nothing happens; `waiting` callers since 09:00:00."""
    quiet = TeamNow(name, name, area, "nord", True, 0, 0.0, None, MemberCounts(), today or TodayFigures(), 0, 0)
    if not waiting:
        return quiet
    return replace(quiet, waiting=waiting, longest_wait_seconds=wait, waiting_since=AT.timestamp())


def now(*teams: TeamNow, formula: str = "f", is_stale: bool = False) -> LiveNow:
    """A moment with these teams."""
    return LiveNow(Board(formula, teams, {}), AT, is_stale)


@dataclass
class Reader:
    """Somebody who reads server-sent events."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: str = ""
    _rest: bytes = b""

    async def next(self, name: str = "") -> Event:
        """The next event, or the next one of this name: name, data, id. Raises EOFError at the end."""
        async with asyncio.timeout(60):
            while True:
                fields = await self._fields()
                if "event" in fields and name in {"", fields["event"]}:
                    return fields["event"], json.loads(fields["data"]), fields.get("id", "")

    async def _fields(self) -> dict[str, str]:
        while b"\n\n" not in self._rest:
            size = int(await self.reader.readline() or b"0", 16)
            if not size:
                raise EOFError
            self._rest += (await self.reader.readexactly(size + 2))[:-2]
        whole, _, self._rest = self._rest.partition(b"\n\n")
        return dict(line.split(": ", 1) for line in whole.decode().split("\n"))


@dataclass
class CountedAccounts(MemoryAccounts):
    """Knows how often a session was asked for."""

    asked: int = 0

    async def session(self, session_id: str) -> Session | None:
        self.asked += 1
        return await super().session(session_id)


@dataclass
class LiveHouse:
    """What a test changes: `moment`, then `streams.stir()`."""

    moment: LiveNow | None = field(default_factory=lambda: now(team("L01"), team("L02"), team("L03")))
    accounts: CountedAccounts = field(default_factory=CountedAccounts)
    most: int = 50
    listed: tuple[str, ...] = ("127.0.0.0/8",)
    time: float = AT.timestamp()

    def __post_init__(self) -> None:
        self.sign_in = SignIn(self.accounts, lambda: self.time)
        self.door = Door(self.sign_in)
        self.looking = Looking(self.door, self.listed)
        self.streams = Streams(lambda: self.moment, self.looking, self.most)
        self.dropped: list[str] = []
        self.streams.dropped = lambda: self.dropped.append("x")
        self.port = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator["LiveHouse"]:
        """On a port."""

        async def nothing() -> Dependencies:
            return {}

        rooms = [
            session_routes(self.sign_in, self.door),
            live_stream(self.streams, self.looking, lambda: ("L01", "L02", "L03")),
        ]
        app = application("1", nothing, lambda: self.moment, rooms, looking=self.looking)
        server = WebServer(app)
        self.port = await server.start("127.0.0.1", 0)
        try:
            yield self
        finally:
            await self.streams.stop()
            await server.stop()

    @asynccontextmanager
    async def read(self, path: str = "/api/v1/live/stream", **headers: str) -> AsyncIterator[Reader]:
        """A reader; its `head` is the answer's."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        asked = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{asked}\r\n".encode())
        try:
            async with asyncio.timeout(60):
                yield Reader(reader, writer, (await reader.readuntil(b"\r\n\r\n")).decode())
        finally:
            writer.transport.abort()

    def change(self, *teams: TeamNow, is_stale: bool = False) -> None:
        """From now on it is so."""
        self.moment = now(*teams, is_stale=is_stale)
        self.streams.stir()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)
