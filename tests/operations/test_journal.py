import asyncio
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from facts.kinds import Fact, Journalled
from facts.member import MemberPaused
from facts.record import fact_from, record
from facts.watch import GapSeen
from operations.journal import BATCH_FACTS, Journal, JournalAway, facts_of
from operations.spool import FILE, Spool
from tests.fakes.journal_days import FakeDays
from tests.fakes.some_facts import SUNDAY_AT_NINE, joined, some_facts

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
BERLIN = ZoneInfo("Europe/Berlin")


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another task is about to do; the suite's time-out ends a vain wait."""
    while not condition():  # noqa: ASYNC110 - what is waited for sets no event
        await asyncio.sleep(0.002)


class Scene:
    """A journal over a fake store and a real folder; `again` is the next router over the same folder."""

    def __init__(self, folder: Path, **options: float) -> None:
        self.folder, self.options = folder, options
        self.days = FakeDays()
        self.journal = self.again()

    def again(self, days: FakeDays | None = None) -> Journal:
        most = int(self.options.get("most_in_memory", 50_000))
        seconds = self.options.get("answer_seconds", 5.0)
        return Journal(days or self.days, Spool(self.folder), lambda: BERLIN, seconds, most)

    def add(self, count: int, first: int = 0) -> None:
        for fact in some_facts(count, first):
            self.journal.add(fact)

    def told(self, day: date = SUNDAY) -> list[Journalled]:
        return [fact_from(told) for told in self.days.told(day)]

    async def is_told_by_the_next_router(self, count: int) -> bool:
        self.days.is_away = False
        router = self.again()
        await router.start()
        await until(lambda: not router.spooled)
        await router.stop()
        return list(some_facts(count)) == self.told()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "spool")


async def test_facts_reach_the_store_in_order(scene: Scene) -> None:
    await scene.journal.start()
    scene.add(3)
    await until(lambda: scene.journal.safe == 3)
    await scene.journal.stop()
    assert list(some_facts(3)) == scene.told()


async def test_stopping_writes_what_is_in_memory(scene: Scene) -> None:
    scene.add(3)
    await scene.journal.start()
    await scene.journal.stop()
    assert (3, 3, 0) == (scene.journal.written, scene.journal.safe, scene.journal.in_memory)


async def test_facts_that_come_together_are_written_together(scene: Scene) -> None:
    await scene.journal.start()
    scene.add(40)
    await until(lambda: scene.journal.safe == 40)
    await scene.journal.stop()
    assert [40] == scene.days.batches


async def test_no_batch_is_larger_than_its_bound(scene: Scene) -> None:
    scene.add(2 * BATCH_FACTS + 1)
    await scene.journal.start()
    await until(lambda: scene.journal.safe == 2 * BATCH_FACTS + 1)
    await scene.journal.stop()
    assert [BATCH_FACTS, BATCH_FACTS, 1] == scene.days.batches


async def test_a_fact_belongs_to_the_centre_s_day(scene: Scene) -> None:
    midnight = SUNDAY_AT_NINE + 14 * 3600  # 23:00 UTC, midnight in Berlin
    scene.journal.add(joined(1, midnight - 0.001))
    scene.journal.add(joined(2, midnight))
    await scene.journal.start()
    await scene.journal.stop()
    assert ([joined(1, midnight - 0.001)], [joined(2, midnight)]) == (scene.told(SUNDAY), scene.told(MONDAY))


async def test_what_a_member_did_is_not_journalled(scene: Scene) -> None:
    await scene.journal.start()
    scene.journal.add(MemberPaused(at=SUNDAY_AT_NINE, node="pbx1", member="m0101", reason="lunch"))
    await scene.journal.stop()
    assert (0, {}) == (scene.journal.safe, scene.days.records)


@pytest.mark.parametrize("at", [float("nan"), -1.0, 1e18])
async def test_a_fact_without_a_day_is_refused_and_counted(scene: Scene, at: float) -> None:
    with capture_logs() as logs:
        scene.journal.add(joined(1, at))
    assert (1, ["fact_not_journalled"]) == (scene.journal.refused, [log["event"] for log in logs])


async def test_a_fact_that_no_record_may_hold_is_refused_and_counted(scene: Scene) -> None:
    scene.journal.add(GapSeen(at=SUNDAY_AT_NINE, node="a b", since=1.0, filled=False))
    assert (1, 0) == (scene.journal.refused, scene.journal.in_memory)


