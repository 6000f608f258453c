"""The commands as an administrator uses them: one data folder, an embedded store, no Asterisk."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from store.embedded import EmbeddedStore
from teamline.command_line import command_line

TEAMS = Path("teams.yaml").resolve()
CUSTOMER, HOUSEHOLD = "123A456789", "12345BG0001234"
CSV = f"customer_number,household,area\n{CUSTOMER},{HOUSEHOLD},A1\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty installation in an empty working directory."""
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db={_next_database()}")
    return tmp_path


def _next_database(used: list[int] = []) -> int:  # noqa: B006 - counts over all tests of this module
    used.append(len(used) % 16)
    return used[-1]


def told(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(command_line(), list(words), input=stdin, env={"NO_COLOR": "1", "COLUMNS": "200"})


def test_check_says_that_the_shipped_file_is_right() -> None:
    result = told("check", str(TEAMS))
    assert result.exit_code == 0
    assert "28 teams, 81 members" in result.stdout


def test_check_names_each_mistake_with_its_place_and_exits_with_1(place: Path) -> None:
    (place / "teams.yaml").write_text(TEAMS.read_text().replace('extension: "2101"', "extension: 2101", 1))
    result = told("check")
    assert result.exit_code == 1
    assert "teams.yaml:" in result.stderr
    assert "quotes" in result.stderr


def test_config_and_json_may_stand_before_the_command() -> None:
    result = told("--config", str(TEAMS), "--json", "check")
    assert result.exit_code == 0
    assert 28 == json.loads(result.stdout)["teams"]


def test_check_of_a_missing_file_is_wrong_use(place: Path) -> None:
    assert told("check", str(place / "nothing.yaml")).exit_code == 2


def test_the_schema_is_json() -> None:
    assert "properties" in json.loads(told("check", "--schema").stdout)


def test_a_year_preview_prints_every_day() -> None:
    days = re.findall(r"^[A-Z][a-z]{2} [0-9.]{10}  ", told("check", str(TEAMS), "--year", "2028").stdout, re.MULTILINE)
    assert 366 == len(days)


def test_activate_and_rollback_go_forth_and_back(place: Path) -> None:
    first = json.loads(told("activate", str(TEAMS), "--json").stdout)["version"]
    (place / "teams.yaml").write_text(TEAMS.read_text().replace("Leistung 01", "Leistung Eins", 1))
    second = json.loads(told("activate", "--json").stdout)
    assert first != second["version"]
    assert any("Leistung Eins" in line for line in second["changes"])
    assert "Nothing would change" not in told("check", str(TEAMS), "--diff").stdout
    assert first == json.loads(told("rollback", "--json").stdout)["version"]
    assert "Nothing would change" in told("check", str(TEAMS), "--diff").stdout


def test_a_wrong_file_is_not_activated(place: Path) -> None:
    (place / "teams.yaml").write_text("centre: {}\n")
    result = told("activate")
    assert result.exit_code == 1
    assert "teams.yaml:1:" in result.stderr
    assert told("rollback").exit_code == 1


def test_import_then_explain_finds_the_household_s_team(place: Path) -> None:
    told("activate", str(TEAMS))
    (place / "customers.csv").write_text(CSV)
    imported = json.loads(told("import", "customers.csv", "--json").stdout)
    assert (True, 2) == (imported["imported"], imported["numbers"])
    explained = json.loads(told("explain", CUSTOMER, "--at", "2026-11-23T09:00", "--json").stdout)
    assert ("L01", "L01", "household-team") == (explained["team"], explained["queue"], explained["rule"])
    assert 2147483647 - explained["arrival"] == explained["priority"]
    assert imported["version"] == explained["versions"]["directory"]


def test_explain_reads_a_number_from_stdin_and_speaks_a_sentence(place: Path) -> None:
    told("activate", str(TEAMS))
    result = told("explain", "-", "--at", "2026-11-23T09:00", stdin=f"{CUSTOMER}\n")
    assert result.exit_code == 0
    assert "Goes to Zentrale, queue general-line. Rule unknown-number" in result.stdout
    assert CUSTOMER not in result.stdout


def test_explain_on_a_sunday_says_when_the_centre_opens(place: Path) -> None:
    told("activate", str(TEAMS))
    explained = json.loads(told("explain", CUSTOMER, "--at", "2026-11-22T09:00", "--json").stdout)
    assert ("centre-closed", None) == (explained["rule"], explained["queue"])
    assert "2026-11-23T08:00:00+01:00" == explained["opens_at"]
    assert ["closed-until", "goodbye"] == explained["says"]


def test_explain_of_something_that_is_no_number_is_wrong_use_and_does_not_repeat_it(place: Path) -> None:
    told("activate", str(TEAMS))
    result = told("explain", "12345")
    assert result.exit_code == 2
    assert "12345" not in result.stderr.replace("12345BG", "")


def test_an_emergency_goes_to_the_area_with_its_credit(place: Path) -> None:
    told("activate", str(TEAMS))
    (place / "customers.csv").write_text(CSV)
    told("import", "customers.csv")
    words = ("explain", CUSTOMER, "--concern", "emergency", "--at", "2026-11-23T09:00", "--json")
    explained = json.loads(told(*words).stdout)
    assert ("A1-urgent", 1800) == (explained["queue"], explained["credit"])
    assert 2147483647 - explained["arrival"] + 1800 == explained["priority"]


def test_a_bad_line_stops_the_import_and_names_line_and_cure_but_no_number(place: Path) -> None:
    told("activate", str(TEAMS))
    (place / "customers.csv").write_text(CSV + "123B456780,12345BG0001236,A77\n")
    result = told("import", "customers.csv")
    assert result.exit_code == 1
    assert "customers.csv:3:" in result.stderr
    assert "123B456780" not in result.stderr
    skipped = told("import", "customers.csv", "--skip-bad", "--json")
    assert (0, 2) == (skipped.exit_code, json.loads(skipped.stdout)["numbers"])


def test_a_dry_run_changes_nothing(place: Path) -> None:
    told("activate", str(TEAMS))
    (place / "customers.csv").write_text(CSV)
    assert told("import", "customers.csv", "--dry-run").exit_code == 0
    assert "d-empty" == json.loads(told("explain", CUSTOMER, "--json").stdout)["versions"]["directory"]


def test_render_writes_once_and_then_has_nothing_to_change(place: Path) -> None:
    told("activate", str(TEAMS))
    first = json.loads(told("render", "--into", str(place / "teamline.d"), "--json").stdout)
    assert "extensions.conf" in first["changed"]
    assert "dialplan reload" in first["commands"]
    again = json.loads(told("render", "--into", str(place / "teamline.d"), "--json").stdout)
    assert [] == again["changed"]
    assert "No change." in told("render", "--into", str(place / "teamline.d"), "--diff").stdout


def test_an_old_asterisk_is_refused_by_name(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told("activate", str(TEAMS))
    monkeypatch.setenv("TEAMLINE_ASTERISK_VERSION", "18.26.4")
    result = told("render", "--into", str(place / "teamline.d"))
    assert result.exit_code == 1
    assert "18.26.4" in result.stderr


def test_a_foreign_file_is_never_overwritten(place: Path) -> None:
    told("activate", str(TEAMS))
    (place / "teamline.d").mkdir()
    (place / "teamline.d" / "queues.conf").write_text("[mine]\n")
    assert told("render", "--into", str(place / "teamline.d")).exit_code == 1
    assert "[mine]\n" == (place / "teamline.d" / "queues.conf").read_text()


def test_a_store_that_is_away_is_named_with_its_cure(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_STORE_URL", "redis://127.0.0.1:1")
    result = told("activate", str(TEAMS))
    assert result.exit_code == 1
    assert "127.0.0.1:1" in result.stderr
    assert "start it" in result.stderr


def test_a_store_on_the_network_without_a_password_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_STORE_URL", "redis://192.0.2.1:6379")
    assert "without a password" in told("activate", str(TEAMS)).stderr


def test_without_a_store_address_the_embedded_one_keeps_what_was_activated(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEAMLINE_STORE_URL")
    told("activate", str(TEAMS))
    assert "Nothing would change." in told("check", str(TEAMS), "--diff").stdout


@pytest.mark.parametrize(
    "words", [["nonsense"], ["explain"], ["import"], ["lab", "--start", "kettle"], ["check", "--nope"]]
)
def test_wrong_use_exits_with_2(place: Path, words: list[str]) -> None:
    assert 2 == told(*words).exit_code


def test_a_wrong_setting_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_AGI_PORT", "many")
    result = told("rollback")
    assert 2 == result.exit_code
    assert "TEAMLINE_AGI_PORT" in result.stderr


RULED = "general_line: general\noverflow: [{when: no-members, to: sister}, {when: hold-over, seconds: 300, to: wide}]\n"


@pytest.mark.parametrize(
    ("words", "rule", "queue"),
    [
        (["--members", "0"], "overflow-no-members", "L02"),
        (["--members", "3"], "household-team", "L01"),
        (["--held", "300"], "widened", "A1-wide"),
        (["--held", "60"], "household-team", "L01"),
    ],
)
def test_explain_answers_for_a_team_in_a_given_state(place: Path, words: list[str], rule: str, queue: str) -> None:
    file = place / "ruled.yaml"
    file.write_text(TEAMS.read_text().replace("general_line: general\n", RULED))
    told("activate", str(file))
    (place / "customers.csv").write_text(CSV)
    told("import", "customers.csv")
    explained = json.loads(told("explain", CUSTOMER, "--at", "2026-11-23T09:00", "--json", *words).stdout)
    assert (rule, queue, "L01") == (explained["rule"], explained["queue"], explained["home"])


def test_explain_of_a_line_that_was_never_joined_is_the_decision_at_the_door(place: Path) -> None:
    told("activate", str(TEAMS))
    words = ("explain", CUSTOMER, "--at", "2026-11-22T09:00", "--held", "60", "--json")
    assert json.loads(told(*words).stdout)["rule"] == "centre-closed"


def test_explain_knows_what_is_closed_now(place: Path) -> None:
    file = place / "always.yaml"
    text = TEAMS.read_text()
    begin, end = text.index("  default:"), text.index("# The key pressed")
    file.write_text(f"{text[:begin]}  default: always\n{text[end:]}")
    told("activate", str(file))
    (place / "customers.csv").write_text(CSV)
    told("import", "customers.csv")
    assert "household-team" == json.loads(told("explain", CUSTOMER, "--json").stdout)["rule"]
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="minutes")
    assert 0 == told("close", "L01", "--until", until, "--reason", "Wasserschaden").exit_code
    assert "team-closed" == json.loads(told("explain", CUSTOMER, "--json").stdout)["rule"]
    assert 0 == told("reopen", "L01").exit_code
