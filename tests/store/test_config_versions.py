import asyncio
from datetime import UTC, datetime

import pytest
import redis.asyncio as redis

from operations.versions import NoSuchVersion, VersionMovedOn
from store.config_versions import ConfigVersions

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


async def test_before_the_first_activation_nothing_is_active(client: redis.Redis) -> None:
    assert await ConfigVersions(client).active() is None


async def test_an_activated_text_is_the_active_version(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    new = await versions.activate("centre: a", MONDAY)
    active = await versions.active()
    assert active is not None
    assert (new, "centre: a") == (active.id, active.text)


async def test_a_version_id_sorts_by_time(client: redis.Redis) -> None:
    assert (await ConfigVersions(client).activate("x", MONDAY)).startswith("c-20261123T080000-")


async def test_rollback_goes_to_the_version_before(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    first = await versions.activate("one", MONDAY)
    await versions.activate("two", MONDAY)
    assert first == await versions.rollback()
    assert first == await versions.active_id()


async def test_activating_the_same_text_again_keeps_the_way_back(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    first = await versions.activate("one", MONDAY)
    second = await versions.activate("two", MONDAY)
    assert second == await versions.activate("two", MONDAY)
    assert first == await versions.rollback()


async def test_without_an_earlier_version_rollback_says_so(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    await versions.activate("one", MONDAY)
    with pytest.raises(NoSuchVersion, match="no earlier version"):
        await versions.rollback()


async def test_old_versions_are_forgotten_but_never_the_way_back(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    for number in range(60):
        await versions.activate(f"text {number}", MONDAY.replace(minute=number))
    assert await client.hlen("teamline:config:texts") <= 51  # type: ignore[misc]
    await versions.rollback()
    active = await versions.active()
    assert active is not None
    assert active.text == "text 58"


async def test_of_two_activations_at_once_the_later_one_can_go_back_to_the_other(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    await versions.activate("zero", MONDAY)
    both = await asyncio.gather(*(versions.activate(text, MONDAY) for text in ("one", "two")))
    active, back = await versions.active_id(), await versions.rollback()
    assert set(both) == {active, back}


async def test_versions_are_listed_the_newest_first_with_who_put_them_in_force(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    first = await versions.activate("one", MONDAY, "anna")
    second = await versions.activate("two", MONDAY.replace(hour=9))
    listed = [(each.id, each.by, each.is_active, each.is_previous) for each in await versions.listed()]
    assert [(second, "", True, False), (first, "anna", False, True)] == listed


async def test_a_version_goes_in_force_only_after_the_one_that_was_expected(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    first = await versions.activate("one", MONDAY)
    second = await versions.activate("two", MONDAY)
    for change in (
        versions.activate("three", MONDAY, expected=first),
        versions.go_to(first, expected=first),
        versions.rollback(expected=first),
    ):
        with pytest.raises(VersionMovedOn):
            await change
    assert second == await versions.active_id()


async def test_any_kept_version_can_be_gone_back_to(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    first = await versions.activate("one", MONDAY)
    for text in ("two", "three"):
        last = await versions.activate(text, MONDAY)
    assert first == await versions.go_to(first, "anna", last)
    assert (first, "anna") == next((each.id, each.by) for each in await versions.listed() if each.is_active)
    assert last == await versions.rollback()


async def test_a_version_that_was_forgotten_cannot_be_gone_back_to(client: redis.Redis) -> None:
    versions = ConfigVersions(client)
    await versions.activate("one", MONDAY)
    with pytest.raises(NoSuchVersion):
        await versions.go_to("c-gone")


async def test_a_store_that_goes_right_after_the_switch_takes_nothing_back(
    client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(_: str) -> list[bytes]:
        raise redis.ConnectionError

    monkeypatch.setattr(client, "hkeys", gone)
    versions = ConfigVersions(client)
    assert await versions.activate("centre: a", MONDAY) == await versions.active_id()
