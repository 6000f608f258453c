"""The life of a callback: the table as it stands, and whatever happens in whatever order."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.callback import (
    AFTER,
    FINAL,
    STANDING,
    WAITING,
    Event,
    ImpossibleEvent,
    Missed,
    Outcome,
    State,
    after,
    missed,
)
from routing.callback_drawing import BEGIN, END, drawing

DOCS = Path(__file__).resolve().parents[2] / "docs" / "callbacks.md"
SPACING, NOW = 600.0, 1_795_345_200.0


def lived(*events: Event, begins: State = State.OFFERED) -> State:
    state = begins
    for event in events:
        state = after(state, event)
    return state


TAKEN = (Event.ACCEPTED, Event.PLACED, Event.TAKEN)
DIALLED = (*TAKEN, Event.DIALLED)


@pytest.mark.parametrize(
    ("state", "events"),
    [
        (State.DECLINED, (Event.TURNED_DOWN,)),
        (State.CONFIRMED, (Event.ACCEPTED,)),
        (State.IN_LINE, (Event.ACCEPTED, Event.PLACED)),
        (State.ANSWERED, TAKEN),
        (State.DIALLING, DIALLED),
        (State.REACHED, (*DIALLED, Event.CONNECTED)),
        (State.RETRY, (*DIALLED, Event.MISSED)),
        (State.CONFIRMED, (*DIALLED, Event.MISSED, Event.DUE)),
        (State.GIVEN_UP, (*DIALLED, Event.MISSED_LAST)),
        (State.CONFIRMED, (*DIALLED, Event.LET_DOWN)),
        (State.CONFIRMED, (*TAKEN, Event.LET_DOWN)),
        (State.CONFIRMED, (*TAKEN, Event.LOST_PLACE)),
        (State.CONFIRMED, (Event.ACCEPTED, Event.PLACED, Event.LOST_PLACE)),
        (State.CANCELLED, (*DIALLED, Event.CALLED_OFF)),
        (State.BY_HAND, (Event.ACCEPTED, Event.PLACED, Event.CLAIMED)),
        (State.REACHED, (Event.ACCEPTED, Event.CLAIMED, Event.SETTLED)),
        (State.CONFIRMED, (Event.ACCEPTED, Event.CLAIMED, Event.RELEASED)),
        (State.EXPIRED, (Event.ACCEPTED, Event.RAN_OUT)),
        (State.GIVEN_UP, (*DIALLED, Event.MISSED_LAST, Event.SETTLED)),
        (State.CANCELLED, (Event.ACCEPTED, Event.RAN_OUT, Event.CALLED_OFF)),
    ],
)
def test_a_life_goes_as_the_table_says(state: State, events: tuple[Event, ...]) -> None:
    assert state == lived(*events)


@pytest.mark.parametrize("event", [Event.CLAIMED, Event.RAN_OUT, Event.SETTLED, Event.PLACED, Event.DIALLED])
def test_whose_phone_rings_now_is_neither_claimed_nor_dialled_beside_it(event: Event) -> None:
    with pytest.raises(ImpossibleEvent):
        after(State.DIALLING, event)


def test_what_cannot_happen_is_told_with_both_names() -> None:
    with pytest.raises(ImpossibleEvent, match="'dialled' cannot happen to a callback that is 'reached'"):
        after(State.REACHED, Event.DIALLED)


def test_nobody_is_dialled_before_a_member_has_answered() -> None:
    assert {State.ANSWERED} == {state for state, ways in AFTER.items() if State.DIALLING in ways.values()}


def test_every_state_has_its_row() -> None:
    assert set(State) == set(AFTER)


def test_every_event_happens_somewhere() -> None:
    assert set(Event) == {event for ways in AFTER.values() for event in ways}


def test_waiting_final_by_hand_and_offered_are_all_there_is() -> None:
    assert set(State) == WAITING | FINAL | {State.OFFERED, State.BY_HAND}
    assert not WAITING & FINAL


def test_who_stands_in_line_waits() -> None:
    assert STANDING < WAITING


@pytest.mark.parametrize("state", sorted(FINAL))
def test_after_the_end_nothing_is_dialled(state: State) -> None:
    assert set(AFTER[state].values()) <= FINAL


def reachable(state: State) -> set[State]:
    found, new = {state}, {state}
    while new:
        new = {then for one in new for then in AFTER[one].values()} - found
        found |= new
    return found


@pytest.mark.parametrize("state", list(State))
def test_every_life_can_still_end(state: State) -> None:
    assert reachable(state) & FINAL


def test_every_state_is_reached_from_the_offer() -> None:
    assert set(State) == reachable(State.OFFERED)


@given(st.lists(st.sampled_from(Event), max_size=60))
def test_whatever_happens_a_callback_is_over_or_can_go_on_and_what_is_over_stays_so(events: list[Event]) -> None:
    state = State.OFFERED
    for event in events:
        before = state
        try:
            state = after(before, event)
        except ImpossibleEvent:
            assert event not in AFTER[before]
            continue
        assert before not in FINAL or state in FINAL
    assert state in FINAL or AFTER[state]


@given(st.lists(st.sampled_from(Event), max_size=60))
def test_between_two_dials_the_first_has_ended(events: list[Event]) -> None:
    state, is_dialled = State.OFFERED, False
    for event in events:
        if event not in AFTER[state]:
            continue
        assert not (event is Event.DIALLED and is_dialled)
        state = after(state, event)
        is_dialled = state is State.DIALLING


# What follows an attempt in vain


IN_VAIN = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.REFUSED)


@pytest.mark.parametrize("outcome", IN_VAIN)
def test_somebody_who_was_not_reached_is_dialled_again_after_the_spacing(outcome: Outcome) -> None:
    assert Missed(Event.MISSED, NOW + SPACING) == missed(outcome, 1, 3, SPACING, NOW, 0.0)


@pytest.mark.parametrize("outcome", IN_VAIN)
@pytest.mark.parametrize("attempts", [3, 4])
def test_after_the_last_attempt_nobody_is_dialled_again(outcome: Outcome, attempts: int) -> None:
    assert Missed(Event.MISSED_LAST, None) == missed(outcome, attempts, 3, SPACING, NOW, 0.5)


def test_a_number_that_nobody_has_is_not_tried_again() -> None:
    assert Missed(Event.MISSED_LAST, None) == missed(Outcome.INVALID, 1, 3, SPACING, NOW, 0.5)


@pytest.mark.parametrize("attempts", [0, 1, 3, 30])
def test_a_fault_of_ours_is_no_attempt_and_keeps_nobody_waiting(attempts: int) -> None:
    assert Missed(Event.LET_DOWN, NOW) == missed(Outcome.FAILED, attempts, 3, SPACING, NOW, 1.0)


@given(
    st.sampled_from(IN_VAIN),
    st.integers(1, 4),
    st.floats(0, 86_400),
    st.floats(0, 4e9),
    st.floats(0, 1, exclude_max=True),
)
def test_the_next_attempt_comes_after_the_spacing_and_up_to_a_tenth_more(
    outcome: Outcome, attempts: int, spacing: float, now: float, jitter: float
) -> None:
    follows = missed(outcome, attempts, 5, spacing, now, jitter)
    assert Event.MISSED is follows.event
    assert follows.retry_at is not None
    assert now + spacing <= follows.retry_at <= now + spacing * 1.1 + 1e-6


@given(st.sampled_from(Outcome), st.integers(0, 9), st.integers(1, 5), st.floats(0, 1))
def test_what_follows_an_attempt_may_happen_to_whoever_is_dialled(
    outcome: Outcome, attempts: int, most: int, jitter: float
) -> None:
    follows = missed(outcome, attempts, most, SPACING, NOW, jitter)
    assert (follows.retry_at is None) == (follows.event is Event.MISSED_LAST)
    assert after(State.DIALLING, follows.event) in {State.RETRY, State.GIVEN_UP, State.CONFIRMED}


# The drawing


def test_the_docs_show_the_table_as_it_is() -> None:
    text = DOCS.read_text()
    assert drawing() == text[text.index(BEGIN) : text.index(END) + len(END)]


def test_the_drawing_has_every_way() -> None:
    ways = [(state, event, then) for state, of_state in AFTER.items() for event, then in of_state.items()]
    told = drawing()
    for state, event, then in ways:
        assert f"    {state.replace('-', '_')} --> {then.replace('-', '_')}: {event}\n" in told
