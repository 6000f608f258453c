import time
from datetime import UTC, date, datetime

import pytest
import redis.asyncio as redis

from operations.gave_up.record import GaveUpRecords
from operations.gave_up.row import GaveUpAway
from store.connection import StoreAddress, connect
from store.gave_up import PREFIX, GaveUpStore
from tests.fakes.gave_up import row

TODAY = datetime.now(UTC).date()
RECORDS = GaveUpRecords(bytes(32))


async def test_a_day_is_kept_changed_and_forgotten_by_the_store_itself(client: redis.Redis) -> None:
    kept = GaveUpStore(client, RECORDS)
    assert (0, []) == (await kept.version(TODAY), await kept.listed(TODAY))
    ends = time.time() + 500
    assert await kept.write(TODAY, ends, [row("g-1", phone="+491"), row("g-2")], []) == 1
    assert await kept.write(TODAY, ends, [row("g-3")], ["g-2", "g-9"]) == 2
    found = sorted(await kept.listed(TODAY), key=lambda each: each.id)
    assert [row("g-1", phone="+491"), row("g-3")] == found
    for key in (f"{PREFIX}{TODAY}", f"{PREFIX}{TODAY}:version"):
        assert 490 < await client.ttl(key) <= 500


async def test_more_than_a_page_is_listed_whole(client: redis.Redis) -> None:
    kept = GaveUpStore(client, RECORDS)
    await kept.write(TODAY, time.time() + 500, [row(f"g-{each}") for each in range(700)], [])
    assert len(await kept.listed(TODAY)) == 700


async def test_whoever_is_forgotten_is_so_on_every_day_and_routers_notice(client: redis.Redis) -> None:
    kept, other = GaveUpStore(client, RECORDS), date(2026, 1, 5)
    for day in (TODAY, other):
        await kept.write(day, time.time() + 500, [row("g-1"), row("g-2")], [])
    assert len(await kept.everybody()) == 4
    await kept.forget(["g-1"])
    await kept.forget([])
    assert ["g-2", "g-2"] == [each.id for each in await kept.everybody()]
    assert await kept.version(other) == 2


async def test_what_cannot_be_read_is_passed_over(client: redis.Redis) -> None:
    kept = GaveUpStore(client, RECORDS)
    await kept.write(TODAY, time.time() + 500, [row("g-1")], [])
    await client.hset(f"{PREFIX}{TODAY}", "g-2", b"{")
    assert ["g-1"] == [each.id for each in await kept.listed(TODAY)]


async def test_a_store_that_is_away_says_so() -> None:
    kept = GaveUpStore(connect(StoreAddress("redis://127.0.0.1:1")), RECORDS)
    for ask in (kept.write(TODAY, 1.0, [], []), kept.version(TODAY), kept.listed(TODAY), kept.everybody()):
        with pytest.raises(GaveUpAway):
            await ask
