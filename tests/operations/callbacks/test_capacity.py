from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from facts.contact import LeftState
from operations.callbacks.capacity import half_hour, minute_after, next_free, taken
from routing.hours import OpeningHours, Span, WeeklyHours
from tests.fakes.entries import MONDAY, callback, voice
from tests.fakes.router import MONDAY_AT_NINE, ZONE

AT = MONDAY_AT_NINE.timestamp()


@pytest.fixture
def mornings() -> OpeningHours:
    return OpeningHours(WeeklyHours(ZONE, {day: (Span(time(8, 15), time(10)),) for day in range(7)}))


def test_only_appointments_of_the_team_that_are_not_settled_take_a_place() -> None:
    entries = [
        callback(MONDAY, appointment_at=AT),
        callback(MONDAY, appointment_at=AT + 1799),
        callback(MONDAY, appointment_at=AT + 1800),
        callback(MONDAY, team="L02", appointment_at=AT),
        replace(callback(MONDAY, appointment_at=AT), state=LeftState.DONE),
        callback(MONDAY),
        voice(MONDAY),
    ]
    assert {half_hour(AT): 2, half_hour(AT) + 1: 1} == taken(entries, "L01")


def test_hours_on_another_clock_take_the_places_of_that_clock() -> None:
    assert {half_hour(AT) + 2: 1} == taken([callback(MONDAY, appointment_at=AT)], "L01", ahead=3600)


def test_the_next_free_moments_are_within_open_hours_and_each_in_a_half_hour_of_its_own(mornings: OpeningHours) -> None:
    found = next_free(mornings, {half_hour(AT): 1}, 1, MONDAY_AT_NINE, MONDAY_AT_NINE + timedelta(days=2))
    assert ["05. 09:30", "06. 08:15", "06. 08:30"] == [f"{each:%d. %H:%M}" for each in found]


def test_nothing_is_free_where_a_team_does_not_open_any_more() -> None:
    never = OpeningHours(WeeklyHours(ZONE, {}))
    assert () == next_free(never, {}, 4, MONDAY_AT_NINE, MONDAY_AT_NINE + timedelta(days=60))


@pytest.mark.parametrize(("second", "minute"), [(0, 10), (1, 11), (59, 11)])
def test_a_whole_minute_is_never_sooner_than_the_minutes(second: int, minute: int) -> None:
    expected = datetime(2026, 1, 5, 9, minute, tzinfo=ZONE)
    assert expected == minute_after(MONDAY_AT_NINE.replace(second=second), 10)
