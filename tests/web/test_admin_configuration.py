from pathlib import Path

import pytest

from tests.fakes.admin_house import RENAMED, TEAMS, WRONG, AdminHouse
from web.admin.ports import Checked
from web.admin.wide import MOST_TEXT_BYTES

AT = "/api/v1/configuration"
FIRST = "c-20261120T080000-000001"
PAGES = ("/admin", "/admin/configuration", "/admin/directory", "/admin/year", "/admin/health", "/admin/customer")


@pytest.fixture
def house(tmp_path: Path) -> AdminHouse:
    return AdminHouse(tmp_path)


async def test_the_active_text_comes_with_its_version_as_etag(house: AdminHouse) -> None:
    async with house.client() as client:
        answer = await client.get(AT)
    assert (f'"{FIRST}"', {"version": FIRST, "text": TEAMS}) == (answer.headers["etag"], answer.json())


async def test_who_has_the_version_already_is_not_sent_it_again(house: AdminHouse) -> None:
    async with house.client() as client:
        answer = await client.get(AT, headers={"if-none-match": f'"{FIRST}"'})
    assert (304, b"") == (answer.status_code, answer.content)


async def test_a_right_text_is_told_with_what_it_changes(house: AdminHouse) -> None:
    async with house.client() as client:
        told = (await client.post(f"{AT}/check", json={"text": RENAMED})).json()
    assert told["ok"]
    assert ['teams.L01.name: "Leistung 01" -> "Leistung Eins"'] == told["changes"]


async def test_a_mistake_is_told_with_line_column_and_cure(house: AdminHouse) -> None:
    async with house.client() as client:
        told = (await client.post(f"{AT}/check", json={"text": WRONG})).json()
    assert (False, 13) == (told["ok"], told["mistakes"][0]["line"])
    assert told["mistakes"][0]["text"].startswith("teams.yaml:13:")
    assert told["mistakes"][0]["cure"]


async def test_an_activated_text_is_active_and_noted(house: AdminHouse) -> None:
    async with house.client() as client:
        version = (await client.post(f"{AT}/activate", json={"text": RENAMED})).json()["version"]
    assert (version, RENAMED) == (house.configs.now, house.configs.texts[version])
    assert [("admin", "configuration-activated", "", version)] == house.notes.deeds


async def test_a_wrong_text_is_not_activated(house: AdminHouse) -> None:
    async with house.client() as client:
        answer = await client.post(f"{AT}/activate", json={"text": WRONG})
    assert (422, FIRST) == (answer.status_code, house.configs.now)
    assert answer.json()["mistakes"]
    assert [] == house.notes.deeds


async def test_whoever_was_slower_is_told_and_changes_nothing(house: AdminHouse) -> None:
    async with house.client() as client:
        first = await client.post(f"{AT}/activate", json={"text": RENAMED}, headers={"if-match": f'"{FIRST}"'})
        second = await client.post(f"{AT}/activate", json={"text": TEAMS}, headers={"if-match": f'"{FIRST}"'})
    assert [200, 412] == [first.status_code, second.status_code]
    assert RENAMED == house.configs.texts[house.configs.now]


async def test_a_roll_back_goes_to_the_version_before_and_is_noted(house: AdminHouse) -> None:
    async with house.client() as client:
        await client.post(f"{AT}/activate", json={"text": RENAMED})
        answer = await client.post(f"{AT}/rollback")
    assert {"version": FIRST} == answer.json()
    assert ("admin", "configuration-rolled-back", "", FIRST) == house.notes.deeds[-1]


