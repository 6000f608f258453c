from dataclasses import replace

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.place import Place
from routing.waits.visits import Came, Gone, Turn, Visits

FIRST = Place("n", "c", "L01", 1, "L01", arrival=90, credit=30)
AGAIN = replace(FIRST, visit=2)
WIDER = replace(FIRST, queue="A1-wide", visit=2)


def joined(place: Place, at: float = 100) -> CallerJoined:
    return CallerJoined(at=at, place=place)


def left(place: Place, cause: LeftBy, at: float = 200, *, returns: bool = False) -> CallerLeft:
    return CallerLeft(at=at, place=place, cause=cause, hold_seconds=None, returns=returns)


def ended(at: float = 300) -> CallEnded:
    return CallEnded(at=at, place=FIRST)


def told(*facts: CallerJoined | CallerLeft | CallEnded, most_calls: int = 10) -> list[Turn]:
    visits = Visits(most_calls)
    return [turn for fact in facts for turn in visits.turns(fact)]


def test_a_caller_waits_in_the_order_of_the_virtual_arrival_and_of_the_join_where_nobody_told_one() -> None:
    (came,) = told(joined(FIRST))
    assert Came(came.wait, is_new=True) == came
    assert (100, 60) == (came.wait.since, came.wait.arrival)
    (unknown,) = told(joined(replace(FIRST, arrival=0)))
    assert 100 == unknown.wait.arrival


@pytest.mark.parametrize(
    ("cause", "answered", "gave_up"),
    [
        (LeftBy.ANSWERED, True, False),
        (LeftBy.ABANDONED, False, True),
        (LeftBy.TIMEOUT, False, False),
        (LeftBy.LOST, False, False),
    ],
)
def test_a_wait_ends_answered_given_up_or_undecided(cause: LeftBy, answered: bool, gave_up: bool) -> None:
    came, gone = told(joined(FIRST), left(FIRST, cause))
    assert Gone(came.wait, 200, answered=answered, gave_up=gave_up) == gone


def test_a_slice_and_back_is_one_wait() -> None:
    back = left(FIRST, LeftBy.TIMEOUT, returns=True)
    came, gone = told(joined(FIRST), back, joined(AGAIN, 205), joined(AGAIN, 205), left(AGAIN, LeftBy.ANSWERED, 260))
    assert (100, AGAIN) == (gone.wait.since, gone.wait.place)
    assert came.wait is gone.wait


def test_whoever_goes_on_in_another_queue_has_waited_since_the_first_join_and_is_not_new() -> None:
    _, gone, came = told(joined(FIRST), left(FIRST, LeftBy.TIMEOUT, returns=True), joined(WIDER, 205))
    assert gone == Gone(gone.wait, 200, is_moved=True)
    assert (100, False) == (came.wait.since, came.is_new)
    assert 205 == told(joined(FIRST), joined(WIDER, 205))[1].at


@pytest.mark.parametrize(
    ("cause", "gave_up"), [(LeftBy.TIMEOUT, True), (LeftBy.EMPTY, True), (LeftBy.KEY, False), (LeftBy.MOVED, False)]
)
def test_who_hangs_up_between_two_visits_is_judged_by_how_they_left(cause: LeftBy, gave_up: bool) -> None:
    _, gone = told(joined(FIRST), left(FIRST, cause, returns=True), ended())
    assert (300, gave_up, False) == (gone.at, gone.gave_up, gone.answered)


def test_whoever_was_answered_does_not_return_whatever_was_told() -> None:
    assert told(joined(FIRST), left(FIRST, LeftBy.ANSWERED, returns=True))[1].answered


def test_a_call_that_ends_in_line_is_undecided() -> None:
    assert not told(joined(FIRST), ended())[1].gave_up


def test_what_contradicts_the_known_means_nothing() -> None:
    assert [] == told(left(FIRST, LeftBy.ANSWERED), ended())
    assert 1 == len(told(joined(WIDER), joined(FIRST), left(FIRST, LeftBy.ANSWERED)))


def test_calls_whose_end_nobody_tells_do_not_stay_for_ever() -> None:
    calls = [replace(FIRST, call=f"c{call}") for call in range(4)]
    facts = [*map(joined, calls), *(left(place, LeftBy.ANSWERED) for place in calls)]
    gone = [turn for turn in told(*facts, most_calls=2) if isinstance(turn, Gone)]
    assert ["c0", "c1", "c2", "c3"] == [turn.wait.place.call for turn in gone]
    assert [True, True, False, False] == [turn.is_forgotten for turn in gone]
