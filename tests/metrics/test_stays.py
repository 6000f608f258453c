from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import LeftBy, MemberRang
from facts.contact import ContactDecided
from facts.kinds import Fact
from metrics.stays import FlowReason, Outcome, StayClosed, StayOpened, Stays, Turn
from operations.fact_stream import FactStream
from routing.contact_rules import Goal
from routing.rules import Rule
from tests.fakes.told_calls import FACTS, ended, joined, left, place

ANSWERED, ABANDONED, FLOWED_OUT, LOST = Outcome

WAYS_OUT = [
    (LeftBy.ANSWERED, ANSWERED, None),
    (LeftBy.ABANDONED, ABANDONED, None),
    (LeftBy.LOST, LOST, None),
    (LeftBy.TIMEOUT, FLOWED_OUT, FlowReason.TIMEOUT),
    (LeftBy.KEY, FLOWED_OUT, FlowReason.WITHDRAWN),
    (LeftBy.EMPTY, FLOWED_OUT, FlowReason.EMPTY),
    (LeftBy.WITHDRAWN, FLOWED_OUT, FlowReason.WITHDRAWN),
    (LeftBy.MOVED, FLOWED_OUT, FlowReason.MOVED),
]
AFTER_HANGING_UP = [
    (LeftBy.TIMEOUT, ABANDONED, None),
    (LeftBy.EMPTY, ABANDONED, None),
    (LeftBy.KEY, FLOWED_OUT, FlowReason.WITHDRAWN),
    (LeftBy.WITHDRAWN, FLOWED_OUT, FlowReason.WITHDRAWN),
    (LeftBy.MOVED, FLOWED_OUT, FlowReason.MOVED),
]
AFTER_ANOTHER_TEAM = [
    (LeftBy.TIMEOUT, FlowReason.OVERFLOW),
    (LeftBy.KEY, FlowReason.WITHDRAWN),
    (LeftBy.EMPTY, FlowReason.EMPTY),
    (LeftBy.WITHDRAWN, FlowReason.WITHDRAWN),
    (LeftBy.MOVED, FlowReason.MOVED),
]


def told(*facts: Fact) -> list[Turn]:
    stays = Stays()
    return [turn for fact in facts for turn in stays.turns(fact)]


def ways_out(turns: Sequence[Turn]) -> list[tuple[str, Outcome, float | None, FlowReason | None]]:
    return [
        (turn.stay.team, turn.outcome, turn.hold_seconds, turn.reason) for turn in turns if isinstance(turn, StayClosed)
    ]


def test_every_cause_has_a_way_out() -> None:
    assert set(LeftBy) == {cause for cause, _, _ in WAYS_OUT}


@pytest.mark.parametrize(("cause", "outcome", "reason"), WAYS_OUT)
def test_a_visit_that_ends_for_good_ends_the_stay(cause: LeftBy, outcome: Outcome, reason: FlowReason | None) -> None:
    assert [("L01", outcome, 7.0, reason)] == ways_out(told(joined(100), left(107, cause, 7.0)))


@pytest.mark.parametrize(("cause", "outcome", "reason"), AFTER_HANGING_UP)
def test_who_hangs_up_between_two_visits_is_judged_by_how_they_left(
    cause: LeftBy, outcome: Outcome, reason: FlowReason | None
) -> None:
    turns = told(joined(100), left(160, cause, 60.0, returns=True), ended(161, hold=61.0))
    assert [("L01", outcome, 61.0, reason)] == ways_out(turns)


@pytest.mark.parametrize(("cause", "reason"), AFTER_ANOTHER_TEAM)
def test_who_left_to_come_back_and_joins_another_team_flowed_out(cause: LeftBy, reason: FlowReason) -> None:
    turns = told(joined(100), left(160, cause, 60.0, returns=True), joined(161, team="L02", visit=2))
    assert [("L01", FLOWED_OUT, 60.0, reason)] == ways_out(turns)


@pytest.mark.parametrize("cause", [LeftBy.ANSWERED, LeftBy.ABANDONED, LeftBy.LOST])
def test_whoever_is_answered_or_gone_does_not_come_back_whatever_was_told(cause: LeftBy) -> None:
    assert 1 == len(ways_out(told(joined(100), left(107, cause, 7.0, returns=True))))


