from pathlib import Path

import httpx
import pytest

from operations.sign_in.accounts import Role
from tests.fakes.desk_house import DeskHouse

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
