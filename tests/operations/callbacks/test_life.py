from dataclasses import replace

import pytest

from facts.contact import LeftKind, LeftState
from operations.callbacks import life
from operations.callbacks.moved import kind, moved
from operations.callbacks.open_callbacks import OpenCallbacks, by_state
from operations.mailbox.ports import Entry
from routing.callback import ImpossibleEvent, Outcome, State
from routing.contact_rules import CallbackRules
from tests.fakes.entries import MONDAY, callback, voice

NOW = MONDAY + 50
RULES = CallbackRules(attempts=2, spacing_minutes=10)


def entry(at: State, /, **others: object) -> Entry:
    return replace(callback(), life=at.value, **others)  # type: ignore[arg-type]


def dialling(**others: object) -> Entry:
    return entry(State.DIALLING, **{"attempts": 1, **others})


def test_what_is_no_callback_and_what_only_people_call_back_has_no_life() -> None:
    assert (None, None, None) == (
        life.state_of(voice()),
        life.state_of(callback()),
        life.state_of(replace(callback(), life="of a later release")),
    )


@pytest.mark.parametrize("state", [State.CONFIRMED, State.IN_LINE, State.ANSWERED, State.RETRY])
def test_the_fence_counts_the_attempt_from_wherever_it_is_answered(state: State) -> None:
    after = life.dialled(entry(state), NOW)
    assert ("dialling", 1, NOW) == (after.life, after.attempts, after.dialled_at)


@pytest.mark.parametrize("state", [State.DIALLING, State.REACHED, State.GIVEN_UP, State.BY_HAND, State.CANCELLED])
def test_no_fence_where_nobody_may_be_dialled(state: State) -> None:
    with pytest.raises(ImpossibleEvent):
        life.dialled(entry(state), NOW)


def test_the_next_attempt_comes_after_the_spacing_and_a_little() -> None:
    after = life.ended(dialling(), Outcome.BUSY, "", RULES, NOW, 0.5)
    assert ("retry", "busy", NOW + 630) == (after.life, after.outcome, after.due_at)


def test_an_attempt_that_does_not_count_leaves_as_many_as_before() -> None:
    after = life.ended(dialling(), Outcome.FAILED, "", RULES, NOW, 0.0)
    assert ("confirmed", 0, NOW) == (after.life, life.counted(after), after.due_at)
    again = life.ended(life.dialled(after, NOW), Outcome.FAILED, "", RULES, NOW, 0.0)
    assert (0, NOW + 5) == (life.counted(again), again.due_at)
    third = life.ended(life.dialled(again, NOW), Outcome.BUSY, "", RULES, NOW, 0.0)
    assert ("retry", 1) == (third.life, life.counted(third))


def test_a_talk_that_is_told_as_an_end_was_a_talk() -> None:
    assert "reached" == life.ended(dialling(), Outcome.REACHED, "", RULES, NOW, 0.0).life
    assert "reached" == life.ended(dialling(), Outcome.NO_ANSWER, "1", RULES, NOW, 0.0).life


def test_a_dial_that_was_cut_off_is_made_again_soon() -> None:
    after = life.cut_off(dialling(), RULES, NOW)
    assert ("confirmed", NOW + life.CUT_OFF_SECONDS) == (after.life, after.due_at)


def test_a_dial_that_was_cut_off_is_no_attempt_so_the_last_one_is_left() -> None:
    after = life.cut_off(dialling(attempts=2), RULES, NOW)
    assert ("confirmed", 1) == (after.life, life.counted(after))


def test_a_dial_that_is_cut_off_again_and_again_is_a_task_in_the_end() -> None:
    often = dialling(attempts=life.MOST_UNCOUNTED + 1, uncounted=life.MOST_UNCOUNTED)
    assert "given-up" == life.cut_off(often, RULES, NOW).life


def test_what_lies_on_the_desk_in_the_end_is_a_task_until_somebody_settles_it() -> None:
    task = entry(State.GIVEN_UP)
    assert life.has_landed(task)
    claimed = life.by_people(task, replace(task, state=LeftState.CLAIMED))
    assert ("given-up", False) == (claimed.life, life.has_landed(claimed))


