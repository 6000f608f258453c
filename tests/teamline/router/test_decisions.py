from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest

from facts.contact import ContactDecided
from facts.kinds import Fact
from metrics.exporter import Exporter
from metrics.live import LiveModel
from operations.active import Decided, Subject
from routing.contact_rules import Goal
from routing.decision import Concern, Contact, ContactKind, Decision, Rule, Step, decide
from routing.directory import KeyedHash
from routing.number import NumberFormat
from teamline.router.decisions import LONGEST_STEPS, Decisions, shown
from tests.fakes.router import CUSTOMERS, MONDAY_AT_NINE, small_centre
from tests.fakes.told_calls import joined

TO_SISTER = Step("L01", Rule.OVERFLOW_WAIT, Goal.LINE, "L02")


@dataclass
class Taken:
    """Remembers what came; broken if told so."""

    facts: list[Fact] = field(default_factory=list)
    is_broken: bool = False

    def take(self, facts: Iterable[Fact]) -> None:
        if self.is_broken:
            raise OSError
        self.facts += facts


@dataclass
class SmallLive:
    """A stream and a model."""

    stream: Taken = field(default_factory=Taken)
    model: LiveModel = field(default_factory=LiveModel)


def told(live: SmallLive, decision: Decision, subject: Subject) -> list[Fact]:
    decisions = Decisions("a", Exporter("1", "a"), lambda: live, KeyedHash(bytes(32)))
    decisions.decided(Decided(decision, 0.001, subject))
    return live.stream.facts


def decided() -> Decision:
    return decide(Contact(1000, Concern.MONEY), small_centre(), CUSTOMERS, {}, MONDAY_AT_NINE, "c-1")


def test_a_decision_is_journalled_with_its_steps() -> None:
    sent = replace(decided(), team="L02", rule=Rule.OVERFLOW_WAIT, steps=(TO_SISTER,), home="L01")
    (fact,) = told(SmallLive(), sent, Subject("1.1", ContactKind.CALL, "en"))
    assert isinstance(fact, ContactDecided)
    assert ("a", "1.1", 0, "en", "call") == (fact.node, fact.call, fact.visit, fact.language, fact.way)
    expected = ("L02", "L01", "line", "overflow-wait", "money", "L01:overflow-wait", "")
    assert expected == (fact.team, fact.home, fact.goal, fact.rule, fact.concern, fact.steps, fact.customer)


def test_a_goodbye_has_no_team() -> None:
    goodbye = replace(decided(), team=None, queue=None, goal=Goal.GOODBYE, rule=Rule.CENTRE_CLOSED)
    (fact,) = told(SmallLive(), goodbye, Subject("1.1"))
    assert isinstance(fact, ContactDecided)
    assert ("", "goodbye") == (fact.team, fact.goal)


def test_the_lines_that_a_call_has_been_in_are_counted() -> None:
    live = SmallLive()
    live.model.fold(joined(1000.0, "1.1", visit=2))
    (fact,) = told(live, decided(), Subject("1.1"))
    assert isinstance(fact, ContactDecided)
    assert fact.visit == 2


def test_a_decision_about_nobody_is_not_journalled() -> None:
    assert told(SmallLive(), decided(), Subject()) == []


def test_a_journal_that_fails_disturbs_no_call() -> None:
    assert told(SmallLive(Taken(is_broken=True)), decided(), Subject("1.1")) == []


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_steps_read_as_team_and_rule(steps: int) -> None:
    assert ">".join(["L01:overflow-wait"] * steps) == shown((TO_SISTER,) * steps)


def test_only_whole_steps_that_have_room_are_kept() -> None:
    text = shown((TO_SISTER,) * 20)
    assert len(text) <= LONGEST_STEPS
    assert text.endswith(">L01:overflow-wait")


def test_an_emergency_knows_its_household_again_and_nothing_else_does() -> None:
    number = NumberFormat().typed("123456789")
    taken = SmallLive()
    decisions = Decisions("a", Exporter("1", "a"), lambda: taken, KeyedHash(bytes(32)))
    for concern in (Concern.EMERGENCY, Concern.MONEY):
        contact = Contact(1000, concern, number)
        decision = decide(contact, small_centre(), CUSTOMERS, {}, MONDAY_AT_NINE, "c-1")
        decisions.decided(
            Decided(decision, 0.001, Subject(f"1.{concern}"), number, taken_back=concern is Concern.MONEY)
        )
    urgent, money = taken.stream.facts
    assert isinstance(urgent, ContactDecided)
    assert isinstance(money, ContactDecided)
    assert (24, "") == (len(urgent.customer), money.customer)
    assert [False, True] == [urgent.taken_back, money.taken_back]
