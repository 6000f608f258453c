from dataclasses import replace
from datetime import timedelta

import pytest

from facts.contact import LeftState
from operations.callbacks.at_risk import AppointmentWatch, Risk, risks
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from routing.hours import OpeningHours
from tests.fakes.entries import MemoryMail, callback
from tests.fakes.router import ALWAYS, MONDAY_AT_NINE, NEVER, small_centre

NOW = MONDAY_AT_NINE.timestamp()
TEN = NOW + 3600


def at(moment: float = TEN, **others: object) -> Entry:
    return callback(NOW, appointment_at=moment, **others)


def found(*entries: Entry, hours: OpeningHours = ALWAYS, without: tuple[str, ...] = ()) -> list[Risk | None]:
    centre = small_centre(hours={"L01": hours}, without_members=without)
    told = risks(entries, centre, NOW)
    return [told.get(entry.id) for entry in entries]


def test_an_appointment_in_open_hours_is_kept() -> None:
    assert [None] == found(at())


def test_changed_hours_a_team_that_is_gone_and_one_without_members_are_risks() -> None:
    assert [Risk.CLOSED] == found(at(), hours=NEVER)
    assert [Risk.TEAM_GONE] == found(at(team="L99"))
    assert [Risk.NO_MEMBERS] == found(at(), without=("L01",))


def test_of_an_overfull_half_hour_the_last_ones_made_are_at_risk() -> None:
    entries = [replace(at(TEN + place), came_at=NOW - place) for place in range(5)]
    assert [Risk.OVERFULL, None, None, None, None] == found(*entries)


def test_what_has_begun_is_settled_or_has_no_moment_is_not_at_risk() -> None:
    settled = replace(at(), state=LeftState.DONE)
    assert [None, None, None] == found(at(NOW), settled, callback(NOW), hours=NEVER)


@pytest.fixture
def kept() -> MemoryMail:
    return MemoryMail()


async def test_each_risk_is_told_once(kept: MemoryMail) -> None:
    entries = {entry.id: entry for entry in (at(), at(team="L02"))}
    kept.entries.update(entries)
    mailbox = Mailbox(kept, None, lambda: NOW, lambda _: None)  # type: ignore[arg-type]  # no files here
    told: list[str] = []
    mailbox.reminded.append(lambda entry: told.append(entry.team))
    centre = small_centre(hours={"L02": NEVER})
    watch = AppointmentWatch(mailbox, lambda: centre, lambda: NOW, lambda: MONDAY_AT_NINE)
    for _ in range(2):
        await watch.look()
    assert ["L02"] == told


def test_hours_on_another_clock_rule_appointments_told_by_ours(kept: MemoryMail) -> None:
    mailbox = Mailbox(kept, None, lambda: NOW, lambda _: None)  # type: ignore[arg-type]  # no files here
    later = MONDAY_AT_NINE + timedelta(days=3)
    watch = AppointmentWatch(mailbox, small_centre, lambda: NOW, lambda: later)
    assert {} == watch.risks([at()])
