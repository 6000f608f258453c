import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from operations.sign_in import passwords
from operations.sign_in.account_list import handle_of
from operations.sign_in.accounts import Account, Role
from tests.fakes.admin_house import AdminHouse
from tests.fakes.desk_house import token_of
from web.page import words

API = "/api/v1/accounts"
PAGE = "/admin/accounts"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AdminHouse:
    monkeypatch.setattr(passwords, "ARGON", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    house = AdminHouse(tmp_path)
    house.accounts.accounts["lead"] = replace(house.accounts.accounts["lead"], teams=("L01",))
    return house


@pytest.fixture
async def admin(house: AdminHouse) -> AsyncIterator[httpx.AsyncClient]:
    async with house.client() as client:
        yield client


def place(name: str) -> str:
    return f"{API}/{handle_of(name)}"


async def entered(house: AdminHouse, name: str, password: str) -> httpx.AsyncClient:
    """A browser in which somebody has signed in; its forms' csrf is in `headers`."""
    client = house.client(None)
    answer = await client.post("/api/v1/session", json={"user": name, "password": password})
    assert 200 == answer.status_code, answer.text
    client.headers["x-csrf-token"] = answer.json()["csrf"]
    return client


async def test_accounts_come_in_pages_and_tell_no_secret(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    first = (await admin.get(API, params={"limit": 4})).json()
    second = (await admin.get(API, params={"limit": 4, "after": first["next"]})).json()
    names = [each["user"] for page in (first, second) for each in page["accounts"]]
    assert (sorted(Role), None) == (sorted(names), second["next"])
    assert passwords.digest_of(token_of("lead")) not in json.dumps([first, second])


async def test_an_account_is_made_with_a_one_time_password_that_opens_its_own_page_only(
    house: AdminHouse, admin: httpx.AsyncClient
) -> None:
    made = await admin.post(API, json={"user": "dan", "role": "lead", "teams": ["L01"], "member": "one"})
    assert (201, place("dan"), "no-store") == (
        made.status_code,
        made.headers["location"],
        made.headers["cache-control"],
    )
    browser = await entered(house, "dan", made.json()["secret"])
    shut = await browser.get("/api/v1/configuration")
    page = await browser.get("/admin", headers={"accept": "text/html"})
    assert (403, 303, "/account") == (shut.status_code, page.status_code, page.headers["location"])
    own = await browser.get("/account", params={"lang": "en"})
    assert "Please choose your own now" in own.text
    await browser.aclose()


async def test_who_has_changed_the_one_time_password_comes_in(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    secret = (await admin.post(API, json={"user": "dora", "role": "admin"})).json()["secret"]
    browser = await entered(house, "dora", secret)
    csrf = browser.headers["x-csrf-token"]
    new = "correct horse battery"
    form = {"csrf": csrf, "old": secret, "new": new, "again": new}
    changed = await browser.post("/account/password", data=form)
    assert (303, 200) == (changed.status_code, (await browser.get(API)).status_code)
    await browser.aclose()


@pytest.mark.parametrize(
    "body",
    [
        {"user": "dan"},
        {"user": "a b", "role": "viewer"},
        {"user": "dan", "role": "emperor"},
        {"user": "dan", "role": "lead"},
        {"user": "dan", "role": "viewer", "teams": ["L01"]},
        {"user": "dan", "role": "viewer", "password": "short"},
        {"user": "dan", "role": "viewer", "is_disabled": True},
        {"user": "dan", "role": "scanner", "proof": "one-time"},
    ],
)
async def test_what_is_no_account_is_422_with_the_cure(admin: httpx.AsyncClient, body: object) -> None:
    answer = await admin.post(API, json=body)
    assert (422, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


async def test_a_name_is_given_once(admin: httpx.AsyncClient) -> None:
    assert 409 == (await admin.post(API, json={"user": "lead", "role": "viewer"})).status_code


async def test_of_two_administrators_at_once_the_second_is_told(admin: httpx.AsyncClient) -> None:
    etag = (await admin.get(place("lead"))).headers["etag"]
    both = [
        await admin.patch(place("lead"), json={"role": role}, headers={"if-match": etag})
        for role in ("viewer", "supervisor")
    ]
    assert [200, 412] == [each.status_code for each in both]
    assert both[0].headers["etag"] == (await admin.get(place("lead"))).headers["etag"] != etag
    assert 304 == (await admin.get(place("lead"), headers={"if-none-match": both[0].headers["etag"]})).status_code


async def test_what_is_not_sent_stays(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    await admin.patch(place("lead"), json={"member": "one"})
    lead = house.accounts.accounts["lead"]
    assert (Role.LEAD, ("L01",), "one") == (lead.role, lead.teams, lead.member)


async def test_a_disabled_account_is_out_until_it_is_enabled(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    answers = []
    for is_enabled in (False, True):
        await admin.patch(place("viewer"), json={"is_enabled": is_enabled})
        async with house.client("viewer") as viewer:
            answers.append((await viewer.get("/api/v1/session")).status_code)
    assert [401, 200] == answers


async def test_the_own_account_and_the_last_administrator_stay(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    own = await admin.delete(place("admin"))
    assert (409, "own account" in own.json()["detail"]) == (own.status_code, True)
    secret = (await admin.post(API, json={"user": "eve", "role": "admin", "proof": "token"})).json()["secret"]
    async with house.client(None) as eve:
        eve.headers["authorization"] = f"Bearer {secret}"
        assert 204 == (await eve.delete(place("admin"))).status_code
        assert 409 == (await eve.delete(f"{place('eve')}/token")).status_code


async def test_a_token_is_made_anew_and_revoked(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    token = (await admin.post(f"{place('scanner')}/token")).json()["secret"]
    assert passwords.digest_of(token) == house.accounts.accounts["scanner"].token
    assert 204 == (await admin.delete(f"{place('scanner')}/token")).status_code
    assert "" == house.accounts.accounts["scanner"].token


async def test_every_session_of_one_ends(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    browser = await entered(house, "viewer", token_of("viewer"))
    assert {"ended": 1} == (await admin.delete(f"{place('viewer')}/sessions")).json()
    assert 401 == (await browser.get("/api/v1/session")).status_code
    await browser.aclose()


async def test_nobody_and_no_such_account_is_404(admin: httpx.AsyncClient) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/token"), ("DELETE", "/sessions")):
        assert 404 == (await admin.request(method, place("nobody") + path)).status_code


async def test_while_the_store_is_away_nothing_is_listed_and_the_page_says_so(
    house: AdminHouse, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        house.accounts.is_away = True
        house.accounts._answer()

    monkeypatch.setattr(house.accounts, "listed", away)
    page = await admin.get(PAGE, params={"lang": "en"})
    assert (503, True) == (page.status_code, "The store does not answer" in page.text)


async def test_a_deed_names_the_account_and_no_secret(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    secret = (await admin.post(f"{place('lead')}/password")).json()["secret"]
    assert [("admin", "account-password-set", "", "lead")] == house.notes.deeds
    assert secret not in str(house.notes.entries)


# pages


def version_in(html: str) -> str:
    found = re.search(r'name="version" value="([0-9a-f]+)"', html)
    return found[1] if found else ""


async def test_the_page_lists_everybody_without_a_name_in_an_address(admin: httpx.AsyncClient) -> None:
    page = (await admin.get(PAGE, params={"lang": "en"})).text
    assert all(f"{PAGE}/{handle_of(role)}" in page for role in Role)
    assert [] == [address for address in re.findall(r'href="([^"]*)"', page) if "supervisor" in address]


@pytest.mark.parametrize("act", ["password", "token", "end-token", "end-sessions", "disable", "remove"])
async def test_what_takes_something_away_is_asked_for_once_more(
    house: AdminHouse, admin: httpx.AsyncClient, act: str
) -> None:
    before = house.accounts.accounts["lead"]
    version = version_in((await admin.get(f"{PAGE}/{handle_of('lead')}")).text)
    asked = await admin.post(f"{PAGE}/{handle_of('lead')}/{act}", data={"version": version})
    assert (200, True, before) == (asked.status_code, 'name="sure"' in asked.text, house.accounts.accounts["lead"])
    done = await admin.post(f"{PAGE}/{handle_of('lead')}/{act}", data={"version": version, "sure": "yes"})
    assert done.status_code in {200, 303}
    assert before != house.accounts.accounts.get("lead")


async def test_a_page_that_is_old_changes_nothing_and_shows_what_is(
    house: AdminHouse, admin: httpx.AsyncClient
) -> None:
    version = version_in((await admin.get(f"{PAGE}/{handle_of('lead')}")).text)
    await admin.patch(place("lead"), json={"role": "supervisor"})
    late = await admin.post(
        f"{PAGE}/{handle_of('lead')}/change", data={"version": version, "role": "viewer"}, params={"lang": "en"}
    )
    assert (412, True) == (late.status_code, "Somebody changed this account meanwhile" in late.text)
    assert Role.SUPERVISOR is house.accounts.accounts["lead"].role


async def test_role_and_teams_are_changed_by_a_form(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    version = version_in((await admin.get(f"{PAGE}/{handle_of('viewer')}")).text)
    form = {"version": version, "role": "member", "teams": ["L01", "V01"], "member": "one"}
    assert 303 == (await admin.post(f"{PAGE}/{handle_of('viewer')}/change", data=form)).status_code
    viewer = house.accounts.accounts["viewer"]
    assert (Role.MEMBER, ("L01", "V01"), "one") == (viewer.role, viewer.teams, viewer.member)


async def test_a_form_makes_an_account_and_shows_its_secret_once(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    made = await admin.post(f"{PAGE}/new", data={"user": "dan", "role": "viewer", "proof": "one-time"})
    shown = re.search(r'id="secret" value="([^"]+)"', made.text)
    assert shown
    assert "no-store" in made.headers["cache-control"]
    assert shown[1] not in (await admin.get(f"{PAGE}/{handle_of('dan')}")).text
    await (await entered(house, "dan", shown[1])).aclose()


async def test_a_form_that_cannot_be_keeps_what_was_keyed_and_says_why(admin: httpx.AsyncClient) -> None:
    form = {"user": "dan<b>", "role": "lead", "proof": "one-time", "lang": "en"}
    answer = await admin.post(f"{PAGE}/new", data=form, params={"lang": "en"})
    assert (422, True, False) == (answer.status_code, "dan&lt;b&gt;" in answer.text, "<b>" in answer.text)
    assert words("accounts/accounts", "en")["impossible_name"] in answer.text


async def test_the_own_account_offers_nothing_that_locks_out(admin: httpx.AsyncClient) -> None:
    page = (await admin.get(f"{PAGE}/{handle_of('admin')}", params={"lang": "en"})).text
    assert ["token"] == re.findall(rf'action="{PAGE}/[0-9a-f]+/([a-z-]+)"', page)


# own sign-in


async def test_own_sessions_are_told_in_plain_words_and_this_one_is_marked(house: AdminHouse) -> None:
    firefox = {"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"}
    browser = house.client(None)
    credentials = {"user": "viewer", "password": token_of("viewer")}
    await browser.post("/api/v1/session", json=credentials, headers=firefox)
    other = await entered(house, "viewer", token_of("viewer"))
    page = (await browser.get("/account", params={"lang": "en"})).text
    assert (1, 1, 1) == (page.count("Firefox on Windows</th>"), page.count("A program</th>"), page.count("this one"))
    for each in (browser, other):
        await each.aclose()


async def test_one_and_all_other_own_sessions_are_ended(house: AdminHouse) -> None:
    mine, *others = [await entered(house, "viewer", token_of("viewer")) for _ in range(4)]
    page = (await mine.get("/account")).text
    csrf = mine.headers["x-csrf-token"]
    first = re.findall(r'name="session" value="([0-9a-f]+)"', page)[0]
    await mine.post("/account/end", data={"csrf": csrf, "session": first})
    assert 2 == sum([(await each.get("/api/v1/session")).status_code == 200 for each in others])
    await mine.post("/account/end-others", data={"csrf": csrf})
    assert [401] * 3 == [(await each.get("/api/v1/session")).status_code for each in others]
    assert 200 == (await mine.get("/api/v1/session")).status_code
    for each in (mine, *others):
        await each.aclose()


@pytest.mark.parametrize(
    ("form", "status", "why"),
    [
        ({"old": "wrong", "new": "correct horse battery"}, 403, "fault_NotKnown"),
        ({"old": "OLD", "new": "short"}, 422, "impossible_length"),
        ({"old": "OLD", "new": "correct horse battery", "again": "another horse battery"}, 422, "impossible_twice"),
    ],
)
async def test_a_password_that_is_not_changed_says_why(
    house: AdminHouse, form: dict[str, str], status: int, why: str
) -> None:
    browser = await entered(house, "viewer", token_of("viewer"))
    sent = {"csrf": browser.headers["x-csrf-token"], "again": form["new"], **form}
    sent["old"] = sent["old"].replace("OLD", token_of("viewer"))
    answer = await browser.post("/account/password", data=sent, params={"lang": "de"})
    assert (status, True) == (answer.status_code, words("accounts/accounts", "de")[why] in answer.text)
    assert "horse" not in answer.text
    await browser.aclose()


async def test_the_header_leads_to_the_own_sign_in(house: AdminHouse) -> None:
    async with house.client("supervisor") as client:
        assert 'href="/account" aria-current=page' in (await client.get("/account")).text


async def test_the_disabled_account_is_told_like_an_unknown_name(house: AdminHouse) -> None:
    kept = await passwords.kept("correct horse battery")
    house.accounts.accounts["gone"] = Account("gone", Role.VIEWER, password=kept, id="g", is_disabled=True)
    async with house.client(None) as client:
        answer = await client.post("/api/v1/session", json={"user": "gone", "password": "correct horse battery"})
    assert 401 == answer.status_code


@pytest.mark.parametrize("told", [0, 1, 1.0, "true", "false", "yes", "on", "1", [], {}])
async def test_whether_an_account_is_enabled_is_true_or_false_and_nothing_like_it(
    house: AdminHouse, admin: httpx.AsyncClient, told: object
) -> None:
    before = house.accounts.accounts["viewer"]
    answer = await admin.patch(place("viewer"), json={"is_enabled": told})
    assert (422, before) == (answer.status_code, house.accounts.accounts["viewer"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"more": 1},
        {"user": ""},
        {"user": "a" * 65},
        {"user": "d\u00e4n"},
        {"user": "dan\n"},
        {"user": "dan\x00"},
        {"user": " dan"},
        {"user": 7},
        {"role": "VIEWER"},
        {"role": None},
        {"teams": "L01"},
        {"teams": {"0": "L01"}},
        {"teams": [1]},
        {"teams": [None]},
        {"teams": ["L01"] * 101},
        {"teams": ["L" * 65]},
        {"member": None},
        {"member": "m" * 65},
        {"proof": "password"},
        {"password": ""},
        {"password": "elevenchars"},
        {"password": "p" * 257},
        {"password": 123456789012},
    ],
    ids=str,
)
async def test_what_the_description_does_not_allow_makes_no_account(
    house: AdminHouse, admin: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    before = set(house.accounts.accounts)
    answer = await admin.post(API, json={"user": "dan", "role": "viewer"} | wrong)
    assert (422, before) == (answer.status_code, set(house.accounts.accounts))


@pytest.mark.parametrize("half", [b"\\ud800", b"\\udc00", b"\xed\xa0\x80", b"\xff"])
async def test_half_a_character_makes_no_account(house: AdminHouse, admin: httpx.AsyncClient, half: bytes) -> None:
    before = set(house.accounts.accounts)
    body = b'{"user": "dan", "role": "viewer", "password": "correct horse ' + half + b'"}'
    answer = await admin.post(API, content=body, headers={"content-type": "application/json"})
    assert (422, before) == (answer.status_code, set(house.accounts.accounts))


async def test_the_description_says_what_a_name_and_a_password_are_like(admin: httpx.AsyncClient) -> None:
    schemas = (await admin.get("/api/openapi.json")).json()["paths"]
    sent = schemas[API]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    text = next(each for each in sent["password"]["anyOf"] if each["type"] == "string")
    assert (passwords.SHORTEST, passwords.MOST_CHARACTERS) == (text["minLength"], text["maxLength"])
    pattern = re.compile(sent["user"]["pattern"])
    assert (True, False, False) == tuple(bool(pattern.search(each)) for each in ("Dan.d-1@x", "-dan", "d\u00e4n"))


async def test_a_team_that_is_named_twice_is_one(house: AdminHouse, admin: httpx.AsyncClient) -> None:
    await admin.post(API, json={"user": "dan", "role": "lead", "teams": ["L01", "L01"]})
    assert ("L01",) == house.accounts.accounts["dan"].teams
    await admin.patch(place("dan"), json={"teams": ["L01", "L01"]})
    assert ("L01",) == house.accounts.accounts["dan"].teams
