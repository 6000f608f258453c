import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import redis.asyncio as redis

from routing.directory import Assignment, DirectoryTable, KeyedHash
from routing.directory_rows import NO_HOUSEHOLD, PackedRows
from routing.snapshot import SnapshotDamaged, SnapshotForeign
from store import directory
from store.config_versions import NoSuchVersion
from store.directory import DirectoryStore
from tests.fakes.directory_centre import KEYED_HASH

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
ASSIGNMENTS = (Assignment("A1", "L01", "V01"),)


def table(day: int, customers: int = 3) -> DirectoryTable:
    rows = PackedRows()
    for customer in range(1, customers + 1):
        rows.add(customer + 1, 0, customer, "A", NO_HOUSEHOLD, "")
    return rows.sorted_out(ASSIGNMENTS).table(KEYED_HASH)[0].dated(MONDAY + timedelta(days=day))


async def imported(store: DirectoryStore, day: int) -> str:
    made = table(day)
    await store.save(made)
    await store.activate(made.version)
    return made.version


async def blobs(client: redis.Redis) -> set[str]:
    return {bytes(key).decode().rpartition(":")[2] for key in await client.keys("teamline:directory:d-*")}


async def test_before_the_first_import_nothing_is_active(client: redis.Redis) -> None:
    assert await DirectoryStore(client).active_version() is None


async def test_a_saved_table_is_not_active_yet(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    await store.save(table(0))
    assert await store.active_version() is None


async def test_an_activated_table_loads_as_it_was(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    version = await imported(store, 0)
    assert await store.active_version() == version
    loaded = await store.load(version, KEYED_HASH)
    assert (loaded.version, loaded.hashes.tolist()) == (version, table(0).hashes.tolist())


async def test_a_table_of_many_pieces_loads_as_it_was(client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "PIECE_BYTES", 100)
    store = DirectoryStore(client)
    many = table(0, customers=500)
    await store.save(many)
    assert len(await store.load(many.version, KEYED_HASH)) == len(many)


async def test_saving_the_same_version_again_changes_nothing(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    await store.save(table(0))
    await store.save(table(0))
    assert len(await store.load(table(0).version, KEYED_HASH)) == 3


async def test_a_half_saved_table_cannot_be_activated_and_goes_by_itself(client: redis.Redis) -> None:
    half = "teamline:directory:d-20261123T080000-abcdef"
    await client.set(half, b"half", ex=directory.HALF_SAVED_SECONDS)
    with pytest.raises(NoSuchVersion):
        await DirectoryStore(client).activate("d-20261123T080000-abcdef")


async def test_a_saved_table_stays(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    await store.save(table(0))
    assert await client.ttl(f"teamline:directory:{table(0).version}") == -1


async def test_an_unknown_version_is_not_activated(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    version = await imported(store, 0)
    with pytest.raises(NoSuchVersion, match="import it again"):
        await store.activate("d-unknown")
    assert await store.active_version() == version


async def test_an_unknown_version_is_not_loaded(client: redis.Redis) -> None:
    with pytest.raises(NoSuchVersion, match="import it again"):
        await DirectoryStore(client).load("d-unknown", KEYED_HASH)


async def test_rollback_goes_back_and_again_forward(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    first, second = await imported(store, 0), await imported(store, 1)
    assert [await store.rollback(), await store.active_version()] == [first, first]
    assert [await store.rollback(), await store.active_version()] == [second, second]


async def test_activating_the_active_version_again_keeps_the_way_back(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    first, second = await imported(store, 0), await imported(store, 1)
    await store.activate(second)
    assert await store.rollback() == first


async def test_without_an_earlier_version_rollback_says_so(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    await imported(store, 0)
    with pytest.raises(NoSuchVersion, match="no earlier directory"):
        await store.rollback()


async def test_versions_before_the_previous_one_are_deleted(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    versions = [await imported(store, day) for day in range(4)]
    assert await blobs(client) == set(versions[-2:])


async def test_an_import_under_way_survives_another_activation(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    later = table(9)
    await store.save(later)
    await imported(store, 0)
    await imported(store, 1)
    await store.activate(later.version)
    assert await store.active_version() == later.version


async def test_of_two_activations_at_once_one_is_active_and_one_is_the_way_back(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    await imported(store, 0)
    one, other = table(1), table(2)
    await store.save(one)
    await store.save(other)
    await asyncio.gather(store.activate(one.version), store.activate(other.version))
    active = await store.active_version()
    assert {active, await store.rollback()} == {one.version, other.version}


async def test_a_table_of_another_secret_is_refused(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    version = await imported(store, 0)
    with pytest.raises(SnapshotForeign):
        await store.load(version, KeyedHash(bytes(32)))


async def test_a_damaged_table_is_refused(client: redis.Redis) -> None:
    store = DirectoryStore(client)
    version = await imported(store, 0)
    await client.setrange(f"teamline:directory:{version}", 30, b"damage")
    with pytest.raises(SnapshotDamaged):
        await store.load(version, KEYED_HASH)


async def test_a_store_that_goes_right_after_the_switch_takes_nothing_back(
    client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(_: str) -> set[bytes]:
        raise redis.ConnectionError

    monkeypatch.setattr(client, "smembers", gone)
    store = DirectoryStore(client)
    assert await imported(store, 0) == await store.active_version()
