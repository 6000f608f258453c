"""The page of reports in a real browser over a lab with real calls: its figures, its files, its looks, its paper."""

import asyncio
import contextlib
import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running_lab import RunningLab, citizen, until
from small_centre import SmallCentre, keys

from facts.kinds import Journalled
from facts.record import record
from metrics.calendar_days import midnight
from store.connection import StoreAddress, connect
from store.journal import JournalStore
from telephony.lab.phones import Habits
from tests.fakes.told_calls import answered_call

ARTEFACTS = Path("artifacts/reports")
BERLIN = ZoneInfo("Europe/Berlin")
ANSWERS = Habits(ring_seconds=(0.3, 0.4), talk_seconds=(0.5, 0.6))
CALLS = 4
PAST_DAYS = 9
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
COUNTS = ("offered", "answered", "answered_in_target", "abandoned", "flowed_out", "lost")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """Four calls were answered, one gave up; and the journal has days before, as a store that is older has."""
    folder = tmp_path_factory.mktemp("reports")
    files = SmallCentre(folder).write()
    with RunningLab(folder / "lab", *files.options) as running:
        asyncio.run(_remember(running.told["redis"]))
        with running.phones("one", "both", habits=ANSWERS):
            running.until_signed_in("one", "both")
            calls = [citizen(keys("L01"), caller=f"021155502{number:02}", stay=20) for number in range(CALLS)]
            with contextlib.closing(running.calls(calls)):
                until(lambda: today(running, "L01")["answered"] == CALLS, 40, "every call answered")
        running.hang_up_all()
        with contextlib.closing(running.calls([citizen(keys("L03"), caller="02115550300", stay=4)])):
            until(lambda: today(running, "L03")["abandoned"] == 1, 30, "who gave up is in the books")
        yield running


@pytest.fixture(scope="module")
def visitor(lab: RunningLab, browser: Browser) -> Iterator[BrowserContext]:
    """A supervisor, signed in, far away."""
    with browser.new_context(locale="de-DE", timezone_id="America/New_York", accept_downloads=True) as context:
        account = next(each for each in lab.told["accounts"]["web"] if each["user"] == "supervisor")
        sent = {"user": account["user"], "password": account["password"]}
        assert context.request.post(f"{lab.told['http']}/api/v1/session", data=sent).ok
        yield context


async def _remember(address: str) -> None:
    client = connect(StoreAddress(address))
    today_ = datetime.now(BERLIN).date()
    for back in range(1, PAST_DAYS + 1):
        day = today_ - timedelta(days=back)
        facts = _past(day, 40 + 7 * back)
        await JournalStore(client).append(day, [(fact.id, record(fact)) for fact in facts])
    await client.aclose()


def _past(day: date, calls: int) -> list[Journalled]:
    begins = midnight(day, BERLIN) + 8 * 3600
    told = (
        answered_call(begins + number * 28_800 / calls, f"{day}.{number}", 3.0 * (number % 17), f"L0{1 + number % 3}")
        for number in range(calls)
    )
    return [fact for call in told for fact in call]


def today(lab: RunningLab, team: str) -> dict[str, Any]:
    teams = httpx.get(f"{lab.told['http']}/api/v1/live").json()["teams"]
    return dict(next(each for each in teams if each["id"] == team)["today"])


def opened(visitor: BrowserContext, lab: RunningLab, query: str) -> Page:
    page = visitor.pages[0] if visitor.pages else visitor.new_page()
    page.goto(f"{lab.told['http']}/reports?{query}")
    page.wait_for_selector("#report [data-done]")
    return page


def shown(page: Page) -> dict[str, list[str]]:
    """Team -> its figures as the page shows them."""
    rows = page.locator("table[data-sortable]").first.locator("tbody tr").all()
    return {row.locator("th").get_attribute("data-value") or "": row.locator("td").all_inner_texts() for row in rows}


