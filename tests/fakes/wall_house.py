"""Wallboard, live stream and shell over real rooms: accounts in memory, figures that a test sets, a port of its own."""

import asyncio
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx
import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response

from metrics.board import Board, MemberCounts, TeamNow, TodayFigures
from operations.sign_in.accounts import Account, Role
from operations.sign_in.passwords import digest_of
from operations.sign_in.sign_in import SignIn
from routing.centre import Centre, Team
from tests.fakes.desk_house import MemoryAccounts, token_of
from tests.fakes.router import small_centre
from web.app import application
from web.files import page_files
from web.frame import Page, framed
from web.health import Dependencies
from web.live import LiveNow
from web.looking import Looking
from web.stream.room import live_stream
from web.stream.streams import Streams
from web.wallboard.page import wallboard
from web.who import Door

EMPTY = "<h1>Nothing</h1><button id='opener'>Ask</button>"
STOP_SECONDS = 10


def wide_centre(count: int) -> Centre:
    """The small centre with so many teams, one of them with a long and hostile name."""
    centre = small_centre()
    pattern = centre.teams["L01"]
    names = {f"L{number:02}": f"Team {number:02}" for number in range(1, count + 1)}
    names |= {"L02": 'Leistung Buchstaben A bis Kr <b onmouseover="x">& Co</b>'} if count > 1 else {}
    return replace(centre, teams={each: replace(pattern, id=each, name=name) for each, name in names.items()})


@dataclass
class WallHouse:
    """`listed`: networks that need no sign-in."""

    centre: Centre = field(default_factory=small_centre)
    listed: tuple[str, ...] = ("127.0.0.0/8",)
    version: str = "1"
    now: Mapping[str, TeamNow] = field(default_factory=dict)
    as_of: datetime | None = None
    """None: this very moment."""
    is_stale: bool = False

    def __post_init__(self) -> None:
        """Build everything."""
        self.accounts = MemoryAccounts()
        for role in (Role.VIEWER, Role.MEMBER, Role.SCANNER):
            teams = ("L01",) if role is Role.MEMBER else ()
            name = role.value
            self.accounts.accounts[name] = Account(name, role, teams, token=digest_of(token_of(role)), id=name)
        self.now = {team.id: team_now(team) for team in self.centre.teams.values()}
        self.streams: Streams | None = None

    def application(self) -> FastAPI:
        """The rooms; its streams are `streams`."""
        door = Door(SignIn(self.accounts, lambda: datetime.now(UTC).timestamp()))
        looking = Looking(door, self.listed)
        self.streams = Streams(self.look, looking)
        empty = APIRouter()

        @empty.get("/empty")
        async def page(request: Request) -> Response:
            return framed(request, None, Page("", "Nothing", EMPTY))

        async def nothing() -> Dependencies:
            return {}

        rooms = [
            wallboard(lambda: self.centre, looking, door),
            live_stream(self.streams, looking, lambda: self.centre.teams),
            page_files(),
            empty,
        ]
        return application(self.version, nothing, self.look, rooms, looking=looking)

    def look(self) -> LiveNow:
        """What the stream shows."""
        teams = tuple(self.now[team] for team in self.centre.teams)
        return LiveNow(Board("inclusive", teams, {}), self.as_of or datetime.now(UTC), self.is_stale)

    def tell(self, team: str, **changes: object) -> None:
        """From now on."""
        self.now = {**self.now, team: replace(self.now[team], **changes)}  # type: ignore[arg-type]  # its own fields

    def client(self, role: Role | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """Asks from this address, as this role's account or nobody."""
        transport = httpx.ASGITransport(self.application(), client=(address, 4711))
        headers = {"authorization": f"Bearer {token_of(role)}"} if role else {}
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080", headers=headers)


def team_now(team: Team) -> TeamNow:
    """A quiet team: four members, one of them free."""
    return TeamNow(
        team.id,
        team.name,
        "A1",
        "nord",
        True,
        0,
        0.0,
        None,
        MemberCounts(available=1, talking=2, paused=1),
        TodayFigures(offered=30, answered=27, answered_in_target=26, abandoned=3, service_level=0.87),
        0,
        0,
    )


class Served:
    """A house at a port of its own, until `stop`; then another may be served there."""

    def __init__(self, house: WallHouse, port: int = 0) -> None:
        listening = socket.create_server(("127.0.0.1", port))
        self.port = int(listening.getsockname()[1])
        self._house = house
        config = uvicorn.Config(house.application(), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._loop = asyncio.new_event_loop()
        work = self._server.serve(sockets=[listening])
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(work))
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """How many streams it serves now."""
        return self._house.streams.open if self._house.streams else 0

    def stop(self) -> None:
        """Its port is free afterwards."""
        if self._house.streams:
            self._loop.call_soon_threadsafe(self._house.streams.let_go)
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._loop.close()
