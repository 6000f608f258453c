"""Versions of teams.yaml in the store: the active one, the one before, and an atomic switch."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import cast

import redis.asyncio as redis
from redis.asyncio.client import Pipeline

from operations.versions import ConfigVersion, ListedVersion, NoSuchVersion, VersionMovedOn
from store.connection import AWAY

__all__ = ["ConfigVersion", "ConfigVersions", "NoSuchVersion", "version_id"]

TEXTS = "teamline:config:texts"
POINTERS = "teamline:config:pointers"
WHO = "teamline:config:who"
"""Version -> the account that put it in force last."""
KEPT = 50


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

    async def read(self, version: str) -> ConfigVersion | None:
        """A kept version by its id."""
        text = await self._client.hget(TEXTS, version)
        return ConfigVersion(version, _text(text)) if text else None

    async def listed(self) -> Sequence[ListedVersion]:
        """All that are kept, the newest first."""
        ids = sorted((_text(key) for key in await self._client.hkeys(TEXTS)), reverse=True)
        active, previous = await self._client.hmget(POINTERS, ["active", "previous"])
        who = {_text(key): _text(told) for key, told in (await self._client.hgetall(WHO)).items()}
        now, before = _text(active or ""), _text(previous or "")
        return [ListedVersion(each, who.get(each, ""), each == now, each == before) for each in ids]

    async def activate(self, text: str, now: datetime, by: str = "", expected: str | None = None) -> str:
        """Make this text the active version in one step, and tell its id; the same text changes nothing.

        Raises VersionMovedOn if `expected` is given and is not the active version any more.
        """

        async def switch(pipe: Pipeline) -> str:
            active = await pipe.hget(POINTERS, "active")
            _as_expected(active, expected)
            if active and await pipe.hget(TEXTS, _text(active)) in (text, text.encode()):
                pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
                return _text(active)
            new = version_id(text, now)
            pipe.multi()  # type: ignore[no-untyped-call]  # the same
            pipe.hset(TEXTS, new, text)
            _sign(pipe, new, by)
            pipe.hset(POINTERS, mapping={"active": new, **({"previous": _text(active)} if active else {})})
            return new

        chosen = cast("str", await self._client.transaction(switch, POINTERS, value_from_callable=True))
        with suppress(*AWAY):  # it is active; what is too old goes with the next one
            await self._forget_the_oldest()
        return chosen

    async def go_to(self, version: str, by: str = "", expected: str | None = None) -> str:
        """Make a kept version the active one again. Raises NoSuchVersion, VersionMovedOn as `activate`."""

        async def switch(pipe: Pipeline) -> str:
            active = await pipe.hget(POINTERS, "active")
            _as_expected(active, expected)
            if not await pipe.hexists(TEXTS, version):
                raise NoSuchVersion("this version is not kept any more: look which ones are")
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            if active and _text(active) != version:
                _sign(pipe, version, by)
                pipe.hset(POINTERS, mapping={"active": version, "previous": _text(active)})
            return version

        return cast("str", await self._client.transaction(switch, POINTERS, value_from_callable=True))

    async def rollback(self, by: str = "", expected: str | None = None) -> str:
        """Go back to the version before; a second rollback goes forward again. Raises NoSuchVersion, VersionMovedOn."""

        async def swap(pipe: Pipeline) -> str:
            active, previous = await pipe.hmget(POINTERS, ["active", "previous"])
            _as_expected(active, expected)
            if not (active and previous):
                raise NoSuchVersion("there is no earlier version to go back to: `teamline activate FILE` makes one")
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            _sign(pipe, _text(previous), by)
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
            await self._client.hdel(WHO, *oldest)


def _as_expected(active: bytes | str | None, expected: str | None) -> None:
    if expected is not None and _text(active or "") != expected:
        raise VersionMovedOn(str(VersionMovedOn.__doc__))


def _sign(pipe: Pipeline, version: str, by: str) -> None:
    """Who did it; a command leaves nobody's name, not the one of before."""
    if by:
        pipe.hset(WHO, version, by)
    else:
        pipe.hdel(WHO, version)