async def test_while_the_store_is_away_facts_wait_on_disk(scene: Scene) -> None:
    scene.days.is_away = True
    await scene.journal.start()
    scene.add(3)
    await until(lambda: scene.journal.safe == 3)
    assert (3, 0, False) == (scene.journal.spooled, scene.journal.in_memory, scene.journal.is_up)
    await scene.journal.stop()


async def test_when_the_store_is_back_what_waited_goes_before_anything_newer(scene: Scene) -> None:
    scene.days.is_away = True
    await scene.journal.start()
    scene.add(3)
    await until(lambda: scene.journal.spooled == 3)
    scene.add(3, first=3)
    scene.days.is_away = False
    await until(lambda: len(scene.told()) == 6)
    await scene.journal.stop()
    assert list(some_facts(6)) == scene.told()


async def test_a_spool_that_was_handed_on_is_empty(scene: Scene) -> None:
    scene.days.is_away = True
    await scene.journal.start()
    scene.add(3)
    await until(lambda: scene.journal.spooled == 3)
    scene.days.is_away = False
    await until(lambda: scene.journal.is_up and not scene.journal.spooled)
    await scene.journal.stop()
    assert 0 == (scene.folder / FILE).stat().st_size


async def test_a_spool_of_many_pages_is_handed_on_in_order(scene: Scene) -> None:
    scene.days.is_away = True
    await scene.journal.start()
    scene.add(3 * BATCH_FACTS + 7)
    await scene.journal.stop()
    assert await scene.is_told_by_the_next_router(3 * BATCH_FACTS + 7)


async def test_a_store_that_does_not_answer_in_time_is_away(tmp_path: Path) -> None:
    scene = Scene(tmp_path, answer_seconds=0.02)
    scene.days.answers.clear()
    await scene.journal.start()
    scene.add(3)
    await until(lambda: scene.journal.spooled == 3)
    assert not scene.journal.is_up
    await scene.journal.stop()


async def test_a_batch_that_was_taken_without_an_answer_is_written_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path, answer_seconds=0.02)
    scene.days.answers.clear()
    await scene.journal.start()
    scene.add(3)
    await until(lambda: scene.journal.spooled == 3)
    scene.days.answers.set()
    await until(lambda: not scene.journal.spooled)
    await scene.journal.stop()
    assert list(some_facts(3)) == scene.told()


async def test_away_and_back_are_logged_once_each(scene: Scene) -> None:
    with capture_logs() as logs:
        scene.days.is_away = True
        await scene.journal.start()
        for first in range(3):
            scene.add(1, first)
            await until(lambda: scene.journal.safe == first + 1)  # noqa: B023 - awaited before the next turn
        scene.days.is_away = False
        await until(lambda: not scene.journal.spooled)
        await scene.journal.stop()
    assert ["journal_away", "journal_back"] == [log["event"] for log in logs]


async def test_what_an_earlier_router_left_on_disk_is_handed_on_at_the_start(scene: Scene) -> None:
    scene.days.is_away = True
    scene.add(3)
    await scene.journal.start()
    await scene.journal.stop()
    assert await scene.is_told_by_the_next_router(3)


async def test_a_torn_tail_is_told_at_the_start(scene: Scene) -> None:
    scene.folder.mkdir()
    (scene.folder / FILE).write_bytes(b"1234 torn")
    with capture_logs() as logs:
        await scene.journal.start()
        await scene.journal.stop()
    assert (1, ["journal_spool_found"]) == (scene.journal.damaged, [log["event"] for log in logs])


