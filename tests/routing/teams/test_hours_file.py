"""Hours of teams.yaml: what is inherited, what is a mistake, what a change is called."""

import json
from datetime import date

import pytest

from routing.hours import Why
from routing.hours.public_holidays import LANDS, names_of
from routing.teams.changes import changes
from routing.teams.file import TeamsFileError, parse, schema
from tests.fakes.hours_file import OFFICE, hours_centre, hours_text

SITE = ', hours: {mon-fri: ["09:00-10:00"]}, exceptions: {2026-12-02: {name: Umzug, open: ["09:00-09:30"]}}'
TEAM = ', closing_days: {"12-24": {name: Notdienst, open: ["08:00-09:00"]}}, exceptions: {2026-12-02: Ausflug}'
CLOSING = OFFICE + '  closing_days: {"12-24": Heiligabend}\n  exceptions: {2026-12-02: Versammlung}\n'


def shown(team: str, day: str, site: str = SITE, own: str = TEAM) -> tuple[str, str]:
    found = hours_centre(CLOSING, site=site, team=own).teams[team].hours.day(date.fromisoformat(day))
    return ", ".join(map(str, found.spans)), found.name


@pytest.mark.parametrize(
    ("team", "day", "expected"),
    [
        ("L01", "2026-12-01", ("09:00-10:00", "")),
        ("L02", "2026-12-01", ("09:00-10:00", "")),
        ("L03", "2026-12-01", ("08:00-12:00, 14:00-16:00", "")),
        ("general", "2026-12-01", ("08:00-12:00, 14:00-16:00", "")),
        ("L01", "2026-12-02", ("", "Ausflug")),
        ("L02", "2026-12-02", ("09:00-09:30", "Umzug")),
        ("L03", "2026-12-02", ("", "Versammlung")),
        ("L01", "2026-12-24", ("08:00-09:00", "Notdienst")),
        ("L02", "2026-12-24", ("", "Heiligabend")),
    ],
)
def test_a_team_has_its_own_hours_else_its_sites_else_the_centres(
    team: str, day: str, expected: tuple[str, str]
) -> None:
    assert expected == shown(team, day)


def test_a_dated_exception_of_the_centre_wins_over_a_teams_closing_day() -> None:
    centre = OFFICE + "  exceptions: {2026-12-24: Versammlung}\n"
    found = hours_centre(centre, team=TEAM).teams["L01"].hours.day(date(2026, 12, 24))
    assert (found.why, found.name) == (Why.EXCEPTION, "Versammlung")


def test_a_team_with_a_week_of_its_own_keeps_the_centres_holidays_and_special_days() -> None:
    own = ', hours: {mon-sun: ["10:00-11:00"]}'
    assert shown("L01", "2026-12-24", own=own) == ("", "Heiligabend")
    assert shown("L01", "2026-12-25", own=own) == ("", "Erster Weihnachtstag")


def test_a_team_that_is_always_there_is_so_on_holidays() -> None:
    assert shown("L01", "2026-12-25", own=", hours: always") == ("00:00-24:00", "")


def test_teams_that_write_nothing_share_the_hours_of_the_centre() -> None:
    centre = hours_centre(CLOSING)
    assert all(team.hours is centre.hours for team in centre.teams.values())


def mistakes(hours: str, land: str = "NW") -> list[str]:
    with pytest.raises(TeamsFileError) as refused:
        parse(hours_text(OFFICE + hours, land))
    return [f"{one.what}: {one.cure}" for one in refused.value.mistakes]


