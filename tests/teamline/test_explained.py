from datetime import UTC, datetime

from routing.centre import Centre
from routing.contact_rules import Closing, ClosingRule, Condition, Goal
from routing.decision import Concern, Contact, ContactKind, Decision, decide
from routing.number import NumberFormat
from teamline.explained import lines, record
from tests.fakes.router import CUSTOMERS, MONDAY_AT_NINE, NEVER, small_centre
from tests.fakes.ruled_centre import rule, ruled

EVERYWHERE = ("L01", "L02", "V01", "L03", "L04", "V02", "general")


def decided(centre: Centre, concern: Concern = Concern.MONEY, kind: ContactKind = ContactKind.CALL) -> Decision:
    number = NumberFormat().typed("1232456789")
    contact = Contact(int(MONDAY_AT_NINE.timestamp()), concern, number, kind=kind)
    return decide(contact, centre, CUSTOMERS, {}, MONDAY_AT_NINE, "c-1")


def told(centre: Centre, concern: Concern = Concern.MONEY) -> list[str]:
    return list(lines(decided(centre, concern), centre, MONDAY_AT_NINE))


def test_a_contact_that_is_where_it_belongs_has_no_steps() -> None:
    first, second, third, fourth = told(small_centre())
    assert first.startswith("Goes to L01, queue L01. Rule household-team: The number belongs to a household")
    assert second == "Waits since 05.01.2026 09:00:00; priority 379883647."
    assert third == "From teams.yaml c-1, directory customers-1."
    assert fourth.startswith("Hears (connecting): ")


def test_an_emergency_is_told_with_its_credit() -> None:
    assert "with a credit of 1800 s" in told(small_centre(), Concern.EMERGENCY)[1]


def test_each_step_is_told_with_its_rule() -> None:
    rules = {"L01": [rule(Condition.CLOSED, Goal.SISTER)]}
    text = told(ruled(rules, small_centre(hours={"L01": NEVER})))
    assert text[0].startswith("Goes to L02, queue L02. Rule overflow-closed: ")
    assert text[1] == "L01 is closed: its week on a Monday, no opening."
    assert text[2] == "Is for L01, whoever takes it."
    assert text[3] == "Rules of L01, in this order: closed to sister."
    assert text[4].startswith("Step 1: L01 sends to L02. Rule overflow-closed: The team is closed now")


def test_a_message_is_told_without_a_place() -> None:
    rules = {"L01": [rule(Condition.CLOSED, Goal.MESSAGE)]}
    text = told(ruled(rules, small_centre(hours={"L01": NEVER})))
    assert text[0].startswith("Is asked for a message for L01. ")
    assert text[4].startswith("Step 1: L01 asks for a message. ")
    assert not [line for line in text if line.startswith("Waits since")]


def test_a_document_is_kept_for_its_team() -> None:
    text = list(lines(decided(small_centre(), kind=ContactKind.DOCUMENT), small_centre(), MONDAY_AT_NINE))
    assert text[0].startswith("Is kept in the mailbox of L01. Rule household-team: ")


def test_a_closed_centre_is_nobody() -> None:
    text = told(small_centre(hours=dict.fromkeys(EVERYWHERE, NEVER)))
    assert text[0].startswith("Goes to nobody: the centre is closed. Rule centre-closed: ")


def test_a_closing_rule_is_told() -> None:
    text = told(ruled({}, closing=Closing(ClosingRule.CALLBACK)))
    assert "In line at its closing: served for 15 minutes, then callback." in text


def test_programs_get_every_step() -> None:
    rules = {"L01": [rule(Condition.CLOSED, Goal.SISTER)]}
    found = record(decided(ruled(rules, small_centre(hours={"L01": NEVER}))))
    assert ("line", "L01", "L02") == (found["goal"], found["home"], found["team"])
    assert found["steps"] == [{"team": "L01", "rule": "overflow-closed", "goal": "line", "to": "L02"}]


def test_programs_get_the_next_opening() -> None:
    centre = small_centre(hours=dict.fromkeys(EVERYWHERE, NEVER))
    assert record(decided(centre))["opens_at"] is None
    assert datetime.fromtimestamp(decided(centre).arrival, UTC) == MONDAY_AT_NINE
