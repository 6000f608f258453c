"""Which of the open callbacks have to be compared with Asterisk just now."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from facts.contact import LeftState
from operations.callbacks.open_callbacks import OpenCallbacks
from operations.mailbox.ports import Entry
from routing.callback import State
from tests.fakes.entries import MONDAY, callback

DAY = 86_400.0
LATER = MONDAY + 600


def entry(life: State = State.CONFIRMED, **others: object) -> Entry:
    return replace(callback(), **{"life": life.value, **others})  # type: ignore[arg-type]


def stirring(known: OpenCallbacks, now: float, *standing: str) -> list[str]:
    return [each.id for each in known.stirring(now, standing)]


def listed(*entries: Entry) -> OpenCallbacks:
    known = OpenCallbacks()
    known.listed(entries, known.moment)
    return known


def heard(*entries: Entry) -> OpenCallbacks:
    known = OpenCallbacks()
    for each in entries:
        known.hear(each)
    return known


@pytest.mark.parametrize("told", [listed, heard])
@pytest.mark.parametrize(
    "asleep",
    [
        entry(due_at=LATER),
        entry(State.RETRY, due_at=LATER),
        entry(appointment_at=LATER),
        entry(appointment_at=LATER, due_at=MONDAY),
    ],
)
def test_one_whose_time_has_not_come_sleeps_until_then(told: Callable[[Entry], OpenCallbacks], asleep: Entry) -> None:
    known = told(asleep)
    assert ([], [asleep.id]) == (stirring(known, LATER - 1), stirring(known, LATER))
    assert [asleep.id] == stirring(known, LATER + 1)


@pytest.mark.parametrize("life", [State.IN_LINE, State.ANSWERED, State.DIALLING])
def test_one_that_may_have_a_placeholder_is_always_looked_at(life: State) -> None:
    each = entry(life, due_at=LATER)
    assert [each.id] == stirring(listed(each), MONDAY)


def test_one_that_has_a_placeholder_is_looked_at_whatever_it_is() -> None:
    asleep, by_hand = entry(due_at=LATER), entry(State.BY_HAND, state=LeftState.CLAIMED)
    known = listed(asleep, by_hand)
    assert [asleep.id, by_hand.id] == stirring(known, MONDAY, asleep.id, by_hand.id, "m-unknown")


def test_what_nobody_dials_never_stirs() -> None:
    people, task = replace(entry(), life=""), entry(State.GIVEN_UP)
    assert [] == stirring(listed(people, task), MONDAY + 30 * DAY)


def test_a_next_attempt_after_the_shortest_days_stirs_before_it_expires() -> None:
    each = entry(State.RETRY, due_at=MONDAY + 2 * DAY)
    assert [each.id] == stirring(listed(each), MONDAY + DAY)


def test_one_that_is_settled_or_erased_does_not_wake_up() -> None:
    asleep, other = entry(due_at=LATER), entry(due_at=LATER)
    known = listed(asleep, other)
    known.hear(replace(asleep, state=LeftState.DONE))
    known.forget(other.id)
    assert [] == stirring(known, LATER)


def test_one_that_is_due_sooner_than_before_stirs_then() -> None:
    asleep = entry(due_at=LATER)
    known = listed(asleep)
    known.hear(replace(asleep, due_at=MONDAY))
    assert [asleep.id] == stirring(known, MONDAY)


def test_as_many_are_dialled_as_were_heard_to_be() -> None:
    one, other = entry(State.DIALLING), entry(State.IN_LINE)
    known = listed(one, other)
    known.hear(replace(other, life=State.DIALLING.value))
    assert 2 == known.dialling()
    known.hear(replace(one, life=State.REACHED.value, state=LeftState.DONE))
    assert 1 == known.dialling()
