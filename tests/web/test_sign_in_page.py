"""The sign-in page: what it says, whom it lets where, and what it leaves behind in the browser."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from operations.sign_in import passwords
from operations.sign_in.accounts import Role
from operations.sign_in.proving import MOST_BY_NAME_AND_ADDRESS
from routing.centre import Centre
from teamline.oidc_settings import OidcRole
from teamline.router.front_door import FrontDoor
from teamline.settings import Settings
from tests.fakes.desk_house import DeskHouse, token_of
from tests.fakes.router import small_centre
from web.sign_in.onward import first_page, own_path
from web.who import COOKIE

CENTRE: Centre = small_centre()


@pytest.fixture(autouse=True)
def light_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost is for thieves, not for tests."""
    monkeypatch.setattr(passwords, "ARGON", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


async def sign_in(client: httpx.AsyncClient, role: str = "lead", language: str = "de", **more: str) -> httpx.Response:
    given = {"user": role, "password": token_of(role), **more}
    return await client.post(f"/sign-in?lang={language}", data=given)


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("viewer", "/"),
        ("member", "/desk/L01"),
        ("lead", "/"),
        ("supervisor", "/"),
        ("admin", "/"),
        ("kiosk", ""),
        ("scanner", ""),
    ],
)
async def test_each_role_comes_to_its_own_page_first(house: DeskHouse, role: str, page: str) -> None:
    assert page == first_page(house.accounts.accounts[role], CENTRE)
    async with house.client() as client:
        answer = await sign_in(client, role)
    assert ((303, page) if page else (403, "")) == (answer.status_code, answer.headers.get("location", ""))


async def test_a_device_has_no_page_even_if_it_asks_for_one(house: DeskHouse) -> None:
    async with house.client() as client:
        answer = await sign_in(client, "kiosk", next="/reports")
    assert (403, {}) == (answer.status_code, house.accounts.sessions)
    assert "Für dieses Konto gibt es hier keine Seite" in answer.text


@pytest.mark.parametrize(
    "wanted",
    ["/", "/reports?from=2026-01-05&to=2026-02-01&team=L01,L02", "/desk/L01", "/admin/configuration/compare?a=1&b=2"],
)
async def test_any_page_of_ours_may_be_wanted(house: DeskHouse, wanted: str) -> None:
    async with house.client() as client:
        answer = await sign_in(client, next=wanted)
    assert (wanted, wanted) == (own_path(wanted), answer.headers["location"])


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%2f/evil.example",
        "https:evil.example",
        " /reports",
        "/reports\n",
        "/reports?next=//evil.example#x",
        "/api/v1/session",
        "/sign-out",
        "/sign-in",
        "/pages/shell/frame.css",
        "/x?" + "y" * 600,
    ],
)
def test_nothing_else_may(wanted: str) -> None:
    assert "" == own_path(wanted)


@pytest.mark.parametrize(("language", "words"), [("de", "in 15:00 Minuten"), ("en", "in 15:00 minutes")])
async def test_too_many_wrong_tries_are_told_how_long_to_wait(house: DeskHouse, language: str, words: str) -> None:
    async with house.client() as client:
        for _ in range(MOST_BY_NAME_AND_ADDRESS):
            await sign_in(client, language=language, password="wrong")
        answer = await sign_in(client, language=language)
    assert (429, "900", True) == (answer.status_code, answer.headers["retry-after"], words in answer.text)


async def test_the_page_says_that_the_store_is_away(house: DeskHouse) -> None:
    house.accounts.is_away = True
    async with house.client() as client:
        answer = await sign_in(client)
    assert (503, True) == (answer.status_code, "Der Speicher antwortet nicht" in answer.text)


async def test_whoever_signs_out_is_told_so_and_whose_session_is_over_too(house: DeskHouse) -> None:
    async with house.client() as client:
        out = await client.get("/sign-in?out=1&lang=en")
        first = await client.get("/sign-in?next=/reports&lang=en")
        client.cookies.set(COOKIE, "of-a-session-that-is-over")
        over = await client.get("/sign-in?next=/reports&lang=en")
    told = ["You are signed out" in out.text, "session is over" in first.text, "session is over" in over.text]
    assert [True, False, True] == told


async def test_whoever_is_not_signed_in_any_more_may_sign_out(house: DeskHouse) -> None:
    async with house.client() as client:
        left = await client.post("/sign-out", data={"csrf": ""})
    assert (303, "/sign-in?out=1") == (left.status_code, left.headers["location"])


