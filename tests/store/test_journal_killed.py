"""The journal with its parts killed at bad moments: every fact that was safe is in the store, once, in order."""

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Self

import pytest

from facts.call import CallerJoined
from operations.journal import Journal, facts_of
from operations.spool import FILE, Spool
from store.connection import StoreAddress, connect
from store.embedded import EmbeddedStore
from store.journal import JournalStore
from tests.fakes import journalling_router
from tests.fakes.some_facts import some_facts

SUNDAY = date(2026, 11, 22)


class KilledRouter:
    """A journalling process and what it told last."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.safe = self.spooled = 0

    @classmethod
    async def start(cls, store: EmbeddedStore, folder: Path) -> Self:
        program = str(journalling_router.__file__)
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, program, store.url, str(folder), stdout=PIPE, stderr=DEVNULL
            )
        )

    async def until(self, holds: Callable[[], bool]) -> None:
        """Listen until this is so."""
        while not holds():
            assert await self._listen(), "the router ended by itself"

    async def until_safe(self, more: int) -> None:
        wanted = self.safe + more
        await self.until(lambda: self.safe >= wanted)

    async def kill(self) -> None:
        """End it at once; what it told until then was told."""
        if self._process.returncode is None:
            self._process.kill()
        while await self._listen():
            pass
        await self._process.wait()

    async def _listen(self) -> bool:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if line.endswith(b"\n"):
            self.safe, self.spooled = map(int, line.split())
        return bool(line)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with tempfile.TemporaryDirectory(prefix="tl-") as run, EmbeddedStore(tmp_path / "store", Path(run)) as store:
        yield store
        if store.running_pid:
            thaw(store)


@pytest.fixture
async def router(store: EmbeddedStore, tmp_path: Path) -> AsyncIterator[KilledRouter]:
    router = await KilledRouter.start(store, tmp_path / "spool")
    await router.until_safe(100)
    yield router
    await router.kill()


def freeze(store: EmbeddedStore) -> None:
    os.kill(store.pid, signal.SIGSTOP)


def thaw(store: EmbeddedStore) -> None:
    os.kill(store.pid, signal.SIGCONT)


async def recovered(store: EmbeddedStore, folder: Path) -> list[int]:
    """The callers that the journal knows after the next router started over the same spool, in its order."""
    client = connect(StoreAddress(store.url))
    days = JournalStore(client, days_kept=0)
    journal = Journal(days, Spool(folder), lambda: UTC)
    await journal.start()
    while journal.spooled:  # noqa: ASYNC110 - what is waited for sets no event
        await asyncio.sleep(0.01)
    await journal.stop()
    read = await facts_of(days.read(SUNDAY))
    await client.aclose()
    return [int(fact.place.call.rpartition(".")[2]) for fact in read.facts if isinstance(fact, CallerJoined)]


async def assert_every_safe_fact_is_there_once(router: KilledRouter, store: EmbeddedStore, folder: Path) -> None:
    told = await recovered(store, folder)
    assert list(range(len(told))) == told
    assert len(told) >= router.safe


async def test_a_router_killed_while_the_store_answers_loses_no_safe_fact(
    router: KilledRouter, store: EmbeddedStore, tmp_path: Path
) -> None:
    await router.until_safe(300)
    await router.kill()
    await assert_every_safe_fact_is_there_once(router, store, tmp_path / "spool")


async def test_a_router_killed_while_the_store_is_frozen_loses_no_safe_fact(
    router: KilledRouter, store: EmbeddedStore, tmp_path: Path
) -> None:
    freeze(store)
    await router.until(lambda: router.spooled > 300)
    await router.kill()
    thaw(store)
    await assert_every_safe_fact_is_there_once(router, store, tmp_path / "spool")


async def test_a_router_killed_while_it_empties_its_spool_loses_no_safe_fact(
    router: KilledRouter, store: EmbeddedStore, tmp_path: Path
) -> None:
    freeze(store)
    await router.until(lambda: router.spooled > 1200)
    spooled = router.spooled
    thaw(store)
    await router.until(lambda: router.spooled < spooled)
    await router.kill()
    await assert_every_safe_fact_is_there_once(router, store, tmp_path / "spool")


async def test_a_router_killed_after_the_store_went_and_came_back_loses_no_safe_fact(
    router: KilledRouter, store: EmbeddedStore, tmp_path: Path
) -> None:
    for _ in range(2):
        freeze(store)
        await router.until(lambda: router.spooled > 0)
        thaw(store)
        await router.until(lambda: router.spooled == 0)
        await router.until_safe(50)
    await router.kill()
    await assert_every_safe_fact_is_there_once(router, store, tmp_path / "spool")


async def test_a_store_killed_under_load_and_started_again_loses_no_safe_fact(
    router: KilledRouter, store: EmbeddedStore, tmp_path: Path
) -> None:
    os.kill(store.pid, signal.SIGKILL)
    await router.until(lambda: router.spooled > 100)
    store.stop()
    store.start()
    await router.until(lambda: router.spooled == 0)
    await router.kill()
    await assert_every_safe_fact_is_there_once(router, store, tmp_path / "spool")


async def test_store_and_router_killed_together_lose_no_safe_fact(
    router: KilledRouter, store: EmbeddedStore, tmp_path: Path
) -> None:
    os.kill(store.pid, signal.SIGKILL)
    await router.until(lambda: router.spooled > 100)
    await router.kill()
    with (tmp_path / "spool" / FILE).open("ab") as file:
        file.write(b"0badcafe 2026-11-22 a-line-that-the-kill-has-to")
    store.stop()
    store.start()
    await assert_every_safe_fact_is_there_once(router, store, tmp_path / "spool")


async def test_a_journal_that_starts_without_a_store_hands_on_what_it_spooled_before_anything_newer(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    store.stop()
    client = connect(StoreAddress(store.url))
    journal = Journal(JournalStore(client, days_kept=0), Spool(tmp_path / "spool"), lambda: UTC)
    await journal.start()
    for fact in some_facts(40):
        journal.add(fact)
    while journal.safe < 40:  # noqa: ASYNC110 - what is waited for sets no event
        await asyncio.sleep(0.01)
    store.start()
    for fact in some_facts(40, first=40):
        journal.add(fact)
    await journal.stop()
    await client.aclose()
    assert list(range(80)) == await recovered(store, tmp_path / "spool")
