"""Signing in over a real OpenID Connect provider, in a real browser; and what comes back wrong is refused."""

import asyncio
import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect
from provider_program import PASSWORD, SECRET
from running_lab import until

from operations.audit import Deed
from operations.sign_in.accounts import Account, Role
from operations.sign_in.granting import Grant, Granting
from operations.sign_in.passwords import digest_of
from operations.sign_in.sign_in import SignIn
from operations.sign_in.terms import Terms
from tests.fakes.desk_house import MemoryAccounts
from tests.fakes.notes import Noted
from tests.fakes.router import small_centre
from web.app import application
from web.files import page_files
from web.health import Dependencies
from web.session import session_routes
from web.sign_in.page import sign_in_page
from web.sign_in.provider import Client, Provider
from web.sign_in.provider_page import ProviderDoor
from web.who import Door

ARTEFACTS = Path("artifacts/sign-in")
ROLES = {"team-01": Grant(Role.MEMBER, ("L01",)), "administrators": Grant(Role.ADMIN)}
LABEL = "Stadtverzeichnis"
PICTURED = {("de", "light"), ("en", "dark")}
SIZES: tuple[ViewportSize, ...] = (
    {"width": 1440, "height": 900},
    {"width": 768, "height": 1024},
    {"width": 320, "height": 640},
)
TOKEN = "admin-token-of-at-least-20-characters"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Town:
    """Teamline's pages on 127.0.0.1 and the provider on localhost: two sites to a browser."""

    port: int
    provider_port: int
    process: subprocess.Popen[str]
    later: float = 0.0
    """So many seconds our clock is ahead; that by which identities are judged, `identity_later`."""
    identity_later: float = 0.0
    kept: MemoryAccounts = field(default_factory=MemoryAccounts)
    noted: Noted = field(default_factory=Noted)

    @property
    def here(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.provider_port}"

    def new_keys(self) -> None:
        before = httpx.get(f"{self.issuer}/oauth/jwks.json").text
        self.process.send_signal(signal.SIGUSR1)
        until(lambda: httpx.get(f"{self.issuer}/oauth/jwks.json").text != before, 10, "another key")


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    port, provider_port = free_port(), free_port()
    command = [sys.executable, str(Path(__file__).with_name("provider_program.py")), str(provider_port)]
    redirect = f"http://127.0.0.1:{port}/sign-in/return"
    with subprocess.Popen(
        [*command, redirect], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            assert "issuer" in json.loads(process.stdout.readline())
            town = Town(port, provider_port, process)
            town.kept.accounts["admin"] = Account("admin", Role.ADMIN, token=digest_of(TOKEN), id="1")
            with served(town):
                yield town
        finally:
            process.terminate()


@contextlib.contextmanager
def served(town: Town) -> Iterator[None]:
    """Teamline's sign-in on the town's port, in a thread with a loop of its own."""
    ready, box = threading.Event(), {}

    async def serve() -> None:
        def now() -> float:
            return time.time() + town.later

        client = Client(town.issuer, "teamline", SECRET, "openid profile groups")
        provider = Provider(client, lambda: now() + town.identity_later, again_seconds=0.0)
        granting = Granting("the provider", ROLES)
        sign_in = SignIn(town.kept, now, Terms(grants=granting.id), town.noted)
        door = Door(sign_in)
        way = ProviderDoor(provider, granting, sign_in, small_centre, label=LABEL, now=now)

        async def nothing() -> Dependencies:
            return {}

        rooms = [
            way.routes(door),
            session_routes(sign_in, door),
            sign_in_page(sign_in, door, small_centre, LABEL),
            page_files(),
        ]
        app = application("1", nothing, None, rooms)
        config = uvicorn.Config(app, host="127.0.0.1", port=town.port, log_config=None, lifespan="off")
        box["server"] = server = uvicorn.Server(config)
        box["loop"] = asyncio.get_running_loop()
        task = asyncio.ensure_future(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        ready.set()
        await task
        await provider.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(20)
    try:
        yield
    finally:
        box["server"].should_exit = True
        thread.join(20)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="de-DE")
    context.set_default_timeout(10_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda told: "Content Security Policy" in told.text and faults.append(told.text))
    yield page
    context.close()
    assert [] == faults


def sign_in_there(page: Page, town: Town, name: str, wanted: str = "") -> None:
    """Over the provider's own pages, as somebody does for the first time."""
    page.goto(f"{town.here}/sign-in{f'?next={wanted}' if wanted else ''}")
    page.get_by_role("link", name=f"Anmelden mit {LABEL}").click()
    page.wait_for_url(f"{town.issuer}/**")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=login]").press("Enter")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state()
    if page.locator("button[name=answer][value=accept]").count():
        page.locator("button[name=answer][value=accept]").click()


