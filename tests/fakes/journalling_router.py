"""A router that does nothing but journal, as a process of its own: one that tests may kill.

`python journalling_router.py STORE_URL SPOOL_FOLDER` adds facts without end, and tells after every few how many are
safe and how many wait on disk.
"""

import asyncio
import sys
from datetime import UTC
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))  # a foreign package may be called `tests`, too

from some_facts import some_facts

from operations.journal import Journal
from operations.spool import Spool
from store.connection import StoreAddress, connect
from store.journal import JournalStore

ANSWER_SECONDS = 0.2
TOGETHER = 25


async def main(url: str, folder: str) -> None:
    """Journal until killed."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    store = JournalStore(connect(StoreAddress(url)), days_kept=0)
    journal = Journal(store, Spool(Path(folder)), lambda: UTC, ANSWER_SECONDS)
    await journal.start()
    for fact_count, fact in enumerate(some_facts(1_000_000), start=1):
        journal.add(fact)
        if fact_count % TOGETHER == 0:
            print(journal.safe, journal.spooled, flush=True)  # noqa: T201 - what the test waits for
            await asyncio.sleep(0.005)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
