"""The board in a real browser over a real lab: real calls, real changes to Asterisk's line, and Asterisk killed."""

import contextlib
import json
import re
import signal
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from known_callers import known_callers
from playwright.sync_api import Browser, Page, StorageState, expect
from running_lab import RunningLab, until
from small_centre import TEAMS, SmallCentre
from staffed_lab import LONG_TALK

from metrics.board import MemberCounts, TeamNow, TodayFigures
from web.board.need import needs, urgency

ARTEFACTS = Path("artifacts/board")
BERLIN = ZoneInfo("Europe/Berlin")
WIDE, TABLET, PHONE = (1440, 900), (768, 1024), (320, 740)
LOOKED_AT = {
    "team-de": (WIDE, TABLET, PHONE),  # beside the table, so that both are seen
    "board-de": (TABLET, PHONE),
    "team-en": (WIDE,),
    "board-en": (PHONE,),
}
SOON_MS = 60_000
HOSTILE = "<img src=x onerror=document.title=1>"
CENTRE = f"targets: {{answer_seconds: 4}}\n{TEAMS}"
"""Impatient, so that a test need not be patient."""
MEMBER = {
    "id": HOSTILE,
    "name": HOSTILE,
    "state": "paused",
    "since": HOSTILE,
    "paused_for": HOSTILE,
    "signed_in": True,
    "phone_reachable": True,
    "teams": ["V02"],
}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
JUDGES = """async (sent) => {
  const {needs, urgency} = await import('/pages/board/need.js');
  return sent.map(([team, isClosed]) => {
    const seconds = team.longest_wait_seconds;
    return [urgency(team.waiting, seconds, 30), needs(team, seconds, 30, isClosed)];
  });
}"""
HOURS_BEHIND = """(() => {
  const Real = Date, behind = 9.5 * 3_600_000;
  window.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() - behind); }
    static now() { return Real.now() - behind; }
  };
  delete window.SharedWorker;
})()"""
"""The clock of a machine that nobody has set; a shared worker would still have the true one."""
SIGNS_OUT = """() => fetch('/api/v1/session', {
  method: 'DELETE',
  headers: {'X-CSRF-Token': document.querySelector('meta[name=csrf]').content},
})"""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("board")
    with RunningLab(folder / "lab", *SmallCentre(folder).write(CENTRE).options) as running:
        yield running


@pytest.fixture(scope="module")
def cookies(lab: RunningLab, browser: Browser) -> StorageState:
    """A supervisor who has signed in by the page that the board sends them to, and came back to what they wanted."""
    password = next(each["password"] for each in lab.told["accounts"]["web"] if each["role"] == "supervisor")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{lab.told['http']}/?lang=de&sort=waiting")
    page.fill("input[name=user]", "supervisor")
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    expect(page.locator("th.c-waiting[aria-sort=descending]")).to_be_visible(timeout=SOON_MS)
    kept = context.storage_state()
    context.close()
    return kept


@contextlib.contextmanager
def opened(lab: RunningLab, browser: Browser, cookies: StorageState, query: str) -> Iterator[Page]:
    """The board as a supervisor has it; without a fault of a script."""
    context = browser.new_context(
        viewport={"width": WIDE[0], "height": WIDE[1]},
        reduced_motion="reduce",
        storage_state=cookies,
        color_scheme="light",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.extend([told.text] if "Content Security Policy" in told.text else []))
    try:
        page.goto(f"{lab.told['http']}/{query}")
        expect(page.locator("#tools")).to_be_visible(timeout=SOON_MS)
        yield page
        assert [] == faults
    finally:
        context.close()


@pytest.fixture
def page(lab: RunningLab, browser: Browser, cookies: StorageState) -> Iterator[Page]:
    with opened(lab, browser, cookies, "?lang=de") as page:
        yield page


def shows(page: Page, team: str, **figures: str) -> None:
    """Wait until the row of this team has these figures."""
    for column, told in figures.items():
        expect(page.locator(f"tr[data-team={team}] .c-{column}")).to_have_text(told, timeout=SOON_MS)


def test_a_call_appears_moves_to_talking_and_ends_in_the_counts(lab: RunningLab, page: Page) -> None:
    shows(page, "L01", waiting="0", talking="0", answered="0")
    with known_callers(lab) as callers:
        callers.in_line("L01")
        shows(page, "L01", waiting="1", answered="0")
        expect(page.locator("tr[data-team=L01] .c-longest .mark")).to_have_text("über Ziel", timeout=SOON_MS)
        with lab.phones("one", habits=LONG_TALK):
            shows(page, "L01", waiting="0", talking="1")
    shows(page, "L01", waiting="0", talking="0", answered="1")
    lab.until_quiet()


