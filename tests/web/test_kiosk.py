"""`/api/v1/kiosks`: who may do what at which kiosk, and what hostile requests get."""

from pathlib import Path
from typing import Any

import pytest

from operations.kiosks.ports import PhoneState
from operations.sign_in.accounts import Role
from tests.fakes.desk_house import HOST
from tests.fakes.kiosk_house import CARDS_ONLY, KIOSK, NOBODY, ONE, OTHER, SECOND, KioskHouse

KEYS = {"version", "kiosk", "site", "site_name", "state", "scan", "offers", "call", "promise", "phone", "troubles"}
FIGURES = {"team": "L01", "open": True, "waiting": 2, "estimated_wait_seconds": 90.0}
LISTED = f"http://{HOST}/api/v1/kiosks"
WELL = {"handset": "down", "registered": True}


@pytest.fixture
def house(tmp_path: Path) -> KioskHouse:
    return KioskHouse(tmp_path)


async def posted(house: KioskHouse, path: str, body: object, who: str = KIOSK, kiosk: str = KIOSK) -> tuple[int, Any]:
    async with house.client(who) as client:
        answer = await client.post(f"/{kiosk}/{path}", json=body)
        return answer.status_code, answer.json() if answer.content else None


async def test_a_scan_answers_with_the_kiosks_state(house: KioskHouse) -> None:
    status, told = await posted(house, "scan", {"code": ONE})
    assert (200, KEYS | FIGURES.keys(), "L01") == (status, told.keys(), told["scan"]["team"])


async def test_a_scan_answers_with_the_teams_line_in_short(house: KioskHouse) -> None:
    _, told = await posted(house, "scan", {"code": ONE})
    assert FIGURES == {name: told[name] for name in FIGURES}


async def test_known_and_unknown_numbers_get_the_same_keys(house: KioskHouse) -> None:
    known = (await posted(house, "scan", {"code": ONE}))[1]
    unknown = (await posted(house, "scan", {"code": NOBODY}))[1]
    assert (known.keys(), known["scan"].keys(), known["state"]) == (
        unknown.keys(),
        unknown["scan"].keys(),
        unknown["state"],
    )


@pytest.mark.parametrize("number", [ONE, NOBODY])
async def test_no_answer_has_the_number_in_it(house: KioskHouse, number: str) -> None:
    _, told = await posted(house, "scan", {"code": number})
    assert number not in str(told)


async def test_a_refusal_has_a_sentence_in_two_languages(house: KioskHouse) -> None:
    status, told = await posted(house, "scan", {"code": "rubbish"})
    assert (422, "not-a-code", {"de", "en"}, True) == (status, told["why"], told["says"].keys(), bool(told["detail"]))


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"code": None},
        {"code": 12},
        {"code": ["123A456789"]},
        {"code": ONE, "more": 1},
        {"code": ONE, "concern": "emergency"},
        {"code": ONE, "concern": "x"},
        {"code": "x" * 10_000},
        "123A456789",
    ],
)
async def test_a_body_of_another_form_is_refused_and_binds_nobody(house: KioskHouse, body: object) -> None:
    status, told = await posted(house, "scan", body)
    assert (422, None) == (status, house.scans.bound(KIOSK))
    assert "123A456789" not in str(told)


@pytest.mark.parametrize("sent", [rb'{"code": "\ud800"}', b"{", b"x" * 100_000])
async def test_what_is_no_code_at_all_forgets_whoever_stood_there_before(house: KioskHouse, sent: bytes) -> None:
    async with house.client() as client:
        await client.post(f"/{KIOSK}/scan", json={"code": ONE})
        await client.post(f"/{KIOSK}/scan", content=sent, headers={"content-type": "application/json"})
    assert house.scans.bound(KIOSK) is None


async def test_nobody_forgets_whoever_stands_at_another_kiosk(house: KioskHouse) -> None:
    await posted(house, "scan", {"code": ONE})
    async with house.client(SECOND) as client:
        await client.post(f"/{KIOSK}/scan", content=b"{", headers={"content-type": "application/json"})
    assert house.scans.bound(KIOSK) is not None


async def test_a_huge_body_is_not_read(house: KioskHouse) -> None:
    assert 413 == (await posted(house, "scan", {"code": "x" * 100_000}))[0]


