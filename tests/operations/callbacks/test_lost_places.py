import asyncio
from dataclasses import dataclass, field

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.contact import ContactDecided
from facts.place import Place
from operations.callbacks.lost_places import KEPT_SECONDS, MOST, HashedCustomers, LostPlace, LostPlaces, LostPlacesAway
from routing.number import NumberFormat

NOW = 1_767_600_900.0
ARRIVAL = 1_767_600_000
WHOSE = "ab"


@dataclass
class MemoryPlaces:
    """The store's side in memory; away, or silent, as a test wants."""

    places: dict[str, LostPlace] = field(default_factory=dict)
    is_away: bool = False
    is_silent: bool = False

    async def put(self, whose: str, place: LostPlace, seconds: int) -> None:
        assert seconds == KEPT_SECONDS
        await self._answer()
        self.places[whose] = place

    async def get(self, whose: str) -> LostPlace | None:
        await self._answer()
        return self.places.get(whose)

    async def remove(self, whose: str) -> None:
        await self._answer()
        self.places.pop(whose, None)

    async def _answer(self) -> None:
        if self.is_silent:
            await asyncio.Event().wait()
        if self.is_away:
            raise LostPlacesAway


class Desk:
    """Lost places with a clock that a test moves."""

    def __init__(self, kept: MemoryPlaces | None = None) -> None:
        self.kept, self.now = kept or MemoryPlaces(), NOW
        self.lost = LostPlaces(self.kept, lambda: self.now)
        self.lost.about("1.1", WHOSE)

    def abandons(self, call: str = "1.1", cause: LeftBy = LeftBy.ABANDONED, place: Place | None = None) -> None:
        self.lost.fold(CallerLeft(at=NOW, place=place or stands(call), cause=cause, hold_seconds=30.0))


def stands(call: str = "1.1", team: str = "L01", arrival: int = ARRIVAL) -> Place:
    return Place("node", call, team, 1, team, arrival, 300, "household-team", "money", "de")


LOST = LostPlace("L01", "money", ARRIVAL, 300, NOW)


@pytest.mark.parametrize("cause", [LeftBy.ABANDONED, LeftBy.LOST])
async def test_who_hung_up_or_was_dropped_in_line_has_the_place_still(cause: LeftBy) -> None:
    desk = Desk()
    desk.abandons(cause=cause)
    assert await desk.lost.find(WHOSE) == LOST


@pytest.mark.parametrize("cause", [LeftBy.ANSWERED, LeftBy.TIMEOUT, LeftBy.KEY, LeftBy.MOVED])
async def test_who_was_answered_or_comes_back_has_lost_nothing(cause: LeftBy) -> None:
    desk = Desk()
    desk.abandons(cause=cause)
    assert await desk.lost.find(WHOSE) is None


async def test_who_hung_up_between_two_stays_in_line_has_the_place_still() -> None:
    desk = Desk()
    desk.lost.fold(CallEnded(at=NOW, place=stands(), hold_seconds=40.0))
    assert await desk.lost.find(WHOSE) == LOST


@pytest.mark.parametrize("settled", [True, False])
async def test_a_message_or_a_talk_leaves_no_place_behind(settled: bool) -> None:
    desk = Desk()
    if settled:
        desk.lost.settled("1.1")
    desk.lost.fold(CallEnded(at=NOW, place=stands(), hold_seconds=40.0 if settled else None))
    assert await desk.lost.find(WHOSE) is None


async def test_after_ten_minutes_it_is_gone() -> None:
    desk = Desk()
    desk.abandons()
    desk.now += KEPT_SECONDS
    assert await desk.lost.find(WHOSE) is None


async def test_whoever_stands_in_line_again_has_found_it() -> None:
    desk = Desk()
    desk.abandons()
    desk.lost.about("1.2", WHOSE)
    desk.lost.fold(CallerJoined(at=NOW, place=stands("1.2")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (await desk.lost.find(WHOSE), desk.kept.places) == (None, {})


async def test_a_router_that_starts_anew_finds_it_in_the_store() -> None:
    desk = Desk(MemoryPlaces({WHOSE: LOST}))
    assert await desk.lost.find(WHOSE) == LOST


async def test_a_router_that_knows_ten_minutes_asks_no_store() -> None:
    desk = Desk(MemoryPlaces({WHOSE: LostPlace("L01", "money", ARRIVAL, 0, NOW + KEPT_SECONDS)}))
    desk.now += KEPT_SECONDS
    desk.lost.fold(CallerJoined(at=NOW, place=stands()))
    assert (await desk.lost.find(WHOSE), len(desk.kept.places)) == (None, 1)


@pytest.mark.parametrize("kept", [MemoryPlaces(is_away=True), MemoryPlaces(is_silent=True)])
async def test_a_store_that_is_away_keeps_nobody_waiting(kept: MemoryPlaces) -> None:
    desk = Desk(kept)
    assert await desk.lost.find(WHOSE) is None
    desk.abandons()
    await asyncio.sleep(0)
    assert await desk.lost.find(WHOSE) == LOST
    await desk.lost.stop()


async def test_the_place_is_that_of_the_team_the_contact_is_for() -> None:
    desk = Desk()
    desk.lost.fold(decided("1.1"))
    desk.abandons(place=stands(team="L02"))
    found = await desk.lost.find(WHOSE)
    assert found is not None
    assert found.team == "L01"


async def test_where_a_member_sent_the_caller_it_is_that_team() -> None:
    desk = Desk()
    desk.lost.fold(decided("1.1"))
    desk.abandons(place=stands(team="V01"))
    found = await desk.lost.find(WHOSE)
    assert found is not None
    assert found.team == "V01"


async def test_calls_of_nobody_known_are_not_followed() -> None:
    desk = Desk()
    desk.lost.fold(decided("9.9"))
    desk.abandons("9.9")
    desk.lost.broke_off("9.9", LOST)
    assert (await desk.lost.find(WHOSE), desk.kept.places) == (None, {})


async def test_a_place_without_an_arrival_is_none() -> None:
    desk = Desk()
    desk.abandons(place=stands(arrival=0))
    assert await desk.lost.find(WHOSE) is None


async def test_who_breaks_off_on_the_way_into_line_keeps_it() -> None:
    desk = Desk()
    desk.lost.broke_off("1.1", LOST)
    assert await desk.lost.find(WHOSE) == LOST


async def test_neither_calls_nor_places_grow_without_bound() -> None:
    desk = Desk()
    for each in range(MOST + 2):
        desk.lost.about(f"2.{each}", f"c{each}")
        desk.lost.broke_off(f"2.{each}", LOST)
    desk.lost.broke_off("1.1", LOST)
    assert await desk.lost.find(WHOSE) is None
    desk.now += 1
    await desk.lost.stop()


def test_one_customer_has_one_hash_without_the_number_in_it() -> None:
    numbers, hashed = NumberFormat(), HashedCustomers(b"a secret of 16 b")
    ours, other = numbers.written("123A456789"), numbers.written("123B456789")
    assert ours is not None
    assert other is not None
    assert hashed(ours) == hashed(ours)
    assert hashed(ours) != hashed(other)
    assert hashed(ours) != HashedCustomers(b"another of 16 by")(ours)
    assert "456789" not in hashed(ours)


def decided(call: str) -> ContactDecided:
    return ContactDecided(
        at=NOW,
        node="node",
        call=call,
        visit=0,
        team="L02",
        home="L01",
        goal="line",
        rule="overflow-wait",
        concern="money",
        way="call",
        language="de",
        steps="",
        customer="",
        taken_back=False,
    )
