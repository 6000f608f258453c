from pathlib import Path

import pytest

from operations.audit import Deed
from operations.gave_up.calling_back import UNDO_SECONDS
from tests.fakes.desk_house import DeskHouse
from tests.fakes.entries import callback
from tests.fakes.gave_up import AT, row

LIST = "/api/v1/teams/L01/gave-up"
PHONE = "+49211555100"
HERS = row("g-1", phone=PHONE, number="123A456789", concern="money", language="de", credit=30)


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    house = DeskHouse(tmp_path)
    house.people.add(HERS)
    return house


async def test_a_row_is_told_without_its_numbers(house: DeskHouse) -> None:
    async with house.client("member") as client:
        answer = await client.get(LIST)
    assert {
        "people": [
            {
                "id": "g-1",
                "team": "L01",
                "at": "2026-01-05T08:00:00Z",
                "waited_seconds": 60.0,
                "short": False,
                "calls": 1,
                "concern": "money",
                "language": "de",
                "phone": "…100",
                "customer_known": True,
                "can_be_called": True,
            }
        ],
        "next": None,
    } == answer.json()
    assert "no-store" in answer.headers["cache-control"]


async def test_who_cannot_be_called_is_listed_as_such(house: DeskHouse) -> None:
    house.people.add(row("g-2"))
    house.people.add(row("g-3", phone="+15551234567"))
    async with house.client("lead") as client:
        people = (await client.get(LIST)).json()["people"]
    assert [("…100", True), (None, False), ("…567", False)] == [
        (each["phone"], each["can_be_called"]) for each in people
    ]


async def test_pages_follow_one_another(house: DeskHouse) -> None:
    for each in range(2, 6):
        house.people.add(row(f"g-{each}"))
    async with house.client("lead") as client:
        first = (await client.get(f"{LIST}?limit=3")).json()
        second = (await client.get(f"{LIST}?limit=3&after={first['next']}")).json()
    assert ["g-1", "g-2", "g-3", "g-4", "g-5"] == [each["id"] for each in (*first["people"], *second["people"])]
    assert second["next"] is None


async def test_a_callback_keeps_the_place_they_had_and_ends_the_row(house: DeskHouse) -> None:
    async with house.client("member") as client:
        answer = await client.post(f"{LIST}/g-1/callback")
        again = await client.post(f"{LIST}/g-1/callback")
    made = answer.json()
    assert (201, "L01", "+49211555100", "123A456789") == (
        answer.status_code,
        made["team"],
        made["phone"],
        made["number"],
    )
    assert answer.headers["location"] == f"/api/v1/callbacks/{made['id']}"
    assert (404, 0) == (again.status_code, len(house.people))
    kept = house.kept.entries[made["id"]]
    assert (int(AT) - 60, 30, "gave-up") == (kept.arrival, kept.credit, kept.source)
    assert house.notes.deeds == [("member", Deed.CALLBACK_MADE, "L01", made["id"])]


async def test_another_number_may_be_called(house: DeskHouse) -> None:
    house.people.add(row("g-2"))
    async with house.client("member") as client:
        nobody = await client.post(f"{LIST}/g-2/callback")
        made = await client.post(f"{LIST}/g-2/callback", json={"phone": "0211 5550123"})
    assert (409, 201, "+492115550123") == (nobody.status_code, made.status_code, made.json()["phone"])


async def test_a_number_that_is_not_called_back_is_refused_and_stays_listed(house: DeskHouse) -> None:
    house.people.add(row("g-2", phone="+15551234567"))
    async with house.client("member") as client:
        answer = await client.post(f"{LIST}/g-2/callback")
    assert (422, "phone") == (answer.status_code, answer.json()["why"])
    assert house.people.get("g-2") is not None
    assert not house.notes.entries


async def test_who_has_a_callback_already_is_listed_no_more(house: DeskHouse) -> None:
    entry = callback(phone=PHONE)
    house.kept.entries[entry.id] = entry
    async with house.client("member") as client:
        answer = await client.post(f"{LIST}/g-1/callback")
    assert (409, entry.id, 0) == (answer.status_code, answer.json()["callback"], len(house.people))


