import socket

import pytest
import redis.asyncio as redis

from store.connection import StoreAddress, StoreRefused, check, connect, is_up, version


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6379/0",
        "redis://localhost:6379",
        "redis://[::1]:6379",
        "unix:///run/store.sock",
        "redis://:secret@192.0.2.7:6379",
        "rediss://router:secret@store.example:6380/0",
    ],
)
def test_a_store_on_this_machine_or_with_a_password_is_taken(url: str) -> None:
    check(StoreAddress(url))


@pytest.mark.parametrize("url", ["redis://192.0.2.7:6379", "rediss://store.example", "redis://127.0.0.1.example"])
def test_a_store_on_the_network_without_a_password_is_refused(url: str) -> None:
    with pytest.raises(StoreRefused, match="without a password"):
        check(StoreAddress(url))


def test_a_password_given_apart_counts() -> None:
    check(StoreAddress("redis://192.0.2.7:6379", password="secret"))


def test_another_scheme_is_refused_with_an_example() -> None:
    with pytest.raises(StoreRefused, match="redis://127"):
        check(StoreAddress("http://127.0.0.1"))


def test_an_address_never_shows_its_password() -> None:
    assert "secret" not in repr(StoreAddress("redis://u:secret@192.0.2.7:6379", password="secret"))


async def test_the_embedded_store_is_young_enough(client: redis.Redis) -> None:
    assert await version(client) >= (7, 2)
    assert await is_up(client)


@pytest.mark.parametrize(
    "url",
    [
        "redis://[secret",
        "redis://u:secret@127.0.0.1:99999/0",
        "redis://127.0.0.1:secret/0",
        "redis://127.0.0.1?db=secret",
        "redis://127.0.0.1?secret=1",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreRefused) as refused:
        connect(StoreAddress(url))
    assert "secret" not in str(refused.value)


async def test_a_store_that_takes_the_connection_and_stays_silent_is_not_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = connect(StoreAddress(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"))
        assert not await is_up(client, seconds=0.05)
        await client.aclose()
