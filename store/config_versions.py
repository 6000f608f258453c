"""Versions of teams.yaml in the store: the active one, the one before, and an atomic switch."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import redis.asyncio as redis

TEXTS = "teamline:config:texts"
POINTERS = "teamline:config:pointers"
KEPT = 50


class NoSuchVersion(Exception):
    """There is no version to go to."""


@dataclass(frozen=True, slots=True)
class ConfigVersion:
    """One teams.yaml as it was activated."""

    id: str
    text: str


def version_id(text: str, now: datetime) -> str:
    """An id that sorts by time and names the content: `c-20261122T101500-1a2b3c`."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:6]
    return f"c-{now:%Y%m%dT%H%M%S}-{digest}"


def _text(told: bytes | str) -> str:
    return told if isinstance(told, str) else told.decode()


class ConfigVersions:
    """The store's side of `activate` and `rollback`."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def active_id(self) -> str | None:
        """The id of the active version, None before the first activation."""
        told = await self._client.hget(POINTERS, "active")
        return _text(told) if told else None

    async def active(self) -> ConfigVersion | None:
        """The active version, None before the first activation."""
        return await self._read("active")

    async def previous(self) -> ConfigVersion | None:
        """The version that `rollback` would go to."""
        return await self._read("previous")

    async def activate(self, text: str, now: datetime) -> str:
        """Make this text the active version in one step, and tell its id; the same text changes nothing."""
        active = await self.active()
        if active and active.text == text:
            return active.id
        new = version_id(text, now)
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.hset(TEXTS, new, text)
            pipe.hset(POINTERS, mapping={"active": new, **({"previous": active.id} if active else {})})
            await pipe.execute()
        await self._forget_the_oldest()
        return new

    async def rollback(self) -> str:
        """Go back to the version before; a second rollback goes forward again. Raises NoSuchVersion."""
        active, previous = await self._client.hmget(POINTERS, ["active", "previous"])
        if not (active and previous):
            raise NoSuchVersion(
                "there is no earlier version to go back to: `teamline activate FILE` makes one"
            )
        await self._client.hset(POINTERS, mapping={"active": previous, "previous": active})
        return _text(previous)

    async def _read(self, pointer: str) -> ConfigVersion | None:
        told = await self._client.hget(POINTERS, pointer)
        if not told:
            return None
        text = await self._client.hget(TEXTS, _text(told))
        return ConfigVersion(_text(told), _text(text)) if text else None

    async def _forget_the_oldest(self) -> None:
        ids = sorted(_text(key) for key in await self._client.hkeys(TEXTS))
        kept = {_text(told) for told in await self._client.hmget(POINTERS, ["active", "previous"]) if told}
        if oldest := [each for each in ids[:-KEPT] if each not in kept]:
            await self._client.hdel(TEXTS, *oldest)
