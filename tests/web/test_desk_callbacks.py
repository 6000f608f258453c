"""Callbacks on the desk: shown with what a member must know, called off, and made by a form without a script."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from facts.contact import LeftState
from operations.mailbox.ports import Entry
from routing.callback import Outcome, State
from tests.fakes.desk_house import DeskHouse, token_of
from tests.fakes.entries import callback
from tests.fakes.router import MONDAY_AT_NINE, NEVER

PHONE = "0211 8224100"
TEN = MONDAY_AT_NINE + timedelta(hours=1)


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


def kept(house: DeskHouse, *entries: Entry) -> None:
    house.kept.entries.update({entry.id: entry for entry in entries})


async def signed_in(client: httpx.AsyncClient, role: str = "member") -> str:
    """The CSRF token of the desk."""
    await client.post("/sign-in", data={"user": role, "password": token_of(role)})
    found: str = re.findall(r'name="csrf" value="([^"]+)"', (await client.get("/desk/L01")).text)[0]
    return found


async def desk(house: DeskHouse, language: str = "en", role: str = "member") -> str:
    async with house.client() as client:
        await signed_in(client, role)
        return (await client.get(f"/desk/L01?lang={language}")).text


async def sent(house: DeskHouse, **fields: str) -> httpx.Response:
    async with house.client() as client:
        csrf = await signed_in(client)
        return await client.post("/desk/L01/callbacks?lang=en", data={"csrf": csrf, "phone": PHONE} | fields)


async def test_what_teamline_dials_stands_apart_with_its_state(house: DeskHouse) -> None:
    entry = callback(house.now, life=State.RETRY.value, attempts=2, outcome=Outcome.BUSY.value, due_at=house.now + 600)
    kept(house, entry)
    text = await desk(house)
    words = ("Callbacks (1)", "Waits for the next attempt", "<dd>2</dd>", "Busy", "05.01.2026 09:10", "Open (0)")
    assert [] == [each for each in words if each not in text]


async def test_what_was_given_up_is_a_task_that_says_why(house: DeskHouse) -> None:
    kept(house, callback(house.now, life=State.GIVEN_UP.value, attempts=3, outcome=Outcome.NO_ANSWER.value))
    text = await desk(house, "de")
    words = ("Rückrufe (0)", "Offen (1)", "Nicht erreicht: bitte selbst anrufen", "Niemand ging ans Telefon")
    assert [] == [each for each in words if each not in text]


async def test_an_appointment_shows_its_window_and_what_is_at_risk(house: DeskHouse) -> None:
    at = TEN.timestamp()
    kept(house, callback(house.now, life=State.CONFIRMED.value, appointment_at=at, until_at=at + 1800))
    centre = house.router.centre
    teams = {**centre.teams, "L01": replace(centre.teams["L01"], hours=NEVER)}
    house.router.in_force = replace(house.router.in_force, centre=replace(centre, teams=teams))
    text = await desk(house)
    words = ("Appointment for a callback", "05.01.2026 10:00 – 10:30", "The team is closed then.")
    assert [] == [each for each in words if each not in text]


async def test_a_callback_is_called_off_without_a_script(house: DeskHouse) -> None:
    entry = callback(house.now, life=State.CONFIRMED.value)
    kept(house, entry)
    async with house.client() as client:
        csrf = await signed_in(client)
        answer = await client.post(f"/desk/L01/{entry.id}/cancel", data={"csrf": csrf})
        again = await client.post(f"/desk/L01/{entry.id}/claim", data={"csrf": csrf})
    assert (303, "/desk/L01#done", 409) == (answer.status_code, answer.headers["location"], again.status_code)
    assert (LeftState.DONE, State.CANCELLED) == (house.kept.entries[entry.id].state, house.kept.entries[entry.id].life)


async def test_a_form_makes_a_callback_and_an_appointment(house: DeskHouse) -> None:
    answer = await sent(house, number="123A456789", concern="job", language="en")
    assert (303, "/desk/L01?lang=en#callbacks") == (answer.status_code, answer.headers["location"])
    answer = await sent(house, phone="0211 8224101", day="2026-01-05", time="10:00", until="10:30")
    assert 303 == answer.status_code, answer.text
    soon, agreed = house.kept.entries.values()
    assert ("L01", "job", "en", "desk", None) == (soon.team, soon.concern, soon.language, soon.source, soon.due_at)
    assert (TEN.timestamp(), TEN.timestamp() + 1800) == (agreed.appointment_at, agreed.until_at)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"phone": "110"}, "phone"),
        ({"number": "nonsense"}, "number"),
        ({"day": "2026-01-05"}, "day"),
        ({"time": "10:00"}, "day"),
        ({"day": "soon", "time": "10:00"}, "day"),
        ({"day": "2026-01-05", "time": "10:00", "until": "later"}, "until"),
        ({"day": "2026-01-05", "time": "10:00", "until": "09:00"}, "until"),
        ({"day": "2026-01-05", "time": "08:00"}, "day"),
        ({"until": "10:00"}, "until"),
    ],
)
async def test_a_mistake_leads_to_its_field_and_keeps_what_was_entered(
    house: DeskHouse, fields: dict[str, str], field: str
) -> None:
    answer = await sent(house, **{"number": "123A456789"} | fields)
    assert 422 == answer.status_code
    assert f'<a href="#new-{field}">' in answer.text
    assert f'id="new-{field}"' in answer.text
    assert '<details id="new" open>' in answer.text
    assert {} == house.kept.entries


async def test_a_full_half_hour_tells_what_is_free(house: DeskHouse) -> None:
    kept(house, *(callback(house.now, phone=f"+4921155510{n}", appointment_at=TEN.timestamp()) for n in range(4)))
    answer = await sent(house, day="2026-01-05", time="10:00")
    assert "Free is: 05.01.2026 10:30, 05.01.2026 11:00, 05.01.2026 11:30" in answer.text


async def test_nothing_is_made_while_the_store_is_away_and_what_was_entered_stays(house: DeskHouse) -> None:
    async with house.client() as client:
        csrf = await signed_in(client)
        house.kept.is_away = True
        answer = await client.post("/desk/L01/callbacks", data={"csrf": csrf, "phone": PHONE})
    assert 503 == answer.status_code
    assert f'value="{PHONE}"' in answer.text


@pytest.mark.parametrize("csrf", ["", "forged"])
async def test_a_forged_form_makes_nothing(house: DeskHouse, csrf: str) -> None:
    assert (403, {}) == ((await sent(house, csrf=csrf)).status_code, house.kept.entries)


async def test_hostile_fields_are_escaped(house: DeskHouse) -> None:
    answer = await sent(house, **dict.fromkeys(("phone", "number", "day", "until", "language"), '"><script>'))
    assert (422, False) == (answer.status_code, "<script>" in answer.text)


class _Fields(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids += [each] if (each := told.get("id")) else []
        if tag == "label":
            self.labels.add(told.get("for") or "")
        if tag in {"input", "select"} and told.get("type") != "hidden":
            self.fields.add(told.get("id") or "")


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_field_has_a_label_and_every_id_is_one(house: DeskHouse, language: str) -> None:
    kept(house, callback(house.now, life=State.CONFIRMED.value))
    found = _Fields(await desk(house, language))
    assert len(set(found.ids)) == len(found.ids)
    assert set() == found.fields - found.labels


async def test_whoever_has_chosen_a_language_keeps_it(house: DeskHouse) -> None:
    entry = callback(house.now, life=State.CONFIRMED.value)
    kept(house, entry)
    text = await desk(house, "en")
    actions = re.findall(r'action="(/desk/[^"]+)"', text)
    assert actions
    assert [] == [each for each in actions if not each.endswith("?lang=en")]


async def test_pages_let_a_browser_say_that_a_form_is_ours(house: DeskHouse) -> None:
    async with house.client() as client:
        answer = await client.get("/sign-in")
    assert "same-origin" == answer.headers["referrer-policy"]  # with no-referrer a form has the Origin `null`
