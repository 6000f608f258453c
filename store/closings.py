"""Close-now orders in the store: one hash, scope -> order as JSON."""

import json
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

import redis.asyncio as redis

from operations.closings import ClosedNow, ClosingsAway
from routing.hours.closure import Closure
from store.in_time import in_time

CLOSINGS = "teamline:closings"
_AWAY = "the store does not answer: nothing was changed: see its log, then do it again"
ON_DISK_MILLISECONDS = 1000


class ClosingStore:
    """Fills `operations.closings.KeptClosings`. The client must not decode responses."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def all(self) -> Sequence[ClosedNow]:
        """Every one, by scope; what a later release has written otherwise is left out."""
        async with in_time(ClosingsAway(_AWAY)):
            told = await cast("Awaitable[Mapping[bytes, bytes]]", self._client.hgetall(CLOSINGS))
        return read(told.values())

    async def put(self, order: ClosedNow) -> None:
        """Keep it in place of an earlier one of its scope, on disk where the store has one."""
        async with in_time(ClosingsAway(_AWAY)), self._client.pipeline(transaction=False) as pipe:
            pipe.hset(CLOSINGS, order.closure.scope, written(order))
            # Waits for this connection's writes; a store without append-only file refuses it, and has kept the order.
            pipe.execute_command("WAITAOF", 1, 0, ON_DISK_MILLISECONDS)
            kept, _ = await pipe.execute(raise_on_error=False)
        if isinstance(kept, Exception):
            raise ClosingsAway(_AWAY) from kept

    async def remove(self, scope: str) -> bool:
        """Whether there was one."""
        async with in_time(ClosingsAway(_AWAY)):
            return bool(await self._client.hdel(CLOSINGS, scope))


def written(order: ClosedNow) -> str:
    """An order as JSON."""
    closure = order.closure
    return json.dumps(
        {
            "scope": closure.scope,
            "begins": closure.begins.isoformat(),
            "until": closure.until.isoformat(),
            "reason": closure.reason,
            "by": order.by,
        },
        ensure_ascii=False,
    )


def read(texts: Iterable[bytes | str]) -> tuple[ClosedNow, ...]:
    """Those orders that can be read, by scope."""
    found = [order for order in map(_order, texts) if order]
    return tuple(sorted(found, key=lambda each: each.closure.scope))


def _order(text: bytes | str) -> ClosedNow | None:
    try:
        told = json.loads(text)
        begins, until = (datetime.fromisoformat(told[name]) for name in ("begins", "until"))
        if begins.tzinfo is None or until.tzinfo is None:
            return None
        return ClosedNow(Closure(str(told["scope"]), begins, until, str(told["reason"])), str(told["by"]))
    except (ValueError, KeyError, TypeError):
        return None
