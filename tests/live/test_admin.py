"""Administration in a real browser over a real lab: a version changed, refused, taken back; a directory; a customer."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running_lab import RunningLab, until
from small_centre import CUSTOMERS, SmallCentre

from operations.sign_in.account_list import handle_of

ARTEFACTS = Path("artifacts/admin")
WIDTHS = (1440, 768, 320)
PAGES = {
    "landing": "/admin",
    "configuration": "/admin/configuration",
    "editor": "/admin/configuration/edit",
    "directory": "/admin/directory",
    "year": "/admin/year?year=2026",
    "health": "/admin/health",
    "customer": "/admin/customer",
    "accounts": "/admin/accounts",
    "account-new": "/admin/accounts/new",
    "account-lead": f"/admin/accounts/{handle_of('lead')}",
    "account-own": f"/admin/accounts/{handle_of('admin')}",
}
OTHERS = {
    "my-sign-in": "/account",
    "what-if": "/admin/what-if",
    "callback": "/callback",
    "callback-noted": "/callback/noted",
    "missing": "/no-such-page",
}
"""Not for administrators alone, and looked at nowhere else."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NEW = "40D1"
GONE = "10A1"
NINAS = "correct horse battery"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("admin")
    with RunningLab(folder / "lab", *SmallCentre(folder).write().options, "--signed-out") as running:
        yield running


def entered(lab: RunningLab, browser: Browser, role: str) -> BrowserContext:
    """A browser in which the account of this role is signed in."""
    account = next(each for each in lab.told["accounts"]["web"] if each["role"] == role)
    context = browser.new_context(locale="en-GB", base_url=lab.told["http"], viewport={"width": 1440, "height": 900})
    signed = context.request.post("/api/v1/session", data={"user": account["user"], "password": account["password"]})
    assert signed.ok, signed.text()
    return context


@pytest.fixture(scope="module")
def page(lab: RunningLab, browser: Browser) -> Iterator[Page]:
    context = entered(lab, browser, "admin")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None)
    yield page
    assert [] == faults
    context.close()


def asterisk_has(lab: RunningLab) -> str:
    found = re.search(r"TEAMLINE_CONFIG=(\S+)", lab.console("dialplan show globals"))
    return found[1] if found else ""


def team_name(page: Page) -> str:
    """L01's, as the live figures tell it."""
    teams = page.request.get("/api/v1/live").json()["teams"]
    return str(next(each["name"] for each in teams if each["id"] == "L01"))


def active(page: Page) -> str:
    return str(page.request.get("/api/v1/configuration").json()["version"])


def write(page: Page, before: str, after: str) -> None:
    """Change the text in the editor and have it checked."""
    page.goto("/admin/configuration/edit")
    text = page.locator("#text").input_value()
    assert before in text
    page.locator("#text").fill(text.replace(before, after))
    page.get_by_role("button", name="Check").click()


def upload(page: Page, customers: str, *, dry: bool = False) -> None:
    page.goto("/admin/directory")
    page.locator("#file").set_input_files({"name": "new.csv", "mimeType": "text/csv", "buffer": customers.encode()})
    page.locator("#dry").set_checked(dry)
    page.get_by_role("button", name="Upload").click()


def explained(lab: RunningLab, number: str) -> str:
    done = lab.command("explain", "-", "--json", stdin=f"{number}\n")
    return str(json.loads(done.stdout)["team"]) if done.returncode == 0 else ""


def test_a_changed_name_is_checked_activated_and_in_force_in_router_and_asterisk(lab: RunningLab, page: Page) -> None:
    before = active(page)
    write(page, "Leistung 01", "Leistung Eins")
    expect(page.locator("#result")).to_contain_text('teams.L01.name: "Leistung 01" -> "Leistung Eins"')
    page.screenshot(path=ARTEFACTS / "checked.png", full_page=True)
    page.get_by_role("button", name="Put this in force").click()
    expect(page.get_by_text("This version is in force everywhere.")).to_be_visible(timeout=10_000)
    assert before != active(page) == asterisk_has(lab)
    assert "Leistung Eins" == team_name(page)


