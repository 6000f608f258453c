import asyncio
import socket
from dataclasses import replace

import httpx
import pytest

from metrics.board import TodayFigures
from operations.sign_in.accounts import Account, Role
from operations.sign_in.passwords import digest_of
from operations.sign_in.terms import ABSOLUTE_SECONDS
from tests.fakes.streaming import LiveHouse, Reader, team, until

TOKEN = "a-token-of-at-least-20-characters"
BEARER = f"Bearer {TOKEN}"


@pytest.fixture
def house() -> LiveHouse:
    return LiveHouse()


def _account(house: LiveHouse, role: Role, *teams: str) -> Account:
    account = Account("anna", role, teams, token=digest_of(TOKEN), id="1")
    house.accounts.accounts["anna"] = account
    return account


async def _cookie(house: LiveHouse) -> str:
    begun, _ = await house.sign_in.begin("anna", TOKEN, "127.0.0.1")
    return f"teamline-session={begun.cookie}"


async def _teams(reader: Reader, name: str = "snapshot") -> list[str]:
    return [each["id"] for each in (await reader.next(name))[1]["teams"]]


async def test_a_screen_gets_a_snapshot_and_then_each_change(house: LiveHouse) -> None:
    async with house.open(), house.read() as reader:
        assert ["L01", "L02", "L03"] == await _teams(reader)
        house.change(team("L01"), team("L02", 1), team("L03"))
        name, told, _ = await reader.next("change")
    assert [("L02", 1, "2026-01-05T09:00:00Z")] == [
        (each["id"], each["waiting"], each["waiting_since"]) for each in told["teams"]
    ]
    assert "change" == name


async def test_the_answer_is_a_stream_that_nobody_stores_and_no_proxy_holds_back(house: LiveHouse) -> None:
    async with house.open(), house.read() as reader:
        head = reader.head.casefold()
    for line in ("200 ok", "content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"):
        assert line in head
    assert "content-security-policy" in head
    assert "content-length" not in head


async def test_heartbeats_come_while_nothing_happens(house: LiveHouse) -> None:
    async with house.open(), house.read() as reader:
        told = [await reader.next("heartbeat") for _ in range(2)]
    assert [["as_of", "now", "stale"]] * 2 == [list(data) for _, data, _ in told]


async def test_a_feed_that_dies_is_told(house: LiveHouse) -> None:
    async with house.open(), house.read() as reader:
        await reader.next("snapshot")
        house.change(team("L01"), team("L02"), team("L03"), is_stale=True)
        while not (await reader.next("heartbeat"))[1]["stale"]:
            pass


async def test_another_configuration_is_a_snapshot(house: LiveHouse) -> None:
    async with house.open(), house.read() as reader:
        await reader.next("snapshot")
        house.change(team("L01"), team("L09"))
        assert ["L01", "L09"] == await _teams(reader)


@pytest.mark.parametrize("by", ["header", "query"])
async def test_who_comes_back_goes_on_where_they_were(house: LiveHouse, by: str) -> None:
    async with house.open():
        async with house.read() as reader:
            _, _, event_id = await reader.next("snapshot")
            house.change(team("L01", 1), team("L02"), team("L03"))
            await reader.next("change")
        path = "/api/v1/live/stream"
        again = (
            house.read(path, Last_Event_ID=event_id)
            if by == "header"
            else house.read(f"{path}?last_event_id={event_id}")
        )
        async with again as reader:
            name, told, _ = await reader.next()
    assert ("change", ["L01"]) == (name, [each["id"] for each in told["teams"]])


async def test_a_stream_may_be_narrowed_to_teams(house: LiveHouse) -> None:
    async with house.open(), house.read("/api/v1/live/stream?teams=L03,gone,L02") as reader:
        assert ["L02", "L03"] == await _teams(reader)


async def test_who_serves_own_teams_sees_these(house: LiveHouse) -> None:
    _account(house, Role.LEAD, "L02")
    async with house.open(), house.read(Authorization=BEARER) as reader:
        assert ["L02"] == await _teams(reader)


@pytest.mark.parametrize(
    ("status", "query", "role"),
    [
        (422, "?teams=NOPE", Role.ADMIN),
        (422, "?teams=,", Role.ADMIN),
        (422, f"?teams={'L' * 5000}", Role.ADMIN),
        (422, f"?last_event_id={'1' * 100}", Role.ADMIN),
        (403, "?teams=L01", Role.LEAD),
        (403, "", Role.KIOSK),
        (403, "", Role.SCANNER),
    ],
)
async def test_what_is_not_let_in_is_a_problem(house: LiveHouse, status: int, query: str, role: Role) -> None:
    _account(house, role, "L02")
    async with house.open(), httpx.AsyncClient() as client:
        answer = await client.get(
            f"http://127.0.0.1:{house.port}/api/v1/live/stream{query}", headers={"authorization": BEARER}
        )
    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


@pytest.mark.parametrize("method", ["HEAD", "POST", "DELETE"])
async def test_a_stream_is_only_read(house: LiveHouse, method: str) -> None:
    async with house.open(), httpx.AsyncClient() as client:
        assert 405 == (await client.request(method, f"http://127.0.0.1:{house.port}/api/v1/live/stream")).status_code


async def test_who_is_not_listed_and_says_nothing_stays_outside(house: LiveHouse) -> None:
    house = LiveHouse(listed=())
    async with house.open(), house.read() as reader:
        assert "401" in reader.head


async def test_before_anything_is_known_a_screen_is_told_to_come_again(house: LiveHouse) -> None:
    house.moment = None
    async with house.open(), house.read() as reader:
        assert "503" in reader.head
        assert "retry-after: 1" in reader.head.casefold()


