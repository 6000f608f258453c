"""Who gave up today, in the store: a hash a day, id -> record, and a counter of its changes; both forgotten with it."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import cast

import redis.asyncio as redis

from operations.gave_up.record import GaveUpRecords
from operations.gave_up.row import GaveUp, GaveUpAway
from store.in_time import in_time

PREFIX = "teamline:gave-up:"
PAGE = 100
"""Rows opened without a pause: a few milliseconds."""
_AWAY = "the store does not answer: see its log, then try again"

_WRITE = """
for i = 3, 2 + 2 * tonumber(ARGV[2]), 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = 3 + 2 * tonumber(ARGV[2]), #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
redis.call('EXPIREAT', KEYS[1], ARGV[1])
local version = redis.call('INCR', KEYS[2])
redis.call('EXPIREAT', KEYS[2], ARGV[1])
return version
"""


class GaveUpStore:
    """Fills `operations.gave_up.row.KeptGaveUp` and `EverybodyWhoGaveUp`. The client must not decode responses."""

    def __init__(self, client: redis.Redis, records: GaveUpRecords) -> None:
        self._client, self._records = client, records
        self._write = client.register_script(_WRITE)

    async def write(self, day: date, ends_at: float, put: Sequence[GaveUp], remove: Sequence[str]) -> int:
        """Keep these and forget those, at once; the day's version after that. Raises GaveUpAway."""
        arguments: list[str | bytes] = [str(int(ends_at)), str(len(put))]
        for row in put:
            arguments += (row.id, self._records.record(row))
        async with in_time(GaveUpAway(_AWAY)):
            return cast("int", await self._write(keys=[_rows(day), _version(day)], args=[*arguments, *remove]))

    async def version(self, day: date) -> int:
        """How often it was changed. Raises GaveUpAway."""
        async with in_time(GaveUpAway(_AWAY)):
            return int(await self._client.get(_version(day)) or 0)

    async def listed(self, day: date) -> Sequence[GaveUp]:
        """All of a day that can be read. Raises GaveUpAway."""
        return [row async for row in self._of(_rows(day))]

    async def everybody(self) -> Sequence[GaveUp]:
        """Of every day that is there still. Raises GaveUpAway."""
        found: list[GaveUp] = []
        for key in await self._keys():
            found += [row async for row in self._of(key)]
        return found

    async def forget(self, ids: Sequence[str]) -> None:
        """Not there is no error. Raises GaveUpAway."""
        if not ids:
            return
        for key in await self._keys():
            async with in_time(GaveUpAway(_AWAY)), self._client.pipeline(transaction=True) as pipe:
                pipe.hdel(key, *ids)
                pipe.incr(_version_of(key))
                await pipe.execute()

    async def _keys(self) -> list[str]:
        async with in_time(GaveUpAway(_AWAY)):
            return [key.decode() async for key in self._client.scan_iter(f"{PREFIX}*", count=1000, _type="hash")]

    async def _of(self, key: str) -> AsyncIterator[GaveUp]:
        cursor = 0
        while True:
            async with in_time(GaveUpAway(_AWAY)):
                told = await self._client.hscan(key, cursor, count=PAGE)
            cursor, page = cast("tuple[int, dict[bytes, bytes]]", told)
            for record in page.values():
                if (row := self._records.row(record)) is not None:
                    yield row
            if cursor == 0:
                return


def _rows(day: date) -> str:
    return f"{PREFIX}{day.isoformat()}"


def _version(day: date) -> str:
    return _version_of(_rows(day))


def _version_of(rows: str) -> str:
    return f"{rows}:version"
