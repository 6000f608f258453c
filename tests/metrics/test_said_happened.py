from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import LeftBy, MemberRang
from facts.kinds import Fact
from facts.record import fact_from, record
from facts.wait import WaitProved
from metrics.said_happened import MOST_CALLS, MOST_SENTENCES, SaidAndHappened
from operations.fact_stream import FactStream
from tests.fakes.told_calls import CALLS, FACTS, INSTANTS, TEAMS, VISITS, answered_call, ended, joined, left, place
from tests.fakes.told_waits import wait_proved, wait_told

MUCH_LATER = joined(5e6, "9.9")
FACTS_AND_WORDS = st.lists(
    st.one_of(FACTS, st.lists(st.builds(wait_told, INSTANTS, CALLS, TEAMS, VISITS), max_size=5)), max_size=6
).map(lambda parts: [fact for part in parts for fact in part])


class Router:
    """The way of facts, as the router wires it."""

    def __init__(self, journal: Sequence[Fact] = ()) -> None:
        self.journal: list[Fact] = list(journal)
        self.said = SaidAndHappened()
        self.stream = FactStream([self.said], self.journal.append, sequels=[self.said])
        self.stream.restore([fact_from(record(fact)) for fact in journal], [self.said])  # type: ignore[arg-type]

    def take(self, facts: Iterable[Fact]) -> "Router":
        self.stream.take(facts)
        return self

    @property
    def proofs(self) -> list[WaitProved]:
        return [fact for fact in self.journal if isinstance(fact, WaitProved)]


def proofs(*facts: Fact) -> list[tuple[float, float, LeftBy]]:
    """(told at, waited, outcome) of all that follows."""
    return [(each.told_at, each.waited_seconds, each.outcome) for each in Router().take(facts).proofs]


def test_who_was_told_a_wait_and_is_answered_has_waited_from_the_sentence_on() -> None:
    assert [(98.0, 32.0, LeftBy.ANSWERED)] == proofs(wait_told(98), *answered_call(100, "1.1", 30.0))


def test_what_was_said_is_repeated_with_what_happened() -> None:
    told = wait_told(98)
    assert [wait_proved(told, 32.0)] == Router().take([told, *answered_call(100, "1.1", 30.0)]).proofs


def test_a_proof_comes_right_after_the_fact_that_it_follows_from() -> None:
    journal = Router().take([wait_told(98), *answered_call(100, "1.1", 30.0)]).journal
    assert ["WaitTold", "CallerJoined", "CallerLeft", "WaitProved", "CallEnded"] == [type(f).__name__ for f in journal]


def test_nothing_follows_for_who_was_told_nothing() -> None:
    assert [] == proofs(*answered_call(100, "1.1", 30.0))


def test_each_sentence_of_a_call_is_proved_by_itself() -> None:
    assert [(98.0, 92.0, LeftBy.ANSWERED), (160.0, 30.0, LeftBy.ANSWERED)] == proofs(
        wait_told(98),
        joined(100),
        left(159, LeftBy.TIMEOUT, 59.0, returns=True),
        wait_told(160, visit=2),
        joined(162, visit=2),
        left(190, LeftBy.ANSWERED, 90.0, visit=2),
    )


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (LeftBy.ANSWERED, LeftBy.ANSWERED),
        (LeftBy.ABANDONED, LeftBy.ABANDONED),
        (LeftBy.LOST, LeftBy.LOST),
        (LeftBy.TIMEOUT, LeftBy.TIMEOUT),
        (LeftBy.EMPTY, LeftBy.EMPTY),
        (LeftBy.KEY, LeftBy.WITHDRAWN),
        (LeftBy.WITHDRAWN, LeftBy.WITHDRAWN),
        (LeftBy.MOVED, LeftBy.MOVED),
    ],
)
def test_a_wait_ends_as_the_books_count_it(cause: LeftBy, outcome: LeftBy) -> None:
    assert [(98.0, 22.0, outcome)] == proofs(wait_told(98), joined(100), left(120, cause, 20.0))


def test_who_hangs_up_between_two_slices_gave_up_then() -> None:
    assert [(98.0, 63.0, LeftBy.ABANDONED)] == proofs(
        wait_told(98), joined(100), left(159, LeftBy.TIMEOUT, 59.0, returns=True), ended(161)
    )


def test_a_slice_alone_proves_nothing() -> None:
    assert [] == proofs(wait_told(98), joined(100), left(159, LeftBy.TIMEOUT, 59.0, returns=True), joined(160, visit=2))


def test_a_join_of_another_team_ends_the_wait_there_and_not_the_one_told_for_the_new_line() -> None:
    over = [
        wait_told(98),
        joined(100),
        left(159, LeftBy.TIMEOUT, 59.0, returns=True),
        wait_told(160, team="L02", visit=2),
        joined(162, team="L02", visit=2),
    ]
    assert [(98.0, 64.0, LeftBy.MOVED)] == proofs(*over)
    assert (160.0, 40.0, LeftBy.ANSWERED) == proofs(*over, left(200, LeftBy.ANSWERED, 38, team="L02", visit=2))[-1]


