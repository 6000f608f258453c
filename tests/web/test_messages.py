from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facts.contact import LeftState
from operations.mailbox.ports import Entry
from tests.fakes.desk_house import DeskHouse
from tests.fakes.entries import MONDAY, callback, document, recording, voice

PATH = "/api/v1/messages"


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path / "mailbox")


def kept(house: DeskHouse, *entries: Entry) -> None:
    house.kept.entries.update({entry.id: entry for entry in entries})


async def got(house: DeskHouse, path: str = PATH, role: str = "member") -> Any:  # noqa: ANN401 - JSON
    async with house.client(role) as client:
        answer = await client.get(path)
    assert 200 == answer.status_code, answer.text
    assert "no-store" == answer.headers["cache-control"]
    return answer.json()


async def test_a_message_is_told_with_what_a_member_needs(house: DeskHouse) -> None:
    entry = voice(seconds=4.5, bytes=72_044, file="x.wav", concern="money", language="de")
    kept(house, entry)
    expected = {
        "id": entry.id,
        "kind": "voice",
        "team": "L01",
        "state": "open",
        "came_at": "2026-11-23T08:00:00Z",
        "arrival": "2026-11-23T07:59:00Z",
        "concern": "money",
        "language": "de",
        "phone": "+49211555100",
        "number": "123A456789",
        "source": "",
        "seconds": 4.5,
        "pages": None,
        "bytes": 72_044,
        "media_type": "audio/wav",
        "due_at": None,
        "claimed_by": "",
        "claimed_at": None,
        "done_at": None,
        "content": f"{PATH}/{entry.id}/content",
        "callback": None,
    }
    assert {"messages": [expected], "next": None} == await got(house)
    assert expected == await got(house, f"{PATH}/{entry.id}")


async def test_a_callback_tells_where_it_is_told_in_full(house: DeskHouse) -> None:
    entry = callback()
    kept(house, entry)
    [shown] = (await got(house))["messages"]
    assert f"/api/v1/callbacks/{entry.id}" == shown["callback"]
    assert entry.id == (await got(house, shown["callback"]))["id"]


async def test_the_list_is_of_the_own_teams_and_as_asked_for(house: DeskHouse) -> None:
    first, second, third = voice(MONDAY), callback(MONDAY + 1), document(MONDAY + 2, "V01")
    done = replace(voice(MONDAY + 3), state=LeftState.DONE)
    kept(house, done, third, second, first, voice(MONDAY, "L03"))

    async def ids(query: str, role: str = "lead") -> list[str]:
        return [each["id"] for each in (await got(house, PATH + query, role))["messages"]]

    assert [first.id, second.id, third.id, done.id] == await ids("")
    assert [first.id, second.id, done.id] == await ids("?team=L01")
    assert [first.id, done.id] == await ids("?kind=voice")
    assert [first.id, second.id, third.id] == await ids("?state=open")
    assert [second.id] == await ids("?state=open&kind=callback&team=L01")
    assert 5 == len(await ids("", "admin"))


