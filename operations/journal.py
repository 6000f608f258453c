"""The journal's writer: takes facts without ever making anybody wait, and brings each into the store, once.

Theory of operation. `add` puts a fact into memory; a task takes batches from there, oldest first, and hands each to
the store, or, while the store is away or older facts wait on disk, to the spool. A second task empties the spool into
the store, oldest first. So facts reach the store in the order in which they happened, each is safe (taken by the
store, or synced to disk) a moment after it was told, and what fails costs memory within a bound, never a call.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby, islice
from typing import Protocol

import structlog

from facts.kinds import Fact, Journalled
from facts.record import KINDS, NotAFact, fact_from, record
from operations.spool import Spool, Waiting

BATCH_FACTS = 500
BATCH_SECONDS = 0.2
ANSWER_SECONDS = 2.0
RETRY_SECONDS = 0.5
MOST_IN_MEMORY = 50_000
"""Facts; about 30 MB, some days of a centre. It fills only when neither store nor disk takes any."""
_LATEST = 2.0**33  # the year 2242

Entry = tuple[str, bytes]
"""A fact's id and its record."""

log = structlog.get_logger()


class JournalAway(Exception):
    """The store does not take facts, or does not tell them, just now."""


class JournalDays(Protocol):
    """The store's side: days of records, in which no id stands twice."""

    async def append(self, day: date, entries: Sequence[Entry]) -> int:
        """Write what is not there yet, in this order, all or nothing; how many were new. Raises JournalAway."""
        ...


@dataclass(frozen=True, slots=True)
class JournalRead:
    """What was read from the journal. `unreadable` records were passed over."""

    facts: Sequence[Journalled]
    unreadable: int


async def facts_of(records: AsyncIterator[bytes]) -> JournalRead:
    """The facts of these records, in their order. Raises what reading them raises (JournalAway)."""
    facts: list[Journalled] = []
    unreadable = 0
    async for told in records:
        try:
            facts.append(fact_from(told))
        except NotAFact:
            unreadable += 1
    return JournalRead(facts, unreadable)