def test_somebody_walks_through_the_providers_pages_and_is_in(town: Town, page: Page) -> None:
    sign_in_there(page, town, "anna", "/api-less")
    page.wait_for_url(f"{town.here}/api-less")
    told = page.evaluate("fetch('/api/v1/session').then((answer) => answer.json())")
    assert ("anna", "member", ["L01"]) == (told["user"], told["role"], told["teams"])
    cookies = {each["name"]: each for each in page.context.cookies(town.here)}
    assert ("Strict", True) == (cookies["teamline-session"]["sameSite"], cookies["teamline-session"]["httpOnly"])
    assert "teamline-trip" not in cookies
    assert ("anna", Deed.SIGNED_IN) == (town.noted.entries[-1].who, town.noted.entries[-1].deed)


def test_whoever_signs_out_is_signed_out_there_too(town: Town, page: Page) -> None:
    sign_in_there(page, town, "anna", "/api-less")
    page.wait_for_url(f"{town.here}/api-less")
    page.goto(f"{town.here}/sign-in")
    csrf = page.evaluate("fetch('/api/v1/session').then((answer) => answer.json())")["csrf"]
    page.evaluate(
        """(csrf) => {
          const form = document.createElement('form');
          form.method = 'post';
          form.action = '/sign-out';
          const field = document.createElement('input');
          Object.assign(field, {name: 'csrf', value: csrf});
          form.append(field);
          document.body.append(form);
          form.submit();
        }""",
        csrf,
    )
    page.wait_for_url(f"{town.here}/sign-in?out=1")
    expect(page.get_by_role("status").filter(has_text="abgemeldet")).to_be_visible()
    assert [] == [each for each in town.kept.sessions.values() if each.csrf == csrf]
    page.get_by_role("link", name=LABEL).click()
    expect(page.locator("input[name=login]")).to_be_visible()


def test_whom_the_provider_knows_without_a_role_hears_that_and_is_not_in(town: Town, page: Page) -> None:
    sign_in_there(page, town, "bert")
    expect(page.get_by_role("alert")).to_contain_text(f"bei {LABEL} bekannt, haben hier aber keine Rolle")
    assert 401 == page.request.get(f"{town.here}/api/v1/session").status


def test_nobody_comes_in_under_the_name_of_a_local_account(town: Town, page: Page) -> None:
    sign_in_there(page, town, "admin")
    expect(page.get_by_role("alert")).to_contain_text("schon ein Konto mit Ihrem Namen")
    assert 401 == page.request.get(f"{town.here}/api/v1/session").status


def test_new_keys_of_the_provider_are_found(town: Town, page: Page) -> None:
    town.new_keys()
    sign_in_there(page, town, "anna", "/api-less")
    page.wait_for_url(f"{town.here}/api-less")


@dataclass
class Returned:
    """What a browser was about to bring back: held up, so that a test can change it."""

    address: str
    cookie: str

    def ask(self, town: Town, cookie: str | None = None, **changed: str) -> httpx.Response:
        told = {name: values[0] for name, values in parse_qs(urlsplit(self.address).query).items()} | changed
        sent = {"cookie": f"teamline-trip={self.cookie if cookie is None else cookie}", "accept-language": "en"}
        return httpx.get(f"{town.here}/sign-in/return", params=told, headers=sent)


@pytest.fixture(scope="module")
def at_the_provider(town: Town, browser: Browser) -> httpx.Cookies:
    """The cookies of somebody who has signed in there, and agreed that Teamline may know."""
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    sign_in_there(page, town, "anna", "/api-less")
    page.wait_for_url(f"{town.here}/api-less")
    found = httpx.Cookies({each["name"]: each["value"] for each in context.cookies(town.issuer)})
    context.close()
    return found


