from datetime import UTC, datetime, timedelta

import pytest
import redis.asyncio as redis

from operations.closings import ClosedNow, ClosingsAway
from routing.hours.closure import Closure
from store.closings import CLOSINGS, ClosingStore, read, written
from store.connection import StoreAddress, connect

NINE = datetime(2026, 11, 23, 8, tzinfo=UTC)


def order(scope: str, reason: str = "Brand “Nord”") -> ClosedNow:
    return ClosedNow(Closure(scope, NINE, NINE + timedelta(hours=1), reason), "anna")


async def test_orders_are_kept_by_scope_the_last_of_each(client: redis.Redis) -> None:
    closings = ClosingStore(client)
    assert () == await closings.all()
    for each in (order("team:L01", "first"), order("centre"), order("team:L01")):
        await closings.put(each)
    assert (order("centre"), order("team:L01")) == await closings.all()


async def test_an_order_that_was_taken_back_is_gone(client: redis.Redis) -> None:
    closings = ClosingStore(client)
    await closings.put(order("centre"))
    assert [True, False] == [await closings.remove("centre") for _ in range(2)]
    assert () == await closings.all()


async def test_a_store_without_an_append_only_file_takes_orders_too(client: redis.Redis) -> None:
    await client.config_set("appendonly", "no")
    try:
        await ClosingStore(client).put(order("centre"))
        assert (order("centre"),) == await ClosingStore(client).all()
    finally:
        await client.config_set("appendonly", "yes")


async def test_what_cannot_be_read_closes_nothing(client: redis.Redis) -> None:
    odd = {"a": "{", "b": "[]", "c": '{"scope": "centre"}', "d": written(order("centre")).replace("+00:00", "")}
    await client.hset(CLOSINGS, mapping=odd)
    assert () == await ClosingStore(client).all()


def test_an_order_comes_back_as_it_was_written() -> None:
    assert (order("site:nord"),) == read([written(order("site:nord"))])


async def test_a_store_that_is_away_is_said_to_be() -> None:
    away = connect(StoreAddress("unix:///nowhere/store.sock"))
    for asked in (ClosingStore(away).all(), ClosingStore(away).put(order("centre")), ClosingStore(away).remove("x")):
        with pytest.raises(ClosingsAway):
            await asked
    await away.aclose()
