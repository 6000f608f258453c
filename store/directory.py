"""Versions of the customer directory in the store: the active one, the one before, and an atomic switch."""

import asyncio
from contextlib import suppress
from typing import cast

import redis.asyncio as redis
from redis.asyncio.client import Pipeline

from operations.versions import Directories
from routing.directory import DirectoryTable, KeyedHash
from store.config_versions import NoSuchVersion
from store.connection import AWAY

POINTERS = "teamline:directory:pointers"
VERSIONS = "teamline:directory:versions"
# A nation's table has 130 MB: in pieces it neither holds the loop nor the server for long.
PIECE_BYTES = 1 << 20
HALF_SAVED_SECONDS = 600


def _key(version: str) -> str:
    return f"teamline:directory:{version}"


class DirectoryStore:
    """The store's side of `import`: saved versions, of which one is active.

    Every method raises whatever the client raises when the store is away. The client must not decode responses.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def save(self, table: DirectoryTable) -> None:
        """Keep the table under its version; nobody sees one that is only half there."""
        if await self._is_saved(table.version):
            return
        blob = await asyncio.to_thread(table.to_bytes)
        key = _key(table.version)
        await self._client.set(key, b"", ex=HALF_SAVED_SECONDS)
        for start in range(0, len(blob), PIECE_BYTES):
            await self._client.append(key, blob[start : start + PIECE_BYTES])
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.persist(key)
            pipe.sadd(VERSIONS, table.version)
            await pipe.execute()

    async def activate(self, version: str) -> None:
        """Make a saved version the active one in one step, and keep the one before. Raises NoSuchVersion."""
        if not await self._is_saved(version):
            raise NoSuchVersion(f"there is no directory {version}: import it again")

        async def switch(pipe: Pipeline) -> None:
            active = await pipe.hget(POINTERS, "active")
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            if active and active != version.encode():
                pipe.hset(POINTERS, "previous", cast("str", active))
            pipe.hset(POINTERS, "active", version)

        await self._client.transaction(switch, POINTERS)
        with suppress(*AWAY):  # it is active; what is older goes with the next one
            await self._forget_older(version)

    async def rollback(self) -> str:
        """Go back to the version before and tell it; a second rollback goes forward. Raises NoSuchVersion."""

        async def swap(pipe: Pipeline) -> str:
            active, previous = await pipe.hmget(POINTERS, ["active", "previous"])
            if not (active and previous):
                raise NoSuchVersion("there is no earlier directory to go back to: `teamline import FILE` makes one")
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            pipe.hset(POINTERS, mapping={"active": previous, "previous": active})
            return cast("bytes", previous).decode()

        return cast("str", await self._client.transaction(swap, POINTERS, value_from_callable=True))

    async def active_version(self) -> str | None:
        """The active version, None before the first import."""
        told = await self._client.hget(POINTERS, "active")
        return cast("bytes", told).decode() if told else None

    async def both(self) -> Directories:
        """The active version and the one that `rollback` goes to."""
        active, previous = await self._client.hmget(POINTERS, ["active", "previous"])
        told = [cast("bytes", each).decode() if each else None for each in (active, previous)]
        return Directories(*told)

    async def load(self, version: str, keyed_hash: KeyedHash) -> DirectoryTable:
        """A saved version, parsed off the loop.

        Raises NoSuchVersion if it is gone, SnapshotForeign or SnapshotDamaged (both ValueError) if it is unusable.
        """
        key, pieces = _key(version), list[bytes]()
        length = await self._client.strlen(key)
        if not length:
            raise NoSuchVersion(f"there is no directory {version}: import it again")
        for start in range(0, length, PIECE_BYTES):
            piece = await self._client.getrange(key, start, start + PIECE_BYTES - 1)
            pieces.append(cast("bytes", piece))
        return await asyncio.to_thread(_parsed, pieces, keyed_hash)

    async def _is_saved(self, version: str) -> bool:
        return bool(await self._client.sismember(VERSIONS, version))

    async def _forget_older(self, version: str) -> None:
        """Delete what neither pointer names; a later version is somebody's import that is still under way."""
        kept = set(await self._client.hvals(POINTERS))
        saved = cast("set[bytes]", await self._client.smembers(VERSIONS))
        old = [name.decode() for name in saved if name not in kept and name.decode() < version]
        if old:
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.delete(*map(_key, old))
                pipe.srem(VERSIONS, *old)
                await pipe.execute()


def _parsed(pieces: list[bytes], keyed_hash: KeyedHash) -> DirectoryTable:
    return DirectoryTable.from_bytes(b"".join(pieces), keyed_hash)
