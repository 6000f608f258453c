import asyncio
from datetime import date
from pathlib import Path

import pytest

from operations.sign_in.accounts import Role
from tests.fakes.report_house import ReportHouse, at
from tests.fakes.report_worker import HeldWorker
from tests.fakes.told_calls import answered_call
from web.page import words
from web.reports.figures import Figures
from web.reports.line import ReportLine
from web.reports.page import Patience
from web.reports.plotted import FIGURES, plotted

SPAN = "interval=days&first=2026-11-16&last=2026-11-16"
NINE = at("2026-11-16T09:00")
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def house(tmp_path: Path) -> ReportHouse:
    house = ReportHouse(tmp_path)
    for number in range(1234):
        house.journal.add(answered_call(NINE + number, f"a.{number}", 12.5, "L01"))
    return house


async def page(house: ReportHouse, query: str, role: Role = Role.SUPERVISOR, path: str = "/reports") -> str:
    async with house.client(role) as client:
        answer = await client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def hold(house: ReportHouse) -> HeldWorker:
    """Nothing is answered any more, and the page does not wait for it."""
    worker = HeldWorker()
    worker.may_answer.clear()
    house.line, house.patience = ReportLine(worker, lambda: 0.0), Patience(0.0, 0.0)
    return worker


async def test_the_page_shows_figures_without_script(house: ReportHouse) -> None:
    text = await page(house, f"{SPAN}&lang=de")
    expected = ("Mo 16.11.2026", "1.234", "12,5", "100,0\N{NO-BREAK SPACE}%")
    assert not [each for each in expected if each not in text]


async def test_the_form_shows_what_the_address_asks(house: ReportHouse) -> None:
    text = await page(house, f"{SPAN}&step=1h&by=site&team=L01&lang=en")
    expected = ('value="1h" selected', 'value="site" selected', 'value="L01" checked', 'value="2026-11-16"')
    assert all(each in text for each in expected)


async def test_the_csv_has_the_page_s_question(house: ReportHouse) -> None:
    text = await page(house, f"{SPAN}&step=1h&team=L01")
    wanted = "from=2026-11-16&to=2026-11-17&step=1h&by=team&format=csv&team=L01".replace("&", "&amp;")
    assert f'href="/api/v1/reports/intervals?{wanted}"' in text


async def test_who_was_signed_out_meanwhile_comes_back_to_the_whole_report(house: ReportHouse) -> None:
    async with house.client(None) as client:
        answer = await client.get(f"/reports/part?{SPAN}", headers={"hx-request": "true"})
    expected = "/sign-in?next=%2Freports%3Finterval%3Ddays%26first%3D2026-11-16%26last%3D2026-11-16"
    assert (401, expected) == (answer.status_code, answer.headers["hx-redirect"])


async def test_a_piece_that_was_not_answered_is_asked_for_again(house: ReportHouse) -> None:
    hold(house)
    text = await page(house, SPAN)
    await house.line.stop()
    assert 'hx-trigger="load delay:200ms, every 10s"' in text


async def test_plots_are_told_the_centre_s_time_zone(house: ReportHouse) -> None:
    assert 'data-zone="Europe/Berlin"' in await page(house, f"{SPAN}&step=1h")


def test_a_plot_ends_with_the_interval_of_now() -> None:
    course = [{"from": f"2026-11-16T{hour:02}:00:00+01:00", **dict.fromkeys(FIGURES, 0)} for hour in range(8, 18)]
    assert [at(f"2026-11-16T{hour:02}:00") for hour in (8, 9)] == [
        row[0] for row in plotted(course, at("2026-11-16T09:59"))
    ]
    assert 10 == len(plotted(course, at("2026-11-17T09:00")))


async def test_the_formula_has_its_name_in_the_page_s_language(house: ReportHouse) -> None:
    assert "Formel Standard" in await page(house, f"{SPAN}&lang=de")


async def test_no_calls_are_told_in_words(house: ReportHouse) -> None:
    assert "Keine Anrufe in diesem Zeitraum" in await page(
        house, "interval=days&first=2026-11-01&last=2026-11-01&lang=de"
    )


@pytest.mark.parametrize(
    "words_",
    [
        "interval=never",
        "interval=days&first=x",
        "interval=days&first=2026-11-17&last=2026-11-16",
        "step=3m",
        "by=member",
        "team=X9",
        "interval=days&first=2024-01-01&last=2026-11-16",
        "interval=days&first=2026-01-01&last=2026-11-16&step=15m",
        "interval=days&first=9999-12-31&last=9999-12-31",
    ],
)
async def test_a_wrong_choice_is_told_and_the_form_stays(house: ReportHouse, words_: str) -> None:
    text = await page(house, words_)
    assert ("alert--bad" in text, 'id="report-form"' in text) == (True, True)


async def test_what_is_in_the_address_is_escaped(house: ReportHouse) -> None:
    assert "<script>alert" not in await page(house, f"{SPAN}&team={HOSTILE}&first={HOSTILE}")


async def test_while_the_journal_is_away_the_page_says_so(house: ReportHouse) -> None:
    house.journal.is_away = True
    assert "Das Journal antwortet gerade nicht." in await page(house, f"{SPAN}&lang=de")


async def test_a_lead_sees_a_form_with_own_teams(house: ReportHouse) -> None:
    text = await page(house, SPAN, Role.LEAD)
    assert ('value="L01"' in text, 'value="L03"' in text) == (True, False)


async def test_a_report_that_takes_long_shows_how_far_it_is(house: ReportHouse) -> None:
    worker = hold(house)
    await page(house, f"{SPAN}&lang=de")
    await worker.began.wait()
    text = await page(house, f"{SPAN}&lang=de")
    await house.line.stop()
    assert ("1 von 3 Tagen" in text, 'hx-get="/reports/part?interval=days' in text) == (True, True)


async def test_the_part_is_the_figures_alone(house: ReportHouse) -> None:
    text = await page(house, SPAN, path="/reports/part")
    assert ("1.234" in text, "<html" in text) == (True, False)


async def test_who_has_not_signed_in_is_sent_to_do_so(house: ReportHouse) -> None:
    async with house.client(None) as client:
        assert 303 == (await client.get("/reports")).status_code


def test_figures_are_written_as_in_the_country() -> None:
    written = [Figures(each, words("reports/reports", each)) for each in ("de", "en")]
    assert ["1.234.567", "1,234,567"] == [each.count(1234567) for each in written]
    assert ["–", "–"] == [each.share(None) for each in written]
    assert ["So 22.11.2026", "Sun 22 Nov 2026"] == [each.day(date(2026, 11, 22)) for each in written]


def test_both_languages_have_the_same_words() -> None:
    assert words("reports/reports", "de").keys() == words("reports/reports", "en").keys()


async def test_two_pages_at_once_are_both_answered(house: ReportHouse) -> None:
    both = await asyncio.gather(page(house, SPAN), page(house, f"{SPAN}&by=area"))
    assert all("1.234" in each for each in both)
