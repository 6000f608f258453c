"""The kiosk's page in a real browser over a real lab: scanned, pressed, heard by axe, measured, looked at."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from kiosk_centre import CUSTOMERS, NUMBERS, SPARE, TEAMS
from playwright.sync_api import Browser, Page, ViewportSize, expect
from running_lab import RunningLab, until
from small_centre import SmallCentre

from telephony.lab.phones import Account, Habits, Phones, answer_phones

ARTEFACTS = Path("artifacts/kiosk-page")
LANGUAGES = ("de", "de-leicht", "en", "uk", "ar")
TALL: ViewportSize = {"width": 1080, "height": 1920}
WIDE: ViewportSize = {"width": 1280, "height": 800}
SIZES: tuple[ViewportSize, ...] = (TALL, WIDE, {"width": 768, "height": 1024}, {"width": 320, "height": 640})
KIOSKS_OWN = 768
"""So wide a screen shows everything at once: who has a keypad alone cannot scroll."""
TURNS = iter(SPARE)
PERSON_MS = 220
SCANS = 3
NO_GOODBYE = """() => {
  const ask = window.fetch;
  window.fetch = (url, asked) => asked?.keepalive ? Promise.reject(new TypeError('gone')) : ask(url, asked);
}"""
TYPES = """(code) => {
  for (const key of [...code, 'Enter']) {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  }
}"""
PHONE = "0211555123"
ANSWERS = Habits(ring_seconds=(0.3, 0.4), talk_seconds=(600.0, 600.0))
SMALLEST = """() => Math.min(...[...document.querySelectorAll('button, input')].map((each) => {
  const box = each.getBoundingClientRect();
  return Math.min(box.width, box.height);
}))"""
SMALLEST_TARGET = 44
"""CSS pixels."""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
BELOW = "() => document.documentElement.scrollHeight - document.documentElement.clientHeight"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("kiosk-page")
    files = SmallCentre(folder).write(TEAMS, CUSTOMERS)
    options = ["--config", str(files.teams), "--customers", str(files.customers), "--members", "1", "--signed-out"]
    with RunningLab(folder / "lab", *options) as running:
        yield running


@pytest.fixture(scope="module")
def phones(lab: RunningLab) -> Iterator[Phones]:
    """The phones of all three kiosks; whoever stands there lifts at once."""
    accounts = [Account(each["user"], each["password"]) for each in lab.told["accounts"]["kiosks"]]
    with answer_phones(lab.told["sip"], accounts, ANSWERS) as phones:
        for account in accounts:
            until(lambda kiosk=account.user: state(lab, kiosk)["phone"] == "free", 30, "a phone that is there")  # type: ignore[misc]
        yield phones


def asked(lab: RunningLab, method: str, kiosk: str, path: str = "", **sent: object) -> httpx.Response:
    token = next(each["token"] for each in lab.told["accounts"]["kiosks"] if each["user"] == kiosk)
    headers = {"authorization": f"Bearer {token}"}
    url = f"{lab.told['http']}/api/v1/kiosks/{kiosk}{path}"
    return httpx.request(method, url, headers=headers, timeout=30, **({"json": sent} if sent else {}))  # type: ignore[arg-type]


def state(lab: RunningLab, kiosk: str) -> dict[str, Any]:
    answer = asked(lab, "GET", kiosk)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@contextlib.contextmanager
def opened(lab: RunningLab, browser: Browser, kiosk: str, scheme: str = "light") -> Iterator[Page]:
    """The page as the kiosk's browser shows it; nobody is bound there afterwards."""
    token = next(each["token"] for each in lab.told["accounts"]["kiosks"] if each["user"] == kiosk)
    context = browser.new_context(viewport=TALL, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: "Content Security Policy" in told.text and faults.append(told.text))
    try:
        page.goto(f"{lab.told['http']}/kiosk/{kiosk}#token={token}")
        on(page, "idle")
        yield page
        assert [] == faults
    finally:
        context.close()
        asked(lab, "DELETE", kiosk, "/scan")


@pytest.fixture
def kiosk(phones: Phones) -> str:
    """One where nobody has scanned for long."""
    assert phones
    return next(TURNS)


@pytest.fixture
def page(lab: RunningLab, browser: Browser, kiosk: str) -> Iterator[Page]:
    with opened(lab, browser, kiosk) as page:
        yield page


def on(page: Page, screen: str) -> None:
    expect(page.locator("main")).to_have_attribute("data-screen", screen, timeout=20_000)


