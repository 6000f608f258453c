"""A worker of reports that answers when it is told to."""

import asyncio
from collections.abc import Callable, Mapping

from web.reports.worker import ReportsAway


class HeldWorker:
    """`ReportWorker`. Answers `b"N"`, the number of the question; while `may_answer` is clear it works on."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, object]] = []
        self.called_off = 0
        self.is_away = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.began = asyncio.Event()

    async def answer(self, question: Mapping[str, object], told: Callable[[int, int], None]) -> bytes:
        self.asked.append(question)
        number = len(self.asked)
        told(1, 3)
        self.began.set()
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.called_off += 1
            raise
        if self.is_away:
            raise ReportsAway
        return str(number).encode()
