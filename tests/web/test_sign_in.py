import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from operations.sign_in import passwords
from operations.sign_in.accounts import RIGHTS, Account, Right, Role
from operations.sign_in.passwords import kept
from operations.sign_in.proving import MOST_BY_NAME_AND_ADDRESS, SPAN_SECONDS
from operations.sign_in.terms import ABSOLUTE_SECONDS, IDLE_SECONDS
from tests.fakes.desk_house import DeskHouse, token_of
from web.who import COOKIE

SESSION = "/api/v1/session"


@pytest.fixture(autouse=True)
def light_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost is for thieves, not for tests."""
    monkeypatch.setattr(passwords, "ARGON", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


async def test_name_and_token_are_a_cookie_that_no_script_and_no_other_site_gets(house: DeskHouse) -> None:
    async with house.client() as client:
        answer = await client.post(SESSION, json={"user": "lead", "password": token_of("lead")})
    cookie = answer.headers["set-cookie"]
    assert (200, "lead", ["L01", "V01"], "no-store") == (
        answer.status_code,
        answer.json()["role"],
        answer.json()["teams"],
        answer.headers["cache-control"],
    )
    assert all(each in cookie for each in ("HttpOnly", "SameSite=strict", "Path=/"))
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    ("scheme", "host"),
    [("https", "127.0.0.1"), ("https", "desk.example.org"), ("http", "10.1.2.3"), ("http", "desk.example.org")],
)
async def test_over_a_wire_the_cookie_is_for_tls_only(house: DeskHouse, scheme: str, host: str) -> None:
    async with house.client(host=host, scheme=scheme) as client:
        answer = await client.post(SESSION, json={"user": "lead", "password": token_of("lead")})
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_password_of_ones_own_signs_in(house: DeskHouse) -> None:
    house.accounts.accounts["anna"] = Account("anna", Role.ADMIN, password=await kept("correct horse battery"), id="1")
    async with house.client() as client:
        right = await client.post(SESSION, json={"user": "anna", "password": "correct horse battery"})
        wrong = await client.post(SESSION, json={"user": "anna", "password": "correct horse batterie"})
    assert (200, 401) == (right.status_code, wrong.status_code)


@pytest.mark.parametrize("user", ["lead", "nobody", "../lead", "lead\n", "ｌｅａｄ", "'; DROP TABLE"])
async def test_an_unknown_name_and_a_wrong_password_sound_the_same(house: DeskHouse, user: str) -> None:
    async with house.client() as client:
        answer = await client.post(SESSION, json={"user": user, "password": "wrong password"})
    assert (401, "application/problem+json", "Name and password do not belong together.") == (
        answer.status_code,
        answer.headers["content-type"],
        answer.json()["detail"],
    )


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '{"user": "lead"}', '{"user": 1, "password": 2}', '{"user": "a", "password": "b", "x": 1}'],
)
async def test_a_malformed_question_is_refused_and_not_repeated(house: DeskHouse, body: str) -> None:
    async with house.client() as client:
        answer = await client.post(SESSION, content=body, headers={"content-type": "application/json"})
    assert (422, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


async def test_a_password_stands_in_no_error(house: DeskHouse) -> None:
    async with house.client() as client:
        answer = await client.post(SESSION, json={"user": "lead", "password": ["my secret password"]})
    assert 422 == answer.status_code
    assert "secret" not in answer.text


async def test_a_huge_or_foreign_body_is_refused_unread(house: DeskHouse) -> None:
    async with house.client() as client:
        huge = await client.post(SESSION, content=b" " * 100_000, headers={"content-type": "application/json"})
        plain = await client.post(SESSION, content=b"{}", headers={"content-type": "text/plain"})
    assert (413, 415) == (huge.status_code, plain.status_code)


async def test_another_sites_page_signs_nobody_in(house: DeskHouse) -> None:
    async with house.client() as client:
        for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
            given = {"user": "lead", "password": token_of("lead")}
            assert 403 == (await client.post(SESSION, json=given, headers=headers)).status_code


async def test_too_many_wrong_tries_have_to_wait_even_with_the_right_password(house: DeskHouse) -> None:
    async with house.client() as client:
        wrong = {"user": "lead", "password": "wrong"}
        statuses = {(await client.post(SESSION, json=wrong)).status_code for _ in range(MOST_BY_NAME_AND_ADDRESS)}
        right = {"user": "lead", "password": token_of("lead")}
        answer = await client.post(SESSION, json=right)
        other = await client.post(SESSION, json={"user": "admin", "password": token_of("admin")})
        house.now += SPAN_SECONDS
        later = await client.post(SESSION, json=right)
    assert ({401}, 429, str(int(SPAN_SECONDS)), 200, 200) == (
        statuses,
        answer.status_code,
        answer.headers["retry-after"],
        other.status_code,
        later.status_code,
    )


async def test_wrong_tries_at_once_are_as_many_as_one_after_another(house: DeskHouse) -> None:
    async with house.client() as client:
        wrong = {"user": "lead", "password": "wrong"}
        answers = await asyncio.gather(*(client.post(SESSION, json=wrong) for _ in range(20)))
    statuses = Counter(answer.status_code for answer in answers)
    assert {401: MOST_BY_NAME_AND_ADDRESS, 429: 20 - MOST_BY_NAME_AND_ADDRESS} == statuses


async def test_a_right_password_is_no_wrong_try(house: DeskHouse) -> None:
    house.accounts.accounts["anna"] = Account("anna", Role.ADMIN, password=await kept("correct horse battery"), id="1")
    async with house.client() as client:
        right = {"user": "anna", "password": "correct horse battery"}
        statuses = {(await client.post(SESSION, json=right)).status_code for _ in range(MOST_BY_NAME_AND_ADDRESS + 1)}
    assert {200} == statuses


async def test_a_session_ends_when_nobody_uses_it(house: DeskHouse) -> None:
    async with house.client() as client:
        await house.signed_in(client, "lead")
        house.now += IDLE_SECONDS - 1
        assert 200 == (await client.get(SESSION)).status_code
        house.now += IDLE_SECONDS
        assert 401 == (await client.get(SESSION)).status_code
    assert {} == house.accounts.sessions


async def test_a_session_ends_after_a_working_day_however_much_it_is_used(house: DeskHouse) -> None:
    async with house.client() as client:
        await house.signed_in(client, "lead")
        for _ in range(int(ABSOLUTE_SECONDS // (IDLE_SECONDS / 2)) - 1):
            house.now += IDLE_SECONDS / 2
            assert 200 == (await client.get(SESSION)).status_code
        house.now += IDLE_SECONDS / 2
        assert 401 == (await client.get(SESSION)).status_code


async def test_signing_out_ends_the_session_on_the_server(house: DeskHouse) -> None:
    async with house.client() as client:
        csrf = await house.signed_in(client, "lead")
        cookie = client.cookies[COOKIE]
        forged = await client.delete(SESSION)
        ended = await client.delete(SESSION, headers={"x-csrf-token": csrf})
        client.cookies.set(COOKIE, cookie)
        after = await client.get(SESSION)
    assert (403, 204, 401) == (forged.status_code, ended.status_code, after.status_code)


async def test_a_revoked_account_is_out_at_once_and_its_name_lets_nobody_else_in(house: DeskHouse) -> None:
    async with house.client() as client:
        await house.signed_in(client, "lead")
        old = house.accounts.accounts.pop("lead")
        gone = await client.get(SESSION)
        house.accounts.accounts["lead"] = Account("lead", Role.ADMIN, token=old.token, id="another")
        other = await client.get(SESSION)
    assert (401, 401) == (gone.status_code, other.status_code)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer wrong-token-of-20-characters",
        "Basic bGVhZDpsZWFk",
        "bearer x",
        "Bearer " + "a" * 9000,
    ],
)
async def test_a_wrong_bearer_is_nobody_even_beside_a_cookie(house: DeskHouse, header: str) -> None:
    async with house.client() as client:
        await house.signed_in(client, "lead")
        answer = await client.get(SESSION, headers={"authorization": header})
    assert (401, 'Bearer realm="teamline"') == (answer.status_code, answer.headers["www-authenticate"])


async def test_a_bearer_needs_no_csrf_and_has_none(house: DeskHouse) -> None:
    async with house.client("lead") as client:
        answer = await client.get(SESSION)
    assert ("lead", None) == (answer.json()["user"], answer.json()["csrf"])


async def test_while_the_store_is_away_nobody_comes_in_and_hears_why(house: DeskHouse) -> None:
    house.accounts.is_away = True
    async with house.client("lead") as client:
        answers = [await client.get(SESSION), await client.post(SESSION, json={"user": "a", "password": "b"})]
    assert [503, 503] == [each.status_code for each in answers]
    assert all("again in a moment" in each.json()["detail"] for each in answers)


def test_every_right_belongs_to_an_administrator_and_none_to_nobody() -> None:
    assert set(Right) == set(RIGHTS)
    assert [] == [right for right, roles in RIGHTS.items() if Role.ADMIN not in roles]


async def test_neither_password_nor_token_is_kept_or_shown(house: DeskHouse) -> None:
    account = Account("anna", Role.ADMIN, password=await kept("correct horse battery"), token="0" * 64)
    assert "correct horse" not in account.password
    assert [] == [each for each in (account.password, account.token) if each in repr(account)]
    async with house.client() as client:
        await house.signed_in(client, "lead")
    shown = json.dumps([session.id for session in house.accounts.sessions.values()])
    assert client.cookies[COOKIE] not in shown
