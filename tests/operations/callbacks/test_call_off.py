"""What happens between a look and a change: somebody else was quicker."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from facts.contact import LeftState
from operations.callbacks.call_off import CallsOff
from operations.callbacks.changes import CallbackChanges
from operations.callbacks.wanted import NotMade, Wanted, Why
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, TakenAlready
from routing.callback import State
from tests.fakes.desk_house import DeskHouse
from tests.fakes.entries import MONDAY, MemoryMail, callback

PHONE = "0211 8224100"


@dataclass
class Meanwhile(MemoryMail):
    """A store in which the entry becomes another between the first and the second look."""

    then: Entry | None = None

    async def get(self, entry: str) -> Entry:
        found = await super().get(entry)
        if self.then:
            self.entries[entry] = self.then
        return found


async def called_off_when(meanwhile: Entry) -> Entry:
    """It is confirmed when looked at first, and `meanwhile` then."""
    before = replace(meanwhile, life=State.CONFIRMED.value, state=LeftState.OPEN)
    kept = Meanwhile({before.id: before}, then=meanwhile)
    mailbox = Mailbox(kept, None, lambda: MONDAY, lambda _: None)  # type: ignore[arg-type]  # no files here
    return await CallsOff(mailbox, CallbackChanges(mailbox, lambda: MONDAY))(before.id, "anna", leads=False)


async def test_what_was_called_off_by_another_meanwhile_is_called_off() -> None:
    other = replace(callback(life=State.CANCELLED.value), state=LeftState.DONE)
    assert other == await called_off_when(other)


async def test_whoever_was_reached_meanwhile_is_not_called_off() -> None:
    with pytest.raises(TakenAlready):
        await called_off_when(replace(callback(life=State.REACHED.value), state=LeftState.DONE))


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


async def test_of_two_who_ask_for_one_number_the_later_hears_of_the_first(house: DeskHouse) -> None:
    checked = await house.appointments.checked(Wanted(phone=PHONE, team="L01"), [])
    first = await house.appointments.make(Wanted(phone=PHONE, team="L01"))
    with pytest.raises(NotMade) as refused:
        await house.appointments.keep(checked)
    assert (Why.OPEN_ALREADY, first.id) == (refused.value.why, refused.value.callback)


async def test_a_number_that_has_had_its_callbacks_meanwhile_is_not_called(house: DeskHouse) -> None:
    checked = await house.appointments.checked(Wanted(phone=PHONE, team="L01"), [])
    for _ in range(2):
        made = await house.appointments.make(Wanted(phone=PHONE, team="L01"))
        await house.mailbox.done(made.id, "anna")
    with pytest.raises(NotMade) as refused:
        await house.appointments.keep(checked)
    assert Why.TOO_OFTEN is refused.value.why