def test_the_version_before_is_gone_back_to_after_a_look_at_the_differences(lab: RunningLab, page: Page) -> None:
    now = active(page)
    page.goto("/admin/configuration")
    page.get_by_role("link", name="Back to this").first.click()
    expect(page.locator(".changes")).to_contain_text('"Leistung Eins" -> "Leistung 01"')
    page.screenshot(path=ARTEFACTS / "compared.png", full_page=True)
    page.get_by_role("button", name="Put this version in force").click()
    expect(page.get_by_text("This version is in force everywhere.")).to_be_visible(timeout=10_000)
    assert now != active(page) == asterisk_has(lab)
    assert "Leistung 01" == team_name(page)


def test_a_mistake_is_shown_with_its_line_and_cure_and_the_text_stays(page: Page) -> None:
    now = active(page)
    write(page, "Leistung 02, kind: benefit", "Leistung 02, kind: benefits")
    mistake = page.locator("#result a[data-line]")
    expect(mistake).to_have_count(1)
    assert "kind: benefits" in page.locator("#text").input_value()
    page.screenshot(path=ARTEFACTS / "mistake.png", full_page=True)
    mistake.click()
    chosen = page.evaluate("(text => text.value.slice(text.selectionStart, text.selectionEnd))(document.activeElement)")
    assert chosen.startswith("benefits")
    assert now == active(page)
    page.locator("#text").fill("")  # left on purpose: nothing asks whether to stay
    page.on("dialog", lambda dialog: dialog.accept())


def test_wrong_lines_are_listed_and_nothing_is_imported(lab: RunningLab, page: Page) -> None:
    upload(page, f"{CUSTOMERS}{NEW},400BG05,A1\n50E1,500BG06,A9\nnonsense,600BG07,A1\n")
    expect(page.get_by_text("2 wrong lines")).to_be_visible(timeout=20_000)
    rows = page.locator("#upload tbody tr")
    assert ["6", "7"] == [row.locator("td").first.inner_text() for row in rows.all()]
    page.screenshot(path=ARTEFACTS / "wrong-lines.png", full_page=True)
    assert "nonsense" not in page.content()
    assert [] == list((lab.folder / "data" / "uploads").glob("*"))
    assert "L01" != explained(lab, NEW)


def test_a_right_directory_routes_the_new_number(lab: RunningLab, page: Page) -> None:
    upload(page, f"{CUSTOMERS}{NEW},400BG04,A1\n")
    expect(page.get_by_text("The new directory is in force.")).to_be_visible(timeout=20_000)
    until(lambda: explained(lab, NEW) == "L01", 10, "the new number at its team")