def test_by_keys_alone_a_caller_is_raised_and_asterisks_own_line_changes(lab: RunningLab, page: Page) -> None:
    with known_callers(lab) as callers:
        first, second = callers.in_line("L02")[0], None
        arrived = lab.line("L02")[0].virtual_arrival
        until(lambda: lab.console("core show uptime seconds") and _is_later(lab, arrived), 30, "the next second")
        second = callers.in_line("L02")[0]
        assert [first.channel, second.channel] == [each.channel for each in lab.until_waiting("L02", 2)]
        _go(page, "tr[data-team=L02] th a")
        page.keyboard.press("Enter")
        expect(page.locator("#panel-title")).to_be_focused()
        expect(page.locator("#panel .line tbody tr")).to_have_count(2, timeout=SOON_MS)
        assert page.url.endswith("team=L02")
        _go(page, "#panel .line tbody tr:nth-child(2) button")
        page.keyboard.press("Enter")
        expect(page.locator("dialog select")).to_be_focused()
        page.screenshot(path=ARTEFACTS / "raise.png")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#told")).to_contain_text("Vorgezogen: jetzt 10:00 Vorsprung", timeout=SOON_MS)
        until(
            lambda: [each.channel for each in lab.line("L02")] == [second.channel, first.channel], 30, "another order"
        )
        expect(page.locator("#panel .line tbody tr:first-child .l-credit")).to_have_text("+10:00", timeout=SOON_MS)
        page.screenshot(path=ARTEFACTS / "raised.png")
        page.keyboard.press("Escape")
        expect(page.locator("#panel")).to_be_hidden()
        expect(page.locator("tr[data-team=L02] th a")).to_be_focused()
        assert "team=" not in page.url


def _is_later(lab: RunningLab, arrival: int) -> bool:
    now = lab.console("dialplan eval function STRFTIME(,,%s)")
    return any(word.isdigit() and int(word) > arrival + 1 for word in now.split())