@pytest.mark.parametrize("cause", [LeftBy.TIMEOUT, LeftBy.KEY])
def test_a_slice_and_a_key_and_back_are_one_stay(cause: LeftBy) -> None:
    turns = told(
        joined(100),
        left(160, cause, 60.0, returns=True),
        joined(161, visit=2),
        left(170, LeftBy.ANSWERED, 70.0, visit=2),
    )
    assert [StayOpened, StayClosed] == [type(turn) for turn in turns]
    assert [("L01", ANSWERED, 70.0, None)] == ways_out(turns)


def test_who_flowed_out_and_comes_back_later_is_offered_again() -> None:
    turns = told(joined(100), left(160, LeftBy.TIMEOUT, 60.0), joined(200, visit=2))
    assert [StayOpened, StayClosed, StayOpened] == [type(turn) for turn in turns]


def test_the_last_hold_known_stands_when_the_end_of_the_call_tells_none() -> None:
    turns = told(joined(100), left(160, LeftBy.TIMEOUT, 60.0, returns=True), ended(161))
    assert [("L01", ABANDONED, 60.0, None)] == ways_out(turns)


def test_a_call_that_ends_in_line_without_a_word_is_lost() -> None:
    assert [("L01", LOST, None, None)] == ways_out(told(joined(100), ended(107)))


def test_a_call_that_stands_in_another_team_s_line_without_having_left_was_moved() -> None:
    turns = told(joined(100), joined(120, team="L02", visit=2))
    assert [("L01", FLOWED_OUT, None, FlowReason.MOVED)] == ways_out(turns)


def test_the_place_of_a_stay_is_that_of_its_first_visit() -> None:
    stays = Stays()
    for fact in (joined(100), left(160, LeftBy.KEY, 60.0, returns=True), joined(161, visit=2)):
        stays.turns(fact)
    assert place() == stays.open["1.1"].place


def test_the_end_of_an_earlier_visit_that_comes_late_ends_nothing() -> None:
    assert [] == ways_out(told(joined(100), joined(161, visit=2), left(160, LeftBy.TIMEOUT, 60.0)))


def test_an_earlier_join_to_another_team_that_is_told_late_has_flowed_out_from_there() -> None:
    turns = told(
        joined(161, team="L02", visit=2),
        joined(100),
        left(160, LeftBy.TIMEOUT, 60.0, returns=True),
        left(190, LeftBy.ANSWERED, 29.0, team="L02", visit=2),
    )
    assert [
        ("L01", FLOWED_OUT, None, FlowReason.MOVED),
        ("L02", ANSWERED, 29.0, None),
    ] == ways_out(turns)


def test_an_earlier_join_that_is_told_after_the_answer_leaves_nobody_in_line() -> None:
    stays = Stays()
    for fact in (
        joined(161, team="L02", visit=2),
        left(190, LeftBy.ANSWERED, 29.0, team="L02", visit=2),
        joined(100),
        left(160, LeftBy.TIMEOUT, 60.0, returns=True),
    ):
        stays.turns(fact)
    assert {} == dict(stays.open)


def test_an_earlier_slice_that_is_told_late_is_the_same_stay() -> None:
    turns = told(
        joined(161, visit=2),
        joined(100),
        left(160, LeftBy.TIMEOUT, 60.0, returns=True),
        left(190, LeftBy.LOST, None, visit=2),
    )
    assert 1 == sum(isinstance(turn, StayOpened) for turn in turns)
    assert [("L01", LOST, None, None)] == ways_out(turns)


def test_a_visit_that_nobody_saw_begin_ends_nothing() -> None:
    assert [] == told(left(160, LeftBy.ANSWERED, 60.0), ended(200))


def test_leaving_another_team_s_line_ends_nothing() -> None:
    assert [] == ways_out(told(joined(100), left(160, LeftBy.ANSWERED, 60.0, team="L02")))


def test_a_ring_means_nothing_for_the_books() -> None:
    assert [] == told(MemberRang(at=100, place=place(), ring="2.1"))