ROUTES = [
    ("GET", "", None),
    ("GET", "/events?seconds=0", None),
    ("POST", "/scan", {"code": ONE}),
    ("DELETE", "/scan", None),
    ("POST", "/more", {"scan": "x"}),
    ("POST", "/call", {"scan": "x"}),
    ("POST", "/callback", {"scan": "x", "to": "kiosk"}),
    ("POST", "/state", WELL),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_a_kiosks_token_opens_no_other_kiosk(house: KioskHouse, method: str, path: str, body: object) -> None:
    async with house.client(KIOSK) as client:
        answers = [
            await client.request(method, f"/{kiosk}{path}", json=body) for kiosk in (SECOND, "nowhere", "..%2Fk1")
        ]
    assert {403, 404} >= {answer.status_code for answer in answers}
    assert [403, 403] == [answer.status_code for answer in answers[:2]]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_nobody_else_uses_a_kiosk(house: KioskHouse, method: str, path: str, body: object) -> None:
    found = {}
    for who in ("", *Role):
        async with house.client(who) as client:
            found[who] = (await client.request(method, f"/{KIOSK}{path}", json=body)).status_code
    may = {Role.ADMIN, Role.SCANNER} if path == "/scan" and method == "POST" else {Role.ADMIN}
    refused = {who: status for who, status in found.items() if status in (401, 403)}
    assert set(found) - may == set(refused)
    assert 401 == found[""]


async def test_a_kiosk_that_is_not_in_teams_yaml_is_none(house: KioskHouse) -> None:
    assert 404 == (await posted(house, "scan", {"code": ONE}, who=Role.ADMIN, kiosk="nowhere"))[0]


async def test_an_account_store_that_is_away_is_said(house: KioskHouse) -> None:
    house.house.accounts.is_away = True
    assert 503 == (await posted(house, "scan", {"code": ONE}))[0]


async def test_too_many_scans_say_when_to_come_again(house: KioskHouse) -> None:
    async with house.client() as client:
        answers = [await client.post(f"/{KIOSK}/scan", json={"code": ONE}) for _ in range(11)]
    assert (429, "60") == (answers[-1].status_code, answers[-1].headers["retry-after"])


async def test_a_call_and_a_callback_want_the_scan(house: KioskHouse) -> None:
    _, first = await posted(house, "scan", {"code": ONE})
    await posted(house, "scan", {"code": OTHER})
    scan = first["scan"]["id"]
    found = [
        await posted(house, "call", {"scan": scan}),
        await posted(house, "callback", {"scan": scan, "to": "kiosk"}),
        await posted(house, "more", {"scan": scan}),
        await posted(house, "call", {"scan": ""}),
    ]
    assert [409] * 4 == [status for status, _ in found]
    assert "another-scan" == found[0][1]["why"]


@pytest.mark.parametrize("sent", [{}, {"json": {}}, {"json": {"scan": None}}])
async def test_without_a_scan_named_whoever_is_bound_is_meant(house: KioskHouse, sent: dict[str, Any]) -> None:
    async with house.client() as client:
        early = await client.post(f"/{KIOSK}/call", **sent)
        await client.post(f"/{KIOSK}/scan", json={"code": ONE})
        more = await client.post(f"/{KIOSK}/more", **sent)
        call = await client.post(f"/{KIOSK}/call", **sent)
        callback = await client.post(f"/{KIOSK}/callback", json={"to": "kiosk"})
    assert [409, 200, 202, 201] == [answer.status_code for answer in (early, more, call, callback)]


@pytest.mark.parametrize(
    "sent", [rb'{"scan": "\ud800"}', rb'{"code": "\ud800\u0000"}', b'{"code": "\xff"}', b"{", b" "]
)
@pytest.mark.parametrize("path", ["scan", "call"])
async def test_what_is_no_text_is_refused(house: KioskHouse, path: str, sent: bytes) -> None:
    async with house.client() as client:
        answer = await client.post(f"/{KIOSK}/{path}", content=sent, headers={"content-type": "application/json"})
    assert 422 == answer.status_code


async def test_talking_now_is_accepted_and_rings_once(house: KioskHouse) -> None:
    _, told = await posted(house, "scan", {"code": ONE})
    scan = {"scan": told["scan"]["id"]}
    first, second = await posted(house, "call", scan), await posted(house, "call", scan)
    assert ((202, "calling"), (409, "in-use"), 1) == (
        (first[0], first[1]["state"]),
        (second[0], second[1]["why"]),
        len(house.phones.rung),
    )


async def test_a_callback_is_created(house: KioskHouse) -> None:
    _, told = await posted(house, "scan", {"code": ONE})
    status, told = await posted(house, "callback", {"scan": told["scan"]["id"], "to": "0211555123"})
    assert (201, "promised", "number") == (status, told["state"], told["promise"]["to"])
    assert "555123" not in str(told)


async def test_nobody_chooses_a_target(house: KioskHouse) -> None:
    _, told = await posted(house, "scan", {"code": ONE})
    body = {"scan": told["scan"]["id"], "to": "kiosk", "kiosk": SECOND}
    assert 422 == (await posted(house, "callback", body))[0]
    assert 422 == (await posted(house, "callback", {"scan": told["scan"]["id"], "to": SECOND}))[0]


async def test_done_is_no_error_twice(house: KioskHouse) -> None:
    await posted(house, "scan", {"code": ONE})
    async with house.client() as client:
        answers = [await client.delete(f"/{KIOSK}/scan") for _ in range(2)]
    assert [204, 204] == [answer.status_code for answer in answers]
    assert house.scans.bound(KIOSK) is None


async def test_events_answer_at_once_for_whoever_knows_another_version(house: KioskHouse) -> None:
    async with house.client() as client:
        answer = await client.get(f"/{KIOSK}/events", params={"after": "old", "seconds": 25})
        late = await client.get(f"/{KIOSK}/events", params={"after": answer.json()["version"], "seconds": 0})
    assert (200, "no-store", "idle") == (answer.status_code, answer.headers["cache-control"], late.json()["state"])


@pytest.mark.parametrize("query", ["seconds=26", "seconds=-1", "seconds=nan", "seconds=x", f"after={'x' * 41}"])
async def test_events_wait_within_bounds(house: KioskHouse, query: str) -> None:
    async with house.client() as client:
        assert 422 == (await client.get(f"/{KIOSK}/events?{query}")).status_code


async def test_a_phone_tells_how_it_is(house: KioskHouse) -> None:
    status, told = await posted(house, "state", {**WELL, "scanner": "missing", "camera": "none", "version": "1"})
    assert (200, ["scanner-missing"]) == (status, [each["why"] for each in told["troubles"]])


@pytest.mark.parametrize("wrong", [{"handset": "sideways"}, {"version": "x" * 41}, {"registered": "maybe"}, {"x": 1}])
async def test_a_phone_that_tells_nonsense_is_refused(house: KioskHouse, wrong: dict[str, object]) -> None:
    assert 422 == (await posted(house, "state", {**WELL, **wrong}))[0]


async def test_members_ring_a_kiosk_of_their_own_team_after_a_scan(house: KioskHouse) -> None:
    early = await posted(house, "ring", {"member": "mL01"}, who=Role.MEMBER)
    await posted(house, "scan", {"code": ONE})
    done = await posted(house, "ring", {"member": "mL01"}, who=Role.MEMBER)
    stranger = await posted(house, "ring", {"member": "mL03"}, who=Role.MEMBER)
    await posted(house, "scan", {"code": OTHER})
    foreign = await posted(house, "ring", {"member": "mL01"}, who=Role.MEMBER)
    assert [409, 202, 404, 403] == [early[0], done[0], stranger[0], foreign[0]]
    assert [("mL01", "3901")] == house.phones.rung


async def test_desks_see_where_somebody_of_their_own_teams_is(house: KioskHouse) -> None:
    await posted(house, "scan", {"code": ONE})
    await posted(house, "scan", {"code": OTHER}, who=SECOND, kiosk=SECOND)
    found = {}
    for who in (Role.MEMBER, Role.SUPERVISOR):
        async with house.client(who) as client:
            found[who] = [each["kiosk"] for each in (await client.get(LISTED)).json()["kiosks"]]
    assert {Role.MEMBER: [KIOSK], Role.SUPERVISOR: [KIOSK, SECOND]} == found


async def test_a_kiosk_for_cards_alone_takes_no_number(house: KioskHouse) -> None:
    status, told = await posted(house, "scan", {"code": ONE}, who=CARDS_ONLY, kiosk=CARDS_ONLY)
    card = await posted(house, "scan", {"code": house.cards.make(ONE)}, who=CARDS_ONLY, kiosk=CARDS_ONLY)
    assert (422, "not-a-code", 200) == (status, told["why"], card[0])


async def test_a_phone_that_is_away_is_said_before_anybody_presses(house: KioskHouse) -> None:
    house.phones.states[KIOSK] = PhoneState.AWAY
    await house.desk.look()
    _, told = await posted(house, "scan", {"code": ONE})
    assert {"call": "phone-away", "kiosk": "phone-away", "number": None} == told["offers"]
