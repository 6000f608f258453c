from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
import yaml
from yamlcore import CCoreLoader

from routing.centre import BenefitRule, Centre, Credits, Limits, Targets, TeamKind, WaitRules
from routing.hours import END_OF_DAY, Span
from routing.teams.file import TeamsFileError, parse, read, schema

SHIPPED = Path(__file__).parents[3] / "teams.yaml"

SMALLEST = """\
centre: {name: Amt, land: BY}
entry: ["089100"]
general_line: alle
sites: [{id: haus, name: Haus}]
areas: []
teams:
  alle: {name: Alle, kind: general, extension: "20"}
members: {}
"""

ELSEWHERE = """\
centre:
  name: "Jobcenter Anderswo & Söhne"
  land: SN
  timezone: America/St_Johns   # far away
entry:
- '+4935112345'
languages: {2: tr}
numbers: {household: "9999999ZZ999999999"}
general_line: General
hours:
  default: always
sites:
- id: s
  name: no
areas:
- {id: X, name: on, site: s, benefit: [b1], placement: p}
- {id: Y, name: Y, site: s, benefit: [b2, b3, b4], placement: q, benefit_rule: customer-file}
teams:
  General: {name: G, kind: general, extension: "10"}
  b1:
    name: B
    kind: benefit
    extension: "11"
    hours: &short {mon: ["22:00-24:00", "06:00-07:00"], tue-wed: []}
    target_seconds: 60
    short_abandon_seconds: 0
    ring_seconds: 12
    wrap_up_seconds: 15
    outbound_caller_id: "0351999"
  b2: {name: B, kind: benefit, extension: "12", hours: *short, mailbox: b2@intern}
  b3: {name: B, kind: benefit, extension: "13", hours: }
  b4: {name: B, kind: benefit, extension: "14"}
  p: {name: P, kind: placement, extension: "15"}
  q: {name: P, kind: placement, extension: "16"}
members:
  anna: {name: Anna, teams: [b1, General], phone: "21"}
kiosks:
  k1: {site: s, phone: "31"}
"""


@pytest.fixture(scope="module")
def shipped() -> Centre:
    return read(SHIPPED)


@pytest.fixture(scope="module")
def elsewhere() -> Centre:
    return parse(ELSEWHERE)


def test_the_shipped_file_has_27_teams_a_general_line_and_81_members(shipped: Centre) -> None:
    kinds = [team.kind for team in shipped.teams.values()]
    assert tuple(kinds.count(kind) for kind in (TeamKind.GENERAL, TeamKind.BENEFIT, TeamKind.PLACEMENT)) == (1, 18, 9)
    assert (len(shipped.sites), len(shipped.areas), len(shipped.members), len(shipped.kiosks)) == (3, 9, 81, 3)


def test_every_shipped_team_has_its_members(shipped: Centre) -> None:
    wanted = {TeamKind.GENERAL: 9, TeamKind.BENEFIT: 3, TeamKind.PLACEMENT: 2}
    assert all(wanted[team.kind] == len(shipped.members_of(team.id)) for team in shipped.teams.values())


def test_the_shipped_file_fits_the_schema_that_editors_get() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    values = yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=CCoreLoader)  # noqa: S506  (yamlcore's loader makes plain values only)
    jsonschema.validate(values, schema())


@pytest.mark.parametrize(
    "key",
    [
        {"centre": 1},
        {"kiosk": {}},
        {"languages": {"11": "de"}},
        {"credits": {"kiosk": 3601}},
        {"entry": [211]},
        {"waits": {"repeat_seconds": 4}},
        {"waits": {"spoken": "yes"}},
    ],
)
def test_the_schema_refuses_what_the_parser_refuses(key: dict[str, object]) -> None:
    values = yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=CCoreLoader)  # noqa: S506  (as above)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**values, **key}, schema())


