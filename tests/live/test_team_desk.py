"""The team desk in a real browser over a real lab: a phone that pauses, a call that rings, what lies in the mailbox."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from known_callers import known_callers
from playwright.sync_api import Browser, Page, ViewportSize, expect
from running_lab import RunningLab, until
from small_centre import NUMBERS, TEAMS, SmallCentre, keys

from telephony.lab.phones import Habits

ARTEFACTS = Path("artifacts/team-desk")
PHONE = Habits(ring_seconds=(1.0, 1.0), talk_seconds=(120.0, 120.0))
"""Talks until the caller has enough."""
WRAP_UP_SECONDS = 3
CENTRE = TEAMS.replace("L01: {", f"L01: {{wrap_up_seconds: {WRAP_UP_SECONDS}, ")
WRAP_UP = "Das Gespräch ist zu Ende: Nacharbeit"
NOTES_PHASES = """() => {
  const [phase, number] = [document.getElementById("caller-phase"), document.querySelector("[data-value=number]")];
  window.noted = [];
  const note = () => window.noted.push([phase.textContent, number.textContent]);
  new MutationObserver(note).observe(phase, {childList: true});
}"""
"""However short a phase is, it is seen."""
SIZES: tuple[ViewportSize, ...] = (
    {"width": 1440, "height": 900},
    {"width": 768, "height": 1024},
    {"width": 320, "height": 640},
)
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("team-desk")
    with RunningLab(folder / "lab", *SmallCentre(folder).write(CENTRE).options, "--signed-out") as running:
        yield running


@pytest.fixture(scope="module")
def member(lab: RunningLab) -> str:
    """Whose phone stands beside the account `member`."""
    return str(account(lab, "member")["member"])


def account(lab: RunningLab, role: str) -> dict[str, Any]:
    return next(dict(each) for each in lab.told["accounts"]["web"] if each["role"] == role)


@contextlib.contextmanager
def desk(lab: RunningLab, browser: Browser, role: str = "member", language: str = "de") -> Iterator[Page]:
    """The team's desk as this account sees it; no fault in it, and no word of the Content Security Policy."""
    context = browser.new_context(viewport=SIZES[0], locale=language, reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.told["http"])
    page, faults = context.new_page(), list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: told.type == "error" and "ERR_" not in told.text and faults.append(told.text))
    who = account(lab, role)
    try:
        page.goto(f"{lab.told['http']}/sign-in?next=/desk/L01&lang={language}")
        page.fill("[name=user]", who["user"])
        page.fill("[name=password]", who["password"])
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/desk/L01*")
        expect(page.locator("#desk.is-live")).to_be_attached()
        yield page
        assert [] == [each for each in faults if "404" not in each]
    finally:
        context.close()


