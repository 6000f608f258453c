from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from operations.active import InForce
from operations.sign_in.accounts import Role
from routing.directory import DirectoryTable
from teamline.router.explaining import ExplainFeature
from tests.fakes.desk_house import DeskHouse, token_of
from tests.fakes.router import NEVER, ZONE, small_centre
from web.app import application
from web.health import Dependencies

PATH = "/api/v1/explain"
NUMBER = "123A456789"


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


def client(house: DeskHouse, role: Role = Role.SUPERVISOR) -> httpx.AsyncClient:
    async def nothing() -> Dependencies:
        return {}

    feature = ExplainFeature(house.router, house.door, house.clock)
    transport = httpx.ASGITransport(application("1", nothing, None, feature.rooms))
    headers = {"authorization": f"Bearer {token_of(role)}"}
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080", headers=headers)


async def asked(house: DeskHouse, question: object, role: Role = Role.SUPERVISOR) -> httpx.Response:
    async with client(house, role) as visitor:
        return await visitor.post(PATH, json=question)


async def told(house: DeskHouse, question: object) -> dict[str, Any]:
    answer = await asked(house, question)
    assert 200 == answer.status_code, answer.text
    return dict(answer.json())


async def test_it_tells_what_the_command_tells(house: DeskHouse) -> None:
    found = await told(house, {"number": NUMBER})
    expected = {
        "team": "general",
        "queue": "general-line",
        "goal": "line",
        "concern": "money",
        "rule": "unknown-number",
    }
    assert expected == {name: found[name] for name in expected}
    assert {"config": "config-1", "directory": DirectoryTable.empty().version} == found["versions"]
    assert (int(house.now), 0) == (found["arrival"], found["credit"])


async def test_a_time_without_offset_is_the_centre_s(house: DeskHouse) -> None:
    found = await told(house, {"number": NUMBER, "at": "2026-11-23T09:30:00"})
    assert datetime(2026, 11, 23, 9, 30, tzinfo=ZONE).timestamp() == found["arrival"]


async def test_the_opening_hours_of_that_moment_count(house: DeskHouse) -> None:
    shut = small_centre(hours={"general": NEVER})
    house.router.in_force = InForce(replace(shut, hours=NEVER), "config-2", DirectoryTable.empty())
    assert "goodbye" == (await told(house, {"number": NUMBER}))["goal"]


async def test_no_decision_is_counted(house: DeskHouse) -> None:
    await told(house, {"number": NUMBER})
    assert [] == house.decided


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"number": ""},
        {"number": "no number"},
        {"number": "1" * 65},
        {"number": NUMBER, "concern": "weather"},
        {"number": NUMBER, "at": "yesterday"},
        {"number": NUMBER, "at": "0001-01-01T00:00:00+14:00"},
        {"number": NUMBER, "at": "9999-12-31T23:59:59-12:00"},
        {"number": NUMBER, "team": "L01"},
        [],
    ],
)
async def test_what_cannot_be_asked_is_refused_without_the_number(house: DeskHouse, question: object) -> None:
    answer = await asked(house, question)
    assert (422, False) == (answer.status_code, NUMBER in answer.text)


async def test_a_team_lead_may_not_ask(house: DeskHouse) -> None:
    assert 403 == (await asked(house, {"number": NUMBER}, Role.LEAD)).status_code