@pytest.mark.parametrize(
    ("before", "state", "after"),
    [
        (entry(State.CONFIRMED), LeftState.CLAIMED, "by-hand"),
        (entry(State.BY_HAND, state=LeftState.CLAIMED), LeftState.OPEN, "confirmed"),
        (entry(State.BY_HAND, state=LeftState.CLAIMED), LeftState.DONE, "reached"),
        (entry(State.IN_LINE), LeftState.DONE, "cancelled"),
        (callback(), LeftState.DONE, ""),
        (entry(State.CONFIRMED), LeftState.OPEN, "confirmed"),
    ],
)
def test_the_life_follows_what_people_do(before: Entry, state: LeftState, after: str) -> None:
    assert after == life.by_people(before, replace(before, state=state)).life


def test_what_is_just_being_dialled_is_nobody_elses() -> None:
    with pytest.raises(ImpossibleEvent):
        life.by_people(dialling(), replace(dialling(), state=LeftState.CLAIMED))


def test_states_that_were_passed_in_one_record_are_told_one_after_the_other() -> None:
    before = entry(State.RETRY)
    told = list(moved(before, life.dialled(before, NOW), NOW))
    assert [("retry", "confirmed"), ("confirmed", "answered"), ("answered", "dialling")] == [
        (fact.before, fact.state) for fact in told
    ]
    assert 3 == len({fact.id for fact in told})


def test_a_placeholder_that_is_placed_anew_is_told_and_a_new_number_is_not() -> None:
    before = entry(State.IN_LINE, placements=1)
    assert ["in-line"] == [fact.state for fact in moved(before, life.placed(before), NOW)]
    assert [] == list(moved(before, replace(before, phone="+49211555222"), NOW))


def test_a_new_callback_was_offered_before() -> None:
    new = entry(State.CONFIRMED)
    assert [("offered", "confirmed")] == [(fact.before, fact.state) for fact in moved(None, new, NOW)]
    assert [] == list(moved(None, callback(), NOW)) == list(moved(None, voice(), NOW))


def test_an_erased_one_was_not_wanted_any_more_unless_it_was_over() -> None:
    gone = entry(State.IN_LINE)
    over = entry(State.REACHED)
    assert ["cancelled"] == [fact.state for fact in moved(gone, replace(gone, state=LeftState.ERASED), NOW)]
    assert [] == list(moved(over, replace(over, state=LeftState.ERASED), NOW))


def test_each_kind_has_its_word_and_its_begin_of_waiting() -> None:
    agreed = entry(State.CONFIRMED, appointment_at=MONDAY + 40)
    assert ("callback", "appointment", "kiosk") == (
        kind(entry(State.CONFIRMED)),
        kind(agreed),
        kind(entry(State.CONFIRMED, kiosk="K1")),
    )
    assert [10.0] == [fact.waited_seconds for fact in moved(agreed, life.placed(agreed), NOW)]


def test_what_was_heard_while_a_listing_was_on_its_way_is_newer_than_the_listing() -> None:
    known, old = OpenCallbacks(), entry(State.CONFIRMED)
    asked_at = known.moment
    known.hear(life.placed(old))
    known.listed([old], asked_at)
    assert "in-line" == (known.get(old.id) or old).life


def test_what_was_settled_while_a_listing_was_on_its_way_stays_settled() -> None:
    known, old = OpenCallbacks(), entry(State.CONFIRMED)
    known.hear(old)
    asked_at = known.moment
    known.forget(old.id)
    known.listed([old], asked_at)
    assert known.get(old.id) is None


def test_open_ones_are_found_by_customer_and_by_number_oldest_contact_first() -> None:
    known = OpenCallbacks()
    late, early = entry(State.CONFIRMED, number="1A1", arrival=20), entry(State.CONFIRMED, number="1A1", arrival=10)
    for each in (late, early, voice(number="1A1")):
        known.hear(each)
    assert [early, late] == known.of_customer("1A1") == known.of_phone("+49211555100")
    assert [] == known.of_customer("") == known.of_phone("")


def test_states_are_counted_without_what_is_settled() -> None:
    entries = [entry(State.CONFIRMED), callback(), dialling(), entry(State.REACHED, state=LeftState.DONE), voice()]
    assert {"confirmed": 1, "dialling": 1, "by-hand": 1} == by_state(entries)
    assert LeftKind.VOICE is entries[-1].what
