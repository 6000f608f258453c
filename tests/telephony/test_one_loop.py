import asyncio

from twisted.internet import reactor
from twisted.internet.task import deferLater


async def test_the_reactor_runs_on_the_tests_loop() -> None:
    assert reactor._asyncioEventloop is asyncio.get_running_loop()


async def test_a_twisted_timer_fires_in_an_async_test() -> None:
    fired = await deferLater(reactor, 0.001, lambda: "fired").asFuture(asyncio.get_running_loop())

    assert fired == "fired"


def test_a_test_without_a_loop_runs_beside_them() -> None:
    assert asyncio.get_event_loop_policy()


async def test_the_loop_is_still_open_afterwards() -> None:
    assert not asyncio.get_running_loop().is_closed()
