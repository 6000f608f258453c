from pathlib import Path

import pytest

from routing.teams.cures import finding
from routing.teams.file import Mistake, TeamsFileError, parse
from routing.teams.places import document

MANY = Path(__file__).with_name("many_mistakes.yaml").read_text(encoding="utf-8")

TABLE = [
    (1, 45, '"land" cannot be "NWR"', 'did you mean "NW"?'),
    (1, 60, 'there is no time zone "Europe/Berln"', 'did you mean "Europe/Berlin"?'),
    (2, 9, "0211910000 stands without quotes, so its leading zero would be lost", 'put it in quotes: "0211910000"'),
    (3, 22, '"*" is no key on a telephone', 'write one digit in quotes, for example "1"'),
    (4, 21, '"999A99A999" has more than one A', "keep one A"),
    (5, 38, '75 is too large for "share"', "write 1 or less (a part of one: 0.75 is 75 %)"),
    (5, 42, 'there is no key "formular" here', 'did you mean "formula"?'),
    (6, 22, '7200 is too large for "emergency"', "write 3600 or less"),
    (9, 15, '"12:00-08:00" is no opening time', "write from-to on a 24-hour clock, the end after the beginning"),
    (10, 10, '"08:00-12:00" and "11:00-13:00" overlap', "write times that follow each other"),
    (11, 5, '"fry" is no day of the week', "use mon, tue, wed"),
    (12, 15, 'there is no team "generel"', 'did you mean "general"?'),
    (15, 34, 'there is no site "nort"', 'did you mean "nord"?'),
    (15, 55, 'there is no team "L99"', "add it under teams, or name one of general, L01"),
    (16, 55, 'the team "L01" is used twice (first in line 15)', "keep it in one place of one area"),
    (19, 54, "0101 stands without quotes", 'put it in quotes: "0101"'),
    (19, 69, '"leistung01" is no e-mail address', "write one, for example leistung01@example.org"),
    (20, 54, 'the internal number "2000" is used twice (first in line 18)', "give every team, member and kiosk"),
    (21, 3, '"L 03" is a name that Asterisk cannot take', "use 1 to 40 letters A-Z, digits, - and _"),
    (22, 3, '"L02" stands here a second time (first in line 20)', "remove one of the two"),
    (23, 15, '"Vermittlung; 01" is a name that telephones cannot show', "use at most 80 letters"),
    (23, 40, 'team "V01" is of kind benefit, but its area has it as placement', "write kind: placement"),
    (24, 59, '"22-02" is no internal number', 'write 2 to 15 digits in quotes, for example "2103"'),
    (25, 3, '"A1-wide" is the queue of area "A1" for all its benefit teams already', "give the team another id"),
    (27, 30, 'member "m1" is in no team', "name at least one team"),
    (28, 36, 'there is no team "LO2"', 'did you mean "L02"?'),
    (28, 49, 'the internal number "3101" is used twice (first in line 27)', "give every team, member and kiosk"),
    (29, 3, '"teams" of "m3" is missing', 'add it, for example  teams: ["L01"]'),
    (29, 38, 'there is no key "benefit" here', "remove it; the keys here are name, teams, phone"),
    (31, 3, 'the member or kiosk "M1" is used twice (first in line 27)', "give it another id"),
]


