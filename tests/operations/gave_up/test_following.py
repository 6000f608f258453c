import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from facts.call import CallEnded, LeftBy
from facts.contact import ContactDecided, LeftState, OnCallAnswered
from facts.place import CALLBACK
from operations.gave_up.following import GaveUpCalls, Sources
from operations.gave_up.people import People
from operations.mailbox.ports import Entry
from operations.ports import SwitchRefused
from tests.fakes.entries import callback, document, voice
from tests.fakes.gave_up import AT, joined, left, place

PHONE = "+49211555100"


@dataclass
class House:
    """Callers and what is known of them."""

    phones: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    callbacks: list[Entry] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()
        self.people = People(lambda number: number or None, lambda _id, _row: None)
        sources = Sources(self.phone, lambda call: self.numbers.get(call, ""), lambda _: 5.0, lambda: self.callbacks)
        self.calls = GaveUpCalls(self.people, sources)

    async def phone(self, call: str) -> str:
        self.asked.append(call)
        await self.may_answer.wait()
        if call not in self.phones:
            raise SwitchRefused("No such channel")
        return self.phones[call]

    def calls_from(self, call: str, phone: str = "", number: str = "") -> None:
        """Somebody joins the line."""
        self.phones[call], self.numbers[call] = phone, number
        self.calls.fold(joined(place(call)))

    @property
    def listed(self) -> list[tuple[str, str, str, int]]:
        return [(each.team, each.phone, each.number, each.calls) for each in self.people.of_team("L01")]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    yield house
    await house.calls.stop()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_hangs_up_in_line_is_listed_with_phone_and_number(house: House) -> None:
    house.calls_from("1.1", PHONE, "1A")
    await settle()
    house.calls.fold(left(place("1.1")))
    assert [("L01", PHONE, "1A", 1)] == house.listed
    [row] = house.people.of_team("L01")
    assert (60.0, False, "money", "de", int(AT) - 60) == (
        row.waited_seconds,
        row.is_short,
        row.concern,
        row.language,
        row.arrival,
    )


async def test_who_hangs_up_at_once_is_marked(house: House) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(left(place("1.1"), hold=4.9))
    assert [True] == [row.is_short for row in house.people.of_team("L01")]


async def test_who_hangs_up_before_asterisk_has_told_the_number_is_listed_with_it(house: House) -> None:
    house.may_answer.clear()
    house.calls_from("1.1", PHONE)
    house.calls.fold(left(place("1.1")))
    house.calls.fold(CallEnded(at=AT, place=place("1.1")))
    assert [] == house.listed
    house.may_answer.set()
    await settle()
    assert [("L01", PHONE, "", 1)] == house.listed


async def test_who_is_gone_before_they_could_be_asked_is_listed_as_withheld(house: House) -> None:
    house.calls.fold(joined(place("1.1")))
    house.calls.fold(left(place("1.1")))
    await settle()
    assert [("L01", "", "", 1)] == house.listed


async def test_who_hung_up_while_nobody_watched_is_listed(house: House) -> None:
    house.calls.fold(left(place("1.1")))
    assert [("L01", "", "", 1)] == house.listed


@pytest.mark.parametrize("cause", [each for each in LeftBy if each is not LeftBy.ABANDONED])
async def test_who_leaves_the_line_otherwise_did_not_give_up(house: House, cause: LeftBy) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(left(place("1.1"), cause))
    assert [] == house.listed


async def test_who_hangs_up_between_two_stays_gave_up(house: House) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(CallEnded(at=AT, place=place("1.1"), hold_seconds=80.0))
    assert [("L01", PHONE, "", 1)] == house.listed


async def test_who_has_left_a_wish_and_ends_the_call_did_not_give_up(house: House) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.settled("1.1")
    house.calls.fold(CallEnded(at=AT, place=place("1.1"), hold_seconds=80.0))
    assert [] == house.listed


async def test_who_calls_again_and_is_answered_is_gone(house: House) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(left(place("1.1")))
    house.calls_from("1.2", PHONE)
    await settle()
    assert 1 == len(house.listed)
    house.calls.fold(left(place("1.2"), LeftBy.ANSWERED))
    assert [] == house.listed


