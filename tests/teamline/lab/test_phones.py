from routing.teams.file import parse
from teamline.example_files import example_teams
from teamline.lab.phones import phones, with_enough_members

TEAMS = """\
centre: {name: Amt, land: NW, timezone: Europe/Berlin}
entry: ["0211910000", "+49211910000"]
hours: {default: {mon: ["08:00-12:00"]}}
languages: {"1": de}
numbers: {customer: "999A999999", household: "99999BG9999999"}
credits: {emergency: 1800}
general_line: "12"
sites: [{id: "0o7", name: "Nord: Größe, #1"}]
areas: []
teams:
  "12": {name: "yes", kind: general, extension: "0012"}
members:
  "1e3": {name: "null", teams: ["12"], phone: "3101"}
"""


def test_every_team_of_the_example_has_as_many_phones_as_asked_for() -> None:
    text = example_teams().read_text(encoding="utf-8")
    centre = parse(with_enough_members(text, 3))
    assert {3} == {len(centre.members_of(team)[:3]) for team in centre.teams}
    assert len(centre.teams) * 3 == len(phones(centre, 3))


def test_texts_that_look_like_numbers_stay_texts() -> None:
    before, after = parse(TEAMS), parse(with_enough_members(TEAMS, 2))
    assert before.entry == after.entry
    assert before.teams == after.teams
    assert {"1e3", "lab-12-1"} == after.members.keys()


def test_a_file_with_enough_members_stays_as_it_is() -> None:
    text = example_teams().read_text(encoding="utf-8")
    assert text == with_enough_members(text, 1)
