import io
import json
import os
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from routing.teams.file import read
from teamline.bench import decisions, whole_calls
from teamline.bench.calls import KEY_OF, Caller, callers, cpu_seconds, landings, rows
from teamline.bench.table import Row, drawn, judged, keeps, machine
from teamline.bench.watching import Watching
from teamline.command_line import command_line
from teamline.example_files import example_customers, example_teams
from telephony.ami.reader import Reader


@pytest.mark.parametrize(
    ("expected", "measured", "bound"),
    [
        (True, "21,000/s, p50 0.3 ms, p99 0.19 ms", "p99 <= 0.2 ms"),
        (False, "21,000/s, p50 0.1 ms, p99 0.21 ms", "p99 <= 0.2 ms"),
        (True, "24 bytes", "<= 24 bytes"),
        (True, "5,000 sessions/s, CPU 120 us (1.32 x floor), p50 1.0 ms", "<= 1.5 x floor"),
        (False, "5,000 sessions/s, CPU 120 us (1.62 x floor), p50 1.0 ms", "<= 1.5 x floor"),
        (True, "570,000 a CPU second (4.6 x)", ">= 4 x the best peer"),
        (False, "380,000 a CPU second (3.9 x)", ">= 4 x the best peer"),
        (False, "21.5 s (CPU 9.0 s), peak 300 MiB", "<= 20 s"),
        (True, "10.2 % (7.52 ms and 73.44 ms a call)", "<= 15 %"),
        (True, "1,500 calls", ">= 1,000 calls"),
        (None, "no peer", ">= 4 x the best peer"),
        (None, "anything", ""),
    ],
)
def test_a_figure_is_compared_with_its_bound_in_the_bound_s_unit(
    expected: bool | None, measured: str, bound: str
) -> None:
    assert expected is keeps(measured, bound)


def test_the_table_says_for_each_figure_whether_its_bound_is_kept() -> None:
    shown = io.StringIO()
    table = drawn([judged("a", "1 s", "<= 2 s"), judged("b", "3 s", "<= 2 s"), judged("c", "4", "")], {"cores": "2"})
    Console(file=shown, width=60).print(table)
    lines = [line.split("│")[1:-1] for line in shown.getvalue().splitlines() if line.startswith("│")]
    assert [["a", "yes"], ["b", "NO"], ["c", ""]] == [[line[0].strip(), line[3].strip()] for line in lines]
    assert "cores 2" in shown.getvalue()


def test_the_machine_is_named() -> None:
    assert all(machine()[name] for name in ("CPU", "cores", "load", "Python", "Linux"))


def test_a_decision_is_measured_over_tables_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "SIZES", (600,))
    monkeypatch.setattr(decisions, "CALLERS", 200)
    ((name, measured, bound),) = decisions.run()
    assert ("routing a call, 600 numbers known", "p99 <= 0.2 ms") == (name, bound)
    assert keeps(measured, bound) is not None


def test_the_command_prints_what_a_benchmark_gives_and_fails_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "run", lambda: [("routing", "p99 9 ms", "p99 <= 1 ms")])
    asked = CliRunner().invoke(command_line(), ["bench", "decisions", "--json"])
    told = json.loads(asked.stdout)
    assert [{"name": "routing", "measured": "p99 9 ms", "bound": "p99 <= 1 ms", "ok": False}] == told["rows"]
    assert asked.exit_code == 1


def test_citizens_key_numbers_of_their_own_and_know_their_team() -> None:
    centre = read(example_teams())
    people = callers(example_customers(), centre, 500)
    assert len(people) == len({each.shown for each in people}) == len({each.keys for each in people}) == 500
    assert {centre.teams[each].id for each in {person.queue for person in people}} >= {"L01", "L18"}


