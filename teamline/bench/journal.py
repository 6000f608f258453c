"""Facts a second through the journal: made into records, batched, written into a real embedded store, each once.

The second row is the way back from an outage: the same facts on disk already, handed on to the store.
"""

import asyncio
import logging
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, time

import uvloop

from facts.call import CallerJoined, CallerLeft, LeftBy
from facts.kinds import Journalled
from facts.place import Place
from facts.record import record
from operations.journal import Journal
from operations.spool import Spool, Waiting
from store.connection import Client, StoreAddress, connect
from store.embedded import EmbeddedStore
from store.journal import JournalStore
from teamline.router.logs import configure

CALLS = 10_000


def run() -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound)."""
    configure("console", logging.WARNING)
    facts = _facts(CALLS)
    with tempfile.TemporaryDirectory() as folder, EmbeddedStore(Path(folder) / "store") as store:
        written, handed_on = uvloop.run(_measured(facts, store.url, Path(folder)))
    return [
        ("journal into the embedded store", f"{written:,.0f} facts/s", ""),
        ("journal from the spool into it", f"{handed_on:,.0f} facts/s", ""),
    ]


async def facts_a_second(facts: Sequence[Journalled], client: Client, spool: Path) -> float:
    """How many of these facts a second reach the store, from the first `add` to the store's last answer."""
    journal = Journal(JournalStore(client), Spool(spool), lambda: UTC, most_in_memory=len(facts))
    started = perf_counter()
    await journal.start()
    for fact in facts:
        journal.add(fact)
    await journal.stop()
    took = perf_counter() - started
    if journal.written != len(facts):
        raise RuntimeError(f"the store took {journal.written} of {len(facts)} facts")
    return len(facts) / took


async def spooled_a_second(facts: Sequence[Journalled], client: Client, folder: Path) -> float:
    """How many of these facts a second go from the disk into the store."""
    spool = Spool(folder)
    waiting = [Waiting(datetime.fromtimestamp(fact.at, UTC).date(), fact.id, record(fact)) for fact in facts]
    await asyncio.to_thread(spool.append, waiting)
    spool.close()
    journal = Journal(JournalStore(client), Spool(folder), lambda: UTC)
    started = perf_counter()
    await journal.start()
    while journal.spooled:  # noqa: ASYNC110 - what is waited for sets no event
        await asyncio.sleep(0.001)
    took = perf_counter() - started
    await journal.stop()
    return len(facts) / took


async def _measured(facts: Sequence[Journalled], url: str, folder: Path) -> tuple[float, float]:
    client = connect(StoreAddress(url))
    try:
        written = await facts_a_second(facts, client, folder / "first")
        await client.flushall()
        return written, await spooled_a_second(facts, client, folder / "second")
    finally:
        await client.aclose()


def _facts(calls: int) -> list[Journalled]:
    """Each call joins a line and hangs up."""
    now, told = time(), list[Journalled]()
    for number in range(calls):
        place = Place(
            "pbx1", f"pbx1-{int(now)}.{number}", "L01", 1, "L01", int(now), 0, "household-team", "money", "de"
        )
        told.append(CallerJoined(at=now, place=place))
        told.append(CallerLeft(at=now + 12.5, place=place, cause=LeftBy.ABANDONED, hold_seconds=12.5))
    return told