def scan(page: Page, code: str) -> None:
    """As a keyboard-wedge scanner does, however slow the machine is that plays it."""
    page.evaluate(TYPES, code)


def scanned(page: Page, code: str) -> None:
    """Until it is taken: who stands before a screen that says "out of order" waits, and holds the card there again."""
    for _ in range(SCANS):
        scan(page, code)
        with contextlib.suppress(AssertionError):
            return on(page, "scanned")
        on(page, "idle")
    raise AssertionError("no scan was taken")


def card(lab: RunningLab, number: str) -> str:
    made = lab.command("card", "-", stdin=number)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def press(page: Page, keys: str) -> None:
    """As a person does on a keypad."""
    page.keyboard.type(keys, delay=PERSON_MS)


@pytest.mark.parametrize(("kiosk", "team"), [("k-nord", "L01"), ("k-mitte", "L02"), ("k-sued", "L03")])
def test_a_card_and_one_key_reach_the_team_that_receives_the_letter(
    lab: RunningLab, browser: Browser, phones: Phones, kiosk: str, team: str
) -> None:
    before = len(phones.events("answered"))
    with opened(lab, browser, kiosk) as page:
        scanned(page, card(lab, NUMBERS[team]))
        press(page, "1")
        phones.until(lambda seen: len([each for each in seen if each.kind == "answered"]) > before, 30)
        (waiting,) = lab.until_waiting(team, 1)
        assert waiting.channel.startswith(f"PJSIP/{kiosk}-")
        assert "kiosk-scan" == lab.variable(waiting.channel, "TEAMLINE_RULE")
        on(page, "incall")
        page.screenshot(path=ARTEFACTS / f"incall-{kiosk}.png")
        lab.hang_up_all()
        on(page, "scanned")


def test_a_member_rings_the_kiosk_while_somebody_stands_there(lab: RunningLab, kiosk: str, phones: Phones) -> None:
    admin = next(each["password"] for each in lab.told["accounts"]["web"] if each["role"] == "admin")
    before = len([each for each in phones.events("answered") if each.user == kiosk])
    asked(lab, "POST", kiosk, "/scan", code=NUMBERS["L01"])
    with lab.phones("m01", habits=ANSWERS):
        url = f"{lab.told['http']}/api/v1/kiosks/{kiosk}/ring"
        rung = httpx.post(url, json={"member": "m01"}, headers={"authorization": f"Bearer {admin}"})
        assert 202 == rung.status_code
        phones.until(lambda seen: len([it for it in seen if (it.kind, it.user) == ("answered", kiosk)]) > before, 30)
        lab.hang_up_all()
    asked(lab, "DELETE", kiosk, "/scan")


def test_a_callback_to_an_own_phone_is_promised_and_the_number_is_gone(lab: RunningLab, kiosk: str, page: Page) -> None:
    scanned(page, NUMBERS["L01"])
    press(page, "3")
    on(page, "number")
    press(page, PHONE)
    expect(page.locator("#number")).to_have_value(PHONE)
    page.screenshot(path=ARTEFACTS / "number.png")
    press(page, "#")
    on(page, "promised")
    page.screenshot(path=ARTEFACTS / "promised-number.png")
    assert PHONE[:-2] not in page.content()
    press(page, "*")
    on(page, "idle")
    assert PHONE[-2:] not in page.inner_text("main")
    admin = next(each["password"] for each in lab.told["accounts"]["web"] if each["role"] == "admin")
    url = f"{lab.told['http']}/api/v1/messages?kind=callback&team=L01"
    listed = httpx.get(url, headers={"authorization": f"Bearer {admin}"}).json()["messages"]
    assert ["+49211555123"] == [each["phone"] for each in listed if each["source"] == kiosk]


def test_a_number_that_nobody_may_call_is_refused_in_a_sentence(page: Page) -> None:
    scanned(page, NUMBERS["L02"])
    press(page, "3112#")
    expect(page.locator("#trouble")).to_be_visible()
    on(page, "number")


def test_two_persons_in_a_row_never_mix(lab: RunningLab, kiosk: str, page: Page) -> None:
    scanned(page, NUMBERS["L01"])
    press(page, "30211")
    on(page, "number")
    scanned(page, card(lab, NUMBERS["L02"]))
    expect(page.locator("#lines")).to_contain_text("Leistung 02")
    press(page, "3")
    expect(page.locator("#number")).to_have_value("")
    assert "L02" == state(lab, kiosk)["scan"]["team"]


