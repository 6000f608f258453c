"""A year as `teamline check` prints it: as lines, as JSON, as iCalendar; nothing runs."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar, Component
from typer.testing import CliRunner, Result

from teamline.command_line import command_line
from tests.fakes.hours_file import OFFICE, hours_text

RULES = (
    OFFICE
    + """
  closing_days: {"12-24": Heiligabend, "12-31": {name: Silvester, open: ["08:00-10:00"]}}
  exceptions: {2026-06-06: Umzug}
"""
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A centre whose team L01 has a Sunday at night of its own."""
    path = tmp_path / "teams.yaml"
    path.write_text(hours_text(RULES, team=', hours: {sun: ["01:30-02:30", "20:00-24:00"]}'), encoding="utf-8")
    return path


def told(file: Path, *words: str) -> Result:
    return CliRunner().invoke(command_line(), ["check", str(file), *words], env={"NO_COLOR": "1", "COLUMNS": "200"})


@pytest.mark.parametrize(
    "line",
    [
        "2026: general Zentrale, L02 Leistung 02, L03 Leistung 03, V01 Vermittlung 01, V02 Vermittlung 02",
        "2026: L01 Leistung 01",
        "Wed 02.12.2026  08:00-12:00, 14:00-16:00",
        "Thu 01.01.2026  closed  holiday: Neujahr",
        "Thu 24.12.2026  closed  closing day: Heiligabend (hours)",
        "Thu 31.12.2026  08:00-10:00  closing day: Silvester (hours)",
        "Sat 06.06.2026  closed  exception: Umzug (hours)",
        "Sun 29.03.2026  closed  clocks go forward: 02:00 -> 03:00",
        "Sun 25.10.2026  01:30-02:30, 20:00-24:00  clocks go back: 03:00 -> 02:00",
        'Sat 06.06.2026  hours.exceptions.2026-06-06: the exception "Umzug" is closed anyway',
    ],
)
def test_a_year_has_every_opening_and_what_says_so(file: Path, line: str) -> None:
    assert line in told(file, "--year", "2026").stdout.splitlines()


def test_every_day_of_every_group_is_printed(file: Path) -> None:
    result = told(file, "--year", "2026")
    assert result.exit_code == 0
    assert 2 == sum("02.03.2026" in line for line in result.stdout.splitlines())


def test_a_year_without_conflicts_says_so(tmp_path: Path) -> None:
    path = tmp_path / "teams.yaml"
    path.write_text(hours_text(), encoding="utf-8")
    assert told(path, "--year", "2026").stdout.endswith("\n\nNo conflicts in 2026.\n")


def test_one_team_may_be_asked_for(file: Path) -> None:
    lines = told(file, "--year", "2026", "--team", "V01").stdout.splitlines()
    assert "2026: V01 Vermittlung 01" in lines
    assert 365 == sum(".2026  " in line for line in lines if "exceptions" not in line)


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("--year", "2026", "--team", "L1"), 'there is no team "L1": did you mean "L01"?'),
        (("--team", "L01"), "add  --year"),
        (("--format", "ical"), "add  --year"),
    ],
)
def test_wrong_use_is_told(file: Path, words: tuple[str, ...], cure: str) -> None:
    result = told(file, *words)
    assert result.exit_code == 2
    assert cure in result.stderr


@pytest.mark.parametrize("words", [("--format", "json"), ("--json",)])
def test_a_year_for_other_programs_is_json(file: Path, words: tuple[str, ...]) -> None:
    found = json.loads(told(file, "--year", "2026", *words).stdout)
    assert (found["year"], [group["teams"] for group in found["openings"]]) == (
        2026,
        [["general", "L02", "L03", "V01", "V02"], ["L01"]],
    )
    days = {day["date"]: day for day in found["openings"][0]["days"]}
    assert days["2026-12-31"] == {
        "date": "2026-12-31",
        "open": ["08:00-10:00"],
        "why": "closing day",
        "name": "Silvester",
        "where": "hours",
    }
    assert days["2026-10-25"]["clocks"] == "clocks go back: 03:00 -> 02:00"
    conflicts = {(one["date"], one["where"]) for one in found["conflicts"]}
    assert ("2026-06-06", "hours.exceptions.2026-06-06") in conflicts


