from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from facts.contact import LeftState
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from operations.mailbox.reminders import Reminders, due_at
from routing.centre import Centre
from routing.contact_rules import CallbackRules, MessageRules
from routing.hours import OpeningHours, Span, WeeklyHours, always_open
from tests.fakes.directory_centre import centre
from tests.fakes.entries import MemoryMail, callback, voice

BERLIN = ZoneInfo("Europe/Berlin")
MORNINGS = OpeningHours(WeeklyHours(BERLIN, {day: (Span(time(8), time(12)),) for day in range(5)}))
NEVER = OpeningHours(WeeklyHours(BERLIN, {}))
TWO_HOURS = timedelta(hours=2)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (at(20, 8), at(20, 10)),
        (at(20, 10), at(20, 12)),
        (at(20, 11), at(23, 9)),
        (at(20, 12), at(23, 10)),
        (at(21, 15), at(23, 10)),
        (at(22, 0), at(23, 10)),
    ],
)
def test_only_open_hours_count(since: datetime, due: datetime) -> None:
    assert due == due_at(MORNINGS, since, TWO_HOURS)


def test_a_span_longer_than_a_day_of_hours_ends_on_a_later_day() -> None:
    assert at(24, 9) == due_at(MORNINGS, at(20, 8), timedelta(hours=9))


def test_a_line_that_never_closes_counts_every_hour() -> None:
    assert at(21, 1) == due_at(always_open(BERLIN), at(20, 23), TWO_HOURS)


def test_a_line_that_never_opens_is_never_due() -> None:
    assert due_at(NEVER, at(20, 8), TWO_HOURS) is None


def test_years_of_open_hours_are_not_looked_for() -> None:
    assert due_at(MORNINGS, at(20, 8), timedelta(days=365)) is None


class Kit:
    """Team L01 opens in the mornings; reminded after 120 minutes. `ahead`: a lab's hours run on another time."""

    def __init__(self, now: datetime, minutes: int = 120, ahead: timedelta = timedelta(0)) -> None:
        self.now = now
        self.mailbox = Mailbox(MemoryMail(), None, now.timestamp, lambda _: None)  # type: ignore[arg-type]
        self.reminded: list[Entry] = []
        self.mailbox.reminded.append(self.reminded.append)
        rules = MessageRules(remind_minutes=minutes)
        whole = centre()
        teams = whole.teams | {"L01": replace(whole.teams["L01"], hours=MORNINGS)}
        self.centre: Centre = replace(whole, messages=rules, teams=teams)
        self.reminders = Reminders(
            self.mailbox, lambda: self.centre, now.timestamp, lambda: (now + ahead).astimezone(UTC)
        )

    async def look(self, *entries: Entry) -> list[str]:
        for entry in entries:
            await self.mailbox.put(entry)
        await self.reminders.remind(await self.mailbox.listed())
        return [entry.id for entry in self.reminded]


FRIDAY = at(20, 11).timestamp()


async def test_an_entry_is_reminded_of_once_when_its_open_hours_are_over() -> None:
    kit, entry = Kit(at(23, 9)), voice(FRIDAY)
    assert [entry.id] == await kit.look(entry)
    assert [entry.id] == await kit.look()


async def test_over_the_weekend_nobody_is_reminded() -> None:
    assert [] == await Kit(at(23, 8, 59)).look(voice(FRIDAY))


@pytest.mark.parametrize("state", [LeftState.CLAIMED, LeftState.DONE])
async def test_what_somebody_takes_care_of_is_not_reminded_of(state: LeftState) -> None:
    assert [] == await Kit(at(25, 9)).look(voice(FRIDAY, state=state))


async def test_a_centre_that_wants_no_reminders_gets_none() -> None:
    assert [] == await Kit(at(25, 9), minutes=0).look(voice(FRIDAY))


async def test_a_callback_is_reminded_of_from_when_it_is_due() -> None:
    entry = callback(FRIDAY, due_at=at(23, 8).timestamp())
    assert [] == await Kit(at(23, 9, 59)).look(entry)
    assert [entry.id] == await Kit(at(23, 10)).look(entry)


async def test_of_a_callback_that_teamline_dials_nobody_is_reminded_until_it_lies_on_the_desk() -> None:
    since = at(20, 8).timestamp()
    dialled, task = callback(since, life="retry"), callback(since, life="given-up")
    assert [task.id] == await Kit(at(20, 11)).look(dialled, task)


async def test_entries_of_a_team_that_is_gone_are_reminded_of_after_the_time_itself() -> None:
    entry = voice(FRIDAY, team="gone")
    assert [entry.id] == await Kit(at(20, 13)).look(entry)


async def test_in_a_lab_hours_count_by_its_own_clock() -> None:
    entry = voice(at(21, 15).timestamp())
    assert [entry.id] == await Kit(at(21, 18), ahead=timedelta(days=2, hours=-8)).look(entry)


async def test_once_the_centre_dials_nobody_any_more_the_team_is_reminded_of_its_callbacks() -> None:
    kit, dialled = Kit(at(20, 11)), callback(at(20, 8).timestamp(), life="confirmed")
    kit.centre = replace(kit.centre, callbacks=CallbackRules(dial=False))
    assert [dialled.id] == await kit.look(dialled)