async def test_who_is_answered_faster_than_asterisk_tells_the_number_is_gone(house: House) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(left(place("1.1")))
    house.may_answer.clear()
    house.calls_from("1.2", PHONE)
    house.calls.fold(left(place("1.2"), LeftBy.ANSWERED))
    house.calls.fold(CallEnded(at=AT, place=place("1.2")))
    house.may_answer.set()
    await settle()
    assert [] == house.listed


async def test_the_same_customer_from_another_phone_is_known(house: House) -> None:
    house.calls_from("1.1", PHONE, "1A")
    await settle()
    house.calls.fold(left(place("1.1")))
    house.calls_from("1.2", "", "1A")
    await settle()
    house.calls.fold(left(place("1.2"), LeftBy.ANSWERED))
    assert [] == house.listed


async def test_who_was_answered_once_did_not_give_up_when_a_transfer_does_not_reach_them(house: House) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(left(place("1.1"), LeftBy.ANSWERED))
    house.calls.fold(left(place("1.1", "L02")))
    assert 0 == len(house.people)


async def test_who_speaks_with_the_emergency_service_is_served(house: House) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(left(place("1.1")))
    house.calls_from("1.2", PHONE)
    await settle()
    house.calls.fold(OnCallAnswered(at=AT, node="n", call="1.2"))
    assert [] == house.listed


async def test_a_callback_s_place_in_line_is_nobody_who_calls(house: House) -> None:
    where = place("m-1", rule=CALLBACK)
    house.calls.fold(joined(where))
    house.calls.fold(left(where))
    await settle()
    assert ([], []) == (house.listed, house.asked)


async def test_the_list_is_that_of_the_team_the_contact_is_for(house: House) -> None:
    decided = ContactDecided(
        at=AT, node="n", call="1.1", visit=0, team="L02", home="L01", goal="queue", rule="overflow", concern="money"
    )
    house.calls.fold(decided)
    house.calls.fold(joined(place("1.1", "L02")))
    await settle()
    house.calls.fold(left(place("1.1", "L02")))
    assert ["L01"] == [each[0] for each in house.listed]


async def test_a_kiosk_s_phone_is_nobody_s(house: House) -> None:
    house.phones["1.1"] = "3901"
    house.calls.fold(joined(place("1.1", kiosk="K1")))
    await settle()
    house.calls.fold(left(place("1.1", kiosk="K1")))
    assert [("L01", "", "", 1)] == house.listed


@pytest.mark.parametrize("entry", [voice(phone=PHONE), callback(phone=PHONE), voice(phone="", number="1A")])
async def test_a_message_or_a_callback_of_theirs_takes_them_off_the_list(house: House, entry: Entry) -> None:
    house.calls_from("1.1", PHONE, "1A")
    await settle()
    house.calls.fold(left(place("1.1")))
    house.calls.entry_moved(None, entry)
    assert [] == house.listed


async def test_somebody_who_takes_their_message_serves_them_and_a_reminder_does_not(house: House) -> None:
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(left(place("1.1")))
    message = voice(phone=PHONE)
    house.calls.entry_moved(message, message)
    assert 1 == len(house.listed)
    house.calls.entry_moved(message, voice(phone=PHONE, state=LeftState.CLAIMED))
    assert [] == house.listed


async def test_a_document_is_no_answer(house: House) -> None:
    house.calls_from("1.1", PHONE, "1A")
    await settle()
    house.calls.fold(left(place("1.1")))
    house.calls.entry_moved(None, document(number="1A"))
    assert 1 == len(house.listed)


async def test_who_waits_for_a_callback_already_is_not_listed(house: House) -> None:
    house.callbacks.append(callback(phone=PHONE))
    house.calls_from("1.1", PHONE)
    await settle()
    house.calls.fold(left(place("1.1")))
    assert [] == house.listed


async def test_who_stood_in_line_before_this_router_is_asked_once(house: House) -> None:
    house.phones["1.1"] = PHONE
    house.calls.waiting(["1.1"])
    house.calls.waiting(["1.1"])
    await settle()
    house.calls.fold(left(place("1.1")))
    assert (["1.1"], [("L01", PHONE, "", 1)]) == (house.asked, house.listed)
