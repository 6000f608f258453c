"""What people see when something is refused or fails; programs get problem documents (RFC 9457)."""

import re

import httpx
import pytest
from fastapi import APIRouter, HTTPException, Request

from operations.sign_in.accounts import Account, Role, Session
from web.app import application
from web.error_page import KNOWN, UNKNOWN
from web.files import page_files
from web.frame import WAYS
from web.health import Dependencies
from web.looking import Looking
from web.page import words
from web.who import COOKIE, Guest

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = '<script>alert("x")</script>'


class Doorkeeper:
    """Knows one guest by any cookie; may be away, or broken."""

    def __init__(self, role: Role = Role.LEAD, fault: Exception | None = None) -> None:
        self._role, self._fault = role, fault
        self.asked = 0

    async def guest(self, _: Request) -> Guest:
        self.asked += 1
        if self._fault:
            raise self._fault
        return Guest(Account("anna", self._role), Session("1", "anna", "1", "secret-of-this-session", 0.0, 0.0))


def client(headers: dict[str, str] | None = None, door: Doorkeeper | None = None) -> httpx.AsyncClient:
    routes = APIRouter()

    @routes.get("/refused/{status}")
    async def refused(status: int) -> None:
        raise HTTPException(status, HOSTILE, {"Retry-After": "17"})

    @routes.get("/api/v1/refused")
    async def api() -> None:
        raise HTTPException(403, "No.")

    @routes.get("/broken")
    async def broken() -> None:
        raise RuntimeError(HOSTILE)

    @routes.get("/away")
    async def away() -> None:
        raise HTTPException(303, "Sign in.", {"Location": "/sign-in"})

    async def nothing() -> Dependencies:
        return {}

    app = application("1", nothing, None, [routes, page_files()], looking=Looking(door))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080", headers=headers or BROWSER)


@pytest.mark.parametrize("status", [*KNOWN, 400, 405, 413, 422, 502])
@pytest.mark.parametrize("language", ["de", "en"])
async def test_each_error_of_a_page_is_a_page_in_the_visitors_language(status: int, language: str) -> None:
    async with client({**BROWSER, "accept-language": language}) as asking:
        answer = await asking.get(f"/refused/{status}")
    title = words("shell/error", language)[f"{KNOWN.get(status, 'odd' if status < 500 else 'wrong')}_title"]
    assert (status, f'<html lang="{language}">' in answer.text) == (answer.status_code, True)
    assert f"<h1>{title}</h1>" in answer.text
    assert "{" not in re.sub(r"hx-headers='[^']*'|content='[^']*'", "", answer.text)


async def test_what_went_wrong_is_text_and_never_a_script() -> None:
    async with client() as asking:
        answer = await asking.get("/refused/403")
    assert "&lt;script&gt;" in answer.text
    assert "alert" not in re.sub(r"<code>.*?</code>", "", answer.text)


async def test_a_fault_of_ours_tells_nothing_of_its_inside() -> None:
    async with client() as asking:
        answer = await asking.get("/broken")
    assert (500, False) == (answer.status_code, "alert" in answer.text)
    assert "<h1>Da ist etwas schiefgegangen</h1>" in answer.text


async def test_whoever_was_too_fast_is_told_when_to_come_again() -> None:
    async with client() as asking:
        answer = await asking.get("/refused/429")
    assert ("17", True) == (answer.headers["retry-after"], "in 17 Sekunden" in answer.text)


@pytest.mark.parametrize(("status", "looks_again"), [(503, True), (429, True), (404, False), (403, False)])
async def test_what_passes_by_itself_is_looked_for_again(status: int, looks_again: bool) -> None:
    async with client() as asking:
        answer = await asking.get(f"/refused/{status}")
    assert looks_again == ("/pages/shell/again.js" in answer.text)


