"""Wallboard and shell in a real browser: many tabs and one stream, old figures, a router that goes and comes back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, LocatorAssertions, Page, ViewportSize, expect
from running_lab import until

from metrics.board import MemberCounts
from operations.sign_in.accounts import Session
from operations.sign_in.passwords import digest_of
from tests.fakes.wall_house import Served, WallHouse, wide_centre
from web.who import COOKIE

ARTEFACTS = Path("artifacts/wallboard")
TABS, PORTS = 8, 200
"""A browser opens six connections to a host."""
FRESH, STALE = ".wall:not(.is-stale):not(.is-waiting)", ".wall.is-stale"
WALL, DESK, TABLET, PHONE, TALL = (
    ViewportSize(width=width, height=height)
    for width, height in ((1920, 1080), (1440, 900), (768, 1024), (320, 640), (1080, 1920))
)
OVERFLOW = """() => {
  const all = document.documentElement;
  return [all.scrollWidth - all.clientWidth, all.scrollHeight - innerHeight].map((each) => Math.max(0, each));
}"""
CUT_OFF = """() => [...document.querySelectorAll('.wall-team dd, .wall-team dt, .wall-team dl')]
  .filter((each) => {
    const [part, card] = [each.getBoundingClientRect(), each.closest('.wall-team').getBoundingClientRect()];
    return Math.max(part.right, card.right) > Math.min(card.right, innerWidth) + 1 || part.bottom > card.bottom + 1;
  }).map((each) => each.textContent)"""
FOLLOWS = """async () => {
  const { follow } = await import('/pages/shell/live.js');
  window.stop = follow({ seen: (teams) => { window.seen = teams.size; }, state: (now) => { window.state = now; } });
}"""
OPEN_PORTS = """async (count) => {
  window.ports = Array.from({ length: count }, () => new SharedWorker('/pages/shell/stream_worker.js',
    { type: 'module', name: 'teamline-stream-1' }).port);
  const heard = window.ports.map((port) => new Promise((done) => {
    port.onmessage = ({ data }) => data.name === 'snapshot' && done(data.data.teams.length);
    port.postMessage({ follow: '/api/v1/live/stream', who: '', names: ['snapshot', 'change'], isNew: true });
  }));
  return (await Promise.all(heard)).length;
}"""
SLEEPER = """async () => {
  let events = null;
  window.EventSource = class extends EventTarget { constructor() { super(); events = this; } close() {} };
  const { Hub } = await import('/pages/shell/stream_hub.js');
  const hub = new Hub();
  const heard = [];
  const port = { postMessage: (message) => heard.push(message) };
  hub.said(port, { follow: '/x', who: '', names: ['snapshot', 'change'], isNew: true });
  const tell = (name, data) => events.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  tell('snapshot', { formula: 'f', teams: [{ id: 'L01', waiting: 0 }, { id: 'L02', waiting: 7 }] });
  for (let waiting = 1; waiting <= 1000; waiting += 1) tell('change', { teams: [{ id: 'L01', waiting }] });
  const slept = heard.length;
  hub.said(port, { took: slept });
  const last = heard.filter(({ name }) => name === 'snapshot').at(-1).data;
  const before = hub.counts;
  hub.said(port, { leave: true });
  return { slept, last, before, after: hub.counts };
}"""
TIMES = """async () => {
  const { clock, share, span, waited } = await import('/pages/shell/tick.js');
  const now = new Date('2026-03-29T00:59:59Z');
  return [span(7.9), span(750), span(3900), span(-4), span(null), waited('2026-03-29T00:58:00Z', now),
    clock(now, { timeZone: 'Europe/Berlin' }), share(0.8749)];
}"""
ASKS = """() => {
  document.getElementById('opener').addEventListener('click', async () => {
    const { confirmed } = await import('/pages/shell/confirm.js');
    const { tell } = await import('/pages/shell/told.js');
    window.answer = undefined;
    window.answer = await confirmed({ title: 'Close?', text: 'Nobody is taken.', act: 'Close it', isDangerous: true,
      fields: [{ name: 'why', label: 'Reason', type: 'select', options: [{ value: 'a', label: 'Alarm' }] },
        { name: 'minutes', label: 'Minutes', type: 'number', required: true, hint: '1 to 60' }] });
    tell('<b>Done</b>', { undo: { label: 'Undo', act: () => { window.undone = true; } } });
  });
}"""


@pytest.fixture
def house() -> WallHouse:
    house = WallHouse(wide_centre(7))
    house.tell("L01", waiting=3, waiting_since=time.time() - 5, estimated_wait_seconds=250.0)
    return house


@pytest.fixture
def served(house: WallHouse) -> Iterator[Served]:
    served = Served(house)
    yield served
    served.stop()


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=served.url, viewport=WALL, locale="de-DE")
    yield context
    context.close()


@pytest.fixture
def wall(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/wallboard")
    page.wait_for_selector(FRESH)
    return page


@contextmanager
def empty(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.goto("/empty")
    yield page
    page.close()


def part(page: Page, team: str, name: str) -> LocatorAssertions:
    return expect(page.locator(f'[data-team="{team}"] [data-part="{name}"]'))


def test_a_session_that_ends_is_told(context: BrowserContext, house: WallHouse, served: Served) -> None:
    cookie, csrf = "s" * 43, "of-this-session"
    began = time.time()
    session = Session(digest_of(cookie), "viewer", "viewer", csrf, began, began)
    house.accounts.sessions[session.id] = session
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": served.url}])
    page = context.new_page()
    page.goto("/wallboard")
    page.wait_for_selector(FRESH)
    expect(page.locator("header.top .who")).to_contain_text("viewer")
    house.accounts.sessions.clear()
    expect(page.locator("#alarm")).to_have_text("Die Anmeldung ist abgelaufen.")


def test_any_number_of_tabs_is_one_stream_that_ends_with_the_last(context: BrowserContext, served: Served) -> None:
    pages = [context.new_page() for _ in range(TABS)]
    for page in pages:
        page.goto("/empty")
        page.evaluate(FOLLOWS)
    for page in pages:
        page.wait_for_function("() => window.seen === 7 && window.state?.link === 'open' && !window.state.isStale")
    assert PORTS == pages[0].evaluate(OPEN_PORTS, PORTS)
    assert 1 == served.open
    pages[0].evaluate("() => window.ports.forEach((port) => port.postMessage({ leave: true }))")
    for page in pages[1:]:
        page.close()
    assert 1 == served.open
    pages[0].evaluate("() => window.stop()")
    until(lambda: served.open == 0, 10, "no stream left")


def test_a_tab_that_sleeps_is_sent_little_and_then_what_is_true(context: BrowserContext) -> None:
    with empty(context) as page:
        found = page.evaluate(SLEEPER)
    assert found["slept"] <= 32 + 2
    assert {"L01": 1000, "L02": 7} == {each["id"]: each["waiting"] for each in found["last"]["teams"]}
    assert ({"streams": 1, "ports": 1}, {"streams": 0, "ports": 0}) == (found["before"], found["after"])


def test_figures_move_as_they_come(wall: Page, house: WallHouse) -> None:
    part(wall, "L01", "waiting").to_have_text("3")
    part(wall, "L01", "level").to_have_text("im Ziel")
    part(wall, "L01", "expected").to_have_text("ca. 4 min")
    part(wall, "L03", "level").to_have_text("niemand wartet")
    house.tell("L03", waiting=12, waiting_since=time.time() - 3725, members=MemberCounts(available=2, paused=3))
    part(wall, "L03", "waiting").to_have_text("12")
    part(wall, "L03", "free").to_have_text("2 von 5")
    part(wall, "L03", "level").to_have_text("über Ziel")
    part(wall, "L03", "longest").to_contain_text("1:02:")
    house.tell("L03", waiting=0, waiting_since=None, open=False)
    part(wall, "L03", "level").to_have_text("geschlossen")


def test_old_figures_are_grey_with_a_sentence_and_their_time_stands_still(wall: Page, house: WallHouse) -> None:
    house.as_of = datetime.now(UTC) - timedelta(seconds=6)
    wall.wait_for_selector(STALE)
    expect(wall.locator("#alarm")).to_contain_text("Die Zahlen sind alt")
    expect(wall.locator("#as-of")).to_have_text(
        house.as_of.astimezone(house.centre.timezone).strftime("Stand %H:%M:%S")
    )
    assert [] == Axe().run(wall).response["violations"]
    wall.screenshot(path=ARTEFACTS / "stale.png")
    house.as_of = None
    wall.wait_for_selector(FRESH)
    expect(wall.locator("#alarm")).to_have_text("")


def test_a_router_that_is_gone_is_told_and_the_wall_recovers_by_itself(browser: Browser, house: WallHouse) -> None:
    served = Served(house)
    context = browser.new_context(base_url=served.url, viewport=WALL, locale="de-DE")
    page = context.new_page()
    page.goto("/wallboard")
    page.wait_for_selector(FRESH)
    page.evaluate("() => { window.isTheSame = true; }")
    served.stop()
    page.wait_for_selector(STALE)
    expect(page.locator("#alarm")).to_contain_text("keine Verbindung")
    house.tell("L02", waiting=9, waiting_since=time.time())
    served = Served(house, served.port)
    page.wait_for_selector(FRESH)
    part(page, "L02", "waiting").to_have_text("9")
    assert page.evaluate("() => window.isTheSame")
    served.stop()
    house.version = "2"
    served = Served(house, served.port)
    expect(page.locator('[data-version="2"]')).to_be_visible()
    page.wait_for_selector(FRESH)
    context.close()
    served.stop()


@pytest.mark.parametrize("count", [3, 28])
def test_nothing_scrolls_and_nothing_is_cut_off_on_a_wall(browser: Browser, count: int) -> None:
    house = WallHouse(wide_centre(count))
    for team in list(house.centre.teams)[::2]:
        house.tell(team, waiting=23, waiting_since=time.time() - 4000, estimated_wait_seconds=2500.0)
    served = Served(house)
    context = browser.new_context(base_url=served.url, locale="de-DE")
    page = context.new_page()
    for size in (WALL, TALL, DESK):
        page.set_viewport_size(size)
        page.goto("/wallboard")
        page.wait_for_selector(FRESH)
        assert ([0, 0], []) == (page.evaluate(OVERFLOW), page.evaluate(CUT_OFF))
        page.screenshot(path=ARTEFACTS / f"wall-{count}-{size['width']}.png")
    context.close()
    served.stop()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_at_any_size_in_both_languages(
    context: BrowserContext, house: WallHouse, colours: str
) -> None:
    house.tell("L02", waiting=8, waiting_since=time.time() - 100)
    house.tell("L03", open=False)
    page = context.new_page()
    found = []
    for language, size in (("de", PHONE), ("en", TABLET), ("de", DESK)):
        page.set_viewport_size(size)
        page.goto(f"/wallboard?lang={language}&colours={colours}&teams=L01,L02,L03,L99")
        page.wait_for_selector(FRESH)
        found += [each["id"] for each in Axe().run(page).response["violations"]] if size is not DESK else []
        assert 0 == page.evaluate(OVERFLOW)[0]
        page.screenshot(path=ARTEFACTS / f"{colours}-{language}-{size['width']}.png")
    assert [] == found


def test_times_are_said_as_people_here_do(context: BrowserContext) -> None:
    with empty(context) as page:
        found = page.evaluate(TIMES)
    assert ["0:07", "12:30", "1:05:00", "0:00", "–", "1:59", "01:59:59", "87\u00a0%"] == found


def test_the_ways_show_for_whoever_moves_the_pointer_or_presses_a_key(wall: Page) -> None:
    head = wall.locator("header.top")
    expect(head).to_be_hidden()
    wall.keyboard.press("Tab")
    expect(head).to_be_visible()


def test_a_question_is_answered_by_keyboard_alone_and_can_be_undone(context: BrowserContext) -> None:
    with empty(context) as page:
        page.evaluate(ASKS)
        page.locator("#opener").press("Enter")
        expect(page.get_by_role("dialog", name="Close?")).to_be_visible()
        assert [] == Axe().run(page).response["violations"]
        page.keyboard.press("Escape")
        page.wait_for_function("() => window.answer === null && document.activeElement.id === 'opener'")
        page.keyboard.press("Enter")
        page.get_by_label("Minutes").fill("15")
        page.keyboard.press("Enter")
        page.wait_for_function("() => window.answer?.why === 'a' && window.answer.minutes === 15")
        expect(page.locator("#told")).to_contain_text("<b>Done</b>")
        page.get_by_role("button", name="Undo").press("Enter")
        page.wait_for_function("() => window.undone")
        expect(page.locator("#told")).to_be_empty()
