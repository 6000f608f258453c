import re
from pathlib import Path

import httpx
import pytest

from facts.call import CallerJoined, MemberAnswered, TalkEnded
from facts.member import PhoneChanged, PhoneState
from operations.audit import Deed
from operations.sign_in.accounts import Account, Role
from operations.sign_in.passwords import digest_of
from tests.fakes.desk_house import DeskHouse, token_of

MEMBERS = "/api/v1/teams/L01/members"
ONE = f"{MEMBERS}/mL01"
QUEUES = {"L01", "A1-wide", "A1-urgent"}


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


async def one(house: DeskHouse) -> dict[str, object]:
    async with house.client("lead") as client:
        [found] = (await client.get(MEMBERS)).json()
    return dict(found)


async def test_a_login_signs_in_to_every_own_queue_at_once(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        answer = await client.post(f"{ONE}/login")
    assert (200, "available", True) == (
        answer.status_code,
        answer.json()["state"],
        answer.json()["signed_in"],
    )
    assert house.phones.queues_of("PJSIP/mL01") == QUEUES
    assert house.notes.deeds == [("lead", Deed.MEMBER_SIGNED_IN, "L01", "mL01")]


async def test_a_pause_holds_in_all_queues_and_is_noted_with_its_reason(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.post(f"{ONE}/login")
        answer = await client.post(f"{ONE}/pause", json={"reason": "lunch"})
    assert ("paused", "lunch") == (answer.json()["state"], answer.json()["paused_for"])
    assert all(each["PJSIP/mL01"].is_paused for name, each in house.phones.queues.items() if name in QUEUES)
    assert {"reason": "lunch"} == dict(house.notes.entries[-1].told)


async def test_a_pause_without_a_body_is_a_break(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.post(f"{ONE}/login")
        answer = await client.post(f"{ONE}/pause")
    assert answer.json()["paused_for"] == "break"


async def test_what_is_so_already_is_no_error_and_is_noted_once(house: DeskHouse) -> None:
    acts = ("login", "login", "pause", "pause", "unpause", "unpause", "logout", "logout")
    async with house.client("lead") as client:
        statuses = [(await client.post(f"{ONE}/{each}")).status_code for each in acts]
    assert [200] * 8 == statuses
    assert [Deed.MEMBER_SIGNED_IN, Deed.MEMBER_PAUSED, Deed.MEMBER_RESUMED, Deed.MEMBER_SIGNED_OUT] == [
        each.deed for each in house.notes.entries
    ]


@pytest.mark.parametrize("act", ["pause", "unpause"])
async def test_who_is_signed_out_cannot_pause(house: DeskHouse, act: str) -> None:
    async with house.client("lead") as client:
        answer = await client.post(f"{ONE}/{act}")
    assert (409, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert not house.notes.entries


@pytest.mark.parametrize(
    "reason", ["", " ", "a b", "x" * 17, "missed-rings", "wrapup-1767600000", "Ä", "a\r\nb", 7, None]
)
async def test_what_is_no_reason_pauses_nobody(house: DeskHouse, reason: object) -> None:
    async with house.client("lead") as client:
        await client.post(f"{ONE}/login")
        answer = await client.post(f"{ONE}/pause", json={"reason": reason})
    assert answer.status_code == 422
    assert not house.phones.queues["L01"]["PJSIP/mL01"].is_paused


@pytest.mark.parametrize("member", ["mL02", "m9", "x" * 2000, "%0d%0a", "PJSIP%2fmL01"])
async def test_nobody_of_this_team_is_not_found(house: DeskHouse, member: str) -> None:
    async with house.client("admin") as client:
        answers = [await client.post(f"{MEMBERS}/{member}/{act}") for act in ("login", "logout", "pause", "unpause")]
    assert {404} == {each.status_code for each in answers}
    assert not house.phones.calls


async def test_an_asterisk_that_is_away_is_told_as_such(house: DeskHouse) -> None:
    house.phones.is_away = True
    async with house.client("lead") as client:
        answer = await client.post(f"{ONE}/login")
    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert not house.notes.entries


def person(house: DeskHouse, name: str, member: str = "") -> httpx.AsyncClient:
    account = Account(name, Role.MEMBER, ("L01", "L02"), token=digest_of(token_of(name)), member=member, id=name)
    house.accounts.accounts[name] = account
    return house.client(name)


async def test_a_member_changes_the_own_phone_and_no_other(house: DeskHouse) -> None:
    async with person(house, "anna", "mL02") as client:
        own = await client.post("/api/v1/teams/L02/members/mL02/login")
        other = await client.post(f"{ONE}/login")
    assert (200, 403) == (own.status_code, other.status_code)


async def test_the_account_of_a_desk_that_several_share_changes_its_own_teams_members(house: DeskHouse) -> None:
    async with person(house, "tresen") as client:
        own = await client.post(f"{ONE}/login")
        other = await client.post("/api/v1/teams/L03/members/mL03/login")
    assert (200, 403) == (own.status_code, other.status_code)


async def test_names_are_for_who_answers_in_the_team(house: DeskHouse) -> None:
    statuses = {}
    for role in ("viewer", "member", "lead", "supervisor", "kiosk"):
        async with house.client(role) as client:
            own, other = await client.get(MEMBERS), await client.get("/api/v1/teams/L03/members")
            statuses[role] = (own.status_code, other.status_code)
    assert {
        "viewer": (403, 403),
        "member": (200, 403),
        "lead": (200, 403),
        "supervisor": (200, 200),
        "kiosk": (403, 403),
    } == statuses


async def test_who_was_never_seen_is_signed_out_since_nobody_knows_when(house: DeskHouse) -> None:
    assert {
        "id": "mL01",
        "name": "L01",
        "state": "signed-out",
        "since": None,
        "paused_for": None,
        "signed_in": False,
        "phone_reachable": None,
        "teams": ["L01"],
    } == await one(house)


async def test_a_state_is_told_with_its_beginning(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.post(f"{ONE}/login")
        house.now += 60
        await client.post(f"{ONE}/pause")
        house.now += 60
    assert ("paused", "2026-01-05T08:01:00Z") == ((told := await one(house))["state"], told["since"])


async def test_a_talk_is_told_with_its_beginning_and_what_follows_with_its_end(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.post(f"{ONE}/login")
    place = house.waits("1.1")
    house.now += 10
    house.tell(
        CallerJoined(at=house.now, place=place),
        MemberAnswered(at=house.now, place=place, ring="r1", member="mL01"),
    )
    assert ("talking", "2026-01-05T08:00:10Z") == ((told := await one(house))["state"], told["since"])
    house.now += 10
    house.tell(TalkEnded(at=house.now, place=place, ring="r1", member="mL01", talk_seconds=10.0))
    house.now += 10
    assert ("available", "2026-01-05T08:00:20Z") == ((told := await one(house))["state"], told["since"])


async def test_a_phone_that_is_gone_is_told(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        await client.post(f"{ONE}/login")
    house.tell(PhoneChanged(at=house.now, node="n", member="mL01", phone=PhoneState.UNAVAILABLE))
    assert ("unavailable", False) == ((told := await one(house))["state"], told["phone_reachable"])


async def test_reasons_are_words_that_a_pause_takes(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        reasons = (await client.get("/api/v1/teams/L01/pause-reasons")).json()
    assert reasons[0] == "break"
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,16}", each) for each in reasons)
