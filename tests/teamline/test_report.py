"""`teamline report` as people and scripts use it: an embedded store, a journal, no Asterisk."""

import asyncio
import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from facts.call import LeftBy
from facts.callback import CallbackMoved
from facts.contact import ContactDecided
from facts.kinds import Fact, Journalled
from facts.record import record
from facts.watch import GapSeen
from metrics import callback_report, emergency_report, estimate_report, kiosk_report
from metrics.report import COLUMNS
from operations.journal import JournalAway
from store.connection import StoreAddress, connect
from store.embedded import EmbeddedStore
from store.journal import JournalStore
from teamline.command_line import command_line
from tests.fakes.told_calls import answered_call, joined, left
from tests.fakes.told_waits import wait_proved, wait_told

TEAMS = Path("teams.yaml").resolve()
BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = ("--from", "2026-11-22", "--to", "2026-11-23")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


NINE = at("2026-11-22T09:00")
FACTS: Sequence[Journalled] = (
    *answered_call(at("2026-11-21T23:59:50"), "0.1", 20.0),
    *answered_call(NINE, "1.1", 12.0),
    *answered_call(NINE + 1800, "1.2", 40.0),
    joined(NINE, "1.3"),
    left(NINE + 20, LeftBy.TIMEOUT, 20.0, "1.3", returns=True),
    joined(NINE + 20, "1.3", "L02", 2),
    left(NINE + 26, LeftBy.ABANDONED, 6.0, "1.3", "L02", 2),
    *answered_call(NINE, "1.4", 1.0, "gone"),
    *answered_call(at("2026-11-22T23:59:50"), "1.5", 20.0),
    wait_told(NINE - 2, "1.1"),
    wait_proved(wait_told(NINE - 2, "1.1"), 14.0),
    wait_told(NINE - 2, "1.3"),
    wait_proved(wait_told(NINE - 2, "1.3"), 22.0, LeftBy.MOVED),
    *(
        CallbackMoved(at=at(when), callback="m-1", team="L01", before=before, state=state)
        for when, before, state in (
            ("2026-11-22T23:00", "", "confirmed"),
            ("2026-11-27T08:00", "confirmed", "dialling"),
            ("2026-11-27T08:01", "dialling", "reached"),
        )
    ),
    ContactDecided(
        at=NINE - 3,
        node="a",
        call="1.3",
        visit=0,
        team="L02",
        home="L01",
        goal="line",
        rule="overflow-wait",
        concern="money",
        steps="L01:overflow-wait",
    ),
)


def day_of(fact: Fact) -> date:
    return datetime.fromtimestamp(fact.at, BERLIN).date()


def write(store: EmbeddedStore, database: int, facts: Sequence[Journalled]) -> None:
    async def work() -> None:
        client = connect(StoreAddress(f"{store.url}?db={database}"))
        for day in sorted({day_of(fact) for fact in facts}):
            entries = [(fact.id, record(fact)) for fact in facts if day_of(fact) == day]
            await JournalStore(client, 0).append(day, entries)
        await client.aclose()

    asyncio.run(work())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        write(running, 0, FACTS)
        yield running


@pytest.fixture
def place(tmp_path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "teams.yaml").write_text(TEAMS.read_text())
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db=0")
    return tmp_path


def told(*words: str) -> Result:
    return CliRunner().invoke(command_line(), list(words), env={"NO_COLOR": "1", "COLUMNS": "400"})


def counted(*words: str) -> list[dict[str, str]]:
    result = told("report", *words, "--format", "csv")
    assert 0 == result.exit_code, result.stderr
    return [row for row in csv.DictReader(io.StringIO(result.stdout)) if row["offered"] != "0"]


def test_csv_has_every_team_and_one_that_is_gone_at_the_end(place: Path) -> None:
    lines = told("report", *SUNDAY, "--format", "csv").stdout.splitlines()
    assert ",".join(COLUMNS) == lines[0]
    assert 28 + 1 == len(lines) - 1
    assert (
        "gone,2026-11-22T00:00:00+01:00,2026-11-23T00:00:00+01:00,1,1,1,0,0,0,0,0,1.0000,default,1.0,1.0,1.0,1.0"
    ) == lines[-1]


def test_a_team_s_day_is_what_joined_its_line_on_that_day(place: Path) -> None:
    (row,) = counted(*SUNDAY, "--team", "L01")
    assert ("4", "3", "2", "1", "0") == tuple(
        row[name] for name in ("offered", "answered", "answered_in_target", "flowed_out", "waiting")
    )
    assert ("0.6667", "24.0", "20.0") == (row["service_level"], row["asa_seconds"], row["p50_seconds"])


def test_steps_cut_the_day(place: Path) -> None:
    rows = counted(*SUNDAY, "--step", "30m", "--team", "L01")
    assert [("09:00", "2"), ("09:30", "1"), ("23:30", "1")] == [(row["from"][11:16], row["offered"]) for row in rows]


