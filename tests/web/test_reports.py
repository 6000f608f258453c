import csv
import io
from pathlib import Path
from typing import Any

import pytest

from facts.call import LeftBy
from facts.callback import CallbackMoved
from metrics.report import COLUMNS
from operations.sign_in.accounts import Role
from tests.fakes.report_house import ReportHouse, at
from tests.fakes.told_calls import answered_call, joined, left

PATH = "/api/v1/reports/intervals"
SPAN = "from=2026-11-16&to=2026-11-17"
NINE = at("2026-11-16T09:00")


@pytest.fixture
def house(tmp_path: Path) -> ReportHouse:
    house = ReportHouse(tmp_path)
    for number in range(4):
        house.journal.add(answered_call(NINE + number, f"a.{number}", 10.0 * (number + 1), "L01"))
    house.journal.add([joined(NINE + 3600, "b.1", "L03"), left(NINE + 3630, LeftBy.ABANDONED, 30.0, "b.1", "L03")])
    house.journal.add(answered_call(NINE, "c.1", 5.0, "gone"))
    return house


async def asked(house: ReportHouse, query: str, role: Role = Role.SUPERVISOR) -> dict[str, Any]:
    async with house.client(role) as client:
        answer = await client.get(f"{PATH}?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refused(house: ReportHouse, query: str, role: Role = Role.SUPERVISOR) -> tuple[int, str]:
    async with house.client(role) as client:
        answer = await client.get(f"{PATH}?{query}")
    assert "application/problem+json" == answer.headers["content-type"]
    return answer.status_code, str(answer.json()["detail"])


def offered(told: dict[str, Any], about: str = "team") -> dict[str, int]:
    found: dict[str, int] = {}
    for row in told["rows"]:
        found[row[about]] = found.get(row[about], 0) + row["offered"]
    return {name: count for name, count in found.items() if count}


async def test_rows_have_the_columns_of_the_report(house: ReportHouse) -> None:
    assert list(COLUMNS) == list((await asked(house, SPAN))["rows"][0])


async def test_every_team_has_its_row_and_so_have_teams_that_only_the_journal_knows(house: ReportHouse) -> None:
    assert {"L01": 4, "L03": 1, "gone": 1} == offered(await asked(house, SPAN))


async def test_several_teams_can_be_chosen(house: ReportHouse) -> None:
    told = await asked(house, f"{SPAN}&team=L03&team=L02")
    assert ["L02", "L03"] == [row["team"] for row in told["rows"]]


async def test_the_centre_counts_each_contact_once(house: ReportHouse) -> None:
    house.journal.add([left(NINE + 7200, LeftBy.ANSWERED, 1.0, "unheard")])
    told = [await asked(house, f"{SPAN}&{words}") for words in ("team=centre", "by=centre")]
    assert [{"centre": 6}] * 2 == [offered(each) for each in told]


async def test_an_area_is_its_teams_together(house: ReportHouse) -> None:
    told = await asked(house, f"{SPAN}&by=area")
    assert [4, 1] == list(offered(told, "area").values())


async def test_an_area_can_be_chosen(house: ReportHouse) -> None:
    area = house.desk.router.centre.area_of_team["L03"].id
    assert {"sum": 1} == offered(await asked(house, f"{SPAN}&area={area}&by=sum"))


async def test_a_step_cuts_the_span(house: ReportHouse) -> None:
    told = await asked(house, f"{SPAN}&step=1h&team=L01")
    assert (24, 4) == (len(told["rows"]), told["rows"][9]["offered"])


async def test_a_time_with_an_offset_may_have_lost_its_plus(house: ReportHouse) -> None:
    told = await asked(house, "from=2026-11-16T08:00+01:00&to=2026-11-16T12:00%2B01:00&team=L01")
    assert "2026-11-16T08:00:00+01:00" == told["rows"][0]["from"]


async def test_rows_come_page_by_page(house: ReportHouse) -> None:
    first = await asked(house, f"{SPAN}&step=1h&team=L01&limit=20")
    second = await asked(house, f"{SPAN}&step=1h&team=L01&limit=20&after={first['next']}")
    whole = await asked(house, f"{SPAN}&step=1h&team=L01")
    assert (whole["rows"], None) == (first["rows"] + second["rows"], second["next"])


async def test_csv_is_a_file_with_the_same_rows(house: ReportHouse) -> None:
    async with house.client() as client:
        answer = await client.get(f"{PATH}?{SPAN}&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert (
        'attachment; filename="teamline-report-2026-11-16-2026-11-16-team.csv"' == answer.headers["content-disposition"]
    )
    assert {"L01": "4", "L03": "1", "gone": "1"} == {
        row["team"]: row["offered"] for row in rows if row["offered"] != "0"
    }


@pytest.mark.parametrize(
    "words",
    [
        "from=tomorrow",
        "from=2026-11-17&to=2026-11-16",
        "from=2020-01-01&to=2026-01-01",
        "from=2026-03-29T02:30&to=2026-04-01",
        "from=9999999-01-01",
        "team=X9",
        "area=nowhere",
        "site=nowhere",
        "team=centre&team=L01",
        "by=centre&team=L01",
        "step=2m",
        "by=member",
        "format=xml",
        "limit=0",
        "limit=100000",
        "after=-1",
        "after=x",
        "from=2026-01-01&to=2026-12-31&step=5m",
        "from=%00",
        "team=%F0%9F%98%80",
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(house: ReportHouse, words: str) -> None:
    status, sentence = await refused(house, words)
    assert (422, True) == (status, len(sentence) > 10)


async def test_a_lead_sees_own_teams_only(house: ReportHouse) -> None:
    told = await asked(house, SPAN, Role.LEAD)
    assert {"L01", "V01"} == {row["team"] for row in told["rows"]}


@pytest.mark.parametrize("words", ["team=L03", "team=centre", "by=centre"])
async def test_a_lead_sees_no_others(house: ReportHouse, words: str) -> None:
    assert 403 == (await refused(house, f"{SPAN}&{words}", Role.LEAD))[0]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.KIOSK, Role.SCANNER])
async def test_others_read_no_reports(house: ReportHouse, role: Role) -> None:
    assert 403 == (await refused(house, SPAN, role))[0]


async def test_while_the_journal_is_away_everybody_is_told_to_come_again(house: ReportHouse) -> None:
    house.journal.is_away = True
    assert 503 == (await refused(house, SPAN))[0]


@pytest.mark.parametrize("name", ["estimates", "reasons", "emergencies", "callbacks", "kiosks"])
@pytest.mark.parametrize("form", ["json", "csv"])
async def test_the_other_reports_are_there_too(house: ReportHouse, name: str, form: str) -> None:
    async with house.client() as client:
        answer = await client.get(f"/api/v1/reports/{name}?{SPAN}&step=1h&format={form}&limit=5")
    assert 200 == answer.status_code, answer.text


async def test_another_report_counts_what_the_journal_tells(house: ReportHouse) -> None:
    house.journal.add([CallbackMoved(at=NINE, callback="m-1", team="L01", before="", state="confirmed")])
    async with house.client() as client:
        rows = (await client.get(f"/api/v1/reports/callbacks?{SPAN}&team=L01")).json()["rows"]
    assert [("L01", 1)] == [(row["team"], row["confirmed"]) for row in rows]


@pytest.mark.parametrize(("words", "status"), [("", 403), ("team=L03", 403), ("team=L01", 200)])
async def test_a_lead_names_an_own_team_for_another_report(house: ReportHouse, words: str, status: int) -> None:
    async with house.client(Role.LEAD) as client:
        assert status == (await client.get(f"/api/v1/reports/callbacks?{SPAN}&{words}")).status_code


@pytest.mark.parametrize("words", ["by=site", "team=L01&team=L02", "site=nord"])
async def test_another_report_has_one_team_or_all(house: ReportHouse, words: str) -> None:
    async with house.client() as client:
        assert 422 == (await client.get(f"/api/v1/reports/callbacks?{SPAN}&{words}")).status_code


async def test_an_overview_has_the_total_its_course_and_the_week(house: ReportHouse) -> None:
    async with house.client() as client:
        answer = (await client.get(f"/api/v1/reports/overview?{SPAN}&step=1h")).json()
    busy = [cell for cell in answer["week"] if cell["offered"]]
    assert (6, 24, [(0, 18, 5), (0, 20, 1)]) == (
        answer["total"]["offered"],
        len(answer["course"]),
        [(cell["weekday"], cell["slot"], cell["offered"]) for cell in busy],
    )


async def test_the_curves_are_those_of_own_teams(house: ReportHouse) -> None:
    house.now = at("2026-11-16T10:00")
    for fact in answered_call(NINE, "a.1", 5.0):
        house.curves.fold(fact)
    async with house.client(Role.MEMBER) as client:
        answer = await client.get("/api/v1/live/curves")
    told = answer.json()
    assert "Cookie" in answer.headers["vary"]  # whoever signs in next sees their own
    assert (900, "2026-11-16T00:00:00+01:00") == (told["step_seconds"], told["from"])
    assert ({"L01", "V01"}, 1) == (set(told["teams"]), told["teams"]["L01"]["offered"][36])


async def test_nobody_sees_curves_without_a_sign_in(house: ReportHouse) -> None:
    async with house.client(None) as client:
        assert 401 == (await client.get("/api/v1/live/curves")).status_code
