from pathlib import Path

import pytest

from tests.fakes.desk_house import DeskHouse

CALL = "/api/v1/waiting/1.1"


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    house = DeskHouse(tmp_path)
    house.waits("1.1")
    return house


async def test_a_raise_tells_the_credit_in_all(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        answers = [await client.post(f"{CALL}/credit", json={"seconds": each}) for each in (600, 3600)]
        more = await client.post(f"{CALL}/credit", json={"seconds": 1})
    assert [600, 3600] == [each.json()["credit_seconds"] for each in answers]
    assert (409, "application/problem+json") == (more.status_code, more.headers["content-type"])


@pytest.mark.parametrize("seconds", [0, -1, 3601, 1.5, "60", True, None, 10**30, [60]])
async def test_a_credit_that_cannot_be_meant_raises_nobody(house: DeskHouse, seconds: object) -> None:
    async with house.client("lead") as client:
        answer = await client.post(f"{CALL}/credit", json={"seconds": seconds})
    assert (422, []) == (answer.status_code, house.switch.done)


@pytest.mark.parametrize("call", ["9.9", "%0d%0aAction:%20Command", "..%2f1.1", "x" * 3000, "%00", "*"])
async def test_nobody_by_that_id_is_not_found(house: DeskHouse, call: str) -> None:
    async with house.client("admin") as client:
        statuses = {
            (await client.post(f"/api/v1/waiting/{call}/credit", json={"seconds": 60})).status_code,
            (await client.post(f"/api/v1/waiting/{call}/move", json={"team": "L02"})).status_code,
            (await client.post(f"/api/v1/waiting/{call}/withdraw")).status_code,
        }
    assert ({404}, []) == (statuses, house.switch.done)


@pytest.mark.parametrize("team", ["L99", "general-line", "A1-urgent", "x,y=z"])
async def test_nobody_is_moved_to_what_is_no_team(house: DeskHouse, team: str) -> None:
    async with house.client("admin") as client:
        answer = await client.post(f"{CALL}/move", json={"team": team})
    assert (404, []) == (answer.status_code, house.switch.done)


async def test_whoever_is_rung_is_left_alone(house: DeskHouse) -> None:
    house.rings(house.waits("1.2"))
    async with house.client("lead") as client:
        answers = [
            await client.post("/api/v1/waiting/1.2/move", json={"team": "V01"}),
            await client.post("/api/v1/waiting/1.2/withdraw"),
        ]
    assert ([409, 409], []) == ([each.status_code for each in answers], house.switch.done)


async def test_a_caller_who_has_just_left_and_an_asterisk_that_is_away_are_told_apart(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        house.switch.refuses = True
        left = await client.post(f"{CALL}/withdraw")
        house.switch.is_away = True
        away = await client.post(f"{CALL}/withdraw")
    assert (409, 503) == (left.status_code, away.status_code)


async def test_a_line_has_masked_numbers_for_who_answers_and_none_for_others(house: DeskHouse) -> None:
    shown = {}
    for role in ("member", "viewer"):
        async with house.client(role) as client:
            [caller] = (await client.get("/api/v1/teams/L01")).json()["line"]
        shown[role] = caller["number"]
    assert {"member": "…100", "viewer": None} == shown
    assert ("1.1", 1, 60.0, 0, "money", False) == tuple(
        caller[name] for name in ("call", "place", "waiting_seconds", "credit_seconds", "concern", "ringing")
    )


async def test_a_line_is_shown_without_numbers_while_asterisk_is_away(house: DeskHouse) -> None:
    house.switch.is_away = True
    async with house.client("member") as client:
        [caller] = (await client.get("/api/v1/teams/L01")).json()["line"]
    assert ("1.1", None) == (caller["call"], caller["number"])
