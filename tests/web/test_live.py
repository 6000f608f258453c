from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx

from facts.call import CallerJoined
from facts.member import MemberSignedIn
from facts.place import Place
from metrics.board import TodayFigures, Trouble, board
from metrics.live import LiveModel
from tests.fakes.router import small_centre
from web.app import application
from web.health import Dependencies
from web.live import LiveNow, Look

AS_OF = datetime(2026, 1, 5, 9, 0, tzinfo=timezone(timedelta(hours=1)))
PLACE = Place(node="n", call="c1", queue="L01", visit=1, team="L01", arrival=90)


def look(*, is_stale: bool = False, expected: Mapping[str, float] | None = None) -> LiveNow:
    model = LiveModel()
    model.fold(CallerJoined(at=100, place=PLACE))
    model.fold(MemberSignedIn(at=100, node="n", member="m1", queue="L01"))
    trouble = Trouble(what="a phone is in use without a call", cure="restart the phone")
    figures = TodayFigures(offered=4, answered=3, answered_in_target=3, service_level=1.0)
    seen = board(small_centre(), model, lambda _: figures, 120.26, troubles=[trouble], expected=expected or {})
    return LiveNow(seen, AS_OF, is_stale=is_stale)


def _client(live: Look | None) -> httpx.AsyncClient:
    async def nothing() -> Dependencies:
        return {}

    transport = httpx.ASGITransport(application("1", nothing, live))
    return httpx.AsyncClient(transport=transport, base_url="http://teamline")


async def _told(live: Look) -> dict[str, Any]:
    async with _client(live) as client:
        told: dict[str, Any] = (await client.get("/api/v1/live")).json()
        return told


async def test_a_team_has_exactly_the_fields_of_the_contract() -> None:
    expected = {
        "id": "L01",
        "name": "L01",
        "area": "A1",
        "site": "nord",
        "open": True,
        "waiting": 1,
        "longest_wait_seconds": 30.3,
        "waiting_since": "1970-01-01T00:01:30Z",
        "waiting_in_dialogue": 0,
        "estimated_wait_seconds": None,
        "members": {
            "available": 1,
            "ringing": 0,
            "talking": 0,
            "busy": 0,
            "wrapup": 0,
            "paused": 0,
            "unavailable": 0,
        },
        "today": {
            "offered": 4,
            "answered": 3,
            "answered_in_target": 3,
            "abandoned": 0,
            "flowed_out": 0,
            "lost": 0,
            "service_level": 1.0,
        },
        "callbacks_open": 0,
        "messages_open": 0,
    }
    assert expected == (await _told(look))["teams"][0]


async def test_an_estimated_wait_is_told_in_tenths_of_a_second() -> None:
    told = await _told(lambda: look(expected={"L01": 253.0149787892008}))
    assert 253.0 == told["teams"][0]["estimated_wait_seconds"]


async def test_the_figures_say_how_old_they_are_in_utc() -> None:
    assert "2026-01-05T08:00:00Z" == (await _told(look))["as_of"]


async def test_a_dead_feed_is_never_shown_as_fresh() -> None:
    fresh, dead = await _told(look), await _told(lambda: look(is_stale=True))
    assert (False, True) == (fresh["stale"], dead["stale"])


async def test_troubles_come_with_their_cure() -> None:
    assert [{"what": "a phone is in use without a call", "cure": "restart the phone"}] == (await _told(look))[
        "troubles"
    ]


async def test_no_member_and_no_call_is_in_the_answer() -> None:
    async with _client(look) as client:
        text = (await client.get("/api/v1/live")).text
    assert [] == [token for token in ('"m1"', "c1") if token in text]


async def test_figures_are_kept_by_no_cache() -> None:
    async with _client(look) as client:
        assert "no-store" == (await client.get("/api/v1/live")).headers["cache-control"]


async def test_a_router_that_knows_nothing_yet_says_so() -> None:
    for live in (None, lambda: None):
        async with _client(live) as client:
            answer = await client.get("/api/v1/live")
        assert (503, "live figures are not known yet") == (answer.status_code, answer.json()["detail"])


async def test_the_route_is_described_with_its_fields() -> None:
    async with _client(look) as client:
        api = (await client.get("/api/openapi.json")).json()
    assert "/api/v1/live" in api["paths"]
    assert "longest_wait_seconds" in api["components"]["schemas"]["LiveTeam"]["properties"]