def test_what_is_kept_of_a_customer_is_handed_out_then_erased(lab: RunningLab, page: Page) -> None:
    page.goto("/admin/customer")
    csrf = page.locator('meta[name="csrf"]').get_attribute("content") or ""
    wish = {"team": "L01", "phone": "0211555123", "number": GONE}
    made = page.request.post("/api/v1/callbacks", data=wish, headers={"X-CSRF-Token": csrf, "Origin": lab.told["http"]})
    assert made.ok, made.text()
    page.locator("#number").fill(GONE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download everything").click()
    assert 1 == len(json.loads(Path(download.value.path()).read_text())["mailbox"])
    page.get_by_role("button", name="Prepare to erase").click()
    expect(page.get_by_role("heading", name="This will be erased for ever")).to_be_visible(timeout=20_000)
    page.screenshot(path=ARTEFACTS / "erase.png", full_page=True)
    assert GONE not in page.content()
    page.locator("#again").fill(GONE)
    page.get_by_role("button", name="Erase for ever").click()
    expect(page.get_by_text("Erased", exact=True)).to_be_visible(timeout=20_000)
    until(lambda: _open_callbacks(page) == 0, 5, "no callback is left")
    assert GONE not in lab.router_log()


def _open_callbacks(page: Page) -> int:
    told: dict[str, Any] = page.request.get("/api/v1/callbacks").json()
    return len(told["callbacks"])


def test_a_supervisor_sees_none_of_it(lab: RunningLab, browser: Browser) -> None:
    context = entered(lab, browser, "supervisor")
    assert [403] * len(PAGES) == [context.request.get(path).status for path in PAGES.values()]
    assert 403 == context.request.get("/api/v1/configuration").status
    context.close()


def test_an_account_is_made_its_password_changed_and_its_open_board_closed_when_it_is_disabled(
    lab: RunningLab, page: Page, browser: Browser
) -> None:
    page.goto("/admin/accounts/new")
    page.locator("#user").fill("nina")
    page.locator("#role").select_option("supervisor")
    expect(page.locator("fieldset.own-teams")).to_be_hidden()
    page.get_by_role("button", name="Make the account").click()
    secret = page.locator("#secret").input_value()
    page.screenshot(path=ARTEFACTS / "account-made.png", full_page=True)
    theirs = browser.new_context(locale="en-GB", base_url=lab.told["http"])
    board = theirs.new_page()
    _sign_in(board, "nina", secret)
    expect(board).to_have_url(re.compile("/account$"))
    board.screenshot(path=ARTEFACTS / "my-sign-in-first.png", full_page=True)
    for name, value in (("old", secret), ("new", NINAS), ("again", NINAS)):
        board.locator(f"#{name}").fill(value)
    board.get_by_role("button", name="Change the password").click()
    expect(board.get_by_text("Your password is changed.")).to_be_visible()
    board.goto("/")
    expect(board.locator("#told")).to_be_attached()
    page.get_by_role("link", name="To the account").click()
    page.get_by_role("button", name="Disable …").click()
    page.screenshot(path=ARTEFACTS / "account-sure.png", full_page=True)
    page.get_by_role("button", name="Disable", exact=True).click()
    expect(page.get_by_text("The account is disabled.")).to_be_visible()
    expect(board.get_by_text("You are signed out")).to_be_visible(timeout=30_000)
    _sign_in(board, "nina", NINAS)
    expect(board.get_by_role("alert")).to_be_visible()
    assert secret not in lab.router_log()
    theirs.close()


def _sign_in(page: Page, user: str, password: str) -> None:
    page.goto("/sign-in")
    page.locator("#user").fill(user)
    page.locator("#password").fill(password)
    page.locator("main form button").click()


def test_what_was_done_stands_in_the_audit(lab: RunningLab) -> None:
    account = next(each for each in lab.told["accounts"]["web"] if each["role"] == "admin")
    with httpx.Client(base_url=lab.told["http"]) as client:
        client.post("/api/v1/session", json={"user": account["user"], "password": account["password"]})
        told = client.get("/api/v1/audit", params={"limit": 100}).text
    for deed in (
        "configuration-activated",
        "configuration-rolled-back",
        "directory-imported",
        "customer-exported",
        "customer-erased",
        "account-made",
        "account-disabled",
        "own-password-changed",
    ):
        assert deed in told


def test_a_piece_that_nobody_answers_stays_is_told_and_comes_back(page: Page) -> None:
    page.goto("/admin/health?lang=en")
    known = page.locator("#health .well li").count()
    page.route("**/admin/health/now", lambda asked: asked.fulfill(status=503, json={"detail": "away"}))
    expect(page.locator("#state")).to_contain_text("Teamline does not answer just now", timeout=10_000)
    expect(page.locator("#health.is-stale .well li")).to_have_count(known)
    page.unroute("**/admin/health/now")
    expect(page.locator("#state")).to_be_empty(timeout=10_000)
    expect(page.locator("#health.is-stale")).to_have_count(0)


CONTRAST = "color-contrast"
LOOKS: dict[tuple[str, str], dict[str, Any]] = {
    ("de", "light"): {"runOnly": RULES},
    ("de", "dark"): {"runOnly": [CONTRAST]},
    ("en", "light"): {"runOnly": RULES, "rules": {CONTRAST: {"enabled": False}}},
}
"""What axe looks for: colours do not hang on the words, nor what stands in a page on its colours."""


@pytest.mark.parametrize(("language", "colours"), list(LOOKS))
def test_every_page_is_sound_for_axe(page: Page, language: str, colours: str) -> None:
    for name, path in {**PAGES, **OTHERS}.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}&colours={colours}")
        found = Axe().run(page, options=LOOKS[language, colours]).response["violations"]
        assert [] == [(each["id"], each["nodes"][0]["html"]) for each in found], (name, colours)
        if language == "de":
            _looked_at(page, f"{name}-{colours}", WIDTHS if colours == "light" else WIDTHS[:1])


def _looked_at(page: Page, name: str, widths: Sequence[int]) -> None:
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert 0 >= page.evaluate(OVERFLOW), (name, width)
        page.screenshot(path=ARTEFACTS / f"{name}-{width}.png", full_page=True)
