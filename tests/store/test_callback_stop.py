import pytest
import redis.asyncio as redis

from operations.callbacks.kill_switch import StopAway, Stopped
from store.callback_stop import STOP, CallbackStopStore, read
from store.connection import StoreAddress, connect

ORDER = Stopped(1_795_420_800.0, "command", "wrong numbers")


async def test_a_stop_is_in_force_until_it_is_taken_back(client: redis.Redis) -> None:
    stop = CallbackStopStore(client)
    assert await stop.get() is None
    await stop.put(ORDER)
    assert ORDER == await stop.get()
    assert [True, False] == [await stop.remove() for _ in range(2)]
    assert await stop.get() is None


async def test_a_store_without_an_append_only_file_takes_it_too(client: redis.Redis) -> None:
    await client.config_set("appendonly", "no")
    try:
        await CallbackStopStore(client).put(ORDER)
        assert ORDER == await CallbackStopStore(client).get()
    finally:
        await client.config_set("appendonly", "yes")


async def test_what_cannot_be_read_stops_too(client: redis.Redis) -> None:
    await client.set(STOP, b"{")
    assert await CallbackStopStore(client).get() is not None
    assert Stopped(0.0, "unknown", "") == read(b"[]")


async def test_a_store_that_is_away_is_said_to_be() -> None:
    away = connect(StoreAddress("unix:///nowhere/store.sock"))
    stop = CallbackStopStore(away)
    for asked in (stop.get(), stop.put(ORDER), stop.remove()):
        with pytest.raises(StopAway):
            await asked
    await away.aclose()