def test_the_team_of_a_citizen_is_the_file_s_or_that_of_the_household_s_last_digit(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(
        "customer_number,household,area,benefit_team,placement_team,language\n"
        "111A111111,11111BG1111110,A1,,,\n111A111112,11111BG1111111,A1,,,\n111A111113,11111BG1111110,A1,L02,,\n"
        "222A222222,11111BG1111112,A1,,,\n222B222222,11111BG1111113,A1,,,\n"
    )
    people = callers(file, read(example_teams()), 10)
    assert [("1112111111", "L01"), ("1112111112", "L02"), ("1112111113", "L02")] == [
        (each.keys, each.queue) for each in people
    ]
    assert people[0].keys == "111A111111".translate(KEY_OF)


def test_a_call_landed_in_the_queue_that_it_entered_last(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text(
        "1795336399|NONE|NONE|NONE|QUEUESTART|\n"
        "1795336400|1.1|L01|NONE|ENTERQUEUE|||1\n"
        "1795336401|1.1|L01|NONE|EXITWITHTIMEOUT|1|1|1\n"
        "1795336402|1.1|L02|NONE|ENTERQUEUE|||1\n"
    )
    assert {"L02": 1} == landings(log)


def test_the_ratio_and_the_calls_that_landed_right_are_told() -> None:
    people = [Caller("0211", "1", "L01"), Caller("0212", "2", "L02")]
    told = rows(people, {"router": 1.0, "asterisk": 10.0, "store": 0.1}, Counter(["L01", "L09"]), 2)
    assert [
        ("router's CPU beside Asterisk's, 2 calls", "10.0 % (500.00 ms and 5000.00 ms a call)", "<= 15 %"),
        ("calls that ended where their number says", "1 calls (2 answered, 2 queued)", ">= 2 calls"),
    ] == told


def test_cpu_seconds_are_user_and_system_time_whatever_the_process_is_called() -> None:
    ticks = os.sysconf("SC_CLK_TCK")
    stat = f"42 (odd) name) S {' '.join(str(number) for number in range(4, 14))} {ticks} {2 * ticks} 0 0 20 0 1"
    assert cpu_seconds(stat) == 3.0


def test_a_row_without_a_bound_is_neither_kept_nor_broken() -> None:
    assert Row("a", "1", "", None) == judged("a", "1", "")


def test_a_benchmark_that_cannot_run_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses() -> list[tuple[str, str, str]]:
        raise RuntimeError("SIPp is missing")

    monkeypatch.setattr(decisions, "run", refuses)
    asked = CliRunner().invoke(command_line(), ["bench", "decisions"])
    assert ("decisions: SIPp is missing" in asked.stderr, asked.exit_code) == (True, 1)


def test_whole_calls_are_offered_answered_and_over() -> None:
    centre = whole_calls.busy_centre()
    watching = Watching(centre, lambda _: None)
    told = b"".join((whole_calls.GREETING, *whole_calls.sign_ins(centre), *whole_calls.calls(centre, 300)))
    for frame in Reader().feed(told):
        watching.take(frame)
    counts = [watching.books.counts(team) for team in watching.books.teams]
    figures = ("offered", "answered", "abandoned", "waiting")
    assert [300, 257, 43, 0] == [sum(getattr(each, figure) for each in counts) for figure in figures]
    assert (0, 0, 0) == (len(watching.model.places), len(watching.model.rings), len(watching.model.talks))


@pytest.mark.parametrize(
    ("name", "fewer", "rows"),
    [
        ("ami", {"CALLS": 20, "ROUNDS": 1}, 7),
        ("scrape", {"CALLS": 150, "ROUNDS": 1, "SCRAPES": 2, "COPIES": 2}, 4),
        ("latency", {"RATE": 1000.0, "SECONDS": 0.5}, 1),
        ("board", {"VIEWERS": 3, "SECONDS": 1.0}, 2),
    ],
)
def test_a_benchmark_measures_whatever_its_size(
    monkeypatch: pytest.MonkeyPatch, name: str, fewer: dict[str, float], rows: int
) -> None:
    module = import_module(f"teamline.bench.{name}")
    for figure, less in fewer.items():
        monkeypatch.setattr(module, figure, less)
    told = [judged(*row) for row in module.run()]
    assert rows == len(told)
    assert all(row.is_kept is not None for row in told if row.bound)
