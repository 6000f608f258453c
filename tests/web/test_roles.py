"""Role x route: who may do what, for own teams and for others; by token and by cookie."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from operations.sign_in.accounts import Role
from tests.fakes.desk_house import DeskHouse
from tests.fakes.entries import callback, voice

UNTIL = "2026-01-05T12:00:00+01:00"
ORDER = {"until": UNTIL, "reason": "Personalversammlung"}
Body = dict[str, Any] | None
VIEWER, MEMBER, LEAD, SUPERVISOR, ADMIN = Role.VIEWER, Role.MEMBER, Role.LEAD, Role.SUPERVISOR, Role.ADMIN
PEOPLE = {VIEWER, MEMBER, LEAD, SUPERVISOR, ADMIN}
ANSWERING = PEOPLE - {VIEWER}
LEADING = {LEAD, SUPERVISOR, ADMIN}
WHOLE = {SUPERVISOR, ADMIN}
OWN = voice(team="L01", claimed_by="")
OTHER = voice(team="L03")
OWN_CALLBACK = callback(phone="+49211555101")
OTHER_CALLBACK = callback(team="L03", phone="+49211555102")
KEPT = (OWN, OTHER, OWN_CALLBACK, OTHER_CALLBACK)

ROUTES: list[tuple[str, str, Body, set[Role], set[Role]]] = [
    # method, path with {team}, {message}, {callback}, {call}; body; who may for an own team; who may for another's
    ("GET", "/api/v1/teams", None, PEOPLE, PEOPLE),
    ("GET", "/api/v1/teams/{team}", None, PEOPLE, WHOLE | {VIEWER}),
    ("GET", "/api/v1/messages?team={team}", None, ANSWERING, WHOLE),
    ("GET", "/api/v1/messages/{message}", None, ANSWERING, WHOLE),
    ("POST", "/api/v1/messages/{message}/claim", None, ANSWERING, WHOLE),
    ("POST", "/api/v1/messages/{message}/release", None, ANSWERING, WHOLE),
    ("POST", "/api/v1/messages/{message}/done", None, ANSWERING, WHOLE),
    ("DELETE", "/api/v1/messages/{message}", None, LEADING, WHOLE),
    ("GET", "/api/v1/callbacks?team={team}", None, PEOPLE, WHOLE | {VIEWER}),
    ("GET", "/api/v1/callbacks/{callback}", None, PEOPLE, WHOLE | {VIEWER}),
    ("DELETE", "/api/v1/callbacks/{callback}", None, ANSWERING, WHOLE),
    ("POST", "/api/v1/teams/{team}/close", ORDER, LEADING, WHOLE),
    ("DELETE", "/api/v1/teams/{team}/close", None, LEADING, WHOLE),
    ("POST", "/api/v1/sites/nord/close", ORDER, WHOLE, WHOLE),
    ("DELETE", "/api/v1/sites/nord/close", None, WHOLE, WHOLE),
    ("POST", "/api/v1/centre/close", ORDER, WHOLE, WHOLE),
    ("DELETE", "/api/v1/centre/close", None, WHOLE, WHOLE),
    ("POST", "/api/v1/waiting/{call}/credit", {"seconds": 60}, LEADING, WHOLE),
    ("POST", "/api/v1/waiting/{call}/move", {"team": "V01"}, LEADING, WHOLE),
    ("POST", "/api/v1/waiting/{call}/withdraw", None, LEADING, WHOLE),
    ("GET", "/desk/{team}", None, ANSWERING, WHOLE),
]


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    house = DeskHouse(tmp_path)
    house.kept.entries = {entry.id: entry for entry in KEPT}
    house.waits("1.1", "L01")
    house.waits("1.3", "L03")
    return house


def _path(path: str, *, is_own: bool) -> str:
    own = {"team": "L01", "message": OWN.id, "callback": OWN_CALLBACK.id, "call": "1.1"}
    other = {"team": "L03", "message": OTHER.id, "callback": OTHER_CALLBACK.id, "call": "1.3"}
    return path.format(**(own if is_own else other))


async def _asked(client: httpx.AsyncClient, method: str, path: str, body: Body, **headers: str) -> httpx.Response:
    return await client.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize(("method", "path", "body", "may", "_others"), ROUTES)
@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_for_its_own_teams_what_the_table_says(
    house: DeskHouse,
    role: Role,
    method: str,
    path: str,
    body: Body,
    may: set[Role],
    _others: set[Role],
) -> None:
    async with house.client(role) as client:
        answer = await _asked(client, method, _path(path, is_own=True), body)
    expected = answer.status_code in {200, 204} if role in may else answer.status_code == 403
    assert expected, (role, method, path, answer.status_code, answer.text)


@pytest.mark.parametrize(("method", "path", "body", "_own", "may"), ROUTES)
@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_for_others_what_the_table_says(
    house: DeskHouse, role: Role, method: str, path: str, body: Body, _own: set[Role], may: set[Role]
) -> None:
    async with house.client(role) as client:
        answer = await _asked(client, method, _path(path, is_own=False), body)
    expected = answer.status_code in {200, 204} if role in may else answer.status_code == 403
    assert expected, (role, method, path, answer.status_code, answer.text)


@pytest.mark.parametrize(("method", "path", "body", "_own", "_others"), ROUTES)
async def test_nobody_may_without_a_sign_in(
    house: DeskHouse, method: str, path: str, body: Body, _own: set[Role], _others: set[Role]
) -> None:
    async with house.client() as client:
        answer = await _asked(client, method, _path(path, is_own=True), body)
    is_page = path.startswith("/desk")
    assert (303 if is_page else 401) == answer.status_code
    assert is_page or answer.headers["content-type"] == "application/problem+json"


CHANGES = [route for route in ROUTES if route[0] != "GET"]


@pytest.mark.parametrize(("method", "path", "body", "_own", "_others"), CHANGES)
@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"x-csrf-token": ""},
        {"x-csrf-token": "forged"},
        {"x-csrf-token": "RIGHT", "origin": "https://evil.example"},
        {"x-csrf-token": "RIGHT", "sec-fetch-site": "cross-site"},
    ],
)
async def test_a_change_that_another_page_sends_with_the_cookie_changes_nothing(
    house: DeskHouse,
    method: str,
    path: str,
    body: Body,
    forged: dict[str, str],
    _own: set[Role],
    _others: set[Role],
) -> None:
    async with house.client() as client:
        csrf = await house.signed_in(client, Role.ADMIN)
        sent = {name: csrf if value == "RIGHT" else value for name, value in forged.items()}
        answer = await _asked(client, method, _path(path, is_own=True), body, **sent)
    assert (403, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert (len(KEPT), {}, []) == (len(house.kept.entries), house.closed.orders, house.switch.done)


@pytest.mark.parametrize(("method", "path", "body", "_own", "_others"), CHANGES)
async def test_a_change_from_our_own_page_is_done(
    house: DeskHouse, method: str, path: str, body: Body, _own: set[Role], _others: set[Role]
) -> None:
    async with house.client() as client:
        csrf = await house.signed_in(client, Role.ADMIN)
        own = {"x-csrf-token": csrf, "origin": "http://127.0.0.1:8080", "sec-fetch-site": "same-origin"}
        answer = await _asked(client, method, _path(path, is_own=True), body, **own)
    assert answer.status_code in {200, 204}, answer.text


async def test_a_lead_moves_nobody_into_a_team_of_others(house: DeskHouse) -> None:
    async with house.client(LEAD) as client:
        answer = await client.post("/api/v1/waiting/1.1/move", json={"team": "L03"})
    assert (403, []) == (answer.status_code, house.switch.done)


@pytest.mark.parametrize("role", list(Role))
async def test_who_answers_for_a_team_has_somebody_called_back_by_it(house: DeskHouse, role: Role) -> None:
    for team, may in (("L01", ANSWERING), ("L03", WHOLE)):
        body = {"phone": f"0211 822410{team[-1]}", "team": team}
        async with house.client(role) as client:
            answer = await _asked(client, "POST", "/api/v1/callbacks", body)
        assert (201 if role in may else 403) == answer.status_code, answer.text


async def test_a_callback_that_another_page_asks_for_with_the_cookie_is_not_made(house: DeskHouse) -> None:
    async with house.client() as client:
        await house.signed_in(client, Role.ADMIN)
        answer = await _asked(client, "POST", "/api/v1/callbacks", {"phone": "0211 8224100", "team": "L01"})
    assert (403, len(KEPT)) == (answer.status_code, len(house.kept.entries))
