import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
import redis.asyncio as redis

from operations.journal import Entry, JournalAway, JournalDays
from store.connection import StoreAddress, connect
from store.journal import PAGE, JournalStore
from tests.fakes.journal_days import FakeDays

SUNDAY = datetime.now(UTC).date()
ADAY = timedelta(days=1)


def entries(count: int, first: int = 0) -> list[Entry]:
    return [(f"fact/{number}", b"record %d" % number) for number in range(first, first + count)]


async def told(store: JournalStore, day: date = SUNDAY) -> list[bytes]:
    return [record async for record in store.read(day)]


def records(of: Sequence[Entry]) -> list[bytes]:
    return [record for _, record in of]


@pytest.fixture(params=["store", "fake"])
def days(request: pytest.FixtureRequest, client: redis.Redis) -> JournalDays:
    """The same facts are true of the store and of the fake that others test with."""
    return JournalStore(client) if request.param == "store" else FakeDays()


async def test_what_is_new_is_counted(days: JournalDays) -> None:
    assert 3 == await days.append(SUNDAY, entries(3))


async def test_a_batch_sent_again_adds_nothing(days: JournalDays) -> None:
    await days.append(SUNDAY, entries(3))
    assert 0 == await days.append(SUNDAY, entries(3))


async def test_of_a_batch_that_is_partly_known_the_rest_is_added(days: JournalDays) -> None:
    await days.append(SUNDAY, entries(3))
    assert 2 == await days.append(SUNDAY, entries(3, first=2))


async def test_a_fact_told_twice_in_one_batch_is_written_once(days: JournalDays) -> None:
    assert 1 == await days.append(SUNDAY, [("same", b"1"), ("same", b"1")])


@pytest.mark.parametrize("other", [SUNDAY - ADAY, SUNDAY + ADAY])
async def test_a_fact_that_two_tellers_date_on_two_sides_of_midnight_is_written_once(
    days: JournalDays, other: date
) -> None:
    await days.append(other, entries(1))
    assert 0 == await days.append(SUNDAY, entries(1))


async def test_an_empty_batch_writes_nothing(days: JournalDays) -> None:
    assert 0 == await days.append(SUNDAY, [])


async def test_a_day_comes_back_in_the_order_in_which_it_was_written(client: redis.Redis) -> None:
    store = JournalStore(client)
    await store.append(SUNDAY, entries(2, first=5))
    await store.append(SUNDAY, entries(2))
    assert records([*entries(2, first=5), *entries(2)]) == await told(store)


async def test_what_is_written_again_keeps_its_first_place(client: redis.Redis) -> None:
    store = JournalStore(client)
    await store.append(SUNDAY, entries(3))
    await store.append(SUNDAY, entries(1))
    assert records(entries(3)) == await told(store)


async def test_a_day_that_nobody_wrote_is_empty(client: redis.Redis) -> None:
    assert [] == await told(JournalStore(client))


@pytest.mark.parametrize("count", [PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])
async def test_pages_neither_lose_nor_repeat_a_fact(client: redis.Redis, count: int) -> None:
    store = JournalStore(client)
    await store.append(SUNDAY, entries(count))
    assert records(entries(count)) == await told(store)


async def test_ten_thousand_facts_come_back_in_order(client: redis.Redis) -> None:
    store = JournalStore(client)
    for first in range(0, 10_000, 500):
        await store.append(SUNDAY, entries(500, first))
    assert records(entries(10_000)) == await told(store)


async def test_what_is_written_while_a_day_is_read_is_read_too(client: redis.Redis) -> None:
    store = JournalStore(client)
    await store.append(SUNDAY, entries(PAGE))
    found: list[bytes] = []
    async for record in store.read(SUNDAY):
        if not found:
            await store.append(SUNDAY, entries(1, first=PAGE))
        found.append(record)
    assert records(entries(PAGE + 1)) == found


async def test_of_writers_at_once_each_fact_is_written_once(client: redis.Redis) -> None:
    store = JournalStore(client)
    batches = [entries(40, first) for first in range(0, 400, 20) for _ in range(3)]
    new = await asyncio.gather(*(JournalStore(client).append(SUNDAY, batch) for batch in batches))
    assert 420 == sum(new)
    assert sorted(records(entries(420))) == sorted(await told(store))


async def test_days_do_not_mix(client: redis.Redis) -> None:
    store = JournalStore(client)
    await store.append(SUNDAY, entries(1))
    await store.append(SUNDAY + ADAY, entries(1, first=1))
    assert records(entries(1, first=1)) == await told(store, SUNDAY + ADAY)


