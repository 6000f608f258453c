from pathlib import Path

import httpx
import pytest
from fastapi import Request

from operations.sign_in.accounts import Role
from tests.fakes.desk_house import DeskHouse
from web.looking import Looking

LIVE = "/api/v1/live"


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


def _at(house: DeskHouse, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(house.application(), client=(address, 5))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")


async def _teams(client: httpx.AsyncClient, path: str = LIVE) -> list[str]:
    answer = await client.get(path)
    assert 200 == answer.status_code, answer.text
    return [team["id"] for team in answer.json()["teams"]]


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_sees_the_teams_that_are_its_to_see(house: DeskHouse, role: Role) -> None:
    async with house.client(role) as client:
        answer = await client.get(LIVE)
    if role in {Role.KIOSK, Role.SCANNER}:
        assert 403 == answer.status_code
    else:
        whole = role not in {Role.MEMBER, Role.LEAD}
        shown = [team["id"] for team in answer.json()["teams"]]
        assert (shown == ["L01", "V01"]) is not whole, shown


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.1", 401), ("x", 401)])
async def test_without_a_sign_in_only_listed_addresses_look(house: DeskHouse, address: str, status: int) -> None:
    async with _at(house, address) as client:
        assert status == (await client.get(LIVE)).status_code


async def test_a_stranger_behind_a_proxy_of_this_machine_is_not_this_machine(house: DeskHouse) -> None:
    async with _at(house, "127.0.0.1") as client:
        assert 401 == (await client.get(LIVE, headers={"x-forwarded-for": "127.0.0.1"})).status_code


ELSEWHERE = ["rebound.example", "127.0.0.1.rebound.example:8080", "[", "localhost.rebound.example", "1.example:1:2"]
OWN = ["127.0.0.1:8080", "[::1]:8080", "localhost", "LOCALHOST.:8080", "board.localhost", "wall:8080", "tl.example:443"]


def _called(host: str, address: str) -> Request:
    scope = {"type": "http", "client": (address, 5), "headers": [(b"host", host.encode())]}
    return Request(scope)


@pytest.mark.parametrize("host", ELSEWHERE)
async def test_another_hosts_page_that_is_turned_to_this_machine_sees_nothing(house: DeskHouse, host: str) -> None:
    async with _at(house, "127.0.0.1") as client:
        assert 401 == (await client.get(LIVE, headers={"host": host})).status_code


@pytest.mark.parametrize("host", [*OWN, ""])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.0.1.1"])
def test_this_machine_looks_under_each_name_of_its_own(host: str, address: str) -> None:
    assert Looking(names=["tl.example"]).is_listed(_called(host, address))


@pytest.mark.parametrize("host", [*ELSEWHERE, *OWN])
def test_a_listed_screen_looks_under_whatever_name_its_proxy_has(host: str) -> None:
    assert Looking(listed=["192.0.2.0/24"]).is_listed(_called(host, "192.0.2.7"))


@pytest.mark.parametrize(
    "headers", [{"authorization": "Bearer nobodys"}, {"authorization": "Basic x"}, {"cookie": "teamline-session=x"}]
)
async def test_a_credential_that_is_none_is_not_overlooked(house: DeskHouse, headers: dict[str, str]) -> None:
    async with _at(house, "127.0.0.1") as client:
        assert 401 == (await client.get(LIVE, headers=headers)).status_code


async def test_troubles_are_for_who_sees_everything(house: DeskHouse) -> None:
    house.waits("9.1", "gone")
    async with house.client(Role.VIEWER) as all_, house.client(Role.LEAD) as own:
        told = [len((await client.get(LIVE)).json()["troubles"]) for client in (all_, own)]
    assert [1, 0] == told


async def test_own_teams_are_the_only_ones_in_the_list_of_teams(house: DeskHouse) -> None:
    async with house.client(Role.MEMBER) as client:
        assert ["L01", "V01"] == await _teams(client, "/api/v1/teams")
