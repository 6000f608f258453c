"""What is still to be sent, in the store: a record of each entry and way, when it is due next, and what is settled."""

import asyncio
import json
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import cast

import redis.asyncio as redis

from operations.mail.ports import OutboxAway, Outgoing, Sending, Way
from store.connection import AWAY

RECORDS = "teamline:outbox:records"
SETTLED = "teamline:outbox:settled"

# Added once: whoever adds it again, also after it was sent, changes nothing.
_ADD = """
if redis.call('SISMEMBER', KEYS[3], ARGV[1]) == 0 and redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
end
"""
# By one router at a time.
_CLAIM = """
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due and tonumber(due) <= tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
  return 1
end
return 0
"""


class OutboxStore:
    """`operations.mail.ports.KeptOutbox`. The client must not decode responses."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._add = client.register_script(_ADD)
        self._claim = client.register_script(_CLAIM)

    async def add(self, outgoing: Outgoing) -> None:
        """Nothing if it is there, or was settled."""
        keys = [RECORDS, _due(outgoing.way), SETTLED]
        with _away():
            await self._add(keys=keys, args=[outgoing.id, _text(outgoing), str(outgoing.due_at)])

    async def due(self, way: Way, now: float, most: int) -> Sequence[Outgoing]:
        """Those that wait and are due, the longest first."""
        with _away():
            ids = await self._client.zrangebyscore(_due(way), "-inf", now, start=0, num=most)
            told = await self._client.hmget(RECORDS, cast("list[str]", ids)) if ids else []
        return _outgoing(cast("Iterable[bytes | None]", told))

    async def claim(self, outgoing: Outgoing, now: float, until: float) -> bool:
        """Whether it is ours to send until then: one router has it at a time."""
        with _away():
            return bool(await self._claim(keys=[_due(outgoing.way)], args=[outgoing.id, str(now), str(until)]))

    async def change(self, outgoing: Outgoing) -> None:
        """As it is now; of what is settled only its id is kept."""
        due = _due(outgoing.way)
        with _away():
            async with self._client.pipeline(transaction=True) as pipe:
                if outgoing.state is Sending.SETTLED:
                    pipe.sadd(SETTLED, outgoing.id)
                    pipe.hdel(RECORDS, outgoing.id)
                else:
                    pipe.hset(RECORDS, outgoing.id, _text(outgoing))
                if outgoing.state is Sending.WAITING:
                    pipe.zadd(due, {outgoing.id: outgoing.due_at})
                else:
                    pipe.zrem(due, outgoing.id)
                await pipe.execute()

    async def hurry(self, way: Way, now: float) -> None:
        """Everything that waits, and is not being sent, is due now."""
        waiting = [each for each in await self.unsettled() if each.way is way and each.state is Sending.WAITING]
        with _away():
            scores = await self._client.zrange(_due(way), 0, -1, withscores=True)
            claimed = dict(cast("Iterable[tuple[bytes, float]]", scores))
            sooner = {each.id: now for each in waiting if now < each.due_at == claimed.get(each.id.encode())}
            if sooner:
                await self._client.zadd(_due(way), sooner, xx=True)

    async def remove(self, ids: Sequence[str]) -> None:
        """No longer known."""
        if not ids:
            return
        with _away():
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.hdel(RECORDS, *ids)
                pipe.srem(SETTLED, *ids)
                for way in Way:
                    pipe.zrem(_due(way), *ids)
                await pipe.execute()

    async def unsettled(self) -> Sequence[Outgoing]:
        """All that wait or were given up."""
        with _away():
            told = await self._client.hvals(RECORDS)
        return await asyncio.to_thread(_outgoing, cast("list[bytes | None]", told))

    async def known(self) -> set[str]:
        """The ids of all, settled ones too."""
        with _away():
            settled = await cast("Awaitable[set[bytes]]", self._client.smembers(SETTLED))
            unsettled = await cast("Awaitable[list[bytes]]", self._client.hkeys(RECORDS))
        return {each.decode() for each in (*settled, *unsettled)}

    async def counts(self) -> tuple[int, int]:
        """How many wait, and how many were given up."""
        with _away():
            waiting = sum([await self._client.zcard(_due(way)) for way in Way])
            unsettled = await self._client.hlen(RECORDS)
        return waiting, max(0, unsettled - waiting)


def _due(way: Way) -> str:
    return f"teamline:outbox:due:{way.value}"


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except AWAY as error:
        raise OutboxAway from error


def _text(outgoing: Outgoing) -> str:
    return json.dumps(asdict(outgoing))


def _outgoing(texts: Iterable[bytes | None]) -> Sequence[Outgoing]:
    told = (json.loads(text) for text in texts if text)
    return [Outgoing(**{**each, "way": Way(each["way"]), "state": Sending(each["state"])}) for each in told]
