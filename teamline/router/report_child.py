"""The process that works reports out: one question a line on stdin; it keeps what it has read of the journal.

On stdout `R` once it is ready, then for each question any number of `P DONE OF` (days read) and at last `A BYTES` and
so many bytes, or `F WORD`: `away` if the journal cannot be read, `gone` if the question was called off by an empty
line. It yields to calls (nice), and its memory is bounded.
"""

import asyncio
import contextlib
import json
import logging
import resource
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from metrics.calendar_days import days_between
from operations.journal import JournalAway
from operations.report_answer import answer, read_question
from operations.report_books import About
from operations.report_days import MarkedJournal, ReportDays
from operations.report_named import NamedQuestion, answer_named
from routing.centre import Centre
from teamline.commands.in_force import centre_for
from teamline.settings import load_settings
from teamline.stored import open_store

MEMORY_BYTES = 2048 * 1024 * 1024
MOST_QUESTION_BYTES = 1024 * 1024


class Worker:
    """Answers from one journal."""

    def __init__(self, journal: MarkedJournal, centre: Callable[[], Awaitable[Centre]]) -> None:
        self._journal, self._centre = journal, centre
        self._days: ReportDays | None = None

    async def answer(self, told: dict[str, Any]) -> bytes:
        """The answer of one question. Raises JournalAway."""
        if "name" in told:
            named = NamedQuestion(**{**told, "name": About(told["name"])})
            return (await answer_named(named, self._journal, await self._centre(), _progress)).encode()
        question = read_question(told)
        zone = ZoneInfo(question.zone)
        if self._days is None or self._days.zone != zone:
            self._days = ReportDays(self._journal, zone)
        days = days_between(question.begin, question.end, zone)
        found = await self._days.span(days, datetime.now(zone).date(), _progress)
        return "".join(answer(question, found)).encode()


async def main() -> None:
    """Answer until stdin ends."""
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    settings = load_settings()
    async with open_store(settings) as stored:
        worker = Worker(stored.journal, partial(centre_for, stored, settings, is_named=False))
        _tell("R")
        asked: asyncio.Task[None] | None = None
        async for line in _lines():
            if asked:
                asked.cancel()
                await asyncio.gather(asked, return_exceptions=True)
                if asked.cancelled():
                    _tell("F gone")
                asked = None
            if line.strip():
                asked = asyncio.create_task(_answered(worker, json.loads(line)))


async def _answered(worker: Worker, told: dict[str, Any]) -> None:
    try:
        text = await worker.answer(told)
    except JournalAway:
        _tell("F away")
    except Exception as error:  # noqa: BLE001 - a fault of ours is one answer, and the next question is asked anew
        _tell(f"F {type(error).__name__}")
    else:
        _tell(f"A {len(text)}")
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()


async def _lines() -> AsyncIterator[bytes]:
    reader = asyncio.StreamReader(MOST_QUESTION_BYTES)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    with contextlib.closing(transport):
        while line := await reader.readline():
            yield line


def _progress(done: int, of: int) -> None:
    _tell(f"P {done} {of}")


def _tell(line: str) -> None:
    sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(main())
