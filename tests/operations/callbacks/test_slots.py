import asyncio

from operations.callbacks.slots import LOOK_SECONDS, PATIENCE_SECONDS, Slots
from routing.contact_rules import CallbackRules


class Clocked:
    """Slots on a clock that the test turns; `dialling` are noted."""

    def __init__(self, at_once: int = 1, per_second: int = 50) -> None:
        self.now, self.dialling = 0.0, 0
        rules = CallbackRules(at_once=at_once, per_second=per_second)
        self.slots = Slots(lambda: rules, lambda: self.dialling, lambda: self.now, self._pause)

    async def _pause(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def test_a_slot_is_had_at_once_while_there_is_one() -> None:
    clocked = Clocked()
    assert await clocked.slots.take(0)
    assert clocked.now == 0.0


async def test_who_gets_none_within_the_patience_has_none() -> None:
    clocked = Clocked()
    clocked.dialling = 1
    assert not await clocked.slots.take(0)
    assert PATIENCE_SECONDS <= clocked.now <= PATIENCE_SECONDS + LOOK_SECONDS


async def test_no_more_dials_begin_within_a_second_than_the_centre_wants() -> None:
    clocked = Clocked(at_once=10, per_second=2)
    for _ in range(3):
        assert await clocked.slots.take(0)
        clocked.slots.begin()
    assert clocked.now >= 1.0


async def test_a_dial_that_took_long_to_be_noted_counts_from_its_beginning() -> None:
    clocked = Clocked(at_once=10, per_second=1)
    assert await clocked.slots.take(0)
    clocked.now = 0.9
    clocked.slots.begin()
    assert await clocked.slots.take(0)
    assert clocked.now >= 1.9


async def test_whoever_came_first_is_dialled_first_when_a_slot_is_free() -> None:
    clocked, order = Clocked(), []
    clocked.dialling = 1

    async def waits(virtual_arrival: int) -> None:
        assert await clocked.slots.take(virtual_arrival)
        order.append(virtual_arrival)
        clocked.slots.give_back()

    waiting = [asyncio.ensure_future(waits(each)) for each in (30, 10, 20)]
    await asyncio.sleep(0)
    clocked.dialling = 0
    await asyncio.gather(*waiting)
    assert order == [10, 20, 30]


async def test_whoever_gave_up_waiting_keeps_nobody_else_from_a_slot() -> None:
    clocked = Clocked()
    clocked.dialling = 1
    assert not await clocked.slots.take(0)
    clocked.dialling = 0
    assert await clocked.slots.take(5)
