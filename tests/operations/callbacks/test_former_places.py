from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from facts.contact import LeftKind, LeftState
from operations.callbacks.former_places import FormerPlaces
from operations.callbacks.lost_places import HashedCustomers, LostPlace, LostPlaces
from operations.callbacks.open_callbacks import OpenCallbacks
from operations.mailbox.ports import Entry
from routing.callback import State
from routing.decision import Concern, Contact
from routing.spoken import Upcoming
from tests.fakes.router import MONDAY_AT_NINE, SmallRouter
from tests.operations.callbacks.test_lost_places import MemoryPlaces

NOW = MONDAY_AT_NINE.timestamp()
ARRIVAL = int(NOW) - 400
NUMBERS = SmallRouter().numbers
WAITS = Entry(
    id="m-1",
    what=LeftKind.CALLBACK,
    team="L01",
    came_at=NOW,
    arrival=ARRIVAL,
    credit=300,
    concern="documents",
    number="123A456789",
    life=State.IN_LINE.value,
)


class Desk:
    """Former places of some entries; `asked` is which line was looked at."""

    def __init__(self, entries: Sequence[Entry] = (), ahead: float = 0.0) -> None:
        self.lost = LostPlaces(MemoryPlaces(), lambda: NOW)
        self.asked: list[tuple[str, int, str]] = []
        callbacks = OpenCallbacks()
        callbacks.listed(entries, 0)
        self.places = FormerPlaces(
            SmallRouter(),
            callbacks,
            self.lost,
            HashedCustomers(b"a secret of 16 b"),
            lambda: NOW,
            lambda: MONDAY_AT_NINE + timedelta(seconds=ahead),
            self.position,
        )

    def position(self, queue: str, virtual_arrival: int, callback: str) -> int | None:
        self.asked.append((queue, virtual_arrival, callback))
        return 4


def keyed(keys: str, letter: str | None = None) -> Contact:
    return Contact(arrival=int(NOW), number=NUMBERS.typed(keys), letter=letter)


@pytest.mark.parametrize("keys", ["123456789", "1232456789"])
async def test_an_open_callback_is_found_by_the_customer_number_and_its_place_told(keys: str) -> None:
    desk = Desk([WAITS])
    found = await desk.places.of(keyed(keys))
    assert found is not None
    assert (found.callback, found.team, found.concern, found.position) == ("m-1", "L01", Concern.DOCUMENTS, 4)
    assert (found.arrival, found.credit, desk.asked) == (ARRIVAL, 300, [("L01", ARRIVAL - 300, "m-1")])


async def test_a_household_number_finds_what_was_asked_for_with_it() -> None:
    desk = Desk([replace(WAITS, number="12345BG0001234")])
    found = await desk.places.of(keyed("12345240001234"))
    assert found is not None


@pytest.mark.parametrize(
    "contact",
    [
        Contact(arrival=int(NOW)),
        keyed("987654321"),
        keyed("333456789"),
        keyed("222456789"),
        keyed("222456789", "D"),
        keyed("555456789"),
    ],
)
async def test_nobody_is_found_without_a_number_that_means_one_customer(contact: Contact) -> None:
    others = [replace(WAITS, id=f"m-{number}", number=number) for number in ("222A456789", "333456789", "")]
    desk = Desk(others)
    assert await desk.places.of(contact) is None


async def test_the_letter_tells_whose_it_is() -> None:
    desk = Desk([replace(WAITS, number="222B456789")])
    assert await desk.places.of(keyed("222456789", "B")) is not None
    assert await desk.places.of(keyed("222456789", "A")) is None


async def test_what_is_done_is_no_place() -> None:
    desk = Desk([replace(WAITS, state=LeftState.DONE)])
    assert await desk.places.of(keyed("123456789")) is None


async def test_what_lies_on_the_desk_has_no_place_in_line_and_comes_after_what_is_dialled() -> None:
    landed = replace(WAITS, id="m-0", arrival=ARRIVAL - 900, life=State.GIVEN_UP.value)
    found = await Desk([landed, WAITS]).places.of(keyed("123456789"))
    assert found is not None
    assert found.callback == "m-1"
    found = await Desk([landed]).places.of(keyed("123456789"))
    assert found is not None
    assert (found.callback, found.position) == ("m-0", None)


async def test_an_appointment_to_come_is_told_by_the_clock_of_the_hours() -> None:
    agreed = replace(WAITS, appointment_at=NOW + 3600, concern="garbled")
    found = await Desk([agreed], ahead=86_400).places.of(keyed("123456789"))
    assert found is not None
    now = MONDAY_AT_NINE + timedelta(days=1)
    assert found.appointment == Upcoming(now + timedelta(hours=1), now)
    assert (found.position, found.concern) == (None, Concern.MONEY)


async def test_an_appointment_whose_moment_has_come_is_in_line() -> None:
    found = await Desk([replace(WAITS, appointment_at=NOW)]).places.of(keyed("123456789"))
    assert found is not None
    assert (found.position, found.appointment) == (4, None)


async def test_an_emergency_stands_in_the_urgent_line_and_a_team_that_is_gone_in_none() -> None:
    desk = Desk([replace(WAITS, concern="emergency")])
    await desk.places.of(keyed("123456789"))
    assert desk.asked[0][0] == "A1-urgent"
    found = await Desk([replace(WAITS, team="gone")]).places.of(keyed("123456789"))
    assert found is not None
    assert found.position is None


async def test_a_lost_place_is_found_where_no_callback_is() -> None:
    desk = Desk()
    contact = keyed("123456789")
    assert await desk.places.of(contact) is None
    whose = desk.places.whose(contact)
    assert whose is not None
    desk.lost.about("1.1", whose)
    desk.lost.broke_off("1.1", LostPlace("L01", "job", ARRIVAL, 9000, NOW))
    found = await desk.places.of(contact)
    assert found is not None
    assert (found.callback, found.concern, found.arrival, found.credit) == ("", Concern.JOB, ARRIVAL, 3600)


def test_nobody_has_no_hash() -> None:
    assert Desk().places.whose(Contact(arrival=int(NOW))) is None