async def test_a_roll_back_goes_to_the_version_that_was_checked(
    house: AdminHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = house.work.checked

    async def meanwhile(text: str, active: str | None) -> Checked:
        found = await checked(text, active)
        await house.configs.activate(TEAMS, "somebody", None)
        return found

    async with house.client() as client:
        await client.post(f"{AT}/activate", json={"text": RENAMED})
        monkeypatch.setattr(house.work, "checked", meanwhile)
        assert {"version": FIRST} == (await client.post(f"{AT}/rollback")).json()


async def test_a_form_that_names_no_version_goes_nowhere(house: AdminHouse) -> None:
    async with house.client() as client:
        await client.post(f"{AT}/activate", json={"text": RENAMED})
        now = house.configs.now
        answer = await client.post("/admin/configuration/go-to", data={"version": ""})
    assert (404, now) == (answer.status_code, house.configs.now)


async def test_without_an_earlier_version_there_is_nothing_to_go_back_to(house: AdminHouse) -> None:
    async with house.client() as client:
        assert 404 == (await client.post(f"{AT}/rollback")).status_code


async def test_a_version_that_todays_rules_refuse_is_not_gone_back_to(house: AdminHouse) -> None:
    house.configs.texts["c-old"] = WRONG
    async with house.client() as client:
        answer = await client.post(f"{AT}/activate", json={"version": "c-old"})
    assert (422, FIRST) == (answer.status_code, house.configs.now)


async def test_versions_come_in_pages_with_who_put_them_in_force(house: AdminHouse) -> None:
    async with house.client() as client:
        new = (await client.post(f"{AT}/activate", json={"text": RENAMED})).json()["version"]
        first = (await client.get(f"{AT}/versions", params={"limit": 1})).json()
        second = (await client.get(f"{AT}/versions", params={"limit": 1, "before": first["next"]})).json()
    assert [(new, "admin", True)] == [(each["id"], each["by"], each["is_active"]) for each in first["versions"]]
    assert ([FIRST], None) == ([each["id"] for each in second["versions"]], second["next"])


async def test_two_versions_differ_in_words_and_in_text(house: AdminHouse) -> None:
    async with house.client() as client:
        new = (await client.post(f"{AT}/activate", json={"text": RENAMED})).json()["version"]
        told = (await client.get(f"{AT}/diff", params={"from": FIRST, "to": new})).json()
    assert ['teams.L01.name: "Leistung 01" -> "Leistung Eins"'] == told["changes"]
    assert '+  L01: {name: Leistung Eins, kind: benefit, extension: "2101"}' in told["text"]


@pytest.mark.parametrize("path", ["/versions/none", "/diff?from=none&to=none"])
async def test_a_version_that_is_not_kept_is_404(house: AdminHouse, path: str) -> None:
    async with house.client() as client:
        assert 404 == (await client.get(AT + path)).status_code


@pytest.mark.parametrize(
    "body", [{}, {"text": TEAMS, "version": FIRST}, {"version": "../x"}, {"text": "x" * (MOST_TEXT_BYTES + 1)}, []]
)
async def test_what_cannot_be_activated_is_422(house: AdminHouse, body: object) -> None:
    async with house.client() as client:
        assert 422 == (await client.post(f"{AT}/activate", json=body)).status_code


async def test_a_body_without_end_is_413(house: AdminHouse) -> None:
    async with house.client() as client:
        answer = await client.post(
            f"{AT}/check", content=b" " * (5 * MOST_TEXT_BYTES), headers={"content-type": "application/json"}
        )
    assert 413 == answer.status_code


async def test_a_store_that_is_away_is_503_with_its_cure(house: AdminHouse) -> None:
    house.configs.is_away = True
    async with house.client() as client:
        answers = [await client.get(AT), await client.post(f"{AT}/activate", json={"text": TEAMS})]
        pages = [await client.get(page) for page in ("/admin/configuration", "/admin")]
    assert [503, 503] == [each.status_code for each in answers]
    assert [503, 200] == [each.status_code for each in pages]
    assert all("kern-alert--danger" in each.text for each in pages)


async def test_work_that_fails_is_told_and_the_text_is_kept(house: AdminHouse) -> None:
    house.work.fails = "no answer after 30 s"
    async with house.client() as client:
        answer = await client.post("/admin/configuration/edit", data={"text": RENAMED, "act": "check"})
    assert 503 == answer.status_code
    assert "no answer after 30 s" in answer.text
    assert "Leistung Eins" in answer.text


@pytest.mark.parametrize("role", ["viewer", "member", "lead", "supervisor", "kiosk", "scanner"])
async def test_nobody_but_administrators_sees_any_of_it(house: AdminHouse, role: str) -> None:
    async with house.client(role) as client:
        for page in (*PAGES, AT, "/api/v1/directory", f"{AT}/year?year=2026"):
            assert 403 == (await client.get(page)).status_code
        for path in (f"{AT}/activate", "/api/v1/customers/erase", "/api/v1/directory", "/api/v1/directory/rollback"):
            assert 403 == (await client.post(path, json={})).status_code
    assert [] == house.notes.deeds


async def test_whoever_is_not_signed_in_signs_in_first(house: AdminHouse) -> None:
    async with house.client(None) as client:
        answer = await client.get("/admin/configuration")
        piece = await client.get("/admin/configuration/state")
    assert (303, "/sign-in?next=%2Fadmin%2Fconfiguration") == (answer.status_code, answer.headers["location"])
    assert (401, "/sign-in?next=/admin") == (piece.status_code, piece.headers["hx-redirect"])


async def test_the_editor_shows_the_changes_before_it_activates(house: AdminHouse) -> None:
    async with house.client() as client:
        unseen = await client.post(
            "/admin/configuration/edit", data={"text": RENAMED, "act": "activate", "base": FIRST}
        )
    assert FIRST == house.configs.now
    assert "teams.L01.name: &quot;Leistung 01&quot; -&gt; &quot;Leistung Eins&quot;" in unseen.text


async def test_the_editor_activates_what_was_seen(house: AdminHouse) -> None:
    crlf = RENAMED.replace("\n", "\r\n")
    async with house.client() as client:
        seen = await client.post("/admin/configuration/edit", data={"text": crlf, "act": "check", "base": FIRST})
        mark = seen.text.partition('name="seen" value="')[2].partition('"')[0]
        fields = {"text": crlf, "act": "activate", "base": FIRST, "seen": mark}
        answer = await client.post("/admin/configuration/edit", data=fields)
    assert 303 == answer.status_code
    assert RENAMED == house.configs.texts[house.configs.now]


async def test_a_slower_editor_keeps_its_text_and_sees_the_new_differences_next(house: AdminHouse) -> None:
    async with house.client() as client:
        seen = await client.post("/admin/configuration/edit", data={"text": RENAMED, "act": "check", "base": FIRST})
        mark = seen.text.partition('name="seen" value="')[2].partition('"')[0]
        house.configs.now = "c-faster"
        fields = {"text": RENAMED, "act": "activate", "base": FIRST, "seen": mark}
        answer = await client.post("/admin/configuration/edit", data=fields)
    assert 412 == answer.status_code
    assert "Leistung Eins" in answer.text
    assert 'name="seen" value=""' in answer.text


async def test_what_somebody_wrote_into_a_text_is_shown_as_text(house: AdminHouse) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    async with house.client() as client:
        answer = await client.post("/admin/configuration/edit", data={"text": hostile, "act": "check"})
    assert 422 == answer.status_code
    assert "<script>alert" not in answer.text


async def test_a_form_of_somebody_elses_page_changes_nothing(house: AdminHouse) -> None:
    async with house.client(None) as client:
        await client.post("/api/v1/session", json={"user": "admin", "password": "x"})
        answer = await client.post(
            "/admin/configuration/go-to", data={"version": FIRST}, headers={"origin": "https://evil.example"}
        )
    assert 403 == answer.status_code


async def test_it_is_shown_whether_asterisk_has_read_the_version(house: AdminHouse) -> None:
    house.configs.texts["c-2"] = RENAMED
    house.configs.now = "c-2"
    async with house.client() as client:
        behind = (await client.get("/admin/configuration/state")).text
        told = (await client.get(f"{AT}/in-force")).json()
    assert {"active": "c-2", "router": FIRST, "asterisk": FIRST, "everywhere": False} == told
    assert 'hx-trigger="every 1s"' in behind


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_page_is_there_in_both_languages(house: AdminHouse, page: str, language: str) -> None:
    async with house.client() as client:
        answer = await client.get(page, params={"lang": language})
    assert (200, language) == (answer.status_code, answer.headers["content-language"])
    assert " style=" not in answer.text


async def test_back_to_a_version_is_offered_only_from_the_active_one(house: AdminHouse) -> None:
    async with house.client() as client:
        new = (await client.post(f"{AT}/activate", json={"text": RENAMED})).json()["version"]
        back = await client.get("/admin/configuration/compare", params={"from": new, "to": FIRST})
        stale = await client.get("/admin/configuration/compare", params={"from": FIRST, "to": new})
        gone = await client.post("/admin/configuration/go-to", data={"version": FIRST, "expected": new})
    assert "go-to" in back.text
    assert "go-to" not in stale.text
    assert (303, FIRST) == (gone.status_code, house.configs.now)