def test_the_next_person_begins_in_german(lab: RunningLab, page: Page) -> None:
    press(page, "3")
    scanned(page, NUMBERS["L01"])
    assert "en" == page.locator("html").get_attribute("lang")
    scan(page, card(lab, NUMBERS["L02"]))
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_a_code_typed_key_by_key_is_read(page: Page) -> None:
    page.keyboard.type(f"{NUMBERS['L01']}\n")
    on(page, "scanned")


def test_a_card_is_read_from_a_scanner_that_sends_no_end(lab: RunningLab, page: Page) -> None:
    page.evaluate(TYPES.replace(", 'Enter'", ""), card(lab, NUMBERS["L01"]))
    on(page, "scanned")


def test_a_number_typed_fast_and_ended_is_a_persons(page: Page) -> None:
    scanned(page, NUMBERS["L01"])
    press(page, "3")
    on(page, "number")
    page.keyboard.type(PHONE, delay=80)
    expect(page.locator("#number")).to_have_value(PHONE)
    page.keyboard.press("Enter")
    on(page, "promised")


def test_a_code_that_is_none_wipes_whoever_stood_there_and_is_never_shown(
    lab: RunningLab, kiosk: str, page: Page
) -> None:
    scanned(page, NUMBERS["L01"])
    scan(page, "HTTPS://EVIL.EXAMPLE/100A000001")
    on(page, "idle")
    expect(page.locator("#trouble")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "refused.png")
    assert "EVIL" not in page.content().upper()
    assert None is state(lab, kiosk)["scan"]


def test_the_token_leaves_the_address_and_is_in_no_word_of_the_page(lab: RunningLab, kiosk: str, page: Page) -> None:
    token = next(each["token"] for each in lab.told["accounts"]["kiosks"] if each["user"] == kiosk)
    assert "#" not in page.url
    assert token not in page.content()
    page.reload()
    on(page, "idle")


@pytest.mark.parametrize("leave", ["reload", "back", "done"])
def test_whoever_leaves_leaves_nothing(lab: RunningLab, kiosk: str, page: Page, leave: str) -> None:
    scanned(page, NUMBERS["L03"])
    if leave == "reload":
        page.reload()
    elif leave == "back":
        page.goto("about:blank")
        page.go_back()
    else:
        page.get_by_role("button", name="Fertig").click()
    on(page, "idle")
    until(lambda: state(lab, kiosk)["scan"] is None, 10, "nobody is bound")