async def test_one_address_leaves_room_for_others_and_a_closed_stream_makes_room(house: LiveHouse) -> None:
    house = LiveHouse(most=4)
    async with house.open():
        async with house.read() as first, house.read() as second, house.read() as third:
            assert ["200", "200", "503"] == [each.head.split()[1] for each in (first, second, third)]
        await until(lambda: house.streams.open == 0)
        async with house.read() as again:
            assert "200" == again.head.split()[1]


async def test_two_hundred_tabs_are_served(house: LiveHouse) -> None:
    house = LiveHouse(most=500)
    async with house.open():
        opened = [house.read() for _ in range(200)]
        readers = [await each.__aenter__() for each in opened]
        await asyncio.gather(*(each.next("snapshot") for each in readers))
        house.change(team("L01"), team("L02", 1), team("L03"))
        told = await asyncio.gather(*(each.next("change") for each in readers))
        assert 1 == len({event_id for _, _, event_id in told})
        for each in opened:
            await each.__aexit__(None, None, None)


async def test_a_reader_who_takes_nothing_is_cut_and_the_others_go_on(house: LiveHouse) -> None:
    async with house.open(), house.read() as good:
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", house.port))
            deaf.sendall(b"GET /api/v1/live/stream HTTP/1.1\r\nHost: x\r\n\r\n")
            await until(lambda: house.streams.open == 2)
            count = 0
            while house.streams.open == 2:
                count += 1
                house.change(team("L01", count, area="x" * 60_000), team("L02"), team("L03"))
                assert count == await _waiting(good)
        assert ["x"] == house.dropped
        assert 1 == house.streams.open


async def _waiting(reader: Reader) -> int:
    """Of the first team, as soon as a change tells it."""
    waiting: int = (await reader.next("change"))[1]["teams"][0]["waiting"]
    return waiting


async def test_a_session_that_is_signed_out_ends_its_streams(house: LiveHouse) -> None:
    _account(house, Role.SUPERVISOR)
    async with house.open():
        cookie = await _cookie(house)
        async with house.read(Cookie=cookie) as first, house.read(Cookie=cookie) as second:
            house.accounts.sessions.clear()
            for reader in (first, second):
                assert {"reason": "signed-out"} == (await reader.next("over"))[1]
                with pytest.raises(EOFError):
                    await reader.next()


@pytest.mark.parametrize("ends", ["revoked", "expired", "no longer allowed"])
async def test_a_session_that_is_over_ends_its_stream(house: LiveHouse, ends: str) -> None:
    account = _account(house, Role.SUPERVISOR)
    async with house.open(), house.read(Cookie=await _cookie(house)) as reader:
        await reader.next("snapshot")
        if ends == "revoked":
            house.accounts.accounts.clear()
        elif ends == "expired":
            house.time += ABSOLUTE_SECONDS + 1
        else:
            house.accounts.accounts["anna"] = replace(account, role=Role.KIOSK)
        await house.streams.check()
        assert {"reason": "signed-out"} == (await reader.next("over"))[1]


async def test_an_open_stream_is_use_of_its_session(house: LiveHouse) -> None:
    _account(house, Role.SUPERVISOR)
    async with house.open(), house.read(Cookie=await _cookie(house)) as reader:
        await reader.next("snapshot")
        house.time += 3600
        await house.streams.check()
        assert house.time == next(iter(house.accounts.sessions.values())).seen_at


async def test_while_the_store_is_away_streams_go_on(house: LiveHouse) -> None:
    _account(house, Role.SUPERVISOR)
    async with house.open(), house.read(Cookie=await _cookie(house)) as reader:
        await reader.next("snapshot")
        house.accounts.is_away = True
        await house.streams.check()
        house.change(team("L01", 1), team("L02"), team("L03"))
        assert ["L01"] == await _teams(reader, "change")


async def test_a_session_is_asked_for_once_however_many_streams_it_has(house: LiveHouse) -> None:
    _account(house, Role.SUPERVISOR)
    async with house.open():
        cookie = await _cookie(house)
        async with house.read(Cookie=cookie), house.read(Cookie=cookie):
            house.accounts.asked = 0
            await house.streams.check()
    assert 1 == house.accounts.asked


async def test_who_is_given_other_teams_sees_these(house: LiveHouse) -> None:
    account = _account(house, Role.LEAD, "L01")
    async with house.open(), house.read(Authorization=BEARER) as reader:
        await reader.next("snapshot")
        house.accounts.accounts["anna"] = replace(account, teams=("L01", "L02"))
        await house.streams.check()
        assert ["L01", "L02"] == await _teams(reader)


async def test_at_the_end_of_the_router_streams_end_first(house: LiveHouse) -> None:
    async with house.open(), house.read() as reader:
        await reader.next("snapshot")
        house.streams.let_go()
        assert {"reason": "shutdown"} == (await reader.next("over"))[1]
        with pytest.raises(EOFError):
            await reader.next()
        async with house.read() as late:
            assert "503" in late.head


async def test_a_look_that_fails_ends_no_stream(house: LiveHouse) -> None:
    async with house.open(), house.read() as reader:
        await reader.next("snapshot")
        house.moment = "no board"  # type: ignore[assignment]  # a fault of ours
        house.streams.stir()
        await reader.next("heartbeat")
        house.change(team("L01", today=TodayFigures(offered=1)), team("L02"), team("L03"))
        assert ["L01"] == await _teams(reader, "change")


async def test_nothing_runs_while_nobody_looks(house: LiveHouse) -> None:
    async with house.open():
        async with house.read() as reader:
            await reader.next("snapshot")
        await until(lambda: house.streams._running is not None and house.streams._running.done())