async def test_a_long_list_comes_in_pages(house: DeskHouse) -> None:
    entries = [voice(MONDAY + each) for each in range(5)]
    kept(house, *entries)
    seen, after = [], ""
    while after is not None:
        page = await got(house, f"{PATH}?limit=2&after={after}")
        seen += [each["id"] for each in page["messages"]]
        after = page["next"]
    assert [entry.id for entry in entries] == seen


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "state=lost", "kind=letter", "team=" + "x" * 65, "after=" + "x" * 65]
)
async def test_a_question_that_cannot_be_meant_is_refused(house: DeskHouse, query: str) -> None:
    async with house.client("member") as client:
        answer = await client.get(f"{PATH}?{query}")
    assert (422, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


async def test_an_unknown_team_is_not_found(house: DeskHouse) -> None:
    async with house.client("admin") as client:
        assert 404 == (await client.get(f"{PATH}?team=L99")).status_code


@pytest.mark.parametrize("name", ["m-0", "x", "..%2f..%2fetc%2fpasswd", "m-" + "0" * 26, "%00", "*", "m-" + "é" * 26])
async def test_what_is_no_message_is_not_found(house: DeskHouse, name: str) -> None:
    async with house.client("admin") as client:
        statuses = {
            (await client.get(f"{PATH}/{name}")).status_code,
            (await client.get(f"{PATH}/{name}/content")).status_code,
            (await client.post(f"{PATH}/{name}/claim")).status_code,
            (await client.delete(f"{PATH}/{name}")).status_code,
        }
    assert statuses <= {404, 405}


async def test_who_claims_is_named_and_others_are_too_late(house: DeskHouse) -> None:
    entry = voice()
    kept(house, entry)
    async with house.client("member") as mine, house.client("supervisor") as other:
        first = await mine.post(f"{PATH}/{entry.id}/claim")
        again = await mine.post(f"{PATH}/{entry.id}/claim")
        late = [await other.post(f"{PATH}/{entry.id}/{change}") for change in ("claim", "done")]
        settled = await mine.post(f"{PATH}/{entry.id}/done")
    assert ("claimed", "member") == (first.json()["state"], first.json()["claimed_by"])
    assert (200, "done") == (again.status_code, settled.json()["state"])
    assert [(409, "application/problem+json")] * 2 == [
        (each.status_code, each.headers["content-type"]) for each in late
    ]


async def test_who_claimed_gives_back_and_a_lead_may_for_others(house: DeskHouse) -> None:
    first, second = (replace(voice(at), state=LeftState.CLAIMED, claimed_by="anna") for at in (MONDAY, MONDAY + 1))
    kept(house, first, second)
    async with house.client("member") as member, house.client("lead") as lead:
        refused = await member.post(f"{PATH}/{first.id}/release")
        given = await lead.post(f"{PATH}/{second.id}/release")
    assert (409, 200, "open") == (refused.status_code, given.status_code, given.json()["state"])


async def test_content_is_to_be_saved_not_opened(house: DeskHouse, tmp_path: Path) -> None:
    await house.mailbox._files.prepare()
    entry = await house.mailbox.keep_file(recording(tmp_path / "voice", b"RIFF0123456789"), voice())
    async with house.client("member") as client:
        whole = await client.get(f"{PATH}/{entry.id}/content")
        part = await client.get(f"{PATH}/{entry.id}/content", headers={"range": "bytes=4-7"})
    assert (200, b"RIFF0123456789", "audio/wav") == (whole.status_code, whole.content, whole.headers["content-type"])
    assert (206, b"0123") == (part.status_code, part.content)
    assert f'attachment; filename="{entry.id}.wav"' == whole.headers["content-disposition"]
    assert "nosniff" == whole.headers["x-content-type-options"]
    assert "no-store" == whole.headers["cache-control"]
    assert whole.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


async def test_a_kind_of_content_that_we_do_not_know_is_bytes(house: DeskHouse, tmp_path: Path) -> None:
    await house.mailbox._files.prepare()
    strange = voice(media_type="text/html")
    entry = await house.mailbox.keep_file(recording(tmp_path / "voice", b"<script>"), strange)
    async with house.client("member") as client:
        assert "application/octet-stream" == (await client.get(f"{PATH}/{entry.id}/content")).headers["content-type"]


async def test_content_that_is_gone_or_never_was_is_not_found(house: DeskHouse) -> None:
    gone, never = voice(file="gone.wav"), callback(MONDAY + 1)
    kept(house, gone, never)
    async with house.client("member") as client:
        statuses = [(await client.get(f"{PATH}/{each.id}/content")).status_code for each in (gone, never)]
    assert [404, 404] == statuses


async def test_an_erased_message_is_gone_with_its_content(house: DeskHouse, tmp_path: Path) -> None:
    await house.mailbox._files.prepare()
    entry = await house.mailbox.keep_file(recording(tmp_path / "voice"), voice())
    async with house.client("lead") as client:
        assert 204 == (await client.delete(f"{PATH}/{entry.id}")).status_code
        assert 404 == (await client.get(f"{PATH}/{entry.id}")).status_code
    assert [] == list((tmp_path / "mailbox").iterdir())


async def test_while_the_store_is_away_nothing_is_promised(house: DeskHouse) -> None:
    entry = voice()
    kept(house, entry)
    house.kept.is_away = True
    async with house.client("member") as client:
        answers = [await client.get(PATH), await client.post(f"{PATH}/{entry.id}/claim")]
    assert [(503, "5")] * 2 == [(each.status_code, each.headers["retry-after"]) for each in answers]


async def test_pages_leave_none_out_of_those_that_came_in_the_same_millisecond(house: DeskHouse) -> None:
    entries = [voice(MONDAY + part / 10_000) for part in range(9)]
    kept(house, *entries)
    found: list[str] = []
    after = ""
    while after is not None:
        page = await got(house, f"{PATH}?limit=2&after={after}")
        found += [each["id"] for each in page["messages"]]
        after = page["next"]
    assert sorted(each.id for each in entries) == found