async def test_whoever_may_not_can_come_back_as_somebody_else() -> None:
    async with client() as asking:
        answer = await asking.get("/refused/403?team=L01")
    assert 'href="/sign-in?next=%2Frefused%2F403%3Fteam%3DL01"' in answer.text


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/refused/403", {"accept": "*/*"}),
        ("/refused/403", {"accept": "application/json"}),
        ("/refused/403", {**BROWSER, "hx-request": "true"}),
        ("/api/v1/refused", BROWSER),
        ("/api/v1/nowhere", BROWSER),
        ("/pages/nowhere.css", BROWSER),
    ],
)
async def test_programs_get_a_problem_document(path: str, headers: dict[str, str]) -> None:
    async with client(headers) as asking:
        answer = await asking.get(path)
    assert "application/problem+json" == answer.headers["content-type"]


async def test_whoever_asks_for_what_is_not_there_is_told_where_to_look() -> None:
    async with client({"accept": "*/*"}) as asking:
        answer = await asking.get("/api/v1/nowhere")
    assert (404, True) == (answer.status_code, "/api/openapi.json" in answer.json()["detail"])


async def test_whoever_asks_in_a_way_that_is_not_taken_is_told_which_are() -> None:
    async with client({"accept": "*/*"}) as asking:
        answer = await asking.patch("/api/v1/refused")
    assert (405, "GET") == (answer.status_code, answer.headers["allow"])
    assert "This address takes GET only." == answer.json()["detail"]


@pytest.mark.parametrize("path", ["//evil.example/", "/%2Fevil.example/", "///evil.example"])
async def test_no_link_of_an_error_leads_to_another_host(path: str) -> None:
    async with client() as asking:
        answer = await asking.get(f"http://127.0.0.1:8080{path}")
    assert 404 == answer.status_code
    assert "/evil.example" in answer.text
    assert [] == re.findall(r'href="(?://|https?:)[^"]*', answer.text)


async def test_a_way_to_the_sign_in_stays_one() -> None:
    async with client() as asking:
        answer = await asking.get("/away")
    assert (303, "/sign-in") == (answer.status_code, answer.headers["location"])


SIGNED_IN = {**BROWSER, "cookie": f"{COOKIE}=any"}
NO_WAYS = "<ul></ul>"


@pytest.mark.parametrize("status", sorted({400, 405, 422, 502, *KNOWN} - UNKNOWN))
async def test_whoever_is_signed_in_finds_their_own_ways_on_an_error_and_can_sign_out(status: int) -> None:
    async with client(SIGNED_IN, Doorkeeper(Role.VIEWER)) as asking:
        answer = await asking.get(f"/refused/{status}")
    shown = [name for name, (path, _) in WAYS.items() if f'<a href="{path}">' in answer.text.partition("</nav>")[0]]
    assert (status, ["board", "wallboard", "reports"]) == (answer.status_code, shown)
    assert 'value="secret-of-this-session"' in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/broken"])
async def test_where_there_is_no_page_and_after_a_fault_the_ways_are_there_too(path: str) -> None:
    async with client(SIGNED_IN, Doorkeeper()) as asking:
        answer = await asking.get(path)
    assert '<a href="/desk">' in answer.text


async def test_nobody_is_asked_for_who_has_not_signed_in() -> None:
    door = Doorkeeper()
    async with client(BROWSER, door) as asking:
        answer = await asking.get("/refused/404")
    assert (0, True) == (door.asked, NO_WAYS in answer.text)


@pytest.mark.parametrize("fault", [HTTPException(401), HTTPException(503), RuntimeError(HOSTILE)])
async def test_an_error_is_told_even_if_who_asks_cannot_be_known(fault: Exception) -> None:
    async with client(SIGNED_IN, Doorkeeper(fault=fault)) as asking:
        answer = await asking.get("/refused/404")
    assert (404, True) == (answer.status_code, NO_WAYS in answer.text)


@pytest.mark.parametrize("status", sorted(UNKNOWN))
async def test_while_nobody_can_be_known_nobody_waits_for_it(status: int) -> None:
    door = Doorkeeper()
    async with client(SIGNED_IN, door) as asking:
        answer = await asking.get(f"/refused/{status}")
    assert (0, status) == (door.asked, answer.status_code)