def test_page_command_csv_live_and_prometheus_say_the_same(lab: RunningLab, visitor: BrowserContext) -> None:
    told = lab.command("report", "--json")
    of_command = {row["team"]: row for row in json.loads(told.stdout)}
    assert (CALLS, 1) == (of_command["L01"]["answered"], of_command["L03"]["abandoned"])
    page = opened(visitor, lab, "interval=today&lang=de")
    of_page = shown(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV herunterladen").click()
    assert re.fullmatch(r"teamline-report-[0-9-]{21}-team\.csv", download.value.suggested_filename)
    of_csv = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    metrics = httpx.get(lab.told["metrics"]).text
    for team, row in of_command.items():
        assert [str(row[name]) for name in ("offered", "answered", "answered_in_target", "abandoned")] == of_page[team][
            :4
        ]
        cells = [each for each in of_csv if each["team"] == team]
        assert [row[name] for name in COUNTS] == [sum(int(each[name]) for each in cells) for name in COUNTS]
        assert [row[name] for name in COUNTS] == [today(lab, team)[name] for name in COUNTS]
        counted = re.search(rf'^teamline_calls_answered_total{{team="{team}"}} ([0-9.]+)$', metrics, re.MULTILINE)
        assert counted is not None
        assert row["answered"] == float(counted[1])


def test_the_curves_of_today_are_the_report_s_quarter_hours(lab: RunningLab, visitor: BrowserContext) -> None:
    curve = visitor.request.get(f"{lab.told['http']}/api/v1/live/curves").json()["teams"]["L01"]
    rows = json.loads(lab.command("report", "--json", "--step", "15m", "--team", "L01").stdout)
    for name in ("offered", "answered", "abandoned"):
        assert curve[name] == [row[name] for row in rows][: len(curve[name])]
    assert max(curve["waiting_max"]) >= 1


def test_past_days_are_read_and_their_second_look_is_the_same(lab: RunningLab, visitor: BrowserContext) -> None:
    asked = f"{lab.told['http']}/api/v1/reports/intervals?from={_back(PAST_DAYS)}&step=1d&limit=10000"
    first, second = (visitor.request.get(asked).json() for _ in range(2))
    told = lab.command("report", "--from", _back(PAST_DAYS), "--step", "1d", "--json")
    assert json.loads(told.stdout) == first["rows"] == second["rows"]


def test_the_other_reports_are_those_of_the_command(lab: RunningLab, visitor: BrowserContext) -> None:
    told = json.loads(lab.command("report", "--reasons", "--json").stdout)
    answer = visitor.request.get(f"{lab.told['http']}/api/v1/reports/reasons").json()
    assert len(told) > 0
    assert told == answer["rows"]


def test_the_page_is_for_everybody_in_both_languages_and_colours(lab: RunningLab, visitor: BrowserContext) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    span = f"interval=days&first={_back(1)}&last={_back(1)}"
    found = []
    for language, colours in (("de", "light"), ("en", "dark")):
        page = opened(visitor, lab, f"{span}&step=1h&lang={language}&colours={colours}")
        page.wait_for_selector(".plot[role=slider]")
        found += Axe().run(page, options=RULES).response["violations"]
        for width in (1440, 768, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) <= 0, (width, language)
            page.screenshot(path=ARTEFACTS / f"reports-{colours}-{language}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})
    assert [] == [(each["id"], each["nodes"][0]["html"]) for each in found]


def test_times_are_the_centres_wherever_the_browser_is(lab: RunningLab, visitor: BrowserContext) -> None:
    page = opened(visitor, lab, f"interval=days&first={_back(1)}&last={_back(1)}&step=1h&lang=de")
    assert "08:00" in (page.locator("[data-plot=calls][role=slider]").get_attribute("aria-label") or "")


def test_a_plot_is_read_by_keys_figure_by_figure(lab: RunningLab, visitor: BrowserContext) -> None:
    page = opened(visitor, lab, f"interval=days&first={_back(1)}&last={_back(1)}&step=1h&lang=de")
    plot = page.locator("[data-plot=calls][role=slider]")
    plot.focus()
    page.keyboard.press("Home")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    told = plot.get_attribute("aria-valuetext") or ""
    hour = page.locator("table[data-sortable]").nth(1).locator("tbody tr").first
    offered, answered = hour.locator("td").all_inner_texts()[:2]
    assert ("08:00" in told, True) == (True, f"Anrufe {offered}, angenommen {answered}" in told), told
    expect(plot.locator(".u-series").nth(1).locator(".u-value")).to_have_text(offered)
    page.keyboard.press("Tab")
    expect(plot.locator(".u-series").nth(1).locator(".u-value")).to_have_text("–")


def test_a_team_is_found_by_keyboard_alone(lab: RunningLab, visitor: BrowserContext) -> None:
    page = opened(visitor, lab, "interval=today&lang=de&colours=light")
    page.locator("#interval").focus()
    page.keyboard.press("ArrowDown")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("input[name=team][value=L01]").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Anzeigen").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("team=L01"))
    page.wait_for_selector("#report [data-done]")
    assert ("interval=yesterday" in page.url, ["L01"]) == (True, list(shown(page)))
    head = page.get_by_role("button", name="Sortieren nach Anrufe").last
    head.focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)


def test_paper_has_the_figures_and_no_navigation(lab: RunningLab, visitor: BrowserContext) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page = opened(visitor, lab, f"interval=days&first={_back(2)}&last={_back(1)}&step=1h&lang=de")
    page.wait_for_selector(".plot[role=slider]")
    page.emulate_media(media="print")
    expect(page.locator("#report-form")).to_be_hidden()
    expect(page.locator(".report-title")).to_be_visible()
    page.set_viewport_size({"width": 1032, "height": 703})  # A4 across, less its margins
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.screenshot(path=ARTEFACTS / "reports-paper.png", full_page=True)
    assert page.pdf(path=ARTEFACTS / "reports.pdf", prefer_css_page_size=True).startswith(b"%PDF")
    page.emulate_media(media="screen")


def _back(days: int) -> str:
    return (datetime.now(BERLIN).date() - timedelta(days=days)).isoformat()