class FullDisk:
    """While full, nothing can be synced."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = True
        self._real = os.fsync
        monkeypatch.setattr(os, "fsync", self._fsync)

    def _fsync(self, file: int) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        self._real(file)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(monkeypatch)


async def test_with_store_and_disk_gone_facts_stay_in_memory_until_the_store_is_back(
    scene: Scene, disk: FullDisk
) -> None:
    scene.days.is_away = True
    await scene.journal.start()
    scene.add(3)
    await until(lambda: not scene.journal.is_up and scene.journal.spool_errors > 2)
    assert (3, 0) == (scene.journal.in_memory, scene.journal.safe)
    scene.days.is_away = False
    await until(lambda: scene.journal.safe == 3)
    await scene.journal.stop()
    assert list(some_facts(3)) == scene.told()


async def test_with_store_and_disk_gone_facts_stay_in_memory_until_the_disk_has_room(
    scene: Scene, disk: FullDisk
) -> None:
    scene.days.is_away = True
    await scene.journal.start()
    scene.add(3)
    await until(lambda: not scene.journal.is_up and scene.journal.spool_errors > 2)
    disk.is_full = False
    await until(lambda: scene.journal.spooled == 3)
    await scene.journal.stop()
    assert await scene.is_told_by_the_next_router(3)


async def test_a_full_disk_is_told_once_with_its_cure(scene: Scene, disk: FullDisk) -> None:
    scene.days.is_away = True
    with capture_logs() as logs:
        await scene.journal.start()
        scene.add(3)
        await until(lambda: not scene.journal.is_up and scene.journal.spool_errors > 3)
        disk.is_full = False
        await scene.journal.stop()
    failed = [log for log in logs if log["event"] == "journal_spool_failed"]
    assert [("No space left on device", True)] == [(log["error"], "make room" in log["cure"]) for log in failed]


async def test_a_disk_that_fails_while_the_store_is_up_costs_nothing(scene: Scene, disk: FullDisk) -> None:
    await scene.journal.start()
    scene.add(3)
    await until(lambda: scene.journal.safe == 3)
    await scene.journal.stop()
    assert list(some_facts(3)) == scene.told()


async def test_with_older_facts_on_a_disk_that_fails_newer_ones_go_to_the_store(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.days.is_away = True
    scene.add(1)
    await scene.journal.start()
    await scene.journal.stop()
    router = scene.again()
    await router.start()
    disk = FullDisk(monkeypatch)
    router.add(joined(5))
    await until(lambda: not router.is_up and router.spool_errors > 0)
    scene.days.is_away = False
    await until(lambda: router.safe == 1)
    disk.is_full = False
    await until(lambda: not router.spooled)
    await router.stop()
    assert 2 == len(scene.told())


async def test_memory_is_bounded_and_what_it_cannot_hold_is_counted(tmp_path: Path, disk: FullDisk) -> None:
    scene = Scene(tmp_path, most_in_memory=2)
    with capture_logs() as logs:
        scene.add(5)
    assert (2, 3, 1) == (scene.journal.in_memory, scene.journal.lost, len(logs))


async def test_what_nobody_took_until_the_end_is_counted_as_lost(scene: Scene, disk: FullDisk) -> None:
    scene.days.is_away = True
    await scene.journal.start()
    scene.add(3)
    with capture_logs() as logs:
        await scene.journal.stop()
    assert (3, True) == (scene.journal.lost, "journal_facts_lost" in {log["event"] for log in logs})


async def test_an_error_that_nobody_thought_of_costs_no_fact(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> int:
        raise KeyError("surprise")

    monkeypatch.setattr(scene.days, "append", broken)
    await scene.journal.start()
    scene.add(3)
    await until(lambda: scene.journal.spooled == 3)
    await scene.journal.stop()


async def test_a_journal_without_facts_leaves_nothing_behind(scene: Scene) -> None:
    before = asyncio.all_tasks()
    await scene.journal.start()
    await scene.journal.stop()
    assert before == asyncio.all_tasks()


async def _records(*told: bytes) -> AsyncIterator[bytes]:
    for each in told:
        yield each


async def test_reading_passes_over_what_it_cannot_read_and_counts_it() -> None:
    fact = joined(1)
    read = await facts_of(_records(b"", record(fact), b'{"v":1,"kind":"FromTheFuture"}'))
    assert ([fact], 2) == (read.facts, read.unreadable)


async def test_a_journal_that_is_away_cannot_be_read() -> None:
    async def away() -> AsyncIterator[bytes]:
        raise JournalAway("gone")
        yield b""

    with pytest.raises(JournalAway):
        await facts_of(away())


def test_a_journal_is_the_seam_that_the_stream_of_facts_wants(tmp_path: Path) -> None:
    seam: Callable[[Fact], None] = Journal(FakeDays(), Spool(tmp_path), lambda: UTC).add
    assert cast("object", seam)