def test_a_page_without_its_token_says_that_it_is_not_set_up(lab: RunningLab, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{lab.told['http']}/kiosk/k-nord")
    on(page, "locked")
    page.close()


def test_keys_alone_choose_languages_and_reach_every_button(page: Page) -> None:
    press(page, "3")
    assert "en" == page.locator("html").get_attribute("lang")
    press(page, "#")
    assert "uk" == page.locator("html").get_attribute("lang")
    press(page, "5")
    assert "rtl" == page.locator("html").get_attribute("dir")
    scanned(page, NUMBERS["L03"])
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent"))
    assert set(page.locator("button").all_text_contents()) <= reached
    assert "none" != page.evaluate("getComputedStyle(document.activeElement).outlineStyle")


def test_more_time_can_be_had_with_one_key(lab: RunningLab, kiosk: str, page: Page) -> None:
    scanned(page, NUMBERS["L03"])
    before = state(lab, kiosk)["scan"]["expires_at"]
    press(page, "4")
    until(lambda: state(lab, kiosk)["scan"]["expires_at"] > before, 10, "more time")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(lab: RunningLab, browser: Browser, kiosk: str, scheme: str) -> None:
    axe = Axe()
    found: dict[tuple[str, str], list[str]] = {}
    with opened(lab, browser, kiosk, scheme) as page:

        def check(screen: str) -> None:
            for language in LANGUAGES:
                page.locator(f"[data-language={language}]").click()
                on(page, screen)
                problems = axe.run(page).response["violations"]
                found[language, screen] = [f"{each['id']}: {each['nodes'][0]['html']}" for each in problems]
            page.screenshot(path=ARTEFACTS / f"{screen}-{scheme}.png")

        check("idle")
        scan(page, NUMBERS["L03"])
        check("scanned")
        press(page, "3")
        check("number")
    assert 15 == len(found)
    assert [] == [problem for problems in found.values() for problem in problems]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_targets_are_large_and_nothing_runs_over(page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    found: dict[tuple[str, str], tuple[bool, int, int]] = {}

    def measure(screen: str) -> None:
        for language in LANGUAGES:
            page.locator(f"[data-language={language}]").click()
            on(page, screen)
            below = page.evaluate(BELOW) if size["width"] >= KIOSKS_OWN else 0
            found[language, screen] = (page.evaluate(SMALLEST) >= SMALLEST_TARGET, page.evaluate(OVERFLOW), below)
            page.screenshot(path=ARTEFACTS / f"{screen}-{language}-{size['width']}.png", full_page=True)

    measure("idle")
    scan(page, NUMBERS["L02"])
    measure("scanned")
    press(page, "3")
    measure("number")
    assert {(True, 0, 0)} == set(found.values()), found


def test_done_counts_at_once_while_the_router_is_away(lab: RunningLab, kiosk: str, page: Page) -> None:
    scanned(page, NUMBERS["L01"])
    page.context.set_offline(True)
    on(page, "offline")
    press(page, "*")
    expect(page.get_by_role("button", name="Fertig")).to_have_count(0)
    assert "L01" == state(lab, kiosk)["scan"]["team"]
    page.context.set_offline(False)
    on(page, "idle")
    until(lambda: state(lab, kiosk)["scan"] is None, 30, "nobody is bound")


def test_whoever_scans_while_the_router_is_away_never_sees_the_one_before(
    lab: RunningLab, kiosk: str, page: Page
) -> None:
    scanned(page, NUMBERS["L01"])
    press(page, "30211")
    page.context.set_offline(True)
    on(page, "offline")
    scan(page, NUMBERS["L02"])
    page.context.set_offline(False)
    on(page, "idle")
    until(lambda: state(lab, kiosk)["scan"] is None, 30, "nobody is bound")


def test_a_page_that_could_not_say_goodbye_says_it_when_it_begins_anew(lab: RunningLab, kiosk: str, page: Page) -> None:
    scanned(page, NUMBERS["L01"])
    address = page.url
    page.evaluate(NO_GOODBYE)
    page.goto("about:blank")
    assert "L01" == state(lab, kiosk)["scan"]["team"]
    page.goto(address)
    on(page, "idle")
    until(lambda: state(lab, kiosk)["scan"] is None, 30, "nobody is bound")


def test_a_code_that_is_read_while_the_router_is_asked_about_another_is_the_next_persons(
    lab: RunningLab, kiosk: str, page: Page
) -> None:
    page.evaluate(f"(codes) => codes.forEach({TYPES})", [NUMBERS["L01"], NUMBERS["L02"]])
    on(page, "scanned")
    expect(page.locator("#lines")).to_contain_text("Leistung 02")
    assert "L02" == state(lab, kiosk)["scan"]["team"]


def test_what_is_broken_is_said_with_what_to_do(lab: RunningLab, kiosk: str, page: Page) -> None:
    told = {"handset": "down", "registered": True, "in_call": False, "scanner": "missing"}
    asked(lab, "POST", kiosk, "/state", **told)
    expect(page.locator(".warning")).to_have_text(
        "Wird Ihre Karte nicht gelesen? Heben Sie den Hörer ab, oder gehen Sie zum Empfang."
    )
    asked(lab, "POST", kiosk, "/state", **{**told, "scanner": "ok"})
    expect(page.locator(".warning")).to_have_count(0)


def test_each_digit_is_told_to_whoever_cannot_see_it(page: Page) -> None:
    scanned(page, NUMBERS["L02"])
    press(page, "30")
    expect(page.locator("#news")).to_have_text("0")
    press(page, "2")
    expect(page.locator("#news")).to_have_text("2")
    press(page, "*")
    expect(page.locator("#news")).to_have_text("0")


def test_a_screen_whose_router_is_gone_says_so_and_comes_back_by_itself(
    lab: RunningLab, browser: Browser, kiosk: str
) -> None:
    with opened(lab, browser, kiosk) as page:
        scanned(page, NUMBERS["L03"])
        press(page, "30211")
        lab.signal("router", 19)  # SIGSTOP: its port takes what is sent, and answers nothing
        try:
            on(page, "offline")
            assert "0211" not in page.content()
        finally:
            lab.signal("router", 18)
        on(page, "number")
        expect(page.locator("#number")).to_have_value("0211")
        lab.signal("router", 9)
        on(page, "offline")
        assert [] == Axe().run(page).response["violations"]
        page.screenshot(path=ARTEFACTS / "offline.png")
        lab.start("router")
        on(page, "idle")