def test_what_is_left_out_has_a_sensible_value() -> None:
    centre = parse(SMALLEST)
    team = centre.teams["alle"]
    assert (Targets(), Limits(), Credits()) == (centre.targets, centre.limits, centre.credits)
    assert WaitRules(spoken=True, repeat_seconds=75, callback_from_seconds=600) == centre.waits
    assert (centre.timezone.key, centre.default_language) == ("Europe/Berlin", "de")
    assert (centre.customer_pattern, centre.household_pattern) == ("999A999999", "99999BG9999999")
    assert (
        team.mailbox,
        team.ring_seconds,
        team.wrap_up_seconds,
        team.target_seconds,
        team.short_abandon_seconds,
        team.outbound_caller_id,
    ) == ("", 20, 0, 30, 5, None)
    assert team.hours.is_open(datetime(2025, 6, 6, 11, 59, tzinfo=ZoneInfo("Europe/Berlin")))
    assert not team.hours.is_open(datetime(2025, 6, 6, 14, 0, tzinfo=ZoneInfo("Europe/Berlin")))


def test_teams_offer_a_callback_as_the_centre_says_unless_they_say_otherwise() -> None:
    waits = "waits: {spoken: false, repeat_seconds: 5, callback_from_seconds: 300}\n"
    text = ELSEWHERE.replace("general_line", waits + "general_line")
    centre = parse(text.replace('extension: "14"', 'extension: "14", callback_from_seconds: 7200'))
    assert WaitRules(spoken=False, repeat_seconds=5, callback_from_seconds=300) == centre.waits
    assert (7200, 300) == tuple(centre.teams[team].callback_from_seconds for team in ("b4", "b3"))


def test_words_that_old_yaml_read_as_booleans_are_words(elsewhere: Centre) -> None:
    assert (elsewhere.sites["s"].name, elsewhere.areas["X"].name) == ("no", "on")


def test_another_centre_has_its_own_zone_languages_and_patterns(elsewhere: Centre) -> None:
    assert elsewhere.timezone.key == "America/St_Johns"
    assert elsewhere.languages == {"2": "tr"}
    assert elsewhere.household_pattern == "9999999ZZ999999999"
    assert elsewhere.entry == ("+4935112345",)


def test_a_centre_that_is_always_open_has_no_next_opening(elsewhere: Centre) -> None:
    assert elsewhere.hours.always
    assert elsewhere.teams["b3"].hours == elsewhere.hours
    assert elsewhere.hours.next_opening(datetime(2025, 6, 6, tzinfo=UTC)) is None


def test_a_team_may_have_its_own_hours_and_seconds(elsewhere: Centre) -> None:
    team = elsewhere.teams["b1"]
    assert {0: (Span(time(6), time(7)), Span(time(22), END_OF_DAY)), 1: (), 2: ()} == team.hours.weekly.days
    assert (
        team.target_seconds,
        team.short_abandon_seconds,
        team.ring_seconds,
        team.wrap_up_seconds,
        team.outbound_caller_id,
    ) == (60, 0, 12, 15, "0351999")


def test_a_block_may_be_named_once_and_used_again(elsewhere: Centre) -> None:
    assert elsewhere.teams["b1"].hours == elsewhere.teams["b2"].hours


def test_more_than_two_benefit_teams_are_chosen_by_the_customer_file(elsewhere: Centre) -> None:
    assert BenefitRule.CUSTOMER_FILE is elsewhere.areas["Y"].benefit_rule


def test_lines_may_end_as_on_windows_and_begin_with_a_byte_order_mark() -> None:
    assert parse(ELSEWHERE) == parse("\ufeff" + ELSEWHERE.replace("\n", "\r\n"))


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "teams.yaml"
    path.write_text(ELSEWHERE, encoding="utf-8")
    assert parse(ELSEWHERE) == read(path)


def test_a_file_that_is_not_there_is_a_mistake_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(TeamsFileError, match=r"1:1: the file cannot be read .*: check its name"):
        read(tmp_path / "teams.yaml")


def test_a_character_of_another_encoding_is_named_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "teams.yaml"
    path.write_bytes("centre:\n  name: Süd".encode("cp1252"))
    with pytest.raises(TeamsFileError, match=r"teams\.yaml:2:10: a character that is not UTF-8"):
        read(path)


@pytest.mark.parametrize("letter", ["x", "ü", "€"])
def test_a_file_beyond_4_mib_is_refused_before_it_is_understood(tmp_path: Path, letter: str) -> None:
    path = tmp_path / "teams.yaml"
    path.write_text("#" + letter * (4 * 1024 * 1024), encoding="utf-8")
    with pytest.raises(TeamsFileError, match="1:1: the file is too large: keep it under 4 MiB"):
        read(path)