def press(page: Page, name: str) -> None:
    """By keyboard alone."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")


def state(page: Page, word: str) -> None:
    expect(page.locator("#phone-state")).to_have_text(word)


def paused(lab: RunningLab, member: str) -> bool:
    lines = lab.members("L01").splitlines()
    return any(f"PJSIP/{member})" in line and "(paused" in line for line in lines)


def look_at(page: Page, name: str, schemes: Sequence[str] = ("light", "dark")) -> None:
    """Screenshots in every size, without an axe violation and without scrolling sideways."""
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for size in SIZES:
            page.set_viewport_size(size)
            assert 0 >= page.evaluate(OVERFLOW), (name, size)
            page.screenshot(path=ARTEFACTS / f"{name}-{scheme}-{size['width']}.png", full_page=True)
        found = Axe().run(page)
        assert 0 == found.violations_count, (name, scheme, found.generate_report())
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(SIZES[0])


def asked(lab: RunningLab, role: str, path: str) -> httpx.Response:
    who = account(lab, role)
    with httpx.Client(base_url=lab.told["http"], timeout=20) as client:
        client.post("/api/v1/session", json={"user": who["user"], "password": who["password"]}).raise_for_status()
        return client.get(path)


def test_a_phone_signs_in_pauses_and_resumes_in_the_browser_and_so_does_the_real_one(
    lab: RunningLab, browser: Browser, member: str
) -> None:
    with lab.phones(member), desk(lab, browser) as page:
        state(page, "Abgemeldet")
        press(page, "Anmelden")
        state(page, "Bereit")
        until(lambda: f"PJSIP/{member})" in lab.members("L01"), 30, "the member in the real line")
        page.select_option("#pause-reason", "lunch")
        press(page, "Pause")
        state(page, "Pause")
        expect(page.locator("#phone-why")).to_have_text("Mittagspause")
        assert paused(lab, member)
        expect(page.get_by_role("button", name="Weiter")).to_be_focused()
        look_at(page, "paused")
        page.get_by_role("button", name="Rückgängig").click()
        state(page, "Bereit")
        until(lambda: not paused(lab, member), 30, "a member who rings again")


def test_who_calls_is_there_with_the_first_ring_can_be_copied_and_is_just_before_afterwards(
    lab: RunningLab, browser: Browser, member: str
) -> None:
    with lab.phones(member, habits=PHONE), desk(lab, browser) as page, known_callers(lab) as callers:
        state(page, "Bereit")
        page.evaluate(NOTES_PHASES)
        [caller] = callers.dial(keys("L01"))
        expect(page.locator("#caller-phase")).to_have_text("Im Gespräch mit Ihnen: Geld")
        expect(page.locator("[data-value=area]")).to_have_text("Nord 1")
        expect(page.locator("[data-value=phone]")).to_have_text(caller.number)
        page.get_by_role("button", name="Kopieren: Kundennummer").press("Enter")
        expect(page.locator("#told")).to_contain_text("Kopiert: Kundennummer")
        assert NUMBERS["L01"] == page.evaluate("navigator.clipboard.readText()")
        page.screenshot(path=ARTEFACTS / "talking.png", full_page=True)
        caller.hang_up()
        expect(page.locator("#last-list")).to_contain_text(NUMBERS["L01"])
        expect(page.locator("#caller-none")).to_be_visible()
        phases = ("Es klingelt bei Ihnen: Geld", "Im Gespräch mit Ihnen: Geld", f"{WRAP_UP}: Geld")
        noted = page.evaluate("noted")
        assert [[phase, NUMBERS["L01"]] for phase in phases] == [each for each in noted if any(each)]
        assert ["", ""] == noted[-1]
    assert NUMBERS["L01"] not in lab.router_log()
    assert caller.number[1:] not in lab.router_log()


def test_the_page_and_the_stream_of_a_team_are_closed_to_others(lab: RunningLab) -> None:
    paths = ("/desk/L03", "/api/v1/desk/L03/stream", "/api/v1/desk/L01/stream?member=three")
    assert [403] * 3 == [asked(lab, "member", path).status_code for path in paths]
    assert 403 == asked(lab, "viewer", "/api/v1/desk/L01/stream").status_code


def test_what_comes_into_the_mailbox_appears_by_itself_and_is_done_by_keyboard(
    lab: RunningLab, browser: Browser
) -> None:
    with desk(lab, browser, "lead", "en") as page:
        page.locator("#new > summary").press("Enter")
        page.fill("#new-number", "half typed")
        with httpx.Client(base_url=f"{lab.told['http']}/api/v1", timeout=20) as client:
            who = account(lab, "lead")
            csrf = client.post("/session", json={"user": who["user"], "password": who["password"]}).json()["csrf"]
            made = client.post(
                "/callbacks", json={"phone": "0211 5550188", "team": "L01"}, headers={"x-csrf-token": csrf}
            )
            assert 201 == made.status_code, made.text
        entry = page.locator("#mailbox li", has_text="+492115550188")
        expect(entry).to_be_visible(timeout=10_000)
        expect(page.locator("#new-number")).to_have_value("half typed")
        expect(page.locator("#new-number")).to_be_focused()
        page.fill("#new-number", "")
        look_at(page, "mailbox", ["light"])
        entry.get_by_role("button", name="I take care of it").press("Enter")
        expect(page.locator("#claimed")).to_have_text("In progress (1)")
        expect(page.locator("#claimed")).to_be_focused()
        page.locator("#told").get_by_role("button", name="Undo").press("Enter")
        expect(page.locator("#claimed")).to_have_text("In progress (0)")
        entry.get_by_role("button", name="Not needed any more").press("Enter")
        expect(page.locator("#done")).to_have_text("Done (1)")


def test_a_lead_chooses_a_place_and_who_waits_and_gives_up_is_listed(
    lab: RunningLab, browser: Browser, member: str
) -> None:
    with desk(lab, browser, "lead", "de") as page:
        page.select_option("#seat", member)
        page.get_by_role("button", name="Übernehmen").press("Enter")
        state(page, "Telefon nicht erreichbar")
        expect(page.locator("#phone-cure")).to_be_visible()
        with known_callers(lab) as callers:
            [caller] = callers.in_line("L01")
            row = page.locator("#line tr")
            expect(row).to_contain_text("Geld")
            expect(row).to_contain_text(f"…{caller.number[-3:]}")
            look_at(page, "waiting")
            caller.hang_up()
            expect(page.locator("#line-none")).to_be_visible(timeout=10_000)
            gone = page.locator("#gave-up-list li")
            expect(gone).to_contain_text(f"…{caller.number[-3:]}")
        look_at(page, "gave-up", ["dark"])
        gone.get_by_role("button").press("Enter")
        expect(page.locator("#told")).to_contain_text("Der Rückruf ist eingetragen")
        expect(page.locator("#gave-up-none")).to_be_visible(timeout=10_000)
        page.locator("#told").get_by_role("button", name="Rückgängig").press("Enter")
        expect(page.locator("#told")).to_contain_text("zurückgenommen")
        expect(gone).to_contain_text(f"…{caller.number[-3:]}")
