"""The store: new enough, keeps what it was told, and can promise it."""

from collections.abc import Sequence
from typing import Any

from store.connection import AWAY, OLDEST, Client, StoreAway, version
from teamline.doctor.findings import Verdict, fail, ok, warn
from teamline.doctor.premises import Premises

PROMISE_MILLISECONDS = 2000


async def store(on: Premises) -> Sequence[Verdict]:
    """Version, append-only file, WAITAOF; an open store on the network is refused before it is asked."""
    client = await on.client()
    where = "by TEAMLINE_STORE_URL" if on.settings.store_url else "embedded"
    try:
        found = await version(client)
    except StoreAway as error:
        return [fail(str(error), "look at its log; allow its user INFO")]
    if found < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return [fail(f"{where}, version {_dotted(found)}", f"install Valkey or Redis {oldest} or newer")]
    return [ok(f"{where}, version {_dotted(found)}"), *await _keeps(client), await _promises(client)]


async def _keeps(client: Client) -> Sequence[Verdict]:
    told: dict[str, Any] = await client.info("persistence")
    if not int(told.get("aof_enabled", 0)):
        return [
            fail(
                "its append-only file is off: a restart forgets what was promised",
                "appendonly yes in its configuration, or `CONFIG SET appendonly yes`",
            )
        ]
    failing = [name for name in ("aof_last_write_status", "aof_last_bgrewrite_status") if told.get(name, "ok") != "ok"]
    return [warn(f"{name} is {told[name]}", "look at its log and its disk") for name in failing]


async def _promises(client: Client) -> Verdict:
    """WAITAOF 1 0: what is written before a promise is spoken is on disk (redis.io, WAITAOF)."""
    try:
        await client.execute_command("WAITAOF", 1, 0, PROMISE_MILLISECONDS)  # type: ignore[no-untyped-call]
    except AWAY as error:
        return fail(f"WAITAOF is refused: {error}", "append-only file on, and `+waitaof` for its user")
    return ok("WAITAOF: what was promised is on disk")


def _dotted(numbers: tuple[int, int]) -> str:
    return ".".join(map(str, numbers))
