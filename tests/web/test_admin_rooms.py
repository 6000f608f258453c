from pathlib import Path

import pytest

from operations.versions import Directories
from tests.fakes.admin_house import NUMBER, AdminHouse
from web.admin.ports import ImportState, PlacedMistake
from web.health import Dependency

CSV = {"content-type": "text/csv"}


@pytest.fixture
def house(tmp_path: Path) -> AdminHouse:
    return AdminHouse(tmp_path)


async def test_an_upload_is_taken_as_it_is(house: AdminHouse) -> None:
    async with house.client() as client:
        answer = await client.post("/api/v1/directory?dry_run=true", content=b"a,b\n1,2\n", headers=CSV)
    assert (202, "running", True) == (answer.status_code, answer.json()["state"], answer.json()["is_dry"])
    assert b"a,b\n1,2\n" == house.imports.arrived


async def test_a_second_import_is_refused_with_a_sentence(house: AdminHouse) -> None:
    house.imported(state=ImportState.RUNNING)
    async with house.client() as client:
        answer = await client.post("/api/v1/directory", content=b"x", headers=CSV)
    assert 409 == answer.status_code
    assert "Another import is under way" in answer.json()["detail"]


async def test_a_form_is_no_directory(house: AdminHouse) -> None:
    async with house.client() as client:
        assert 415 == (await client.post("/api/v1/directory", data={"file": "x"})).status_code


async def test_bad_lines_come_in_pages(house: AdminHouse) -> None:
    mistakes = [PlacedMistake(line, 0, "no such area", "name one") for line in range(2, 7)]
    house.imported(state=ImportState.REFUSED, bad_lines=9, mistakes=mistakes)
    async with house.client() as client:
        first = (await client.get("/api/v1/directory/import/mistakes", params={"limit": 3})).json()
        second = (await client.get("/api/v1/directory/import/mistakes", params={"after": first["next"]})).json()
        shown = (await client.get("/admin/directory", params={"lang": "en"})).text
    assert ([2, 3, 4], 9) == ([each["line"] for each in first["mistakes"]], first["count"])
    assert ([5, 6], None) == ([each["line"] for each in second["mistakes"]], second["next"])
    assert "9 wrong lines" in shown


async def test_the_directory_before_is_gone_back_to_only_if_meant(house: AdminHouse) -> None:
    async with house.client() as client:
        asked = await client.post("/admin/directory/rollback", data={"csrf": ""})
        assert "d-20261122T080000-2" == house.directories.versions.active
        assert 'name="sure"' in asked.text
        await client.post("/admin/directory/rollback", data={"sure": "yes"})
    assert "d-20261115T080000-1" == house.directories.versions.active
    assert [("admin", "directory-rolled-back", "", "d-20261115T080000-1")] == house.notes.deeds


async def test_without_a_directory_before_the_api_says_so(house: AdminHouse) -> None:
    house.directories.versions = Directories("d-1", None)
    async with house.client() as client:
        assert 404 == (await client.post("/api/v1/directory/rollback")).status_code


async def test_the_directory_tells_its_age(house: AdminHouse) -> None:
    async with house.client() as client:
        told = (await client.get("/api/v1/directory")).json()
    assert (7, "d-20261122T080000-2", "d-20261115T080000-1") == (told["numbers"], told["active"], told["previous"])
    assert told["age_seconds"] > 0


@pytest.mark.parametrize("path", ["kept", "export", "erase"])
@pytest.mark.parametrize("body", [{}, {"number": ""}, {"number": 10}, {"number": "nonsense", "again": "nonsense"}])
async def test_what_is_no_number_is_422(house: AdminHouse, path: str, body: object) -> None:
    async with house.client() as client:
        answer = await client.post(f"/api/v1/customers/{path}", json=body)
    assert 422 == answer.status_code
    assert "nonsense" not in answer.text


async def test_an_export_is_a_file_and_noted_without_the_number(house: AdminHouse) -> None:
    async with house.client() as client:
        answer = await client.post("/api/v1/customers/export", json={"number": NUMBER})
    assert 'attachment; filename="customer.json"' == answer.headers["content-disposition"]
    assert {"mailbox": []} == answer.json()
    assert [("admin", "customer-exported", "", "")] == house.notes.deeds
    assert NUMBER not in str(house.notes.entries)


async def test_erasing_needs_the_same_number_twice(house: AdminHouse) -> None:
    async with house.client() as client:
        refused = await client.post("/api/v1/customers/erase", json={"number": NUMBER, "again": "20B1"})
        assert [] == house.work.done
        done = await client.post("/api/v1/customers/erase", json={"number": NUMBER, "again": f" {NUMBER.lower()}"})
    assert [422, 200] == [refused.status_code, done.status_code]
    assert {"entries": 2} == done.json()["counts"]
    assert [("admin", "customer-erased", "", "")] == house.notes.deeds
    assert NUMBER not in str(house.notes.entries)


