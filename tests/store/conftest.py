"""One embedded Valkey for the store's tests, emptied before each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis.asyncio as redis

from store.connection import StoreAddress, connect
from store.embedded import EmbeddedStore


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real, private Valkey."""
    folder: Path = tmp_path_factory.mktemp("store")
    with EmbeddedStore(folder) as store:
        yield store.url


@pytest.fixture
async def client(valkey_url: str) -> AsyncIterator[redis.Redis]:
    """A connection to an empty store."""
    client = connect(StoreAddress(valkey_url))
    await client.flushall()
    yield client
    await client.aclose()