def test_the_centre_counts_a_contact_once(place: Path) -> None:
    (row,) = counted(*SUNDAY, "--team", "centre")
    assert ("5", "4", "1", "0") == (row["offered"], row["answered"], row["abandoned"], row["flowed_out"])


def test_json_is_an_array_of_rows_with_null_for_empty(place: Path) -> None:
    rows = json.loads(told("report", *SUNDAY, "--json").stdout)
    assert list(COLUMNS) == list(rows[0])
    assert [None] == [row["service_level"] for row in rows if row["team"] == "V01"]


def test_json_before_the_command_is_json_too(place: Path) -> None:
    assert json.loads(told("--json", "report", *SUNDAY).stdout)


def test_a_format_that_is_named_wins_over_json(place: Path) -> None:
    assert told("--json", "report", *SUNDAY, "--format", "csv").stdout.startswith("team,from,to")


def test_the_table_ends_with_the_centre_and_the_formula(place: Path) -> None:
    *_, centre, _, _, formula = told("report", *SUNDAY).stdout.splitlines()
    assert ["centre", "5", "4"] == centre.split()[:3]
    assert "Service level by the formula default." == formula


def test_a_table_of_one_team_has_no_other_line(place: Path) -> None:
    teams = [line.split()[0] for line in told("report", *SUNDAY, "--team", "L01").stdout.splitlines()[1:-3]]
    assert ["team", "L01"] == teams


def estimated(*words: str) -> list[dict[str, str]]:
    result = told("report", "--estimates", *SUNDAY, *words, "--format", "csv")
    assert 0 == result.exit_code, result.stderr
    return [row for row in csv.DictReader(io.StringIO(result.stdout)) if row["told"] != "0"]


@pytest.mark.parametrize("team", ["L01", "centre"])
def test_waits_as_told_are_reported_by_the_half_hour_of_their_sentence(place: Path, team: str) -> None:
    (row,) = estimated("--team", team, "--step", "30m")
    assert list(estimate_report.COLUMNS) == list(row)
    assert (team, "08:30", "2", "1", "0", "1", "0") == (
        *(row["team"], row["from"][11:16]),
        *(row[name] for name in ("told", "answered", "gave_up", "other", "waiting")),
    )
    assert ("86.0", "6.1429", "-", "14.0") == tuple(
        row[name] for name in ("bias_seconds", "bias_share", "p80_coverage", "mean_wait_seconds")
    )


def test_without_a_team_every_team_is_reported_on_what_it_told(place: Path) -> None:
    rows = json.loads(told("report", "--estimates", *SUNDAY, "--json").stdout)
    assert 28 == len(rows)
    assert {0, 2} == {row["told"] for row in rows}


def test_the_table_of_waits_as_told_ends_with_the_centre_and_what_it_means(place: Path) -> None:
    *_, centre, _, legend = told("report", "--estimates", *SUNDAY).stdout.splitlines()
    assert ["centre", "2", "1"] == centre.split()[:3]
    assert "Kaplan-Meier" in legend


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_the_same_journal_gives_the_same_bytes_of_waits_as_told(place: Path, form: str) -> None:
    words = ("report", "--estimates", *SUNDAY, "--step", "30m", "--format", form)
    assert told(*words).stdout_bytes == told(*words).stdout_bytes


def test_waits_as_told_of_an_unknown_team_are_wrong_use(place: Path) -> None:
    assert 2 == told("report", "--estimates", "--team", "L99").exit_code


def test_reasons_are_counted_for_the_team_whose_rule_it_was(place: Path) -> None:
    (row,) = json.loads(told("report", "--reasons", *SUNDAY, "--step", "30m", "--json").stdout)
    assert ("L01", "overflow-wait", "line", 1) == tuple(row[name] for name in ("team", "rule", "goal", "count"))


def test_the_table_of_reasons_ends_with_the_centre_and_what_it_means(place: Path) -> None:
    *_, centre, legend = told("report", "--reasons", *SUNDAY).stdout.splitlines()
    assert ["centre", "overflow-wait", "line", "1"] == centre.split()
    assert "docs/rules.md" in legend


def test_two_reports_at_once_are_wrong_use(place: Path) -> None:
    assert 2 == told("report", "--reasons", "--estimates").exit_code


def test_without_dates_today_is_told(place: Path) -> None:
    (row,) = json.loads(told("report", "--team", "L01", "--json").stdout)
    assert "00:00:00" == row["from"][11:19] == row["to"][11:19]


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_the_same_journal_gives_the_same_bytes(place: Path, form: str) -> None:
    words = ("report", *SUNDAY, "--step", "15m", "--format", form)
    assert told(*words).stdout_bytes == told(*words).stdout_bytes