async def test_without_the_store_nothing_is_promised_and_the_row_stays(house: DeskHouse) -> None:
    house.kept.is_away = True
    async with house.client("member") as client:
        answer = await client.post(f"{LIST}/g-1/callback")
    assert (503, 1) == (answer.status_code, len(house.people))


async def test_it_is_for_who_answers_in_the_team(house: DeskHouse) -> None:
    house.people.add(row("g-3", team="L03", phone="+49211555101"))
    statuses = {}
    for role in ("viewer", "kiosk", "scanner", "member", "lead"):
        async with house.client(role) as client:
            statuses[role] = (
                (await client.get(LIST)).status_code,
                (await client.get("/api/v1/teams/L03/gave-up")).status_code,
                (await client.post("/api/v1/teams/L03/gave-up/g-3/callback")).status_code,
            )
    none, own = (403, 403, 403), (200, 403, 403)
    assert {"viewer": none, "kiosk": none, "scanner": none, "member": own, "lead": own} == statuses


async def test_another_team_s_row_is_not_found_by_the_own_team(house: DeskHouse) -> None:
    house.people.add(row("g-3", team="L03", phone="+49211555101"))
    async with house.client("lead") as client:
        answer = await client.post(f"{LIST}/g-3/callback")
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/teams/L99/gave-up", f"{LIST}?limit=0", f"{LIST}?after={'x' * 65}"])
async def test_what_cannot_be_meant_is_told(house: DeskHouse, path: str) -> None:
    async with house.client("admin") as client:
        assert (await client.get(path)).status_code in {404, 422}


async def test_a_callback_that_was_a_mistake_is_called_off_and_they_are_listed_as_before(house: DeskHouse) -> None:
    async with house.client("member") as client:
        made = (await client.post(f"{LIST}/g-1/callback")).json()
        answer = await client.delete(f"{LIST}/g-1/callback")
    assert (204, [HERS]) == (answer.status_code, house.people.of_team("L01"))
    assert "cancelled" == house.kept.entries[made["id"]].outcome
    assert ("member", Deed.CALLBACK_CANCELLED, "L01", made["id"]) == house.notes.deeds[-1]


async def test_who_was_listed_again_can_be_called_back_after_all(house: DeskHouse) -> None:
    async with house.client("member") as client:
        await client.post(f"{LIST}/g-1/callback")
        await client.delete(f"{LIST}/g-1/callback")
        again = await client.post(f"{LIST}/g-1/callback")
    assert (201, 0) == (again.status_code, len(house.people))


async def test_it_is_taken_back_once_and_not_much_later(house: DeskHouse) -> None:
    async with house.client("member") as client:
        await client.post(f"{LIST}/g-1/callback")
        once, twice = await client.delete(f"{LIST}/g-1/callback"), await client.delete(f"{LIST}/g-1/callback")
        await client.post(f"{LIST}/g-1/callback")
        house.now += UNDO_SECONDS
        late = await client.delete(f"{LIST}/g-1/callback")
    assert (204, 404, 404, 0) == (once.status_code, twice.status_code, late.status_code, len(house.people))


async def test_without_the_store_nothing_is_taken_back_and_it_can_be_tried_again(house: DeskHouse) -> None:
    async with house.client("member") as client:
        await client.post(f"{LIST}/g-1/callback")
        house.kept.is_away = True
        away = await client.delete(f"{LIST}/g-1/callback")
        house.kept.is_away = False
        back = await client.delete(f"{LIST}/g-1/callback")
    assert (503, 204, 1) == (away.status_code, back.status_code, len(house.people))


async def test_only_the_own_team_takes_it_back(house: DeskHouse) -> None:
    async with house.client("supervisor") as client:
        await client.post(f"{LIST}/g-1/callback")
    statuses = {}
    for role, team in (("viewer", "L01"), ("member", "L03"), ("member", "V01")):
        async with house.client(role) as client:
            statuses[role, team] = (await client.delete(f"/api/v1/teams/{team}/gave-up/g-1/callback")).status_code
    assert {("viewer", "L01"): 403, ("member", "L03"): 403, ("member", "V01"): 404} == statuses
    assert 0 == len(house.people)
