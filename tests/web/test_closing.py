from pathlib import Path

import pytest

from tests.fakes.desk_house import DeskHouse

CLOSE = "/api/v1/teams/L01/close"
ORDER = {"until": "2026-01-05T12:00:00+01:00", "reason": "Personalversammlung"}


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


async def open_teams(house: DeskHouse) -> set[str]:
    async with house.client("viewer") as client:
        return {each["id"] for each in (await client.get("/api/v1/teams")).json()["teams"] if each["open"]}


async def test_a_closed_team_is_closed_at_once_and_says_why_until_when(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        answer = await client.post(CLOSE, json=ORDER)
        told = (await client.get("/api/v1/teams/L01")).json()
    expected = {"scope": "team:L01", "until": "2026-01-05T12:00:00+01:00", "reason": "Personalversammlung"}
    assert (200, expected) == (answer.status_code, answer.json())
    assert (False, [expected], "2026-01-05T12:00:00+01:00") == (told["open"], told["closed"], told["opens_at"])
    assert "lead" == house.closed.orders["team:L01"].by


async def test_live_figures_show_it_as_closed(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.post(CLOSE, json=ORDER)
        live = (await client.get("/api/v1/live")).json()["teams"]
    assert {"L01"} == {each["id"] for each in live if not each["open"]}


async def test_a_site_closes_its_teams_and_the_centre_all(house: DeskHouse) -> None:
    async with house.client("supervisor") as client:
        await client.post("/api/v1/sites/nord/close", json=ORDER)
        assert {"general"} == await open_teams(house)
        await client.post("/api/v1/centre/close", json=ORDER)
        assert set() == await open_teams(house)
        await client.delete("/api/v1/sites/nord/close")
        assert set() == await open_teams(house)
        await client.delete("/api/v1/centre/close")
    assert 7 == len(await open_teams(house))


async def test_it_opens_by_itself(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.post(CLOSE, json=ORDER)
    house.now += 3 * 3600 - 1
    assert "L01" not in await open_teams(house)
    house.now += 1
    assert "L01" in await open_teams(house)


async def test_opening_what_is_open_is_no_error(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        assert [204, 204] == [(await client.delete(CLOSE)).status_code for _ in range(2)]


async def test_a_time_without_offset_is_the_centres(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        answer = await client.post(CLOSE, json=ORDER | {"until": "2026-01-05T12:00:00"})
    assert "2026-01-05T12:00:00+01:00" == answer.json()["until"]


@pytest.mark.parametrize(
    "order",
    [
        ORDER | {"until": "2026-01-05T08:59:59+01:00"},
        ORDER | {"until": "2026-01-12T09:00:01+01:00"},
        ORDER | {"until": "noon"},
        ORDER | {"until": None},
        ORDER | {"until": "9999-12-31T23:59:59-23:59"},
        ORDER | {"until": "0001-01-01T00:00:00+23:59"},
        ORDER | {"reason": ""},
        ORDER | {"reason": "   "},
        ORDER | {"reason": "x" * 201},
        ORDER | {"reason": "line\u202e"},
        ORDER | {"reason": "null\u0000byte"},
        ORDER | {"reason": 5},
        ORDER | {"more": 1},
        {"until": ORDER["until"]},
        {"reason": "x"},
        [],
    ],
)
async def test_an_order_that_cannot_be_meant_closes_nothing(house: DeskHouse, order: object) -> None:
    async with house.client("lead") as client:
        answer = await client.post(CLOSE, json=order)
    assert (422, "application/problem+json", {}) == (
        answer.status_code,
        answer.headers["content-type"],
        house.closed.orders,
    )


@pytest.mark.parametrize("path", ["/api/v1/teams/L99/close", "/api/v1/sites/west/close", "/api/v1/teams/%2e%2e/close"])
async def test_what_the_centre_does_not_have_is_not_found(house: DeskHouse, path: str) -> None:
    async with house.client("admin") as client:
        statuses = {(await client.post(path, json=ORDER)).status_code, (await client.delete(path)).status_code}
    assert {404} == statuses


async def test_while_the_store_is_away_nothing_is_closed_and_that_is_said(house: DeskHouse) -> None:
    house.closed.is_away = True
    async with house.client("lead") as client:
        answers = [await client.post(CLOSE, json=ORDER), await client.delete(CLOSE)]
    assert [503, 503] == [each.status_code for each in answers]
    assert "L01" in await open_teams(house)
