"""The line of questions for reports: one is worked out at a time, the others wait, bounded in all and by account.

The same question of two is worked out once, for both. Whoever does not ask again for a while wants no answer any
more: then their question goes.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from web.reports.worker import ReportsAway, ReportWorker

MOST_QUESTIONS = 16
MOST_OF_ACCOUNT = 3
LAPSE_SECONDS = 15.0
"""After so long without anybody who waits for it, a question is dropped, and an answer forgotten."""

log = structlog.get_logger()


class LineFull(Exception):
    """Too many questions wait: ask again in a moment."""


@dataclass(frozen=True, slots=True)
class Working:
    """No answer yet: so many of so many days are read; `ahead` questions come before."""

    done: int
    of: int
    ahead: int


@dataclass(slots=True, eq=False)
class _Job:
    account: str
    question: Mapping[str, object]
    done: int = 0
    of: int = 0
    answer: bytes = b""
    is_away: bool = False
    waiting: int = 0
    left_at: float = 0.0
    over: asyncio.Event = field(default_factory=asyncio.Event)


class ReportLine:
    """Questions in their order. `now`: monotonic seconds."""

    def __init__(self, worker: ReportWorker, now: Callable[[], float]) -> None:
        self._worker, self._now = worker, now
        self._jobs: dict[str, _Job] = {}
        self._task: asyncio.Task[None] | None = None

    async def ask(self, account: str, question: Mapping[str, object], seconds: float) -> bytes | Working:
        """The answer, or how far it is after so many seconds; ask again then. Raises LineFull, ReportsAway."""
        key = json.dumps(question, sort_keys=True)
        job = self._jobs.get(key) or self._joined(key, _Job(account, question, left_at=self._now()))
        job.waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await job.over.wait()
        except TimeoutError:
            return Working(job.done, job.of, self._ahead(job))
        finally:
            job.waiting -= 1
            job.left_at = self._now()
        if self._jobs.get(key) is job:
            del self._jobs[key]
        if job.is_away:
            raise ReportsAway
        return job.answer

    async def stop(self) -> None:
        """Nothing is worked on when this returns; who waits hears that reports are away."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for job in self._jobs.values():
            job.is_away = True
            job.over.set()

    def _joined(self, key: str, job: _Job) -> _Job:
        self._lapse()
        waiting = [each for each in self._jobs.values() if not each.over.is_set()]
        if (
            len(self._jobs) >= MOST_QUESTIONS
            or Counter(each.account for each in waiting)[job.account] >= MOST_OF_ACCOUNT
        ):
            raise LineFull
        self._jobs[key] = job
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())
        return job

    def _ahead(self, job: _Job) -> int:
        jobs = [each for each in self._jobs.values() if not each.over.is_set()]
        return jobs.index(job) if job in jobs else 0

    def _is_wanted(self, job: _Job) -> bool:
        return job.waiting > 0 or self._now() - job.left_at < LAPSE_SECONDS

    def _lapse(self) -> None:
        for key in [key for key, job in self._jobs.items() if not self._is_wanted(job)]:
            del self._jobs[key]

    async def _work(self) -> None:
        while job := next((each for each in self._jobs.values() if not each.over.is_set()), None):
            await self._worked(job)
            self._lapse()

    async def _worked(self, job: _Job) -> None:
        def told(done: int, of: int) -> None:
            job.done, job.of = done, of

        asked = asyncio.ensure_future(self._worker.answer(job.question, told))
        try:
            while not asked.done() and self._is_wanted(job):
                await asyncio.wait([asked], timeout=LAPSE_SECONDS / 5)
            if asked.done():
                job.answer = asked.result()
        except ReportsAway:
            job.is_away = True
        except Exception:
            log.exception("report_not_worked_out")
            job.is_away = True
        finally:
            if not asked.done():
                asked.cancel()
                await asyncio.gather(asked, return_exceptions=True)
                job.is_away = True
            job.over.set()