async def test_the_days_that_have_facts_are_told_oldest_first(client: redis.Redis) -> None:
    store = JournalStore(client)
    for day in (SUNDAY, SUNDAY - ADAY, SUNDAY - 2 * ADAY):
        await store.append(day, [(f"{day}", b"record")])
    await client.xadd("teamline:journal:of-another", {"f": "x"})
    await client.set("teamline:journal:2026-01-01", "no stream")
    assert [SUNDAY - 2 * ADAY, SUNDAY - ADAY, SUNDAY] == await store.days()


async def test_a_day_and_its_ids_go_when_they_have_been_kept_long_enough(client: redis.Redis) -> None:
    await JournalStore(client, days_kept=30).append(SUNDAY, entries(1))
    ends = {await client.expiretime(key) for key in cast("list[str]", await client.keys("teamline:journal:*"))}
    midnight = datetime(SUNDAY.year, SUNDAY.month, SUNDAY.day, tzinfo=UTC).timestamp()
    assert {midnight + 32 * 86_400} == ends


async def test_a_later_fact_keeps_no_day_longer(client: redis.Redis) -> None:
    store = JournalStore(client, days_kept=1)
    await store.append(SUNDAY, entries(1))
    before = await client.expiretime(f"teamline:journal:{SUNDAY}")
    await store.append(SUNDAY, entries(2))
    assert before == await client.expiretime(f"teamline:journal:{SUNDAY}")


async def test_a_day_older_than_what_is_kept_takes_nothing(client: redis.Redis) -> None:
    await JournalStore(client, days_kept=30).append(SUNDAY - 40 * ADAY, entries(1))
    assert [] == await client.keys("*")


async def test_days_may_be_kept_for_ever(client: redis.Redis) -> None:
    await JournalStore(client, days_kept=30).append(SUNDAY, entries(1))
    await JournalStore(client, days_kept=0).append(SUNDAY, entries(1))
    assert {-1} == {await client.ttl(key) for key in await client.keys("teamline:journal:*")}


async def test_a_shorter_setting_is_true_of_days_that_are_there(client: redis.Redis) -> None:
    await JournalStore(client, days_kept=0).append(SUNDAY - 9 * ADAY, entries(1))
    await JournalStore(client, days_kept=0).append(SUNDAY, entries(1, first=1))
    await JournalStore(client, days_kept=5).keep_days()
    assert [SUNDAY] == await JournalStore(client).days()


async def test_a_server_that_forgot_the_script_is_told_again(client: redis.Redis) -> None:
    store = JournalStore(client)
    await store.append(SUNDAY, entries(1))
    await client.script_flush()
    assert 1 == await store.append(SUNDAY, entries(2))


async def test_an_entry_of_another_writer_is_told_as_nothing(client: redis.Redis) -> None:
    await client.xadd(f"teamline:journal:{SUNDAY}", {"x": "y"})
    assert [b""] == await told(JournalStore(client))


async def test_a_store_that_is_away_is_told_in_operations_words() -> None:
    client = connect(StoreAddress("unix:///nowhere/store.sock"))
    store = JournalStore(client)
    for question in (store.append(SUNDAY, entries(1)), told(store), store.days(), store.keep_days()):
        with pytest.raises(JournalAway, match="ConnectionError"):
            await question
    await client.aclose()


async def test_a_record_that_is_written_anew_keeps_its_place_its_day_and_its_end(client: redis.Redis) -> None:
    store = JournalStore(client)
    await store.append(SUNDAY, entries(PAGE + 3))
    ends = await client.expiretime(f"teamline:journal:{SUNDAY.isoformat()}")
    told_now = [b"another" if each == b"record 1" else each for each in records(entries(PAGE + 3))]
    assert 1 == await store.rewrite(SUNDAY, lambda each: b"another" if each == b"record 1" else None)
    assert told_now == await told(store)
    assert ends == await client.expiretime(f"teamline:journal:{SUNDAY.isoformat()}")
    assert 0 == await store.append(SUNDAY, entries(2))
    assert 1 == await store.append(SUNDAY, entries(1, first=PAGE + 3))


async def test_nothing_to_be_written_anew_changes_nothing(client: redis.Redis) -> None:
    store = JournalStore(client)
    assert 0 == await store.rewrite(SUNDAY, lambda each: each)
    await store.append(SUNDAY, entries(2))
    assert 0 == await store.rewrite(SUNDAY, lambda _: None)
    assert records(entries(2)) == await told(store)