def test_json_without_a_year_is_as_before(file: Path) -> None:
    assert {"ok", "file", "teams", "members"} == json.loads(told(file, "--json").stdout).keys()


@pytest.fixture
def calendar(file: Path) -> Calendar:
    """The year as another program reads it."""
    return Calendar.from_ical(told(file, "--year", "2026", "--format", "ical").stdout_bytes)


def event(calendar: Calendar, uid: str) -> Component:
    return next(one for one in calendar.walk("VEVENT") if one["uid"] == f"{uid}@hours.teamline")


def test_an_opening_is_an_event_in_the_centres_zone(calendar: Calendar) -> None:
    found = event(calendar, "L02-20261202-1")
    assert str(found["summary"]) == "L02 Leistung 02: geöffnet"
    assert found["dtstart"].params["TZID"] == "Europe/Berlin"
    assert found.decoded("dtend").isoformat() == "2026-12-02T12:00:00+01:00"


def test_a_day_closed_for_a_reason_is_an_event_of_the_whole_day(calendar: Calendar) -> None:
    found = event(calendar, "L02-20261224-1")
    assert str(found["summary"]) == "L02 Leistung 02: geschlossen (Heiligabend)"
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (date(2026, 12, 24), date(2026, 12, 25))


def test_a_half_day_tells_its_name(calendar: Calendar) -> None:
    assert str(event(calendar, "L02-20261231-1")["description"]) == "Silvester"


def test_an_opening_until_24_00_ends_at_midnight(calendar: Calendar) -> None:
    assert event(calendar, "L01-20260201-2").decoded("dtend").isoformat() == "2026-02-02T00:00:00+01:00"


def test_an_opening_in_the_night_in_which_clocks_change_has_its_moments(calendar: Calendar) -> None:
    assert event(calendar, "L01-20261025-1").decoded("dtstart") == datetime(2026, 10, 24, 23, 30, tzinfo=UTC)


def test_every_event_has_a_uid_of_its_own_that_stays(file: Path, calendar: Calendar) -> None:
    uids = [str(one["uid"]) for one in calendar.walk("VEVENT")]
    again = Calendar.from_ical(told(file, "--year", "2026", "--format", "ical").stdout_bytes)
    assert len(uids) == len(set(uids))
    assert uids == [str(one["uid"]) for one in again.walk("VEVENT")]


def test_the_zone_comes_with_its_clock_changes(calendar: Calendar) -> None:
    zone = calendar.walk("VTIMEZONE")[0]
    assert str(zone["tzid"]) == "Europe/Berlin"
    changes = [part.decoded("dtstart").isoformat() for part in zone.subcomponents]
    assert changes == ["2025-12-31T00:00:00", "2026-03-29T02:00:00", "2026-10-25T03:00:00"]


def test_openings_on_both_sides_of_a_midnight_before_clocks_change_are_two_events(tmp_path: Path) -> None:
    path = tmp_path / "teams.yaml"
    path.write_text(hours_text(team=', hours: {sat: ["22:00-24:00"], sun: ["00:00-05:00"]}'), encoding="utf-8")
    read = Calendar.from_ical(told(path, "--year", "2026", "--team", "L01", "--format", "ical").stdout_bytes)
    uids = [str(one["uid"]) for one in read.walk("VEVENT")]
    assert len(set(uids)) == len(uids)


def test_an_opening_at_another_time_replaces_the_one_before_in_a_calendar(tmp_path: Path) -> None:
    def uids(hours: str) -> set[str]:
        path = tmp_path / "teams.yaml"
        path.write_text(hours_text(team=f", hours: {{mon: [{hours}]}}"), encoding="utf-8")
        read = Calendar.from_ical(told(path, "--year", "2026", "--team", "L01", "--format", "ical").stdout_bytes)
        return {str(one["uid"]) for one in read.walk("VEVENT")}

    assert uids('"08:00-12:00"') == uids('"09:30-12:00"')