def test_a_journal_that_begins_later_is_told_on_stderr(place: Path) -> None:
    result = told("report", "--from", "2026-11-01", "--to", "2026-11-23", "--format", "csv")
    assert "note: the journal begins on 2026-11-21" in result.stderr


def test_a_journal_that_covers_the_span_needs_no_note(place: Path) -> None:
    assert "note" not in told("report", *SUNDAY).stderr


def test_an_empty_journal_is_told(place: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db=1")
    assert "note: the journal is empty" in told("report", *SUNDAY).stderr


def test_gaps_and_unreadable_records_are_told_and_nothing_is_invented(
    place: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps = [
        GapSeen(at=NINE + 60, node="pbx1", since=NINE, filled=True),
        GapSeen(at=NINE + 7200, node="pbx1", since=NINE + 3600, filled=False, unknown=2),
    ]
    write(store, 2, gaps)

    async def damage() -> None:
        client = connect(StoreAddress(f"{store.url}?db=2"))
        await JournalStore(client, 0).append(date(2026, 11, 22), [("x", b"{}")])
        await client.aclose()

    asyncio.run(damage())
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db=2")
    result = told("report", *SUNDAY, "--format", "csv")
    assert (
        "from 2026-11-22T09:00:00+01:00 to 2026-11-22T09:01:00+01:00: filled from Asterisk's queue_log" in result.stderr
    )
    assert "2 calls whose end nobody knows count as lost" in result.stderr
    assert "not counted: 1" in result.stderr
    assert [] == [line for line in result.stdout.splitlines()[1:] if ",0,0,0,0,0,0,0,0,-," not in line]


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("--team", "L99"), ", L01, L02, "),
        (("--from", "tomorrow"), "write it like 2026-11-22"),
        (("--from", "2026-11-23", "--to", "2026-11-22"), "--to is exclusive"),
        (("--from", "2020-01-01"), "at most 400"),
        (("--from", "2026-01-01", "--to", "2026-11-23", "--step", "5m"), "--format csv"),
        (("--step", "7m"), "5m"),
    ],
)
def test_wrong_use_exits_with_2_and_says_the_cure(place: Path, words: tuple[str, ...], cure: str) -> None:
    result = told("report", *words)
    assert 2 == result.exit_code
    assert cure in result.stderr


def test_a_teams_yaml_that_is_named_wins_over_the_active_one(place: Path) -> None:
    told("activate")
    (place / "other.yaml").write_text(TEAMS.read_text().replace("formula: default", "formula: strict"))
    assert {"default"} == {row["formula"] for row in json.loads(told("report", *SUNDAY, "--json").stdout)}
    named = told("report", *SUNDAY, "--json", "--config", str(place / "other.yaml"))
    assert {"strict"} == {row["formula"] for row in json.loads(named.stdout)}


def test_a_store_that_fails_in_the_middle_is_a_sentence(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_self: JournalStore) -> list[date]:
        raise JournalAway("the store did not take or tell facts: ConnectionError")

    monkeypatch.setattr(JournalStore, "days", away)
    result = told("report", *SUNDAY)
    assert 1 == result.exit_code
    assert "try again when it answers" in result.stderr


def test_emergencies_are_a_report_of_their_own_with_30_days_before_it(place: Path) -> None:
    rows = json.loads(told("report", "--emergencies", *SUNDAY, "--json").stdout)
    (own,) = [row for row in rows if row["team"] == "L01"]
    assert ([*emergency_report.COLUMNS], 0) == ([*own], own["emergencies"])
    assert "whole span" not in told("report", "--emergencies", *SUNDAY, "--team", "L01").stdout


def test_callbacks_are_a_report_of_their_own_with_the_days_after_it(place: Path) -> None:
    rows = json.loads(told("report", "--callbacks", *SUNDAY, "--json").stdout)
    (own,) = [row for row in rows if row["team"] == "L01"]
    assert [*callback_report.COLUMNS] == [*own]
    assert (1, 1, 0, 1) == (own["confirmed"], own["reached"], own["open"], own["attempts"])


def test_callbacks_have_a_line_for_the_centre(place: Path) -> None:
    lines = told("report", "--callbacks", *SUNDAY).stdout.splitlines()
    assert ["centre"] == [line.split()[0] for line in lines if line.startswith("centre")]


def test_kiosks_are_a_report_of_their_own(place: Path) -> None:
    rows = json.loads(told("report", "--kiosks", *SUNDAY, "--json").stdout)
    assert [*kiosk_report.COLUMNS] == [*rows[0]]
    assert len({row["kiosk"] for row in rows}) == len(rows) > 0


def test_two_reports_at_once_are_refused(place: Path) -> None:
    result = told("report", "--emergencies", "--estimates")
    assert 2 == result.exit_code
    assert "one after the other" in result.stderr