async def test_a_session_that_was_slipped_into_the_browser_is_not_taken_over(house: DeskHouse) -> None:
    async with house.client() as client:
        await house.signed_in(client, Role.ADMIN)
        planted = client.cookies[COOKIE]
        await sign_in(client)
        mine = client.cookies[COOKIE]
        client.cookies.set(COOKIE, planted)
        after = await client.get("/api/v1/session")
    assert (True, 401, ["lead"]) == (
        planted != mine,
        after.status_code,
        [each.account for each in house.accounts.sessions.values()],
    )


async def test_over_tls_the_cookie_is_one_that_no_other_host_can_set(house: DeskHouse) -> None:
    async with house.client(host="desk.example.org", scheme="https") as client:
        entered = await sign_in(client)
        known = await client.get("/api/v1/session")
        client.cookies.clear()
        client.cookies.set(COOKIE, entered.cookies[f"__Host-{COOKIE}"])
        plain = await client.get("/api/v1/session")
    cookie = entered.headers["set-cookie"]
    assert all(each in cookie for each in (f"__Host-{COOKIE}=", "Secure", "Path=/", "HttpOnly", "SameSite=strict"))
    assert "Domain" not in cookie
    assert (200, 401) == (known.status_code, plain.status_code)


async def test_without_a_provider_there_is_no_button(house: DeskHouse) -> None:
    async with house.client() as client:
        assert "/sign-in/provider" not in (await client.get("/sign-in")).text


async def test_with_a_provider_the_sign_in_has_its_button_its_ways_and_the_own_terms(house: DeskHouse) -> None:
    settings = Settings(
        session_idle_minutes=30,
        session_hours=4,
        oidc_issuer="https://id.example",
        oidc_client_id="teamline",
        oidc_name="Amt <24>",
        oidc_roles={"heads": OidcRole(role=Role.SUPERVISOR)},
    )
    front = FrontDoor(house.accounts, settings, lambda: CENTRE, house.notes)
    house.sign_in, house.door = front.sign_in, front.door
    app = house.application()
    app.router.routes[:0] = [route for room in front.rooms for route in room.routes]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080") as client:
        page = await client.get("/sign-in?next=/reports&lang=en")
        back = await client.get("/sign-in/return?code=x&state=y")
    await front.stop()
    assert 'href="/sign-in/provider?next=%2Freports">Sign in with Amt &lt;24&gt;</a>' in page.text
    assert (400, True) == (back.status_code, 'role="alert"' in back.text)
    assert (1800.0, 14_400.0) == (front.sign_in._terms.idle, front.sign_in._terms.absolute)


@pytest.mark.parametrize(
    ("expected", "address", "headers"),
    [
        (True, "http://192.0.2.7:8080", {}),
        (True, "http://teamline.example.org", {}),
        (False, "http://127.0.0.1:8080", {}),
        (False, "http://localhost:8080", {}),
        (False, "https://teamline.example.org", {}),
        (False, "http://teamline.example.org", {"x-forwarded-proto": "https"}),
    ],
)
async def test_where_no_sign_in_would_be_kept_the_page_says_so_and_what_to_do(
    house: DeskHouse, expected: bool, address: str, headers: dict[str, str]
) -> None:
    transport = httpx.ASGITransport(house.application(), client=("192.0.2.9", 5))
    async with httpx.AsyncClient(transport=transport, base_url=address) as client:
        page = await client.get("/sign-in?lang=en", headers=headers)
    assert expected == ("begins with http://" in page.text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://id.example"},
        {"oidc_issuer": "id.example"},
        {"oidc_client_id": None},
        {"oidc_roles": {}},
        {"oidc_roles": {"x": {"role": "lead"}}},
        {"oidc_roles": {"x": {"role": "kiosk"}}},
        {"oidc_roles": {"x": {"role": "emperor"}}},
        {"oidc_roles": {"x": {"role": "admin", "shoe_size": 44}}},
        {"public_url": "http://teamline.example"},
    ],
)
def test_settings_that_do_not_fit_together_are_refused(wrong: dict[str, object]) -> None:
    right = {"oidc_issuer": "https://id.example", "oidc_client_id": "x", "oidc_roles": {"a": {"role": "admin"}}}
    Settings(**right)  # type: ignore[arg-type]  # as the environment gives them
    with pytest.raises(ValueError, match=r"https|missing|role|teams|shoe"):
        Settings(**{**right, **wrong})  # type: ignore[arg-type]  # the same


async def test_a_member_whose_team_is_gone_hears_that_there_is_no_page(house: DeskHouse) -> None:
    house.accounts.accounts["member"] = replace(house.accounts.accounts["member"], teams=("L99",))
    async with house.client() as client:
        assert 403 == (await sign_in(client, "member")).status_code