async def test_the_page_shows_counts_first_and_holds_the_number_nowhere(house: AdminHouse) -> None:
    async with house.client() as client:
        found = await client.post("/admin/customer", data={"number": NUMBER, "act": "look"})
    assert (200, []) == (found.status_code, house.work.done)
    assert NUMBER not in found.text
    assert "<dd>2</dd>" in found.text


async def test_the_page_erases_only_whom_it_showed(house: AdminHouse) -> None:
    async with house.client() as client:
        found = (await client.post("/admin/customer", data={"number": NUMBER, "act": "look"})).text
        mark = found.partition('name="mark" value="')[2].partition('"')[0]
        other = await client.post("/admin/customer", data={"number": "20B1", "mark": mark, "act": "erase"})
        forged = await client.post("/admin/customer", data={"number": NUMBER, "mark": "ü", "act": "erase"})
        assert [] == house.work.done
        done = await client.post("/admin/customer", data={"number": NUMBER, "mark": mark, "act": "erase"})
    assert [422, 422, 200] == [each.status_code for each in (other, forged, done)]
    assert ["erase"] == house.work.done


async def test_an_erasure_that_broke_off_is_noted_too(house: AdminHouse) -> None:
    house.work.fails = "not everything could be asked"
    async with house.client() as client:
        answer = await client.post("/api/v1/customers/erase", json={"number": NUMBER, "again": NUMBER})
    assert 503 == answer.status_code
    assert "broken off" == house.notes.entries[-1].told["outcome"]


async def test_the_year_shows_its_conflicts_and_each_day_in_words(house: AdminHouse) -> None:
    async with house.client() as client:
        shown = (await client.get("/admin/year", params={"year": "2026", "team": "L01", "lang": "en"})).text
    assert 12 == shown.count('<table class="month">')
    assert '<time datetime="2026-05-01">1</time><span class="kern-sr-only">: closed, Erster Mai</span>' in shown
    assert '<time datetime="2026-05-04">4</time><span class="kern-sr-only">: 08:00-12:00</span>' in shown


@pytest.mark.parametrize("year", ["", "abc", "99999999999999999999", "-5", "²"])
async def test_a_year_that_is_none_is_this_year(house: AdminHouse, year: str) -> None:
    async with house.client() as client:
        assert 200 == (await client.get("/admin/year", params={"year": year})).status_code


async def test_the_year_is_json_and_a_calendar(house: AdminHouse) -> None:
    async with house.client() as client:
        told = (await client.get("/api/v1/configuration/year", params={"year": 2026, "team": "L01"})).json()
        calendar = await client.get("/api/v1/configuration/year.ics", params={"year": 2026, "team": "L01"})
        unknown = await client.get("/api/v1/configuration/year", params={"year": 2026, "team": "L99"})
    assert ([["L01"]], 365) == ([each["teams"] for each in told["openings"]], len(told["openings"][0]["days"]))
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    assert 422 == unknown.status_code


async def test_what_fails_is_told_with_its_cure_and_what_is_well_is_quiet(house: AdminHouse) -> None:
    house.dependencies["agi"] = Dependency(is_ok=False, is_required=True, what="not <listening>", cure="start it")
    house.dependencies["store"] = Dependency(is_ok=True, is_required=False, what="the store answers")
    async with house.client() as client:
        shown = (await client.get("/admin/health/now", headers={"accept-language": "en"})).text
    assert "not &lt;listening&gt;" in shown
    assert "start it" in shown
    assert shown.index("start it") < shown.index("the store answers")
    assert "kern-alert--danger" in shown


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), "Alles in Ordnung"),
        (("journal",), "1 Hinweis: Anrufe"),
        (("journal", "live"), "2 Hinweise: Anrufe"),
    ],
)
async def test_the_summary_counts_what_there_is_to_look_at(
    house: AdminHouse, names: tuple[str, ...], expected: str
) -> None:
    for name in names:
        house.dependencies[name] = Dependency(is_ok=False, is_required=False, what="old", cure="wait")
    async with house.client() as client:
        assert expected in (await client.get("/admin/health/now", headers={"accept-language": "de"})).text


async def test_the_doctors_worst_findings_come_first(house: AdminHouse) -> None:
    async with house.client() as client:
        shown = (await client.get("/admin/health", params={"thorough": "yes"})).text
    assert shown.index("&lt;b&gt;full&lt;/b&gt;") < shown.index("it is noon")
