"""The record of who did what in a real browser, over a record in memory: heard by axe, measured, looked at."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from operations.audit import Deed
from operations.audit_log import written
from routing.centre import Centre
from tests.fakes.desk_house import DeskHouse, token_of
from tests.fakes.notes import MemoryAudit
from web.app import application
from web.audit.page import audit_page
from web.audit.routes import audit_routes
from web.files import page_files

ARTEFACTS = Path("artifacts/audit")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SIZES: tuple[ViewportSize, ...] = (
    {"width": 1440, "height": 900},
    {"width": 768, "height": 1024},
    {"width": 320, "height": 640},
)
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
AT = 1_767_600_000.0
DEEDS = (
    ("anna.schmidt", "lead", Deed.CLOSED, "L01", "team:L01", {"until": "2026-01-05T12:00:00+01:00", "reason": "Brand"}),
    ("anna.schmidt", "lead", Deed.CALLER_RAISED, "L01", "1767600000.17", {"seconds": "600", "credit": "900"}),
    ("anna.schmidt", "lead", Deed.CALLER_MOVED, "L01", "1767600000.18", {"to": "V01"}),
    ("platz.3", "member", Deed.MEMBER_PAUSED, "L01", "mL01", {"reason": "lunch"}),
    ("platz.3", "member", Deed.CALLBACK_MADE, "V01", "m-01J8ZQ2V9X4T7N5B3C6D8F0GHK", {"kind": "callback"}),
    ("root", "command", Deed.CONFIGURATION_ACTIVATED, "", "20260105T080000Z-4f3a2b1c", {}),
    ('<b onclick="x">', "", Deed.SIGN_IN_REFUSED, "", "", {}),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    house, kept = DeskHouse(tmp_path_factory.mktemp("audit")), MemoryAudit()
    for number in range(70):
        who, role, deed, team, about, told = DEEDS[number % len(DEEDS)]
        entry = written(AT + 61 * number, who, role, deed, team, about, told)
        kept.entries.append(replace(entry, id=f"{1000 + number}-0"))

    def centre() -> Centre:
        return house.router.centre

    async def nothing() -> dict[str, bool]:
        return {}

    rooms = [audit_routes(kept, centre, house.door), audit_page(kept, centre, house.door), page_files()]
    server = uvicorn.Server(uvicorn.Config(application("1", nothing, house.look, rooms), port=0, log_level="error"))
    thread = threading.Thread(target=lambda: asyncio.new_event_loop().run_until_complete(server.serve()))
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    headers = {"authorization": f"Bearer {token_of('supervisor')}"}
    context = browser.new_context(extra_http_headers=headers, base_url=address)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_axe_finds_nothing_and_no_width_scrolls_sideways(page: Page, lang: str, colours: str) -> None:
    page.goto(f"/admin/audit?lang={lang}&colours={colours}")
    for size in SIZES:
        page.set_viewport_size(size)
        assert page.evaluate(OVERFLOW) <= 0
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"audit-{lang}-{colours}-{size['width']}.png")
    found = Axe().run(page, options=RULES)  # as cards
    assert 0 == found.violations_count, found.generate_report()
    page.set_viewport_size(SIZES[0])
    found = Axe().run(page, options=RULES)  # as a table
    assert 0 == found.violations_count, found.generate_report()


def test_a_team_is_looked_for_and_an_older_page_opened_by_keyboard(page: Page) -> None:
    page.set_viewport_size(SIZES[0])
    page.goto("/admin/audit?lang=en")
    page.get_by_label("Account").focus()
    page.keyboard.type("platz.3")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(20)
    expect(page.locator("tbody tr").first).to_contain_text("platz.3")
    page.get_by_role("link", name="Show everything").click()
    page.get_by_role("link", name="Older").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(20)
    page.get_by_role("link", name="Newest").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(50)


def test_nothing_found_is_said(page: Page) -> None:
    page.goto("/admin/audit?lang=en&who=nobody")
    expect(page.locator(".empty")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "audit-nothing.png")