def mistakes(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(TeamsFileError) as raised:
        parse(text)
    return raised.value.mistakes


def test_thirty_mistakes_in_one_file_are_told_at_once_each_with_its_place() -> None:
    assert [(line, column) for line, column, _, _ in TABLE] == [(m.line, m.column) for m in mistakes(MANY)]


@pytest.mark.parametrize("row", range(len(TABLE)))
def test_each_mistake_says_what_is_wrong_and_what_to_do(row: int) -> None:
    _, _, what, cure = TABLE[row]
    mistake = mistakes(MANY)[row]
    assert mistake.what.startswith(what)
    assert mistake.cure.startswith(cure)


def test_a_mistake_reads_as_file_line_column_what_and_cure() -> None:
    assert str(Mistake("teams.yaml", 12, 17, "no", "write yes")) == "teams.yaml:12:17: no: write yes"


def test_the_error_reads_as_one_line_a_mistake() -> None:
    with pytest.raises(TeamsFileError) as raised:
        parse(MANY, "their/teams.yaml")
    assert len(TABLE) == len(str(raised.value).splitlines())
    assert str(raised.value).startswith("their/teams.yaml:1:45: ")


WELL = """\
centre: {name: Amt, land: BY}
entry: ["089100"]
general_line: alle
sites: [{id: haus, name: Haus}]
areas:
  - {id: A, name: A, site: haus, benefit: [b, c], placement: p}
teams:
  alle: {name: Alle, kind: general, extension: "20"}
  b: {name: B, kind: benefit, extension: "21"}
  c: {name: C, kind: benefit, extension: "22"}
  p: {name: P, kind: placement, extension: "23"}
members:
  m: {name: M, teams: [b], phone: "31"}
"""

CHANGES = [
    ("teams:\n", "xteams:\n", 'there is no key "xteams" here', 'did you mean "teams"?'),
    ("general_line: alle\n", "", '"general_line" is missing', 'add it, for example  general_line: "general"'),
    ("general_line: alle\n", "general_line: b\n", '"b" is the general line', "name another team here"),
    ("general_line: alle\n", "general_line:\n", '"general_line" is empty', 'write it like  general_line: "general"'),
    ("general_line: alle\n", "general_line: [alle]\n", '"general_line" is a list or block', "write it like"),
    ("name: Alle", "name: 12", "12 stands without quotes", 'put it in quotes: "12"'),
    ("name: Alle", 'name: " "', "the name is empty", "write the name"),
    ("name: Alle", 'name: "a\\nb"', '"a?b" is a name that telephones cannot show', "use at most"),
    ("name: Alle", f"name: {'a' * 81}", f'"{"a" * 40}…" is a name', "use at most"),
    ("kind: general", "kind: generals", '"kind" cannot be "generals"', 'did you mean "general"?'),
    ("kind: general", "kind: ", '"kind" is empty', 'write it like  kind: "benefit"'),
    ("kind: general", "kind: benefit", 'team "alle" is of kind benefit, but general_line names it', "write kind: gen"),
    ('entry: ["089100"]', 'entry: "089100"', '"entry" must be a list', 'put it in square brackets: ["089100"]'),
    ('entry: ["089100"]', "entry:", '"entry" is empty', 'write it like  entry: ["0211910000"]'),
    ('entry: ["089100"]', "entry: []", '"entry" is empty', "name at least one"),
    ('entry: ["089100"]', "entry: {a: b}", '"entry" must be a list', "write it like"),
    ('entry: ["089100"]', 'entry: ["1234", "1234"]', 'the entry number "1234" is used twice', "remove it here"),
    ('entry: ["089100"]', 'entry: ["089 100"]', '"089 100" is no telephone number', "write 2 to 15 digits"),
    ("areas:\n", "limits: 3\nareas:\n", '"limits" must be a block', "write it like  limits: {tries_per_call: 3"),
    ("areas:\n", "limits:\nareas:\n", '"limits" is empty', "write it like"),
    ("areas:\n", "limits: {ivr_seconds: }\nareas:\n", '"ivr_seconds" is empty', "write it like  ivr_seconds: 180"),
    ("areas:\n", 'limits: {ivr_seconds: "60"}\nareas:\n', '"ivr_seconds" is a text', "write it without quotes: 60"),
    ("areas:\n", "limits: {ivr_seconds: 60s}\nareas:\n", '"ivr_seconds" must be a number', "write digits alone"),
    ("areas:\n", "limits: {ivr_seconds: 60.5}\nareas:\n", '"ivr_seconds" must be a whole number', "write it with"),
    ("areas:\n", "limits: {ivr_seconds: 2}\nareas:\n", '2 is too small for "ivr_seconds"', "write 30 or more"),
    ("areas:\n", "targets: {share: -1}\nareas:\n", '-1 is too small for "share"', "write 0 or more"),
    ("areas:\n", "targets: {share: .nan}\nareas:\n", '.nan is too large for "share"', "write 1 or less"),
    ("areas:\n", "targets: {share: viel}\nareas:\n", '"share" must be a number', "write digits alone"),
    ("areas:\n", "targets: {formula: best}\nareas:\n", '"formula" cannot be "best"', "write one of default, good"),
    ("areas:\n", "waits: {spoken: yes}\nareas:\n", '"spoken" must be true or false', "write it like  spoken: true"),
    ("areas:\n", "waits: {spoken: }\nareas:\n", '"spoken" is empty', "write it like  spoken: true"),
    ("areas:\n", "waits: {repeat_seconds: 4}\nareas:\n", "4 is too small for seconds between", "write 0 for never"),
    ("areas:\n", "waits: {repeat_seconds: -1}\nareas:\n", '-1 is too small for "repeat_seconds"', "write 0 or more"),
    ("areas:\n", "waits: {repeat_seconds: 601}\nareas:\n", '601 is too large for "repeat_seconds"', "write 600 or"),
    ("areas:\n", "waits: {callback_from_seconds: 59}\nareas:\n", "59 is too small for", "write 60 or more"),
    (
        "areas:\n",
        "waits: {repeat: 60}\nareas:\n",
        'there is no key "repeat" here',
        'did you mean "repeat_seconds"?',
    ),
    ("kind: general", "kind: general, callback_from_seconds: 7201", "7201 is too large for", "write 7200 or less"),
    ("areas:\n", "languages: {1: Deutsch}\nareas:\n", '"Deutsch" is no language', "write its short name"),
    ("areas:\n", "numbers: {customer: 9-9}\nareas:\n", '"9-9" is no pattern of a number', "write 9 for each digit"),
    (
        "areas:\n",
        "numbers: {customer: 99999999999999, household: 9999}\nareas:\n",
        "99999999999999 stands without",
        "p",
    ),
    (
        "areas:\n",
        'numbers: {customer: "999A999999", household: "9999999999"}\nareas:\n',
        "customer and household numbers could not be told apart",
        "write two patterns of different length",
    ),
    ("areas:\n", "hours: {default: 8-12}\nareas:\n", '"default" must be a block', "write it like  default: {mon-thu"),
    ("areas:\n", "hours: {default: {mon: 08:00-12:00}}\nareas:\n", '"mon" must be a list', "put it in square brackets"),
    ("areas:\n", "hours: {default: {fri-mon: []}}\nareas:\n", '"fri-mon" is no day of the week', "use mon"),
    ("areas:\n", 'hours: {default: {mon: ["8-12"]}}\nareas:\n', '"8-12" is no opening time', "write from-to"),
    ("kind: general", "kind: general, hours: {mon: 8}", '"mon" must be a list', 'put it in square brackets: ["8"]'),
    ("kind: general", "kind: general, hours: {mon: }", '"mon" is empty', 'write it like  mon: ["08:00-12:00", "14'),
    ("areas:\n", "hours: {mon: []}\nareas:\n", 'there is no key "mon" here', "remove it; the keys here are default"),
    ("areas:\n", "hours: {default: {mon-thu: [], wed: []}}\nareas:\n", 'wed stands in "mon-thu" already', "name each"),
    ("land: BY", "land: BY, timezone: Europe", 'there is no time zone "Europe"', ""),
    ("land: BY", "land: BY, timezone: ../etc", 'there is no time zone "../etc"', "write one such as Europe/Berlin"),
    ("benefit: [b, c]", "benefit: b", '"benefit" must be a list', 'put it in square brackets: ["b"]'),
    ("benefit: [b, c]", "benefit: []", '"benefit" is empty', "name at least one"),
    ("benefit: [b, c]", "benefit: [b]", 'team "c" is in no area, so no call would reach it', "name it in an area"),
    ("benefit: [b, c]", "benefit: [b, c, d]", "even and odd cannot choose", "name one or two, or write benefit_rule"),
    ("id: A,", "id: A, id: B,", '"id" stands here a second time (first in line 6)', "remove one of the two"),
    ("{id: haus, name: Haus}", "{id: haus, name: H}, {id: HAUS, name: H}", 'the site "HAUS" is used twice', "give"),
    ("  c: {", "  alle-line: {", 'there is no team "c"', "add it under teams"),
    ("teams: [b]", "teams: [b, b]", 'for one member the team "b" is used twice', "name it once"),
    ("teams: [b]", "teams: [7]", "7 stands without quotes", 'put it in quotes: "7"'),
    ("  m: {", "  Anonymous: {", '"Anonymous" has a meaning of its own in Asterisk', "give the phone another id"),
    ("name: Alle,", "name: Alle, extensions: 1,", 'there is no key "extensions" here', 'did you mean "extension"?'),
    ("members:\n  m:", "members:\n  - m:", '"members" must be a block', "write it like"),
    ("members:\n", "members:\n  <<: {}\n", 'a merge key "<<"', "write the merged keys out here"),
    ("members:\n", "members:\n  ? [a]\n  : {}\n", "a list or block where a key should be", "write one word"),
    ("name: Alle", "name: !!python/name:os.system x", '"x" cannot be read as "tag:', "put it in quotes"),
    ("name: Alle", "name: !!int x", '"x" cannot be read as "tag:yaml.org,2002:int"', "put it in quotes"),
]


@pytest.mark.parametrize(("old", "new", "what", "cure"), CHANGES)
def test_one_change_for_the_worse_has_its_own_sentence(old: str, new: str, what: str, cure: str) -> None:
    assert old in WELL
    told = mistakes(WELL.replace(old, new, 1))
    assert any(mistake.what.startswith(what) and mistake.cure.startswith(cure) for mistake in told), told


def test_the_file_that_is_changed_for_the_worse_was_well() -> None:
    assert list(parse(WELL).teams) == ["alle", "b", "c", "p"]


def test_a_team_that_is_named_like_the_queue_of_the_general_line_is_refused() -> None:
    text = WELL.replace("alle", "general").replace("  c: {", "  general-line: {").replace("[b, c]", "[b, general-line]")
    assert [mistake.what for mistake in mistakes(text)] == ['"general-line" is the queue of team "general" already']


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (WELL.replace("  c: {", "  b-: {").replace("[b, c]", "[b, b-]"), 'the team "b-" is used twice'),
        (WELL.replace("  c: {", "  -c: {").replace("[b, c]", "[b, -c]"), '"-c" is a name that Asterisk cannot take'),
        (WELL.replace("  c: {", "  _c: {").replace("[b, c]", "[b, _c]"), '"_c" is a name that Asterisk cannot take'),
        (
            WELL.replace("  c: {", "  Awide: {").replace("[b, c]", "[b, Awide]"),
            '"Awide" is the queue of area "A" for all its benefit teams already',
        ),
    ],
)
def test_a_team_whose_queue_asterisk_could_not_tell_from_another_is_refused(text: str, what: str) -> None:
    assert any(mistake.what.startswith(what) for mistake in mistakes(text)), mistakes(text)


