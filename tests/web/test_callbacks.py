"""Callbacks and appointments over HTTP: made, listed, called off; what is refused, and what is to be corrected."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from facts.contact import LeftState
from operations.callbacks.appointments import FARTHEST
from operations.mailbox.ports import Entry
from routing.callback import Outcome, State
from routing.hours import Closure, OpeningHours, Span, WeeklyHours
from tests.fakes.desk_house import DeskHouse
from tests.fakes.entries import callback, voice
from tests.fakes.router import MONDAY_AT_NINE, NEVER, ZONE

PATH = "/api/v1/callbacks"
PHONE = "0211 / 8224-100"
CALLED = "+492118224100"
TEN = MONDAY_AT_NINE + timedelta(hours=1)
MORNINGS = OpeningHours(WeeklyHours(ZONE, {day: (Span(time(8), time(12)),) for day in range(5)}))


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path / "mailbox")


def kept(house: DeskHouse, *entries: Entry) -> None:
    house.kept.entries.update({entry.id: entry for entry in entries})
    for entry in entries:
        for hears in house.mailbox.changed:
            hears(entry)


def configure(house: DeskHouse, **changes: Any) -> None:  # noqa: ANN401 - fields of Team
    """L01 is another than before."""
    centre = house.router.centre
    teams = {**centre.teams, "L01": replace(centre.teams["L01"], **changes)}
    house.router.in_force = replace(house.router.in_force, centre=replace(centre, teams=teams))


async def asked(house: DeskHouse, role: str = "member", **body: object) -> httpx.Response:
    async with house.client(role) as client:
        return await client.post(PATH, json={"phone": PHONE, "team": "L01"} | body)


async def told(house: DeskHouse, query: str = "", role: str = "member") -> list[dict[str, Any]]:
    async with house.client(role) as client:
        answer = await client.get(PATH + query)
    assert (200, "no-store") == (answer.status_code, answer.headers["cache-control"]), answer.text
    found: list[dict[str, Any]] = answer.json()["callbacks"]
    return found


async def called_off(house: DeskHouse, entry: str, role: str = "member") -> int:
    async with house.client(role) as client:
        return (await client.delete(f"{PATH}/{entry}")).status_code


async def test_a_callback_is_kept_before_it_is_answered(house: DeskHouse) -> None:
    answer = await asked(house, number="123A456789", concern="job", language="en")
    assert 201 == answer.status_code, answer.text
    [entry] = house.kept.entries.values()
    assert (CALLED, "123A456789", "job", "en", "api") == (
        entry.phone,
        entry.number,
        entry.concern,
        entry.language,
        entry.source,
    )
    shown = answer.json()
    assert (entry.id, "L01", "callback", "confirmed", None) == tuple(
        shown[name] for name in ("id", "team", "kind", "state", "due")
    )
    assert f"{PATH}/{entry.id}" == answer.headers["location"]


async def test_an_appointment_begins_at_its_moment_with_its_credit(house: DeskHouse) -> None:
    answer = await asked(house, at="2026-01-05T10:00", until="2026-01-05T10:30:00+01:00")
    assert 201 == answer.status_code, answer.text
    [entry] = house.kept.entries.values()
    at = TEN.timestamp()
    assert (at, at + 1800, at, int(at), 1200) == (
        entry.appointment_at,
        entry.until_at,
        entry.due_at,
        entry.arrival,
        entry.credit,
    )
    assert ("appointment", "2026-01-05T09:00:00Z") == (answer.json()["kind"], answer.json()["at"])


async def test_a_window_is_as_long_as_it_lasts_in_the_night_of_the_summer_time(house: DeskHouse) -> None:
    house.now += 82 * 86_400  # 28 March: the clock goes from 2 to 3
    answer = await asked(house, "admin", at="2026-03-29T01:55", until="2026-03-29T03:02")
    assert (422, "window") == (answer.status_code, answer.json()["why"])
    assert 201 == (await asked(house, "admin", at="2026-03-29T01:55", until="2026-03-29T03:05")).status_code


async def test_the_team_is_the_one_that_a_call_with_this_number_would_be_for(house: DeskHouse) -> None:
    answer = await asked(house, "admin", team="", number="123A456789")
    assert (201, "general") == (answer.status_code, answer.json()["team"])
    assert 1 == len(house.decided)


async def test_a_found_team_must_be_an_own_one(house: DeskHouse) -> None:
    assert 403 == (await asked(house, team="", number="123A456789")).status_code
    assert {} == house.kept.entries


@pytest.mark.parametrize("phone", ["0900 123456", "110", "+43 1 234567", "12", "0180 5 123456", "'; DROP", "²³"])
async def test_a_number_that_is_not_called_back_is_named_as_the_mistake(house: DeskHouse, phone: str) -> None:
    answer = await asked(house, phone=phone)
    assert (422, "phone", ["body", "phone"]) == (answer.status_code, answer.json()["why"], answer.json()["place"])
    assert "application/problem+json" == answer.headers["content-type"]
    assert {} == house.kept.entries


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"team": "L09"}, "team"),
        ({"team": ""}, "team"),
        ({"number": "nonsense"}, "number"),
        ({"language": "tlh"}, "language"),
        ({"until": "2026-01-05T10:00"}, "window"),
        ({"at": "2026-01-05T10:00", "until": "2026-01-05T10:05"}, "window"),
        ({"at": "2026-01-05T10:00", "until": "2026-01-05T18:01"}, "window"),
        ({"at": "2026-01-05T10:00", "until": "2026-01-05T09:00"}, "window"),
        ({"at": "2026-01-05T09:09"}, "moment"),
        ({"at": "2026-01-05T08:00"}, "moment"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "moment"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "moment"),
        ({"at": (MONDAY_AT_NINE + FARTHEST + timedelta(minutes=1)).isoformat()}, "moment"),
    ],
)
async def test_a_mistake_is_named_with_its_place(house: DeskHouse, body: dict[str, object], why: str) -> None:
    answer = await asked(house, "admin", **body)
    assert (422, why) == (answer.status_code, answer.json().get("why")), answer.text
    assert {} == house.kept.entries


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "null",
        "{}",
        '{"phone": 5}',
        '{"phone": "0211 8224100", "team": "L01", "at": "soon"}',
        '{"phone": "0211 8224100", "team": "L01", "at": 1e400}',
        '{"phone": "0211 8224100", "team": "L01", "concern": "love"}',
        '{"phone": "0211 8224100", "team": "L01", "more": 1}',
        '{"phone": "' + "9" * 50 + '", "team": "L01"}',
        '{"phone": "\\ud800", "team": "\\ud800"}',
        "[" * 5000,
    ],
)
async def test_a_hostile_body_is_refused_and_not_repeated(house: DeskHouse, body: str) -> None:
    async with house.client("member") as client:
        answer = await client.post(PATH, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {422, 403}, answer.text
    assert "8224100" not in answer.text
    assert {} == house.kept.entries


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
async def test_an_end_that_no_clock_shows_is_refused(house: DeskHouse, until: str) -> None:
    answer = await asked(house, at="2026-01-05T10:30", until=until)
    assert (422, "window") == (answer.status_code, answer.json()["why"])


async def test_a_team_that_is_closed_then_names_its_next_opening_and_free_moments(house: DeskHouse) -> None:
    configure(house, hours=MORNINGS)
    answer = await asked(house, at="2026-01-05T14:00")
    problem = answer.json()
    assert (422, "closed", "2026-01-06T08:00:00+01:00") == (
        answer.status_code,
        problem["why"],
        problem["next_opening"],
    )
    assert ["2026-01-06T08:00:00+01:00", "2026-01-06T08:30:00+01:00"] == problem["free"][:2]


async def test_a_team_that_never_opens_takes_no_callback(house: DeskHouse) -> None:
    configure(house, hours=NEVER)
    assert "closed" == (await asked(house)).json()["why"]


async def test_a_team_that_opens_after_a_callback_expires_takes_an_appointment_instead(house: DeskHouse) -> None:
    next_week = MONDAY_AT_NINE + timedelta(days=7)
    closure = Closure("team:L01", MONDAY_AT_NINE - timedelta(hours=1), next_week, "staff")
    configure(house, hours=MORNINGS.with_closures((closure,)))
    problem = (await asked(house)).json()
    assert ("closed", next_week.isoformat()) == (problem["why"], problem["next_opening"])
    assert "(`at`)" in problem["detail"]
    assert 201 == (await asked(house, at=next_week.isoformat())).status_code


async def test_a_full_half_hour_names_the_next_free_ones(house: DeskHouse) -> None:
    configure(house, appointments_per_half_hour=2)
    at = TEN.timestamp()
    kept(house, *(callback(house.now, phone=f"+4921155510{n}", appointment_at=at + n) for n in range(2)))
    answer = await asked(house, at="2026-01-05T10:29")
    assert (409, "full") == (answer.status_code, answer.json()["why"])
    assert "2026-01-05T10:30:00+01:00" == answer.json()["free"][0]
    assert 201 == (await asked(house, at="2026-01-05T10:30")).status_code


async def test_an_open_callback_is_named_to_who_serves_its_team(house: DeskHouse) -> None:
    other = callback(house.now, "L03", phone=CALLED)
    kept(house, other)
    assert (409, other.id) == _named(await asked(house, "admin"))
    assert (409, None) == _named(await asked(house, "member"))


async def test_one_customer_has_one_callback_open_and_may_have_an_appointment_beside_it(house: DeskHouse) -> None:
    kept(house, callback(house.now, number="123A456789"))
    assert "open-already" == (await asked(house, number="123A456789")).json()["why"]
    assert 201 == (await asked(house, number="123A456789", at="2026-01-05T10:00")).status_code
    assert "open-already" == (await asked(house, number="123A456789", at="2026-01-06T10:00")).json()["why"]


async def test_what_was_given_up_is_asked_for_anew(house: DeskHouse) -> None:
    given_up = callback(house.now, life=State.GIVEN_UP.value, phone=CALLED)
    kept(house, given_up)
    assert 201 == (await asked(house)).status_code
    assert LeftState.DONE is house.kept.entries[given_up.id].state


def _named(answer: httpx.Response) -> tuple[int, str | None]:
    assert "open-already" == answer.json()["why"]
    return answer.status_code, answer.json().get("callback")


async def test_a_third_callback_within_a_day_is_too_many(house: DeskHouse) -> None:
    for _ in range(2):
        entry = (await asked(house)).json()["id"]
        assert 204 == await called_off(house, entry)
    answer = await asked(house)
    assert (429, "too-often") == (answer.status_code, answer.json()["why"])


async def test_nothing_is_promised_while_the_store_is_away(house: DeskHouse) -> None:
    house.kept.is_away = True
    assert 503 == (await asked(house)).status_code


async def test_the_list_is_of_the_own_teams_and_as_asked_for(house: DeskHouse) -> None:
    waiting = callback(house.now, life=State.RETRY.value, attempts=1, outcome=Outcome.BUSY.value)
    done = replace(callback(house.now + 1, "V01"), state=LeftState.DONE, life=State.REACHED.value)
    by_hand = replace(callback(house.now + 2), state=LeftState.CLAIMED, claimed_by="lead")
    kept(house, waiting, done, by_hand, callback(house.now, "L03"), voice(house.now))

    async def ids(query: str, role: str = "member") -> list[str]:
        return [each["id"] for each in await told(house, query, role)]

    assert [waiting.id, done.id, by_hand.id] == await ids("")
    assert [waiting.id, by_hand.id] == await ids("?open=true")
    assert [waiting.id] == await ids("?team=L01&state=retry")
    assert [by_hand.id] == await ids("?state=by-hand")
    assert 4 == len(await ids("", "admin"))
    async with house.client("member") as client:
        assert 403 == (await client.get(f"{PATH}?team=L03")).status_code
        assert 404 == (await client.get(f"{PATH}?team=nobody")).status_code
        page = (await client.get(f"{PATH}?limit=2")).json()
        rest = (await client.get(f"{PATH}?limit=2&after={page['next']}")).json()
    assert ([by_hand.id], None) == ([each["id"] for each in rest["callbacks"]], rest["next"])


async def test_a_viewer_sees_callbacks_without_numbers(house: DeskHouse) -> None:
    kept(house, callback(house.now, number="123A456789"))
    assert [(None, None)] == [(each["phone"], each["number"]) for each in await told(house, role="viewer")]
    assert [("+49211555100", "123A456789")] == [(each["phone"], each["number"]) for each in await told(house)]


async def test_a_callback_in_line_tells_its_place(house: DeskHouse) -> None:
    entry = callback(house.now, life=State.IN_LINE.value)
    kept(house, entry)
    house.waits("1.1", arrival=int(house.now) - 90)
    house.waits(entry.id, arrival=int(house.now) - 60)
    [shown] = await told(house)
    assert (2, "in-line", True) == (shown["place"], shown["state"], shown["dials"])


async def test_an_appointment_that_cannot_be_kept_says_why(house: DeskHouse) -> None:
    entry = callback(house.now, appointment_at=TEN.timestamp())
    kept(house, entry)
    assert [None] == [each["at_risk"] for each in await told(house)]
    configure(house, hours=NEVER)
    assert ["closed"] == [each["at_risk"] for each in await told(house)]


@pytest.mark.parametrize("life", [State.CONFIRMED, State.IN_LINE, State.DIALLING, State.RETRY, State.GIVEN_UP, None])
async def test_what_is_called_off_is_settled(house: DeskHouse, life: State | None) -> None:
    entry = callback(house.now, life=life.value if life else "")
    kept(house, entry)
    assert [204, 204] == [await called_off(house, entry.id) for _ in range(2)]
    assert (LeftState.DONE, "cancelled") == (house.kept.entries[entry.id].state, (await told(house))[0]["state"])


async def test_it_is_too_late_to_call_off_whom_somebody_talks_with(house: DeskHouse) -> None:
    talking = replace(callback(house.now, life=State.REACHED.value), state=LeftState.DONE)
    kept(house, talking)
    assert 409 == await called_off(house, talking.id)


async def test_what_another_has_in_hand_only_who_leads_calls_off(house: DeskHouse) -> None:
    entry = replace(callback(house.now, life=State.BY_HAND.value), state=LeftState.CLAIMED, claimed_by="anna")
    kept(house, entry)
    assert [409, 204] == [await called_off(house, entry.id, role) for role in ("member", "lead")]


async def test_what_is_no_callback_has_no_place_here(house: DeskHouse) -> None:
    message, other = voice(house.now), callback(house.now, "L03")
    kept(house, message, other)
    for entry, status in ((message.id, 404), ("m-none", 404), (other.id, 403)):
        assert status == await called_off(house, entry)


async def test_claimed_it_is_called_by_hand_and_released_it_is_dialled_again(house: DeskHouse) -> None:
    entry = callback(house.now, life=State.CONFIRMED.value)
    kept(house, entry)
    async with house.client("member") as client:
        await client.post(f"/api/v1/messages/{entry.id}/claim")
        assert ["by-hand"] == [each["state"] for each in await told(house)]
        await client.post(f"/api/v1/messages/{entry.id}/release")
    assert [("confirmed", True)] == [(each["state"], each["dials"]) for each in await told(house)]


async def test_what_is_not_there_is_called_a_callback(house: DeskHouse) -> None:
    message = voice(house.now)
    kept(house, message)
    async with house.client("member") as client:
        answers = [await client.get(f"{PATH}/{each}") for each in ("m-none", message.id)]
        answers += [await client.delete(f"{PATH}/{each}") for each in ("m-none", message.id)]
    assert {(404, "There is no such callback (any more).")} == {
        (each.status_code, each.json()["detail"]) for each in answers
    }


async def test_every_page_has_so_many_and_none_is_left_out(house: DeskHouse) -> None:
    entries = [callback(house.now + number) for number in range(7)]
    kept(house, *entries)
    sizes, found, after = [], [], ""
    async with house.client("member") as client:
        while after is not None:
            page = (await client.get(f"{PATH}?limit=3&after={after}")).json()
            sizes.append(len(page["callbacks"]))
            found += [each["id"] for each in page["callbacks"]]
            after = page["next"]
    assert ([3, 3, 1], [each.id for each in entries]) == (sizes, found)