@pytest.fixture
def returned(town: Town, at_the_provider: httpx.Cookies) -> Returned:
    return sent_back(town, at_the_provider)


def sent_back(town: Town, at_the_provider: httpx.Cookies) -> Returned:
    out = httpx.get(f"{town.here}/sign-in/provider")
    back = httpx.get(out.headers["location"], cookies=at_the_provider)
    assert back.headers["location"].startswith(f"{town.here}/sign-in/return?"), back.text
    return Returned(back.headers["location"], out.cookies["teamline-trip"])


def refusal(answer: httpx.Response) -> tuple[int, bool]:
    """Its status, and whether it has a sentence and lets nobody in."""
    has_sentence = re.search(r'role="alert"><p>[^<]{20,}', answer.text) is not None
    return answer.status_code, has_sentence and "teamline-session" not in answer.headers.get("set-cookie", "")


def test_what_comes_back_changed_is_refused_and_what_came_is_taken_once(town: Town, returned: Returned) -> None:
    forged = [
        returned.ask(town, state="forged"),
        returned.ask(town, state=""),
        returned.ask(town, state="ü"),
        returned.ask(town, cookie=""),
        returned.ask(town, cookie=returned.cookie.replace(".", ".x", 1)),
        returned.ask(town, iss="https://evil.example"),
        returned.ask(town, code="forged"),
        returned.ask(town, code=""),
        returned.ask(town, code="x" * 5000),
    ]
    assert [(400, True)] * len(forged) == [refusal(each) for each in forged]
    assert (403, True) == refusal(returned.ask(town, error="access_denied"))
    taken, again = returned.ask(town), returned.ask(town)
    assert (200, True) == (taken.status_code, "teamline-session" in str(taken.headers))
    assert (400, True) == refusal(again)


def test_an_answer_that_another_browser_was_given_is_refused(town: Town, returned: Returned) -> None:
    """An attacker's own answer, slipped to somebody who has a trip of their own."""
    theirs = httpx.get(f"{town.here}/sign-in/provider").cookies["teamline-trip"]
    assert (400, True) == refusal(returned.ask(town, cookie=theirs))


def test_who_takes_longer_than_ten_minutes_begins_again(town: Town, returned: Returned) -> None:
    town.later = 601.0
    try:
        assert (400, True) == refusal(returned.ask(town))
    finally:
        town.later = 0.0


def test_an_identity_that_has_expired_is_refused(town: Town, returned: Returned) -> None:
    """The provider gives ten minutes and more, a trip has ten: its clock is behind ours here."""
    town.identity_later = 24 * 3600.0
    try:
        assert (400, True) == refusal(returned.ask(town))
    finally:
        town.identity_later = 0.0


def test_without_the_provider_local_accounts_sign_in_and_the_page_says_why(browser: Browser) -> None:
    nowhere = Town(free_port(), free_port(), None)  # type: ignore[arg-type]  # no such program
    nowhere.kept.accounts["admin"] = Account("admin", Role.ADMIN, token=digest_of(TOKEN), id="1")
    with served(nowhere):
        context = browser.new_context(locale="de-DE")
        page = context.new_page()
        page.goto(f"{nowhere.here}/sign-in?next=/api-less")
        page.get_by_role("link", name=LABEL).click()
        expect(page.get_by_role("alert")).to_contain_text(f"{LABEL} antwortet gerade nicht")
        page.locator("#user").fill("admin")
        page.locator("#password").fill(TOKEN)
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_url(f"{nowhere.here}/api-less")
        assert "admin" == page.evaluate("fetch('/api/v1/session').then((answer) => answer.json())")["user"]
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_axe_finds_nothing_and_nothing_runs_over(town: Town, browser: Browser, language: str, scheme: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport=SIZES[0], color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()

    def look(name: str) -> None:
        assert [] == Axe().run(page).response["violations"]
        for size in SIZES if (language, scheme) in PICTURED else ():
            page.set_viewport_size(size)
            page.screenshot(path=ARTEFACTS / f"{name}-{language}-{scheme}-{size['width']}.png", full_page=True)
            assert 0 >= page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    page.goto(f"{town.here}/sign-in?lang={language}&out=1")
    look("signed-out")
    page.locator("#user").fill("somebody")
    page.locator("#password").fill("wrong password")
    page.locator("form[action='/sign-in'] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("refused")
    context.close()
