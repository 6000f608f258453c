"""Versions of teams.yaml in the store: the active one, the one before, and an atomic switch."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import redis.asyncio as redis
from redis.asyncio.client import Pipeline

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

        async def switch(pipe: Pipeline) -> str:
            active = await pipe.hget(POINTERS, "active")
            if active and await pipe.hget(TEXTS, _text(active)) in (text, text.encode()):
                pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
                return _text(active)
            new = version_id(text, now)
            pipe.multi()  # type: ignore[no-untyped-call]  # the same
            pipe.hset(TEXTS, new, text)
            pipe.hset(POINTERS, mapping={"active": new, **({"previous": _text(active)} if active else {})})
            return new

        chosen = cast("str", await self._client.transaction(switch, POINTERS, value_from_callable=True))
        await self._forget_the_oldest()
        return chosen

    async def rollback(self) -> str:
        """Go back to the version before; a second rollback goes forward again. Raises NoSuchVersion."""

        async def swap(pipe: Pipeline) -> str:
            active, previous = await pipe.hmget(POINTERS, ["active", "previous"])
            if not (active and previous):
                raise NoSuchVersion("there is no earlier version to go back to: `teamline activate FILE` makes one")
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            pipe.hset(POINTERS, mapping={"active": previous, "previous": active})
            return _text(previous)

        return cast("str", await self._client.transaction(swap, POINTERS, value_from_callable=True))

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