class Journal:
    """`add` is the seam of `FactStream`. Figures count since the start of the process."""

    def __init__(
        self,
        days: JournalDays,
        spool: Spool,
        time_zone: Callable[[], tzinfo],
        answer_seconds: float = ANSWER_SECONDS,
        most_in_memory: int = MOST_IN_MEMORY,
    ) -> None:
        """`time_zone` is the centre's: it tells to which day a fact belongs."""
        self._days = days
        self._spool = spool
        self._time_zone = time_zone
        self._answer_seconds = answer_seconds
        self._most_in_memory = most_in_memory
        self._memory: deque[Waiting] = deque()
        self._has_facts, self._has_batch, self._has_spooled, self._stopping = (asyncio.Event() for _ in range(4))
        self._is_emptied = asyncio.Event()
        self._disk = asyncio.Lock()
        self._is_disk_ok = True
        self._tasks: list[asyncio.Task[None]] = []
        self.is_up = True
        """Whether the store took the last batch that it was offered."""
        self.safe = 0
        """Facts in the store or synced to disk: always the first ones that were added."""
        self.written = 0
        """Facts that the store took as new."""
        self.lost = 0
        """Facts that neither store nor disk took while memory was full, or at the end."""
        self.refused = 0
        """Facts that no record may hold."""
        self.spool_errors = 0
        """Failures to write or read the spool."""

    @property
    def spooled(self) -> int:
        """Facts that wait on disk."""
        return self._spool.waiting

    @property
    def damaged(self) -> int:
        """Lines on disk that could not be read back."""
        return self._spool.damaged

    @property
    def in_memory(self) -> int:
        """Facts that are not safe yet."""
        return len(self._memory)

    def add(self, fact: Fact) -> None:
        """Take one fact; what members did is passed over. Never waits, never raises."""
        if not isinstance(fact, KINDS):
            return
        if len(self._memory) >= self._most_in_memory:
            self._lose(1)
            return
        try:
            self._memory.append(self._waiting(fact))
        except NotAFact as error:
            self.refused += 1
            log.warning("fact_not_journalled", kind=type(fact).__name__, reason=str(error))
            return
        self._has_facts.set()
        if len(self._memory) >= BATCH_FACTS:
            self._has_batch.set()

    async def start(self) -> None:
        """Begin to write; what an earlier router left on disk goes first."""
        await self._on_disk(self._spool.open)
        if self._spool.waiting or self._spool.damaged:
            log.info("journal_spool_found", facts=self._spool.waiting, damaged=self._spool.damaged)
        self._has_spooled.set()  # whether or not the disk let us look: it may in a moment
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._empty_the_spool())]

    async def emptied(self) -> None:
        """Wait until the store has what an earlier router left on disk: perhaps for ever."""
        await self._is_emptied.wait()

    async def stop(self) -> None:
        """Bring what is in memory into the store, else to disk, and end."""
        for event in (self._stopping, self._has_facts, self._has_batch, self._has_spooled):
            event.set()
        await asyncio.gather(*self._tasks)
        self._tasks = []
        if self._memory:
            self._lose(len(self._memory))
        self._spool.close()

    def _waiting(self, fact: Journalled) -> Waiting:
        if not 0 <= fact.at < _LATEST:
            raise NotAFact("at: not an instant of our time")
        return Waiting(datetime.fromtimestamp(fact.at, self._time_zone()).date(), fact.id, record(fact))

    def _lose(self, facts: int) -> None:
        if not self.lost:
            log.error("journal_facts_lost", cure="let the store answer, or make the spool's folder writable")
        self.lost += facts

    async def _write(self) -> None:
        while await self._is_due():
            batch = list(islice(self._memory, BATCH_FACTS))
            if await self._is_safe(batch):
                self._forget(len(batch))
            elif self._stopping.is_set():
                return
            else:
                await _either(self._stopping, RETRY_SECONDS)

    async def _is_due(self) -> bool:
        """Wait for a batch worth its question; False when there will be none any more."""
        await self._has_facts.wait()
        await _either(self._has_batch, BATCH_SECONDS)
        return bool(self._memory)

    def _forget(self, facts: int) -> None:
        for _ in range(facts):
            self._memory.popleft()
        self.safe += facts
        if self._stopping.is_set():
            return
        if len(self._memory) < BATCH_FACTS:
            self._has_batch.clear()
        if not self._memory:
            self._has_facts.clear()

    async def _is_safe(self, batch: Sequence[Waiting]) -> bool:
        """Whether the store or the disk has it: the disk first where older facts wait there."""
        if self._spool.waiting:
            return await self._to_disk(batch) or await self._to_store(batch)
        return await self._to_store(batch) or await self._to_disk(batch)

    async def _to_store(self, batch: Sequence[Waiting]) -> bool:
        try:
            for day, facts in groupby(batch, lambda fact: fact.day):
                async with asyncio.timeout(self._answer_seconds):
                    self.written += await self._days.append(day, [(fact.id, fact.record) for fact in facts])
        except Exception as error:  # noqa: BLE001 - whatever ails the store, facts go to disk and calls go on
            if self.is_up:
                log.warning("journal_away", error=str(error) or type(error).__name__)
            self.is_up = False
            return False
        if not self.is_up:
            log.info("journal_back", spooled=self._spool.waiting)
        self.is_up = True
        return True

    async def _to_disk(self, batch: Sequence[Waiting]) -> bool:
        is_done = await self._on_disk(lambda: self._spool.append(batch))
        if is_done:
            self._is_emptied.clear()
            self._has_spooled.set()
        return is_done

    async def _empty_the_spool(self) -> None:
        while not self._stopping.is_set():
            await self._has_spooled.wait()
            if not (self._stopping.is_set() or await self._page_is_stored()):
                await _either(self._stopping, RETRY_SECONDS)

    async def _page_is_stored(self) -> bool:
        page: list[Waiting] = []
        if not await self._on_disk(lambda: page.extend(self._spool.head(BATCH_FACTS))):
            return False
        if page and not await self._to_store(page):
            return False
        is_dropped = await self._on_disk(self._spool.drop)
        if not (self._spool.waiting or self._stopping.is_set()):
            self._has_spooled.clear()
            self._is_emptied.set()
        return is_dropped

    async def _on_disk(self, work: Callable[[], None]) -> bool:
        """Do this in a thread; False, told once with its cure, when the disk does not let us."""
        try:
            async with self._disk:
                await asyncio.to_thread(work)
        except OSError as error:
            self.spool_errors += 1
            if self._is_disk_ok:
                cure = "make room, make the folder writable for the router, and start one router a folder"
                why = error.strerror or type(error).__name__
                log.error("journal_spool_failed", folder=str(self._spool.folder), error=why, cure=cure)
            self._is_disk_ok = False
            return False
        self._is_disk_ok = True
        return True


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for this, at most so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