def test_a_wait_told_for_a_line_that_is_never_joined_ends_with_the_next_one() -> None:
    assert [(98.0, 2.0, LeftBy.MOVED)] == proofs(wait_told(98, team="L02"), joined(100))


def test_a_wait_told_for_the_next_line_ends_with_the_call() -> None:
    assert [(110.0, 5.0, LeftBy.ABANDONED)] == proofs(
        joined(100), wait_told(110, team="L02", visit=2), left(114, LeftBy.MOVED, 14.0), ended(115)
    )


def test_who_hangs_up_before_the_line_gave_up_a_wait_that_never_began() -> None:
    assert [] == proofs(wait_told(98), joined(398, "1.2"))
    assert [(98.0, 0.0, LeftBy.ABANDONED)] == proofs(wait_told(98), joined(398.5, "1.2"))


def test_a_sentence_that_is_told_after_its_call_has_ended_gave_up_too() -> None:
    told = [*answered_call(100, "1.1", 5.0), wait_told(170, visit=2), wait_told(900, "1.2")]
    assert [(170.0, 0.0, LeftBy.ABANDONED)] == proofs(*told)


def test_who_was_told_a_wait_before_it_began_to_be_told_again_is_waited_for_from_then() -> None:
    assert [] == proofs(wait_told(98), wait_told(390), joined(395, "1.2"), joined(600, "1.3"))


def test_a_join_that_is_told_late_ends_no_wait() -> None:
    told = (joined(100, visit=2), wait_told(101, visit=2), joined(90, team="L02", visit=1))
    assert [] == proofs(*told)
    transferred = [joined(100, visit=2), left(105, LeftBy.ANSWERED, 5.0, visit=2), wait_told(170, visit=3)]
    assert [] == proofs(*transferred, joined(90, team="L02"))


def test_a_clock_that_went_back_makes_no_negative_wait() -> None:
    assert [(98.0, 0.0, LeftBy.ABANDONED)] == proofs(wait_told(98), joined(90), left(95, LeftBy.ABANDONED, 5.0))


def test_other_facts_prove_nothing() -> None:
    assert [] == proofs(wait_told(98), MemberRang(at=4000, place=place(), ring="r.1"))


def test_a_wait_that_is_open_at_a_restart_is_proved_by_the_next_router() -> None:
    before = Router().take([wait_told(98), joined(100)])
    assert [(98.0, 32.0)] == [
        (each.told_at, each.waited_seconds)
        for each in Router(before.journal).take([left(130, LeftBy.ANSWERED, 30.0)]).proofs
    ]


def test_a_wait_that_was_proved_is_never_proved_again() -> None:
    before = Router().take([wait_told(98), *answered_call(100, "1.1", 30.0)])
    assert 1 == len(Router(before.journal).take([*before.journal, MUCH_LATER]).proofs)


def test_a_proof_that_the_journal_has_lost_is_told_late() -> None:
    before = Router().take([wait_told(98), *answered_call(100, "1.1", 30.0)])
    lost = [fact for fact in before.journal if not isinstance(fact, WaitProved)]
    assert before.proofs == Router(lost).take([MUCH_LATER]).proofs


def test_open_promises_are_bounded_by_calls() -> None:
    said = SaidAndHappened()
    for number in range(MOST_CALLS + 1):
        said.fold(wait_told(100, f"{number}.1"))
        said.fold(joined(101, f"{number}.1"))
    for number in (0, 1):
        said.fold(left(110, LeftBy.ANSWERED, 9.0, f"{number}.1"))
    assert ["1.1"] == [each.place.call for each in said.due]


def test_open_promises_of_a_call_are_bounded() -> None:
    said = SaidAndHappened()
    said.fold(joined(10))
    for number in range(MOST_SENTENCES + 1):
        said.fold(wait_told(20 + number))
    said.fold(left(1000, LeftBy.ANSWERED, 990.0))
    assert [21.0 + number for number in range(MOST_SENTENCES)] == [each.told_at for each in said.due]


@given(FACTS_AND_WORDS)
def test_each_sentence_is_proved_once_at_most_and_nothing_else_is(facts: list[Fact]) -> None:
    told = Router().take([*facts, MUCH_LATER])
    sentences = {fact.id.removesuffix("Told") for fact in facts if type(fact).__name__ == "WaitTold"}
    proved = [each.id.removesuffix("Proved") for each in told.proofs]
    assert len(set(proved)) == len(proved)
    assert set(proved) <= {each for each in sentences if each}


@given(FACTS_AND_WORDS, st.integers(0, 100))
def test_a_restart_at_any_moment_changes_no_proof(facts: list[Fact], kept: int) -> None:
    never = Router().take([*facts, MUCH_LATER])
    again = Router(never.journal[: min(kept, never.journal.index(MUCH_LATER))]).take([*facts, MUCH_LATER])
    assert {each.id: each for each in never.proofs} == {each.id: each for each in again.proofs}


@given(FACTS_AND_WORDS)
def test_facts_told_twice_prove_nothing_new(facts: list[Fact]) -> None:
    assert Router().take([*facts, MUCH_LATER]).proofs == Router().take([*facts, *facts, MUCH_LATER]).proofs
