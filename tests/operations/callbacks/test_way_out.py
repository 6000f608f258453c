"""A trunk that takes no calls: nobody is rung in vain, and whoever came first is served first once it does again."""

import pytest

from operations.callbacks.way_out import PAUSE_SECONDS, WayOut
from tests.fakes.callback_house import CallbackHouse
from tests.fakes.entries import MONDAY


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def way_out(clock: Clock) -> WayOut:
    return WayOut(clock)


def fails(way_out: WayOut, *callbacks: str) -> tuple[bool, bool]:
    for callback in callbacks:
        way_out.failed(callback)
    return way_out.is_shut, way_out.is_tried


def test_one_number_that_the_network_always_refuses_cuts_off_nobody(way_out: WayOut) -> None:
    assert (False, False) == fails(way_out, *["m-1"] * 20, "m-2")


def test_three_different_ones_in_a_row_are_the_trunks_fault(way_out: WayOut) -> None:
    assert (True, True) == fails(way_out, "m-1", "m-2", "m-3")


def test_one_that_gets_out_in_between_shows_that_there_is_a_way(way_out: WayOut) -> None:
    fails(way_out, "m-1", "m-2")
    way_out.worked()
    assert (False, False) == fails(way_out, "m-3", "m-4")


def test_after_a_pause_one_is_tried_and_the_next_pause_is_longer(way_out: WayOut, clock: Clock) -> None:
    fails(way_out, "m-1", "m-2", "m-3")
    for pause in PAUSE_SECONDS[1:]:
        clock.now += PAUSE_SECONDS[-1]
        assert (False, True) == (way_out.is_shut, way_out.is_tried)
        way_out.failed("m-1")
        clock.now += pause - 1
        assert way_out.is_shut
        clock.now += 1
        assert not way_out.is_shut


def test_what_was_dialled_before_it_was_shut_makes_no_pause_longer(way_out: WayOut, clock: Clock) -> None:
    fails(way_out, "m-1", "m-2", "m-3", "m-4", "m-5")
    clock.now += PAUSE_SECONDS[0]
    assert not way_out.is_shut


@pytest.fixture
async def cut_off() -> CallbackHouse:
    """Five wait, in order; the first three have not got out."""
    house = CallbackHouse()
    for place in range(5):
        await house.ask(arrival=int(MONDAY) + place, phone=f"+4921155510{place}")
    await house.look()
    for _ in range(3):
        house.asterisk.does_not_get_out(await house.answered())
        await house.settle()
    return house


async def test_while_nobody_gets_out_nobody_stands_in_line_or_loses_an_attempt(cut_off: CallbackHouse) -> None:
    await cut_off.look()
    assert [] == cut_off.asterisk.line
    assert {0} == {each.attempts - each.uncounted for each in cut_off.kept.entries.values()}


async def test_the_first_in_order_tries_the_way_alone(cut_off: CallbackHouse) -> None:
    await cut_off.look()
    await cut_off.look(PAUSE_SECONDS[0])
    await cut_off.look()
    assert [cut_off.kept_in_order()[0]] == cut_off.asterisk.line


async def test_once_one_gets_out_all_follow_in_order(cut_off: CallbackHouse) -> None:
    first, *others = cut_off.kept_in_order()
    await cut_off.look()
    await cut_off.look(PAUSE_SECONDS[0])
    assert first == await cut_off.answered()
    cut_off.asterisk.citizen_talks(first)
    await cut_off.settle()
    await cut_off.look()
    assert others == cut_off.asterisk.line


async def test_a_kiosk_is_rung_though_the_trunk_takes_no_calls(cut_off: CallbackHouse) -> None:
    beside = await cut_off.ask(kiosk="K1", phone="", came_at=cut_off.now)
    await cut_off.look()
    assert [beside.id] == cut_off.asterisk.line


async def test_a_member_who_has_answered_when_it_is_shut_is_let_go(cut_off: CallbackHouse) -> None:
    before = len(cut_off.asterisk.dialled)
    await cut_off.answered()
    assert (before, 1) == (len(cut_off.asterisk.dialled), len(cut_off.asterisk.let_down))