def _go(page: Page, wanted: str) -> None:
    """By the tab key, as somebody without a mouse."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no way to {wanted} by keys")


def test_waits_and_closings_are_told_by_the_house_s_clock_whatever_the_browser_s_says(
    lab: RunningLab, page: Page
) -> None:
    page.add_init_script(HOURS_BEHIND)
    with known_callers(lab) as callers:
        callers.in_line("L02")
        page.goto(f"{lab.told['http']}/?lang=de&team=L02")
        expect(page.locator("tr[data-team=L02] .c-longest .time")).to_have_text(re.compile("^0:"), timeout=SOON_MS)
        expect(page.locator("#panel .l-waited")).to_have_text(re.compile("^0:"), timeout=SOON_MS)
        page.locator("#panel .orders button").click()
        offered = page.locator("dialog input[type=datetime-local]").input_value()
        until_then = datetime.fromisoformat(offered).replace(tzinfo=BERLIN) - datetime.now(BERLIN)
        assert timedelta(hours=1.5) < until_then < timedelta(hours=2.5)


def test_what_was_chosen_is_in_the_address_and_comes_back_with_it(page: Page) -> None:
    page.click("[data-sort=name]")
    page.click("[data-sort=name]")
    page.fill("input[name=find]", "Leistung")
    expect(page.locator("#count")).to_have_text("3 von 6 Teams")
    names = page.locator("#teams tbody th a")
    assert ["Leistung 03", "Leistung 02", "Leistung 01"] == names.all_text_contents()
    page.reload()
    assert "descending" == page.locator("th.c-name[aria-sort]").get_attribute("aria-sort")
    expect(names.first).to_have_text("Leistung 03")


def test_a_member_is_signed_in_and_out_and_that_can_be_undone(
    lab: RunningLab, browser: Browser, cookies: StorageState
) -> None:
    with opened(lab, browser, cookies, "?lang=de&team=L03") as page:
        row = page.locator("#panel .members tbody tr").filter(has_text="Platz 3")
        row.get_by_role("button", name="Anmelden").click(timeout=SOON_MS)
        expect(row.get_by_role("button", name="Abmelden")).to_be_visible(timeout=SOON_MS)
        assert ("L03", "PJSIP/three") in lab.memberships()
        page.locator("#told").get_by_role("button", name="Rückgängig").click()
        expect(row.get_by_role("button", name="Anmelden")).to_be_visible(timeout=SOON_MS)
        assert ("L03", "PJSIP/three") not in lab.memberships()


def test_a_member_is_paused_for_a_reason_in_asterisk_and_resumed_by_undo(
    lab: RunningLab, browser: Browser, cookies: StorageState
) -> None:
    with opened(lab, browser, cookies, "?lang=de&team=V02") as page:
        row = page.locator("#panel .members tbody tr").first
        row.get_by_role("button", name="Anmelden").click(timeout=SOON_MS)
        row.get_by_role("button", name="Pause").click(timeout=SOON_MS)
        page.locator("dialog [data-yes]").click(timeout=SOON_MS)
        expect(row.get_by_role("button", name="Weiter")).to_be_visible(timeout=SOON_MS)
        assert "(paused" in lab.members("V02")
        page.locator("#told").get_by_role("button", name="Rückgängig").click()
        expect(row.get_by_role("button", name="Pause")).to_be_visible(timeout=SOON_MS)
        assert "(paused" not in lab.members("V02")


def test_a_team_is_closed_with_a_reason_that_stays_text_and_opened_again(page: Page) -> None:
    page.route("**/api/v1/teams/V02/members", lambda route: route.fulfill(json=[MEMBER]))
    page.click("tr[data-team=V02] th a")
    page.get_by_role("button", name="Team jetzt schließen …").click(timeout=SOON_MS)
    page.fill("dialog input[name=reason]", HOSTILE)
    page.locator("dialog [data-yes]").click()
    expect(page.locator("#told")).to_contain_text("ist geschlossen bis", timeout=SOON_MS)
    expect(page.locator("tr[data-team=V02] .c-open")).to_contain_text("zu bis", timeout=SOON_MS)
    expect(page.locator("#panel .order")).to_contain_text(HOSTILE, timeout=SOON_MS)
    expect(page.locator("#panel .members")).to_contain_text(HOSTILE)
    assert (0, "Übersicht") == (page.locator("main img").count(), page.title().partition(" ")[0])
    page.get_by_role("button", name="Wieder öffnen").click()
    expect(page.locator("tr[data-team=V02] .c-open")).to_have_text("offen", timeout=SOON_MS)


@pytest.mark.parametrize("language", ["de", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    lab: RunningLab, browser: Browser, cookies: StorageState, language: str
) -> None:
    with opened(lab, browser, cookies, f"?lang={language}&team=L01") as page:
        expect(page.locator("#panel .members tbody tr").first).to_be_visible(timeout=SOON_MS)
        _looks_right(page, f"team-{language}")
        page.keyboard.press("Escape")
        expect(page.locator("#panel")).to_be_hidden()
        _looks_right(page, f"board-{language}")


def _looks_right(page: Page, name: str) -> None:
    for scheme, (width, height) in product(SCHEMES, LOOKED_AT[name]):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=ARTEFACTS / f"{name}-{width}-{scheme}.png")
        assert page.evaluate(OVERFLOW) <= 0
        if width != TABLET[0]:
            assert [] == _found(page)


def _found(page: Page) -> list[str]:
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]]


def test_the_browser_judges_teams_as_the_server_does(page: Page) -> None:
    idle = TeamNow(
        id="x",
        name="x",
        area="",
        site="",
        open=True,
        waiting=0,
        longest_wait_seconds=0.0,
        estimated_wait_seconds=None,
        members=MemberCounts(),
        today=TodayFigures(),
        callbacks_open=0,
        messages_open=0,
    )
    staff = (MemberCounts(), MemberCounts(paused=1), MemberCounts(busy=1), MemberCounts(unavailable=1))
    moments = product((0, 1), (True, False), staff, (0, 2), (0.0, 19.9, 20.0, 30.0, 30.5))
    teams = [
        replace(idle, waiting=waiting, open=is_open, members=members, callbacks_open=left, longest_wait_seconds=seconds)
        for waiting, is_open, members, left, seconds in moments
    ]
    expected = [
        [urgency(each.waiting, each.longest_wait_seconds, 30), needs(each, 30, is_closed_by_order=is_closed)]
        for each, is_closed in product(teams, (True, False))
    ]
    sent = [[asdict(each), is_closed] for each, is_closed in product(teams, (True, False))]
    assert json.loads(json.dumps(expected)) == page.evaluate(JUDGES, sent)


def test_killing_asterisk_turns_the_board_old_and_back(lab: RunningLab, page: Page) -> None:
    lab.signal("asterisk", signal.SIGKILL)
    expect(page.locator("#link")).to_contain_text("Asterisk antwortet nicht seit", timeout=SOON_MS)
    expect(page.locator("#board")).to_have_class("board is-old")
    page.screenshot(path=ARTEFACTS / "stale.png")
    lab.start("asterisk")
    expect(page.locator("#board")).not_to_have_class("board is-old", timeout=SOON_MS)
    expect(page.locator("#link p:not(.aside)")).to_have_count(0)


def test_whoever_is_signed_out_is_told_so_and_comes_back_to_the_same_view(page: Page) -> None:
    page.click("tr[data-team=L01] th a")
    expect(page.locator("#panel-title")).to_be_focused()
    page.evaluate(SIGNS_OUT)
    expect(page.locator("#link")).to_contain_text("Sie sind abgemeldet", timeout=SOON_MS)
    expect(page.locator("#board")).to_have_class("board is-old")
    expect(page.locator("#panel")).to_be_hidden()
    back = page.locator("#link a").get_attribute("href")
    assert "/sign-in?next=%2F%3Flang%3Dde%26team%3DL01" == back
