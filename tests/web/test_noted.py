"""Every change that a person makes by the API is written down: who, what, which team, about what."""

from pathlib import Path

import pytest

from operations.audit import Deed
from tests.fakes.desk_house import DeskHouse
from tests.fakes.entries import callback, voice

UNTIL = "2026-01-05T12:00:00+01:00"
ORDER = {"until": UNTIL, "reason": "Personalversammlung"}


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    house = DeskHouse(tmp_path)
    house.waits("1.1")
    return house


async def test_closing_and_opening_again(house: DeskHouse) -> None:
    async with house.client("supervisor") as client:
        for path in ("teams/L01", "sites/nord", "centre"):
            await client.post(f"/api/v1/{path}/close", json=ORDER)
            await client.delete(f"/api/v1/{path}/close")
    told = [(each.deed, each.team, each.about) for each in house.notes.entries]
    assert [
        (Deed.CLOSED, "L01", "team:L01"),
        (Deed.OPENED, "L01", "team:L01"),
        (Deed.CLOSED, "", "site:nord"),
        (Deed.OPENED, "", "site:nord"),
        (Deed.CLOSED, "", "centre"),
        (Deed.OPENED, "", "centre"),
    ] == told
    assert {"until": UNTIL, "reason": "Personalversammlung"} == dict(house.notes.entries[0].told)


async def test_opening_what_is_open_is_no_deed(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.delete("/api/v1/teams/L01/close")
    assert house.notes.entries == []


async def test_what_is_done_to_the_line(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.post("/api/v1/waiting/1.1/credit", json={"seconds": 60})
        await client.post("/api/v1/waiting/1.1/move", json={"team": "V01"})
        await client.post("/api/v1/waiting/1.1/withdraw")
    assert house.notes.deeds == [
        ("lead", Deed.CALLER_RAISED, "L01", "1.1"),
        ("lead", Deed.CALLER_MOVED, "L01", "1.1"),
        ("lead", Deed.CALLER_WITHDRAWN, "L01", "1.1"),
    ]
    assert [{"seconds": "60", "credit": "60"}, {"to": "V01"}, {}] == [dict(each.told) for each in house.notes.entries]


async def test_what_was_refused_is_no_deed(house: DeskHouse) -> None:
    house.switch.refuses = True
    async with house.client("lead") as client:
        await client.post("/api/v1/waiting/1.1/withdraw")
        await client.post("/api/v1/waiting/9.9/credit", json={"seconds": 60})
    assert house.notes.entries == []


async def test_what_becomes_of_a_message(house: DeskHouse) -> None:
    message = voice()
    house.kept.entries[message.id] = message
    async with house.client("lead") as client:
        for act in ("claim", "claim", "release", "release", "done", "done"):
            await client.post(f"/api/v1/messages/{message.id}/{act}")
        await client.delete(f"/api/v1/messages/{message.id}")
    assert [
        ("lead", deed, "L01", message.id)
        for deed in (Deed.MESSAGE_CLAIMED, Deed.MESSAGE_RELEASED, Deed.MESSAGE_DONE, Deed.MESSAGE_DELETED)
    ] == house.notes.deeds


async def test_a_callback_that_is_made_and_called_off_without_its_numbers(house: DeskHouse) -> None:
    async with house.client("member") as client:
        given = {"phone": "0211 5550123", "team": "L01", "number": "123A456789"}
        made = (await client.post("/api/v1/callbacks", json=given)).json()["id"]
        await client.delete(f"/api/v1/callbacks/{made}")
        await client.delete(f"/api/v1/callbacks/{made}")
    assert house.notes.deeds == [
        ("member", Deed.CALLBACK_MADE, "L01", made),
        ("member", Deed.CALLBACK_CANCELLED, "L01", made),
    ]
    assert "5550123" not in repr(house.notes.entries)
    assert "456789" not in repr(house.notes.entries)


async def test_a_callback_that_another_settles_is_noted_as_done(house: DeskHouse) -> None:
    entry = callback()
    house.kept.entries[entry.id] = entry
    async with house.client("lead") as client:
        await client.post(f"/api/v1/messages/{entry.id}/done")
    assert {"kind": "callback"} == dict(house.notes.entries[-1].told)
