"""A year of three Laender, by its openings: every rule of hours, both nights in which clocks change, leap day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.hours import OpeningHours, Why
from routing.year_preview import dates
from tests.fakes.hours_file import OFFICE, hours_centre

BERLIN = ZoneInfo("Europe/Berlin")
RULES = (
    OFFICE
    + """
  closing_days: {"12-24": Heiligabend, "12-31": {name: Silvester, open: ["08:00-10:00"]}, "02-29": Schalttag}
  exceptions:
    2026-12-02: {name: Personalversammlung, open: ["08:00-10:00"]}
    2026-05-15: Brückentag
    2026-06-04: {name: Fronleichnam mit Dienst, open: ["09:00-11:00"]}
    2027-12-24: {name: Heiligabend mit Dienst, open: ["08:00-10:00"]}
    2026-11-14: {name: Samstag, open: ["10:00-14:00"]}
"""
)
OPEN_LONG, OPEN_SHORT, CLOSED = "08:00-12:00, 14:00-16:00", "08:00-12:00", ""
NW_2026 = {
    "2026-01-01": "Neujahr",
    "2026-04-03": "Karfreitag",
    "2026-04-06": "Ostermontag",
    "2026-05-01": "Erster Mai",
    "2026-05-14": "Christi Himmelfahrt",
    "2026-05-25": "Pfingstmontag",
    "2026-10-03": "Tag der Deutschen Einheit",
    "2026-11-01": "Allerheiligen",
    "2026-12-25": "Erster Weihnachtstag",
    "2026-12-26": "Zweiter Weihnachtstag",
}
BY_2026 = NW_2026 | {"2026-01-06": "Heilige Drei Könige"}
BE_2026 = {day: name for day, name in NW_2026.items() if name != "Allerheiligen"} | {"2026-03-08": "Frauentag"}
SN_2026 = {day: name for day, name in NW_2026.items() if name != "Allerheiligen"} | {
    "2026-10-31": "Reformationstag",
    "2026-11-18": "Buß- und Bettag",
}


def hours(land: str = "NW", rules: str = RULES) -> OpeningHours:
    return hours_centre(rules, land).teams["L01"].hours


def shown(hours: OpeningHours, day: str) -> str:
    return ", ".join(map(str, hours.day(date.fromisoformat(day)).spans))


@pytest.mark.parametrize(("land", "expected"), [("NW", NW_2026), ("BY", BY_2026), ("BE", BE_2026), ("SN", SN_2026)])
def test_the_holidays_of_a_land_close(land: str, expected: dict[str, str]) -> None:
    planned = [hours(land).day(day) for day in dates(2026)]
    assert expected == {day.date.isoformat(): day.name for day in planned if day.why is Why.HOLIDAY}
    assert all(day.spans == () for day in planned if day.why is Why.HOLIDAY)


@pytest.mark.parametrize("land", ["NW", "BY", "SN"])
def test_every_other_day_is_as_its_week_says(land: str) -> None:
    office = {**dict.fromkeys(range(4), OPEN_LONG), 4: OPEN_SHORT}
    year = hours(land)
    ordinary = [day for day in dates(2026) if year.day(day).why is Why.WEEKLY]
    assert [office.get(day.weekday(), CLOSED) for day in ordinary] == [shown(year, day.isoformat()) for day in ordinary]
    assert 340 < len(ordinary) < 365


@pytest.mark.parametrize(
    ("day", "open_", "why", "name"),
    [
        ("2026-12-02", "08:00-10:00", Why.EXCEPTION, "Personalversammlung"),
        ("2027-12-02", OPEN_LONG, Why.WEEKLY, ""),
        ("2026-05-15", CLOSED, Why.EXCEPTION, "Brückentag"),
        ("2026-06-04", "09:00-11:00", Why.EXCEPTION, "Fronleichnam mit Dienst"),
        ("2027-05-27", CLOSED, Why.HOLIDAY, "Fronleichnam"),
        ("2026-12-24", CLOSED, Why.CLOSING_DAY, "Heiligabend"),
        ("2027-12-24", "08:00-10:00", Why.EXCEPTION, "Heiligabend mit Dienst"),
        ("2028-12-24", CLOSED, Why.CLOSING_DAY, "Heiligabend"),
        ("2026-12-31", "08:00-10:00", Why.CLOSING_DAY, "Silvester"),
        ("2026-11-14", "10:00-14:00", Why.EXCEPTION, "Samstag"),
        ("2028-02-29", CLOSED, Why.CLOSING_DAY, "Schalttag"),
        ("2027-02-28", CLOSED, Why.WEEKLY, ""),
        ("2027-03-01", OPEN_LONG, Why.WEEKLY, ""),
        ("2026-03-29", CLOSED, Why.WEEKLY, ""),
    ],
)
def test_the_more_special_rule_wins(day: str, open_: str, why: Why, name: str) -> None:
    found = hours().day(date.fromisoformat(day))
    assert (open_, why, name) == (", ".join(map(str, found.spans)), found.why, found.name)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("land", "now", "opening"),
    [
        ("NW", "2026-12-23T16:00", "2026-12-28T08:00"),
        ("NW", "2026-12-31T10:00", "2027-01-04T08:00"),
        ("BY", "2027-01-05T16:00", "2027-01-07T08:00"),
        ("NW", "2027-01-05T16:00", "2027-01-06T08:00"),
        ("SN", "2026-11-17T16:00", "2026-11-19T08:00"),
        ("NW", "2026-11-17T16:00", "2026-11-18T08:00"),
        ("NW", "2026-05-13T16:00", "2026-05-18T08:00"),
        ("NW", "2028-02-28T16:00", "2028-03-01T08:00"),
        ("NW", "2026-06-04T08:59:59.999999", "2026-06-04T09:00"),
    ],
)
def test_the_next_opening_knows_holidays_and_special_days(land: str, now: str, opening: str) -> None:
    assert at(opening) == hours(land).next_opening(at(now))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-12-02T09:59:59.999999", True),
        ("2026-12-02T10:00", False),
        ("2026-12-03T11:59:59.999999", True),
        ("2026-12-03T12:00", False),
        ("2026-12-31T09:59:59", True),
        ("2026-12-31T23:59:59.999999", False),
        ("2027-01-01T09:00", False),
    ],
)
def test_the_last_minute_counts_to_its_end(moment: str, is_open: bool) -> None:
    assert is_open == hours().is_open(at(moment))


def test_hours_that_are_always_are_open_on_holidays() -> None:
    always = hours(rules="  default: always\n")
    assert always.always
    assert always.is_open(at("2026-12-25T03:00"))


@pytest.mark.parametrize("word", ["  holidays: closed\n", "  open_on: [Neujahr]\n"])
def test_hours_that_are_always_close_on_holidays_if_the_file_says_so(word: str) -> None:
    always = hours(rules="  default: always\n" + word)
    assert not always.is_open(at("2026-12-25T03:00"))
    assert at("2026-12-25T00:00") == always.closes_at(at("2026-12-24T03:00"))


def test_holidays_may_be_ordinary_days() -> None:
    assert shown(hours(rules=OFFICE + "  holidays: open\n"), "2026-01-01") == OPEN_LONG


@pytest.mark.parametrize("name", ["Fronleichnam", "fron leichnam", "FRONLEICHNAM"])
def test_a_holiday_on_which_we_work_is_as_its_week_says(name: str) -> None:
    year = hours(rules=OFFICE + f'  open_on: ["{name}"]\n')
    assert shown(year, "2026-06-04") == OPEN_LONG
    assert shown(year, "2026-05-14") == CLOSED


@pytest.mark.parametrize("name", ["Tag der Arbeit", "1. Mai", "Maifeiertag", "Erster Mai"])
def test_a_holiday_may_be_called_otherwise(name: str) -> None:
    assert shown(hours(rules=OFFICE + f'  open_on: ["{name}"]\n'), "2026-05-01") == OPEN_SHORT


def test_two_holidays_on_one_day_close_unless_we_work_on_both() -> None:
    assert shown(hours(rules=OFFICE + '  open_on: ["Erster Mai"]\n'), "2008-05-01") == CLOSED
    both = OFFICE + '  open_on: ["Erster Mai", "Christi Himmelfahrt"]\n'
    assert shown(hours(rules=both), "2008-05-01") == OPEN_LONG


@pytest.mark.parametrize(
    ("land", "day", "name"), [("BY", "2028-08-15", "Mariä Himmelfahrt"), ("SN", "2026-06-04", "Fronleichnam")]
)
def test_a_holiday_of_parts_of_the_land_closes_where_it_is_kept(land: str, day: str, name: str) -> None:
    assert shown(hours(land, OFFICE), day) == OPEN_LONG
    kept = hours(land, OFFICE + f'  closed_on: ["{name}"]\n').day(date.fromisoformat(day))
    assert (kept.spans, kept.why, kept.name) == ((), Why.HOLIDAY, name)


NIGHT = '  default: {sat-sun: ["01:30-02:30"]}\n'


def test_a_span_in_the_night_that_skips_an_hour_ends_as_the_clock_goes_forward() -> None:
    night = hours(rules=NIGHT)
    assert at("2026-03-29T03:00") == night.closes_at(at("2026-03-29T01:45"))
    assert not night.is_open(at("2026-03-29T03:00"))


def test_a_span_in_the_night_that_repeats_an_hour_comes_twice() -> None:
    night = hours(rules=NIGHT)
    first = night.closes_at(at("2026-10-25T01:45"))
    assert first == at("2026-10-25T02:30")
    again = night.next_opening(first)
    assert again is not None
    assert (again.fold, again.hour, again.minute) == (1, 2, 0)
    last = night.closes_at(again)
    assert last is not None
    assert timedelta(minutes=30) == last - again
    assert last.timestamp() - at("2026-10-25T01:30").timestamp() == 2 * 3600
