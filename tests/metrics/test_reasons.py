import json
from dataclasses import replace
from zoneinfo import ZoneInfo

from facts.contact import ContactDecided
from facts.watch import GapSeen
from metrics.reason_report import COLUMNS, FORMATS
from metrics.reasons import ReasonBooks, ReasonRow

BERLIN = ZoneInfo("Europe/Berlin")
NINE = 1795334400.0  # 2026-11-22 09:00 in Berlin
CUTS = (NINE, NINE + 1800, NINE + 3600)
SPAN = ("2026-11-22T09:00:00+01:00", "2026-11-22T09:30:00+01:00")
LATER = ("2026-11-22T09:30:00+01:00", "2026-11-22T10:00:00+01:00")
PLAIN = ContactDecided(
    at=NINE,
    node="a",
    call="1.1",
    visit=0,
    team="L01",
    home="L01",
    goal="line",
    rule="household-team",
    concern="money",
)
SENT = replace(PLAIN, team="L02", rule="overflow-wait", steps="L01:overflow-wait")


def counted(*facts: ContactDecided, team: str | None = None) -> list[tuple[str, str, str, str, int]]:
    books = ReasonBooks(CUTS, team)
    for fact in facts:
        books.fold(fact)
    return [(row.team, row.begins, row.rule, row.goal, row.count) for row in books.rows(("L02", "L01"), BERLIN)]


def test_a_rule_that_is_no_step_counts_for_the_team_that_the_contact_is_for() -> None:
    assert counted(PLAIN, PLAIN) == [("L01", SPAN[0], "household-team", "line", 2)]


def test_a_step_counts_for_the_team_whose_rule_it_is() -> None:
    assert counted(SENT) == [("L01", SPAN[0], "overflow-wait", "line", 1)]


def test_every_step_counts_and_the_last_has_the_goal() -> None:
    fact = replace(SENT, goal="message", rule="overflow-line", steps="L01:overflow-closed>L02:overflow-line")
    assert counted(fact) == [
        ("L02", SPAN[0], "overflow-line", "message", 1),
        ("L01", SPAN[0], "overflow-closed", "line", 1),
    ]


def test_a_goodbye_after_steps_counts_for_the_home() -> None:
    fact = replace(SENT, goal="goodbye", team="", rule="centre-closed")
    assert counted(fact) == [
        ("L01", SPAN[0], "centre-closed", "goodbye", 1),
        ("L01", SPAN[0], "overflow-wait", "line", 1),
    ]


def test_each_interval_has_its_own_rows_and_what_lies_outside_none() -> None:
    at = (NINE - 1, NINE + 1799, NINE + 1800, NINE + 3600)
    assert [row[1] for row in counted(*(replace(PLAIN, at=moment) for moment in at))] == [SPAN[0], LATER[0]]


def test_teams_come_in_the_order_of_the_file_and_unknown_ones_last() -> None:
    facts = [replace(PLAIN, home=home) for home in ("L98", "L01", "L02", "L97")]
    assert [row[0] for row in counted(*facts)] == ["L02", "L01", "L97", "L98"]


def test_rules_come_in_the_order_of_their_list_and_unknown_ones_last() -> None:
    facts = [replace(PLAIN, rule=rule) for rule in ("tomorrows-rule", "centre-closed", "household-team")]
    assert [row[2] for row in counted(*facts)] == ["household-team", "centre-closed", "tomorrows-rule"]


def test_one_team_or_the_centre_can_be_asked_for() -> None:
    other = replace(PLAIN, home="L02")
    assert [row[0] for row in counted(PLAIN, other, team="L02")] == ["L02"]
    assert counted(PLAIN, other, team="centre") == [("centre", SPAN[0], "household-team", "line", 2)]


def test_gaps_are_told() -> None:
    books = ReasonBooks(CUTS)
    gap = GapSeen(at=NINE + 60, node="a", since=NINE, filled=True, unknown=0)
    books.fold(gap)
    assert books.gaps == (gap,)


ROWS = (
    ReasonRow("L01", *SPAN, "overflow-closed", "message", 12),
    ReasonRow("L01", *LATER, "household-team", "line", 3),
)


def text(form: str, *rows: ReasonRow) -> str:
    return "".join(FORMATS[form](rows))


def test_csv_is_this_to_the_last_byte() -> None:
    assert text("csv", ROWS[0]) == (
        f"team,from,to,rule,goal,count\nL01,{SPAN[0]},{SPAN[1]},overflow-closed,message,12\n"
    )


def test_json_has_the_same_columns() -> None:
    assert list(COLUMNS) == list(json.loads(text("json", *ROWS))[0])


def test_the_table_has_words_on_the_left() -> None:
    lines = text("table", *ROWS).splitlines()
    assert lines[2].split() == ["L01", "2026-11-22", "09:00", "overflow-closed", "message", "12"]
    assert lines[1].startswith("team  from              rule             goal     count")
    assert lines[-1].startswith("Each rule counts for the team whose rule it was")


def test_a_table_of_nothing_says_so() -> None:
    assert text("table") == "No decision was journalled in this span.\n"
