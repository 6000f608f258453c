import csv
from pathlib import Path

import httpx
import pytest

from operations.audit import Deed
from operations.audit_log import written
from routing.centre import Centre
from tests.fakes.desk_house import HOST, DeskHouse, token_of
from tests.fakes.notes import MemoryAudit
from web.app import application
from web.audit.page import audit_page
from web.audit.routes import audit_routes
from web.page import words

AT = 1_767_600_000.0
"""2026-01-05, 09:00 in Berlin."""
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def kept() -> MemoryAudit:
    return MemoryAudit()


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


def asks(house: DeskHouse, kept: MemoryAudit, role: str = "supervisor") -> httpx.AsyncClient:
    def centre() -> Centre:
        return house.router.centre

    async def nothing() -> dict[str, bool]:
        return {}

    rooms = [audit_routes(kept, centre, house.door), audit_page(kept, centre, house.door)]
    transport = httpx.ASGITransport(application("1", nothing, house.look, rooms))
    headers = {"authorization": f"Bearer {token_of(role)}"} if role else {}
    return httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=headers)


async def noted(kept: MemoryAudit, *whose: str, at: float = AT, team: str = "L01", **told: str) -> None:
    for each in whose:
        await kept.add(written(at + len(kept.entries), each, "lead", Deed.MEMBER_PAUSED, team, "mL01", told))


async def test_the_newest_deeds_come_first_page_by_page(house: DeskHouse, kept: MemoryAudit) -> None:
    await noted(kept, "a", "b", "c")
    async with asks(house, kept) as client:
        first = (await client.get("/api/v1/audit?limit=2")).json()
        second = (await client.get(f"/api/v1/audit?limit=2&before={first['next']}")).json()
    assert ["c", "b", "a"] == [each["who"] for each in (*first["entries"], *second["entries"])]
    assert second["next"] is None


async def test_an_erasure_is_told_in_the_page_s_language(house: DeskHouse, kept: MemoryAudit) -> None:
    told = {"entries": "2", "files": "1", "outcome": "broken off"}
    await kept.add(written(AT, "anna", "admin", Deed.CUSTOMER_ERASED, "", "", told))
    async with asks(house, kept) as client:
        shown = (await client.get("/admin/audit?lang=de")).text
    expected = ("Nachrichten, Dokumente, Rückrufe</dt><dd>2", "Dateien</dt><dd>1", "Ausgang</dt><dd>abgebrochen")
    assert not [each for each in expected if each not in shown]


async def test_a_deed_is_told_whole(house: DeskHouse, kept: MemoryAudit) -> None:
    await noted(kept, "anna", reason="lunch")
    async with asks(house, kept) as client:
        [deed] = (await client.get("/api/v1/audit")).json()["entries"]
    assert {
        "id": "1000-0",
        "at": "2026-01-05T08:00:00Z",
        "who": "anna",
        "role": "lead",
        "deed": "member-paused",
        "team": "L01",
        "about": "mL01",
        "told": {"reason": "lunch"},
    } == deed


async def test_a_team_an_account_and_a_day_are_found_alone(house: DeskHouse, kept: MemoryAudit) -> None:
    await noted(kept, "anna", team="L02")
    await noted(kept, "bert")
    await noted(kept, "carl", at=AT + 86_400)
    asked = {"team=L02": ["anna"], "who=bert": ["bert"], "day=2026-01-06": ["carl"], "day=2026-01-07": []}
    async with asks(house, kept) as client:
        found = {each: (await client.get(f"/api/v1/audit?{each}")).json()["entries"] for each in asked}
    assert asked == {each: [deed["who"] for deed in deeds] for each, deeds in found.items()}