@given(FACTS)
def test_whatever_is_told_offered_is_closed_and_open(facts: list[Fact]) -> None:
    stays = Stays()
    offered = closed = 0
    for fact in facts:
        for turn in stays.turns(fact):
            offered += isinstance(turn, StayOpened)
            closed += isinstance(turn, StayClosed)
        assert offered == closed + len(stays.open)


@given(FACTS)
def test_whatever_is_told_each_stay_closes_once_and_only_after_it_opened(facts: list[Fact]) -> None:
    stays, living = Stays(), set()
    for fact in facts:
        for turn in stays.turns(fact):
            key = (turn.stay.place.call, turn.stay.team)
            assert (key in living) == isinstance(turn, StayClosed)
            living ^= {key}


class Turns:
    def __init__(self) -> None:
        self.stays = Stays()
        self.told: list[Turn] = []

    def fold(self, fact: Fact) -> None:
        self.told += self.stays.turns(fact)


@given(FACTS, st.data())
def test_what_is_told_twice_in_a_stream_changes_nothing(facts: list[Fact], data: st.DataObject) -> None:
    once, twice = Turns(), Turns()
    FactStream([once], lambda _: None).take(facts)
    stream = FactStream([twice], lambda _: None)
    for number, fact in enumerate(facts):
        stream.take([fact])
        stream.take([facts[data.draw(st.integers(0, number))]])
    assert once.told == twice.told


def decided(goal: Goal, rule: Rule = Rule.OVERFLOW_HOLD, visit: int = 1) -> ContactDecided:
    of = place()
    return ContactDecided(
        at=160, node=of.node, call=of.call, visit=visit, team="L01", home="L01", goal=goal, rule=rule, concern="money"
    )


@pytest.mark.parametrize(
    ("goal", "rule", "reason"),
    [
        (Goal.MESSAGE, Rule.OVERFLOW_HOLD, FlowReason.MESSAGE),
        (Goal.CALLBACK, Rule.OVERFLOW_WAIT, FlowReason.CALLBACK),
        (Goal.MESSAGE, Rule.CLOSING_TIME, FlowReason.CLOSED),
        (Goal.CALLBACK, Rule.CLOSING_TIME, FlowReason.CLOSED),
    ],
)
def test_who_was_offered_something_in_place_of_the_line_and_does_not_come_back_flowed_out(
    goal: Goal, rule: Rule, reason: FlowReason
) -> None:
    turns = told(joined(100), left(160, LeftBy.TIMEOUT, 60.0, returns=True), decided(goal, rule), ended(200, hold=99.0))
    assert [("L01", FLOWED_OUT, 60.0, reason)] == ways_out(turns)


def test_a_decision_that_is_told_before_the_leave_counts() -> None:
    turns = told(joined(100), decided(Goal.MESSAGE), left(160, LeftBy.TIMEOUT, 60.0, returns=True), ended(200))
    assert [("L01", FLOWED_OUT, 60.0, FlowReason.MESSAGE)] == ways_out(turns)


def test_who_takes_nothing_and_is_back_in_line_is_still_waiting() -> None:
    back = told(joined(100), left(160, LeftBy.TIMEOUT, 60.0, returns=True), decided(Goal.MESSAGE), joined(190, visit=2))
    assert [] == ways_out(back)


def test_who_is_back_in_line_and_hangs_up_later_has_abandoned() -> None:
    turns = told(
        joined(100),
        left(160, LeftBy.TIMEOUT, 60.0, returns=True),
        decided(Goal.MESSAGE),
        joined(190, visit=2),
        left(200, LeftBy.ABANDONED, 100.0, visit=2),
    )
    assert [("L01", ABANDONED, 100.0, None)] == ways_out(turns)


@pytest.mark.parametrize("fact", [decided(Goal.LINE), decided(Goal.WIDE), decided(Goal.MESSAGE, visit=0)])
def test_another_decision_says_nothing_about_the_stay(fact: ContactDecided) -> None:
    turns = told(joined(100), left(160, LeftBy.TIMEOUT, 60.0, returns=True), fact, ended(161, hold=61.0))
    assert [("L01", ABANDONED, 61.0, None)] == ways_out(turns)


def test_a_decision_about_nobody_in_line_changes_nothing() -> None:
    assert [] == told(decided(Goal.MESSAGE))