def test_whoever_writes_a_night_shift_is_told_how() -> None:
    night = WELL.replace("areas:\n", 'hours: {default: {mon: ["22:00-06:00"]}}\nareas:\n')
    assert ['over midnight "22:00-24:00", and "00:00-06:00" on the day after'] == [
        mistake.cure.partition("; ")[2] for mistake in mistakes(night)
    ]


def test_what_is_missing_in_a_list_is_told_by_its_number_as_people_count() -> None:
    text = WELL.replace("{id: haus, name: Haus}", "{id: haus, name: Haus}, {id: hof}")
    assert ['"name" of number 2 in "sites" is missing'] == [mistake.what for mistake in mistakes(text)]


def test_a_mistake_in_shape_hides_what_would_only_follow_from_it() -> None:
    text = WELL.replace("  c: {name: C, kind: benefit,", "  c: {name: C, kind: benefits,")
    assert [(mistake.line, mistake.column) for mistake in mistakes(text)] == [(10, 22)]


def test_a_missing_section_is_told_once_and_not_for_every_name_in_it() -> None:
    text = "\n".join(line for line in WELL.splitlines() if not line.startswith("sites"))
    assert [mistake.what for mistake in mistakes(text)] == ['"sites" is missing']


def test_what_is_missing_is_told_where_its_block_begins() -> None:
    text = WELL.replace(", placement: p", "").replace(', extension: "22"', "")
    assert [(mistake.line, mistake.column) for mistake in mistakes(text)] == [(6, 5), (10, 3), (11, 3)]


def test_one_place_has_one_mistake_even_if_two_things_are_wrong_there() -> None:
    text = WELL.replace("[b, c]", "[b, c, zz, zz]").replace("placement: p", "placement: p, benefit_rule: customer-file")
    assert [(mistake.line, mistake.column) for mistake in mistakes(text)] == [(6, 50), (6, 54)]


def test_what_nobody_foresaw_still_has_a_place_and_a_cure() -> None:
    told = finding({"type": "odd", "loc": ("entry",), "msg": "", "input": 1}, document(WELL, "teams.yaml"))
    assert (told.what, told.cure) == ('"entry" cannot be understood', 'write it like  entry: ["0211910000"]')


def test_a_team_that_is_named_like_the_centres_totals_is_refused() -> None:
    text = WELL.replace("  c: {", "  Centre: {").replace("[b, c]", "[b, Centre]")
    assert [mistake.what for mistake in mistakes(text)] == [
        '"Centre" is the name of the whole centre\'s totals in reports already'
    ]