@pytest.mark.parametrize(
    "query", ["before=x", "before=1", "before=(1-0", "limit=0", "limit=201", "limit=x", "day=x", "team=" + "x" * 65]
)
async def test_what_cannot_be_meant_is_told(house: DeskHouse, kept: MemoryAudit, query: str) -> None:
    async with asks(house, kept) as client:
        answer, sheet = await client.get(f"/api/v1/audit?{query}"), await client.get(f"/api/v1/audit.csv?{query}")
        page = await client.get(f"/admin/audit?{query}")
    assert (422, 422) == (answer.status_code, sheet.status_code)
    assert page.status_code == (200 if query.startswith("limit") else 422)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_ends_of_the_calendar_are_days_without_deeds(house: DeskHouse, kept: MemoryAudit, day: str) -> None:
    await noted(kept, "anna")
    async with asks(house, kept) as client:
        answer = await client.get(f"/api/v1/audit?day={day}")
    assert (200, []) == (answer.status_code, answer.json()["entries"])


async def test_who_may_not_read_it_reads_nothing(house: DeskHouse, kept: MemoryAudit) -> None:
    statuses = {}
    for role in ("viewer", "member", "lead", "kiosk", "scanner", "supervisor", "admin"):
        async with asks(house, kept, role) as client:
            statuses[role] = {
                (await client.get(path)).status_code for path in ("/api/v1/audit", "/api/v1/audit.csv", "/admin/audit")
            }
    allowed = {"supervisor", "admin"}
    assert {role: {200} if role in allowed else {403} for role in statuses} == statuses
    async with asks(house, kept, "") as client:
        assert (await client.get("/api/v1/audit")).status_code == 401
        assert (await client.get("/admin/audit")).status_code == 303


async def test_without_the_store_it_says_so(house: DeskHouse, kept: MemoryAudit) -> None:
    kept.is_away = True
    async with asks(house, kept) as client:
        answers = [await client.get(path) for path in ("/api/v1/audit", "/api/v1/audit.csv", "/admin/audit")]
    assert [503, 503, 503] == [each.status_code for each in answers]
    assert 'role="alert"' in answers[2].text


async def test_a_sheet_has_every_page_and_no_formula(house: DeskHouse, kept: MemoryAudit) -> None:
    await noted(kept, *(f"u{each}" for each in range(450)), "=1+1")
    async with asks(house, kept) as client:
        answer = await client.get("/api/v1/audit.csv")
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert 451 == len(rows)
    assert ("'=1+1", "2026-01-05T09:07:30+01:00") == (rows[0]["who"], rows[0]["at"])


async def test_nothing_that_somebody_typed_becomes_part_of_the_page(house: DeskHouse, kept: MemoryAudit) -> None:
    await kept.add(written(AT, HOSTILE, HOSTILE, Deed.SIGN_IN_REFUSED, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}))
    async with asks(house, kept) as client:
        page = await client.get("/admin/audit", params={"who": HOSTILE, "team": HOSTILE})
    assert "<img" not in page.text
    assert "Anmeldung abgewiesen" in page.text or "Sign-in refused" in page.text


async def test_the_page_tells_the_deed_in_words_with_the_member_s_name(house: DeskHouse, kept: MemoryAudit) -> None:
    await noted(kept, "anna", reason="lunch")
    async with asks(house, kept) as client:
        page = (await client.get("/admin/audit?lang=de")).text
    assert all(each in page for each in ("Platz in Pause", "Mittag", "05.01.2026, 09:00:00", "Teamleitung", "anna"))


async def test_every_deed_has_its_words_in_both_languages() -> None:
    missing = [
        (each, spoken) for each in Deed for spoken in ("de", "en") if f"deed_{each}" not in words("audit/audit", spoken)
    ]
    assert [] == missing


async def test_older_pages_are_a_link_away(house: DeskHouse, kept: MemoryAudit) -> None:
    await noted(kept, *("anna" for _ in range(60)))
    async with asks(house, kept) as client:
        first = (await client.get("/admin/audit?team=L01")).text
        assert "/admin/audit?team=L01&amp;before=1010-0" in first
        second = (await client.get("/admin/audit?team=L01&before=1010-0")).text
    assert 'href="/admin/audit?team=L01"' in second
