"""Appointments on a real router and Asterisk: made by API and file, within capacity, dialled when they begin."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from callback_book import api, change, fresh_number, of, until_life
from callback_centre import NUMBERS, SHOWN, teams
from callback_scenes import TALKS_LONG, TEAM, callback_lab, placeholders, until_free, until_placeholders
from outside_world import WANTS_TO_TALK, outside_world
from playwright.sync_api import expect, sync_playwright
from running_lab import RunningLab, until

from operations.mailbox.ports import Entry
from routing.callback import State

CUSTOMER, OTHER = list(NUMBERS)[:2]
HALF_HOUR = 1800
MOST = 2
FOLLOWED_SECONDS = 90
"""The router lists the store every 15 seconds; a loaded machine takes longer."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with callback_lab(tmp_path_factory.mktemp("appointments"), text=teams(per_half_hour=MOST)) as running:
        yield running


def moment(place: int = 0) -> str:
    """A minute of a half-hour to come, the `place`-th after the next."""
    begins = (int(time.time()) // HALF_HOUR + 2 + place) * HALF_HOUR
    return datetime.fromtimestamp(begins + 300, UTC).isoformat()


def asked(lab: RunningLab, phone: str, at: str, **more: str) -> httpx.Response:
    with api(lab) as program:
        return program.post("/callbacks", json={"phone": phone, "team": TEAM, "at": at} | more)


def shown(lab: RunningLab, callback: str) -> dict[str, Any]:
    with api(lab) as program:
        found: dict[str, Any] = program.get(f"/callbacks/{callback}").json()
    return found


def begins_now(lab: RunningLab, phone: str) -> None:
    """Its moment has come: nobody waits half an hour for it."""

    def moved(entry: Entry) -> Entry:
        return replace(entry, appointment_at=time.time(), due_at=time.time())

    change(lab, phone, moved)


@dataclass(frozen=True, slots=True)
class Kept:
    """An appointment that was kept: how it stood before its moment, and after its talk."""

    phone: str
    waiting: dict[str, Any]
    in_line_before: int
    entry: Entry
    reached: dict[str, Any]
    rung: list[str]
    callers: set[str]


@pytest.fixture(scope="module")
def appointment(lab: RunningLab) -> Kept:
    phone, other = fresh_number(), fresh_number()
    made = asked(lab, phone, moment(), number=CUSTOMER, concern="job").json()
    called_off = asked(lab, other, moment(1)).json()
    with api(lab) as program:
        assert 204 == program.delete(f"/callbacks/{called_off['id']}").status_code
    waiting, in_line = shown(lab, made["id"]), placeholders(lab)
    with outside_world(lab, everybody=WANTS_TO_TALK) as world:
        begins_now(lab, phone)
        until_placeholders(lab, 1, FOLLOWED_SECONDS)
        with lab.phones("one", habits=TALKS_LONG):
            entry = until_life(lab, phone, State.REACHED, seconds=120)
            lab.hang_up_all()
            until_free(lab, "one")
        return Kept(phone, waiting, in_line, entry, shown(lab, made["id"]), list(world.rung()), world.shown())


def test_an_appointment_waits_for_its_moment_in_no_line(appointment: Kept) -> None:
    assert ("appointment", "confirmed", True, None) == tuple(
        appointment.waiting[name] for name in ("kind", "state", "dials", "at_risk")
    )
    assert 0 == appointment.in_line_before


def test_when_its_moment_comes_the_citizen_is_rung_once_and_who_was_called_off_is_not(appointment: Kept) -> None:
    assert [appointment.phone] == appointment.rung
    assert {SHOWN} == appointment.callers
    assert (State.REACHED, 1) == (appointment.entry.life, appointment.entry.attempts)
    assert ("reached", "reached") == (appointment.reached["state"], appointment.reached["outcome"])


def test_a_full_half_hour_and_a_second_one_for_a_number_are_told_with_what_would_do(lab: RunningLab) -> None:
    at = moment(4)
    first = fresh_number()
    ids = [asked(lab, phone, at).json()["id"] for phone in (first, fresh_number())]
    full = asked(lab, fresh_number(), at)
    assert (409, "full") == (full.status_code, full.json()["why"])
    assert 201 == asked(lab, fresh_number(), full.json()["free"][0]).status_code
    second = asked(lab, first, moment(6))
    assert (409, ids[0]) == (second.status_code, second.json()["callback"])
    third = asked(lab, fresh_number(), (datetime.now(UTC) + timedelta(minutes=5)).isoformat())
    assert (422, "moment") == (third.status_code, third.json()["why"])


def test_a_file_of_appointments_is_taken_in_whole_or_not_at_all(lab: RunningLab, tmp_path: Path) -> None:
    phones = [fresh_number(), fresh_number()]
    file = tmp_path / "appointments.csv"
    lines = [f"{TEAM},{phones[0]},{moment(10)}", f"{TEAM},{phones[1]},{moment(11)}"]
    file.write_text("\n".join(["team,phone,at", *lines, f"{TEAM},110,{moment(12)}"]) + "\n")
    refused = lab.command("callbacks", "import", str(file))
    assert (1, True) == (refused.returncode, f"{file}:4:5: " in refused.stderr), refused.stderr
    file.write_text("\n".join(["team,phone,at", *lines]) + "\n")
    assert 0 == lab.command("callbacks", "import", str(file)).returncode
    entries = [of(lab, phone) for phone in phones]
    until(lambda: shown(lab, entries[1].id)["dials"], FOLLOWED_SECONDS, "an appointment that Teamline dials")
    listed = json.loads(lab.command("callbacks", "list", "--team", TEAM, "--json").stdout)["callbacks"]
    assert {entry.id for entry in entries} <= {each["id"] for each in listed}


def test_a_lead_makes_an_appointment_on_the_desk_by_keyboard_and_calls_it_off(lab: RunningLab) -> None:
    phone = fresh_number()
    lead = next(each for each in lab.told["accounts"]["web"] if each["role"] == "lead")
    day, clock = moment(30)[:10], moment(30)[11:16]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(locale="en-GB", timezone_id="UTC")
        page.goto(f"{lab.told['http']}/sign-in?next=/desk/{TEAM}&lang=en")
        page.fill("[name=user]", lead["user"])
        page.fill("[name=password]", lead["password"])
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**/desk/{TEAM}*")
        page.locator("#new > summary").press("Enter")
        for field, value in (("phone", phone), ("day", day), ("time", clock)):
            page.fill(f"#new-{field}", value)
        page.press("#new-phone", "Enter")
        page.wait_for_url("**#callbacks")
        made = page.locator("li", has_text=f"+49{phone[1:]}")
        expect(made).to_contain_text("Appointment for a callback")
        violations = Axe().run(page)
        assert 0 == violations.violations_count, violations.generate_report()
        made.get_by_role("button", name="Not needed any more").press("Enter")
        page.wait_for_url("**#done")
        browser.close()
    entry = of(lab, phone)
    assert (State.CANCELLED, "desk") == (entry.life, entry.source)


def test_what_is_erased_of_a_customer_is_dialled_no_more(lab: RunningLab) -> None:
    phone = fresh_number()
    made = asked(lab, phone, moment(20), number=OTHER).json()
    begins_now(lab, phone)
    until_placeholders(lab, 1, FOLLOWED_SECONDS)
    exported = json.loads(lab.command("export", OTHER).stdout)
    assert [made["id"]] == [each["id"] for each in exported["mailbox"]]
    erased = lab.command("erase", OTHER, "--yes")
    assert 0 == erased.returncode, erased.stderr
    until_placeholders(lab, 0, FOLLOWED_SECONDS)
    with api(lab) as program:
        assert 404 == program.get(f"/callbacks/{made['id']}").status_code
    assert [] == json.loads(lab.command("export", OTHER).stdout)["mailbox"]
    assert phone[1:] not in lab.router_log()