@pytest.mark.parametrize(
    ("land", "hours", "told"),
    [
        (
            "NW",
            "  open_on: [Mariä Himmelfahrt]\n",
            '"Mariä Himmelfahrt" is no holiday in NW, but in BY, SL: the',
        ),
        (
            "BE",
            "  open_on: [Fronleichnam]\n",
            '"Fronleichnam" is no holiday in BE, but in BW, BY, HE, NW, RP, SL',
        ),
        (
            "NW",
            "  open_on: [Reformationstag]\n",
            '"Reformationstag" is no holiday in NW, but in BB, HB, HH, MV',
        ),
        ("NW", "  open_on: [Fronleichnahm]\n", 'there is no holiday "Fronleichnahm": did you mean "Fronleichnam"?'),
        ("BY", "  open_on: [Mariä Himmelfahrt]\n", '"Mariä Himmelfahrt" is a holiday in parts of BY only'),
        ("SL", "  closed_on: [Mariä Himmelfahrt]\n", '"Mariä Himmelfahrt" is a holiday in all of SL'),
        ("NW", "  closed_on: [Mariä Himmelfahrt]\n", "NW has no holidays that only parts of it keep"),
        ("SN", "  closed_on: [Mariä Himmelfahrt]\n", "the holidays of SN in parts of it are Fronleichnam"),
        ("NW", "  closed_on: [Rosenmontag]\n", 'there is no holiday "Rosenmontag": NW has no holidays'),
        ("NW", "  open_on: [Neujahr, neujahr]\n", "name it once"),
        ("NW", "  holidays: open\n  open_on: [Neujahr]\n", "we are open on every holiday"),
        ("NW", "  holidays: always\n", '"holidays" cannot be "always": write one of closed, open'),
        ("NW", "  exceptions: {2027-02-29: x}\n", '2027 is no leap year: write "2027-02-28" or "2027-03-01"'),
        ("NW", "  exceptions: {2026-04-31: x}\n", 'there is no "2026-04-31": write a day that the month has'),
        ("NW", "  exceptions: {12-24: x}\n", '"12-24" has no year'),
        ("NW", "  exceptions: {0206-12-24: x}\n", "write a year from 2000 to 2199"),
        ("NW", '  exceptions: {"24.12.2026": x}\n', 'here "2026-12-24"'),
        (
            "NW",
            "  exceptions: {tomorrow: x}\n",
            '"tomorrow" is no date: write year-month-day, for example',
        ),
        ("NW", "  exceptions: {2026-12-02: }\n", '"2026-12-02" is empty'),
        ("NW", "  exceptions: {2026-12-02: {open: []}}\n", '"name" of "2026-12-02" is missing'),
        ("NW", "  exceptions: {2026-12-02: {name: x, opened: []}}\n", 'did you mean "open"?'),
        ("NW", '  exceptions: {2026-12-02: {name: x, open: ["12:00-08:00"]}}\n', '"12:00-08:00" is no opening time'),
        ("NW", '  exceptions: {2026-12-02: {name: x, open: ["25:00-26:00"]}}\n', '"25:00-26:00" is no opening time'),
        ("NW", '  exceptions: {2026-12-02: {name: x, open: ["08:00-10:00", "09:00-11:00"]}}\n', "overlap"),
        ("NW", "  closing_days: {2026-12-24: x}\n", 'write "12-24" for every year, or put it under exceptions'),
        ("NW", '  closing_days: {"24.12.": x}\n', 'here "12-24"'),
        ("NW", '  closing_days: {"32.12.": x}\n', '"32.12." is no day of the year: write month-day'),
        ("NW", '  closing_days: {"02-30": x}\n', '"02-30" is no day of the year'),
        ("NW", "  closing_days: [12-24]\n", '"closing_days" must be a block of keys and values'),
    ],
)
def test_what_cannot_be_is_told_with_its_cure(land: str, hours: str, told: str) -> None:
    found = mistakes(hours, land)
    assert len(found) == 1
    assert told in found[0]


def test_a_mistake_stands_where_it_is_written() -> None:
    with pytest.raises(TeamsFileError) as refused:
        parse(hours_text(OFFICE + "  open_on: [Neujahr, Mariä Himmelfahrt]\n"))
    assert str(refused.value).startswith("teams.yaml:6:22: ")


def test_holidays_of_a_land_that_is_none_are_not_looked_up() -> None:
    assert ["XX"] == [one.split('"')[3] for one in mistakes("  open_on: [Fronleichnam]\n", "XX")]


@pytest.mark.parametrize("land", LANDS)
def test_every_land_may_work_on_each_of_its_holidays(land: str) -> None:
    names = ", ".join(f'"{name}"' for name in names_of(land))
    kept = hours_centre(OFFICE + f"  open_on: [{names}]\n", land).hours
    assert all(kept.day(date(year, month, 1)).why is Why.WEEKLY for year in (2026, 2028) for month in range(1, 13))


def test_the_schema_takes_a_name_or_a_block_for_a_special_day() -> None:
    told = json.dumps(schema()["$defs"])
    assert '"anyOf": [{"type": "string"}, {"$ref": "#/$defs/SpecialDayKeys"}]' in told


def turned(line: str) -> str:
    path, _, values = line.partition(": ")
    old, _, new = values.partition(" -> ")
    return f"{path}: {new} -> {old}"


@pytest.mark.parametrize(
    ("hours", "site", "team", "line"),
    [
        ("  holidays: open\n", "", "", "hours.holidays: closed -> open"),
        ("  open_on: [Neujahr]\n", "", "", "hours.open_on: none -> Neujahr"),
        ("  exceptions: {2026-12-02: Ausflug}\n", "", "", "hours.exceptions.2026-12-02: none -> Ausflug, closed"),
        (
            '  closing_days: {"12-31": {name: Silvester, open: ["08:00-10:00"]}}\n',
            "",
            "",
            "hours.closing_days.12-31: none -> Silvester, 08:00-10:00",
        ),
        ("", ", exceptions: {2026-12-02: Umzug}", "", "sites.nord.exceptions.2026-12-02: none -> Umzug, closed"),
        ("", "", ", exceptions: {2026-12-02: Umzug}", "teams.L01.exceptions.2026-12-02: none -> Umzug, closed"),
    ],
)
def test_a_change_of_special_days_is_told_once(hours: str, site: str, team: str, line: str) -> None:
    before, after = hours_centre(), hours_centre(OFFICE + hours, site=site, team=team)
    assert (line,) == changes(before, after)
    assert (turned(line),) == changes(after, before)


def test_a_special_day_that_stays_is_not_told() -> None:
    special = OFFICE + "  exceptions: {2026-12-02: Ausflug}\n"
    after = hours_centre(special.replace("{2026-12-02: Ausflug}", "{2026-12-02: Ausflug, 2026-12-03: Umzug}"))
    assert changes(hours_centre(special), after) == ("hours.exceptions.2026-12-03: none -> Umzug, closed",)


def test_hours_of_a_site_are_told_for_the_site_alone() -> None:
    after = hours_centre(site=', hours: {mon-thu: ["08:00-12:00", "14:00-16:00"]}')
    assert changes(hours_centre(), after) == ("sites.nord.hours.fri: 08:00-12:00 -> closed",)
