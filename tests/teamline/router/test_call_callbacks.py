from dataclasses import replace

import pytest

from facts.call import CallerLeft, LeftBy
from facts.place import Place
from ivr.ports import FormerPlace, MailboxAway
from operations.mailbox.callback_wishes import CallbackWishes, HashedPhones
from operations.mailbox.open_entries import OpenEntries
from routing.callback import State
from routing.decision import Concern, Contact
from routing.wait_estimate import Expected
from teamline.router.call_callbacks import RedialFeature
from tests.fakes.callback_house import CallbackHouse
from tests.fakes.entries import MONDAY
from tests.fakes.router import MONDAY_AT_NINE, SmallRouter
from tests.operations.callbacks.test_lost_places import MemoryPlaces

NUMBER = "123A456789"
CONTACT = Contact(arrival=int(MONDAY), number=SmallRouter().numbers.typed("123456789"))
OTHER = "0301234567"


class Calls(CallbackHouse):
    """A house whose callbacks a caller asks about; `line` of call 1.1."""

    def __init__(self) -> None:
        super().__init__()
        self.is_closed = False
        wishes = CallbackWishes(
            self.mailbox,
            OpenEntries(HashedPhones(b"s" * 32)),
            lambda: self.centre,
            lambda: self.now,
            lambda: MONDAY_AT_NINE,
        )
        self.feature = RedialFeature(
            self,
            wishes,
            MemoryPlaces(),
            b"s" * 32,
            SmallRouter(),
            lambda: MONDAY_AT_NINE,
            self.expect,  # type: ignore[arg-type]  # all that is asked of a router
        )
        self.line = self.feature.of("1.1")

    def is_possible(self, team: str) -> bool:
        return team == "L01"

    def expect(self, queue: str, virtual_arrival: int, callback: str) -> Expected | None:
        assert queue
        assert virtual_arrival
        assert callback
        return None if self.is_closed else Expected(4, None, 0)

    async def waiting(self) -> FormerPlace:
        await self.ask(number=NUMBER, language="en")
        place = await self.line.former_place(CONTACT)
        assert place is not None
        return place


@pytest.fixture
def calls() -> Calls:
    return Calls()


async def test_an_open_callback_is_found_with_its_place(calls: Calls) -> None:
    assert (await calls.waiting()).position == 4
    calls.is_closed = True
    place = await calls.line.former_place(CONTACT)
    assert place is not None
    assert place.position is None


async def test_whoever_takes_over_is_called_no_more(calls: Calls) -> None:
    place = await calls.waiting()
    await calls.line.take_over(place)
    assert (await calls.mailbox.get(place.callback)).life == State.CANCELLED.value
    await calls.line.cancel(place)
    assert await calls.line.former_place(CONTACT) is None


async def test_another_number_is_kept_in_its_place(calls: Calls) -> None:
    place = await calls.waiting()
    await calls.line.change_number(place, OTHER)
    assert (await calls.mailbox.get(place.callback)).phone == "+49301234567"


async def test_what_must_not_be_called_or_cannot_be_kept_is_away(calls: Calls) -> None:
    place = await calls.waiting()
    with pytest.raises(MailboxAway):
        await calls.line.change_number(place, "09001234567")
    calls.kept.is_away = True
    with pytest.raises(MailboxAway):
        await calls.line.cancel(place)
    calls.kept.is_away = False
    with pytest.raises(MailboxAway):
        await calls.line.change_number(replace(place, callback="m-gone"), OTHER)


async def test_a_fault_in_looking_up_costs_the_caller_nothing(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(calls.feature, "places")
    calls.line.about(CONTACT)
    assert await calls.line.former_place(CONTACT) is None


async def test_a_caller_who_hangs_up_in_line_or_before_it_is_known_again(calls: Calls) -> None:
    calls.line.about(CONTACT)
    calls.line.broke_off(FormerPlace("m-1", "L01", Concern.JOB, int(MONDAY), 0, 4))
    found = await calls.line.former_place(CONTACT)
    assert found is not None
    assert (found.callback, found.concern) == ("", Concern.JOB)
    place = Place("node", "1.1", "L01", 1, "L01", int(MONDAY) - 9, 0, "household-team", "money", "de")
    calls.feature.fold(CallerLeft(at=MONDAY, place=place, cause=LeftBy.ABANDONED, hold_seconds=3.0))
    found = await calls.line.former_place(CONTACT)
    assert found is not None
    assert found.arrival == int(MONDAY) - 9
    await calls.feature.stop()


def test_a_fault_in_following_calls_is_nobody_elses(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(calls.feature, "lost")
    place = Place("node", "1.1", "L01", 1, "L01")
    calls.feature.fold(CallerLeft(at=MONDAY, place=place, cause=LeftBy.ABANDONED, hold_seconds=3.0))
    calls.feature.configured(None)  # type: ignore[arg-type]  # nothing is read
    assert not calls.feature.rooms


async def test_what_may_be_offered_and_in_which_language_is_the_callbacks_own(calls: Calls) -> None:
    place = await calls.waiting()
    assert (calls.line.is_possible("L01"), calls.line.is_possible("L02")) == (True, False)
    assert (calls.feature.language(place.callback), calls.feature.language("m-gone")) == ("en", "")
    await calls.feature.start()
