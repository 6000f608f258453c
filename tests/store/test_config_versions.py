import asyncio
from datetime import UTC, datetime

import pytest
import redis.asyncio as redis

from store.config_versions import ConfigVersions, NoSuchVersion

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
