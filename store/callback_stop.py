"""The order to stop all callbacks in the store: one key, JSON."""

import json
from typing import cast

import redis.asyncio as redis

from operations.callbacks.kill_switch import StopAway, Stopped
from store.in_time import in_time

STOP = "teamline:callbacks:stop"
_AWAY = "the store does not answer: nothing was changed: see its log, then do it again"
ON_DISK_MILLISECONDS = 1000


class CallbackStopStore:
    """Fills `operations.callbacks.kill_switch.KeptStop`. The client must not decode responses."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def get(self) -> Stopped | None:
        """The order in force; one that cannot be read stops, too."""
        async with in_time(StopAway(_AWAY)):
            told = cast("bytes | None", await self._client.get(STOP))
        return None if told is None else read(told)

    async def put(self, order: Stopped) -> None:
        """From now on, on disk where the store has one."""
        async with in_time(StopAway(_AWAY)), self._client.pipeline(transaction=False) as pipe:
            pipe.set(STOP, json.dumps({"at": order.at, "by": order.by, "reason": order.reason}))
            # Waits for this connection's writes; a store without append-only file refuses it, and has kept the order.
            pipe.execute_command("WAITAOF", 1, 0, ON_DISK_MILLISECONDS)
            kept, _ = await pipe.execute(raise_on_error=False)
        if isinstance(kept, Exception):
            raise StopAway(_AWAY) from kept

    async def remove(self) -> bool:
        """Whether there was one."""
        async with in_time(StopAway(_AWAY)):
            return bool(await self._client.delete(STOP))


def read(text: bytes) -> Stopped:
    """The order that these bytes mean; whatever is written there means one."""
    try:
        told = json.loads(text)
        return Stopped(float(told["at"]), str(told["by"]), str(told["reason"]))
    except (ValueError, KeyError, TypeError):
        return Stopped(0.0, "unknown", "")
