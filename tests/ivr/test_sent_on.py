"""The way of a caller whom the rules send on: at the door, and out of the line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.after_queue import after_queue
from ivr.line import CallEnded
from ivr.queue_entry import go_on
from routing.centre import Centre
from routing.contact_rules import Closing, ClosingRule, Condition, EmergencyRules, Goal, OverflowRule
from routing.decision import Concern, Contact
from routing.fair_line import HORIZON
from routing.hours import OpeningHours, Span, WeeklyHours
from routing.number import TypedNumber
from routing.wait_estimate import Expected
from tests.fakes.house import MemoryMailbox, NoCallbacks, house
from tests.fakes.line import FakeLine
from tests.fakes.router import MONDAY_AT_NINE, NEVER, ZONE, SmallRouter, small_centre
from tests.fakes.waits import ScriptedWaits, minutes

ARRIVAL = int(MONDAY_AT_NINE.timestamp()) - 100
NOW = ARRIVAL + 100
OWN = "0211555"
PLACE = str(HORIZON - ARRIVAL)
IN_LINE = {
    "TEAMLINE_QUEUE": "L01",
    "TEAMLINE_TEAM": "L01",
    "TEAMLINE_HOME": "L01",
    "TEAMLINE_CONCERN": "money",
    "TEAMLINE_SINCE": str(NOW - 30),
    "TEAMLINE_LANGUAGE": "en",
    "QUEUE_PRIO": PLACE,
    "QUEUESTATUS": "TIMEOUT",
    "EPOCH": str(NOW),
}
HELD = Condition.HOLD_OVER


def rules(goal: Goal, when: Condition = HELD, limit: int | None = 30) -> OverflowRule:
    return OverflowRule(when, goal, limit if when is HELD else None)


def ruled(
    *overflow: OverflowRule, team: str = "L01", hours: OpeningHours | None = None, closing: Closing | None = None
) -> Centre:
    centre = small_centre()
    changed = replace(centre.teams[team], overflow=overflow, closing=closing or Closing())
    changed = replace(changed, hours=hours) if hours else changed
    return replace(centre, teams={**centre.teams, team: changed})


async def back(
    line: FakeLine,
    centre: Centre,
    mailbox: MemoryMailbox | None = None,
    expected: Sequence[Expected | None] = (),
    callbacks: NoCallbacks | None = None,
) -> SmallRouter:
    router = SmallRouter(centre)
    await after_queue(line, house(router, mailbox=mailbox, waits=ScriptedWaits(expected), callbacks=callbacks))
    return router


def in_line(script: str = "", **changed: str) -> FakeLine:
    return FakeLine(script, arrival=ARRIVAL, variables=IN_LINE | changed)


def said(line: FakeLine) -> list[str]:
    return [entry for entry in line.transcript if entry.startswith(("say", "key"))]


async def test_a_caller_held_too_long_goes_to_the_sister_with_the_place_and_in_the_own_language() -> None:
    line = in_line()
    await back(line, ruled(rules(Goal.SISTER)))
    assert line.transcript == [
        "speak en",
        "say another-team back-in-line",
        "set TEAMLINE_RULE=overflow-hold",
        "set TEAMLINE_TEAM=L02",
        "set TEAMLINE_HOME=L01",
        "set TEAMLINE_VIA=L01",
        "set TEAMLINE_PASSED=",
        "set TEAMLINE_SINCE=",
        "set TEAMLINE_SLICE=",
        "set TEAMLINE_QUEUE=L02",
    ]
    assert line.variables["QUEUE_PRIO"] == PLACE


async def test_a_widened_caller_hears_nothing_and_counts_for_the_same_team() -> None:
    line = in_line()
    await back(line, ruled(rules(Goal.WIDE)))
    assert said(line) == []
    assert ("A1-wide", "L01", "widened", IN_LINE["TEAMLINE_SINCE"]) == tuple(
        line.variables[f"TEAMLINE_{name}"] for name in ("QUEUE", "TEAM", "RULE", "SINCE")
    )


async def test_a_widened_caller_is_not_widened_again() -> None:
    line = in_line(TEAMLINE_QUEUE="A1-wide")
    await back(line, ruled(rules(Goal.WIDE)))
    assert line.transcript == ["speak en", "set TEAMLINE_SLICE=60", "set TEAMLINE_QUEUE=A1-wide"]


async def test_nobody_comes_back_to_a_team_that_has_sent_them_on() -> None:
    line = in_line(TEAMLINE_QUEUE="L02", TEAMLINE_TEAM="L02", TEAMLINE_VIA="L01:gone:::")
    await back(line, ruled(rules(Goal.SISTER), team="L02"))
    assert line.variables["TEAMLINE_QUEUE"] == "L02"


async def test_a_caller_who_was_transferred_stands_anew_with_that_team() -> None:
    line = in_line(TEAMLINE_QUEUE="L02", TEAMLINE_VIA="L01", TEAMLINE_PASSED="0")
    await back(line, ruled(rules(Goal.SISTER), team="L02"))
    assert line.variables["TEAMLINE_QUEUE"] == "L01"


@pytest.mark.parametrize(
    ("before", "home"), [({}, "L02"), ({"TEAMLINE_TEAM": ""}, "L01"), ({"TEAMLINE_TEAM": "L02"}, "L01")]
)
async def test_a_message_of_a_caller_who_was_transferred_is_for_that_team(before: dict[str, str], home: str) -> None:
    line, mailbox = in_line("11", TEAMLINE_QUEUE="L02", **before), MemoryMailbox()
    await back(line, ruled(rules(Goal.MESSAGE), team="L02"), mailbox)
    assert [("recording-1", home)] == mailbox.kept


@pytest.mark.parametrize("since", ["", "x", "-5", "99999999999", str(NOW + 50)])
async def test_a_garbled_beginning_of_the_stay_is_now(since: str) -> None:
    line = in_line(TEAMLINE_SINCE=since)
    await back(line, ruled(rules(Goal.SISTER)))
    assert line.variables["TEAMLINE_QUEUE"] == "L01"


@pytest.mark.parametrize(
    "garbled",
    [
        {"TEAMLINE_CONCERN": "x", "TEAMLINE_HOME": "gone", "TEAMLINE_CREDIT": "x", "TEAMLINE_RULE": "x"},
        {"TEAMLINE_VIA": "::L99", "TEAMLINE_PASSED": "x:1e3::٣:12345", "TEAMLINE_CREDIT": "99999999"},
    ],
)
async def test_what_else_is_garbled_counts_as_not_kept(garbled: dict[str, str]) -> None:
    line = in_line(**garbled)
    await back(line, ruled(rules(Goal.SISTER)))
    assert ("L02", "L01") == (line.variables["TEAMLINE_QUEUE"], line.variables["TEAMLINE_HOME"])


async def test_an_emergency_stays_with_all_three_teams() -> None:
    line = in_line(TEAMLINE_QUEUE="A1-urgent", TEAMLINE_TEAM="L02")
    await back(line, ruled(rules(Goal.SISTER), team="L02"))
    assert line.variables["TEAMLINE_QUEUE"] == "A1-urgent"


async def test_a_derived_queue_without_a_team_is_that_of_the_first() -> None:
    line = in_line(TEAMLINE_QUEUE="A1-wide", TEAMLINE_TEAM="V02")
    router = await back(line, ruled(rules(Goal.GENERAL)))
    assert router.decided[0].steps[0].team == "L01"


async def test_a_message_is_left_in_place_of_the_line() -> None:
    line, mailbox = in_line("11"), MemoryMailbox()
    await back(line, ruled(rules(Goal.MESSAGE)), mailbox)
    assert said(line) == [
        "say nobody-free",
        "key message-offer",
        "say message-speak",
        "key message-choice",
        "say message-kept goodbye",
    ]
    assert ([("recording-1", "L01")], "kept") == (mailbox.kept, line.variables["TEAMLINE_END"])
    assert line.variables["TEAMLINE_QUEUE"] == "L01"


async def test_who_leaves_no_message_is_back_in_line_and_not_asked_again() -> None:
    line = in_line("3")
    centre = ruled(rules(Goal.MESSAGE))
    await back(line, centre)
    assert said(line) == ["say nobody-free", "key message-offer", "say back-in-line"]
    assert ("L01", "0", PLACE) == tuple(
        line.variables[name] for name in ("TEAMLINE_QUEUE", "TEAMLINE_PASSED", "QUEUE_PRIO")
    )
    again = FakeLine(arrival=ARRIVAL, variables=line.variables)
    await back(again, centre)
    assert said(again) == []


async def test_who_leaves_no_message_is_sent_where_the_next_rule_says() -> None:
    line = in_line("3")
    await back(line, ruled(rules(Goal.MESSAGE), rules(Goal.GENERAL)))
    assert said(line) == ["say nobody-free", "key message-offer", "say another-team back-in-line"]
    assert line.variables["TEAMLINE_QUEUE"] == "general-line"


async def test_without_a_mailbox_the_next_rule_counts() -> None:
    line = in_line("1")
    await back(line, ruled(rules(Goal.MESSAGE), rules(Goal.CALLBACK)), MemoryMailbox(is_away=True))
    assert said(line)[-1] == "say back-in-line"
    assert ("0:1", "L01") == (line.variables["TEAMLINE_PASSED"], line.variables["TEAMLINE_QUEUE"])


async def test_a_callback_is_asked_for_in_place_of_the_line() -> None:
    line, mailbox = in_line("1"), MemoryMailbox()
    await back(line, ruled(rules(Goal.CALLBACK)), mailbox)
    assert [(OWN, "L01", ARRIVAL)] == mailbox.callbacks
    assert line.variables["TEAMLINE_END"] == "kept"


async def test_a_hang_up_at_every_step_of_an_overflow_changes_no_queue() -> None:
    whole = in_line("3")
    centre = ruled(rules(Goal.MESSAGE), rules(Goal.SISTER))
    await back(whole, centre)
    for step in range(1, whole.steps):
        line = FakeLine("3", arrival=ARRIVAL, variables=IN_LINE, hangs_up_at=step)
        with pytest.raises(CallEnded):
            await back(line, centre)
        assert line.variables["TEAMLINE_QUEUE"] == "L01"


@pytest.mark.parametrize(
    ("expected", "heard"),
    [
        (Expected(3, minutes(4, 7), 0), "say place(3) wait-range(4,8)"),
        (Expected(6, minutes(9, 12), 0), None),
        (Expected(1, minutes(1, 2), 1), None),
        (None, None),
    ],
)
async def test_in_another_line_no_number_grows(expected: Expected | None, heard: str | None) -> None:
    line = in_line(TEAMLINE_TOLD="5-8", TEAMLINE_TOLD_PLACE="4")
    await back(line, ruled(rules(Goal.SISTER)), expected=[None, expected])
    assert [each for each in said(line) if "another" not in each] == ([heard] if heard else [])


def door(line: FakeLine, centre: Centre, concern: Concern = Concern.MONEY) -> tuple[SmallRouter, Contact]:
    router = SmallRouter(centre)
    number = router.numbers.typed("1232456789")
    assert isinstance(number, TypedNumber)
    return router, Contact(ARRIVAL, concern, number)


async def enter(
    line: FakeLine,
    centre: Centre,
    mailbox: MemoryMailbox | None = None,
    concern: Concern = Concern.MONEY,
    callbacks: NoCallbacks | None = None,
) -> None:
    router, contact = door(line, centre, concern)
    await go_on(line, router.decide(contact), house(router, mailbox=mailbox, callbacks=callbacks))


async def test_at_a_closed_door_a_message_is_taken() -> None:
    line, mailbox = FakeLine("11", arrival=ARRIVAL), MemoryMailbox()
    await enter(line, ruled(rules(Goal.MESSAGE, Condition.CLOSED), hours=NEVER), mailbox)
    assert said(line)[1:3] == ["say team-closed", "key message-offer"]
    assert ("kept", [("recording-1", "L01")]) == (line.variables["TEAMLINE_END"], mailbox.kept)
    assert "TEAMLINE_QUEUE" not in line.variables


async def test_who_leaves_no_message_at_a_closed_door_lands_in_the_general_line() -> None:
    line = FakeLine("3", arrival=ARRIVAL)
    await enter(line, ruled(rules(Goal.MESSAGE, Condition.CLOSED), hours=NEVER))
    assert ("general-line", "L01") == (line.variables["TEAMLINE_QUEUE"], line.variables["TEAMLINE_HOME"])


async def test_who_takes_nothing_while_all_are_closed_hears_the_goodbye() -> None:
    line = FakeLine("33", arrival=ARRIVAL)
    centre = ruled(rules(Goal.MESSAGE, Condition.CLOSED), rules(Goal.CALLBACK, Condition.CLOSED), hours=NEVER)
    general = replace(centre.teams["general"], hours=NEVER)
    await enter(line, replace(centre, teams={**centre.teams, "general": general}))
    assert said(line)[-1] == "say closed goodbye"
    assert line.variables["TEAMLINE_END"] == "closed"


async def test_at_a_closed_door_no_callback_is_offered_that_is_not_possible() -> None:
    line = FakeLine("11", arrival=ARRIVAL)
    closed = (rules(Goal.CALLBACK, Condition.CLOSED), rules(Goal.MESSAGE, Condition.CLOSED))
    await enter(line, ruled(*closed, hours=NEVER), callbacks=NoCallbacks(teams=()))
    assert said(line)[1:3] == ["say team-closed", "key message-offer"]


async def test_who_is_in_line_hears_nothing_of_a_callback_that_is_not_possible() -> None:
    line = in_line("1")
    await back(line, ruled(rules(Goal.CALLBACK)), callbacks=NoCallbacks(teams=()))
    assert (said(line), line.variables["TEAMLINE_QUEUE"]) == (["say back-in-line"], "L01")


async def test_an_emergency_while_all_are_closed_goes_to_the_emergency_number() -> None:
    line = FakeLine(arrival=ARRIVAL)
    centre = replace(small_centre(), emergency=EmergencyRules(on_call=("3999",)))
    closed = {name: replace(team, hours=NEVER) for name, team in centre.teams.items()}
    await enter(line, replace(centre, teams=closed), concern=Concern.EMERGENCY)
    assert ("on-call", "emergency", "L01") == tuple(
        line.variables[f"TEAMLINE_{name}"] for name in ("END", "CONCERN", "HOME")
    )


def closing_soon(rule: ClosingRule, seconds: int) -> Centre:
    ends = MONDAY_AT_NINE + timedelta(seconds=seconds)
    span = Span((MONDAY_AT_NINE - timedelta(hours=1)).time(), ends.time())
    hours = OpeningHours(WeeklyHours(ZONE, {0: (span,)}))
    closing = Closing(rule, within_minutes=0, announce_minutes=10)
    return ruled(hours=hours, closing=closing)


@pytest.mark.parametrize(
    ("rule", "phrase"),
    [
        (ClosingRule.SERVE, "closing-served"),
        (ClosingRule.CALLBACK, "closing-callback"),
        (ClosingRule.MESSAGE, "closing-message"),
    ],
)
async def test_people_in_line_are_told_of_the_closing_once(rule: ClosingRule, phrase: str) -> None:
    line = in_line()
    await back(line, closing_soon(rule, 300))
    assert said(line) == [f"say {phrase}"]
    again = FakeLine(arrival=ARRIVAL, variables=line.variables)
    await back(again, closing_soon(rule, 300))
    assert said(again) == []


async def test_of_the_closing_no_callback_is_told_that_is_not_possible() -> None:
    line = in_line()
    await back(line, closing_soon(ClosingRule.CALLBACK, 300), callbacks=NoCallbacks(teams=()))
    assert said(line) == ["say closing-message"]


async def test_who_comes_shortly_before_the_closing_is_told_at_the_door() -> None:
    line = FakeLine(arrival=ARRIVAL)
    await enter(line, closing_soon(ClosingRule.MESSAGE, 300))
    assert "say closing-message" in said(line)
    assert line.variables["TEAMLINE_CLOSING_TOLD"]


async def test_a_closing_told_too_short_is_told_again() -> None:
    line = FakeLine(arrival=ARRIVAL, variables=IN_LINE, patient=False)
    await back(line, closing_soon(ClosingRule.MESSAGE, 300))
    assert "TEAMLINE_CLOSING_TOLD" not in line.variables


async def test_at_the_end_of_the_minutes_people_in_line_are_asked_for_a_message() -> None:
    line, mailbox = in_line("11"), MemoryMailbox()
    await back(line, closing_soon(ClosingRule.MESSAGE, -10), mailbox)
    assert said(line)[:2] == ["say team-closed", "key message-offer"]
    assert [("recording-1", "L01")] == mailbox.kept


async def test_at_the_end_of_the_minutes_people_in_line_are_called_back_at_the_next_opening() -> None:
    line, mailbox = in_line("1"), MemoryMailbox()
    await back(line, closing_soon(ClosingRule.CALLBACK, -10), mailbox)
    assert "callback-noted callback-from(" in said(line)[-1]
    assert "2026, 1, 12, 8, 0" in said(line)[-1]
    assert [(OWN, "L01", ARRIVAL)] == mailbox.callbacks


async def test_who_wants_neither_is_served_and_hears_no_more_of_the_closing() -> None:
    line = in_line("33")
    await back(line, closing_soon(ClosingRule.MESSAGE, -10))
    assert said(line)[-1] == "say back-in-line"
    again = FakeLine(arrival=ARRIVAL, variables=line.variables)
    await back(again, closing_soon(ClosingRule.MESSAGE, -10))
    assert said(again) == []
    assert again.variables["TEAMLINE_QUEUE"] == "L01"


async def test_a_team_that_serves_everybody_serves_after_its_closing() -> None:
    line = in_line(TEAMLINE_CLOSING_TOLD="L01/1")
    await back(line, closing_soon(ClosingRule.SERVE, -10))
    assert line.variables["TEAMLINE_QUEUE"] == "L01"


async def test_at_a_closed_door_the_next_opening_is_told_first() -> None:
    line = FakeLine("11", arrival=ARRIVAL)
    closed = closing_soon(ClosingRule.SERVE, -10)
    team = replace(closed.teams["L01"], overflow=(rules(Goal.MESSAGE, Condition.CLOSED),))
    await enter(line, replace(closed, teams={**closed.teams, "L01": team}))
    assert said(line)[1].startswith("say closed-until(")
