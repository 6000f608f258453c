"""Reports out of the journal: its days read one after the other, each folded off the loop and let go."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from facts.kinds import Fact
from metrics.calendar_days import days_between
from operations.fact_stream import Fold
from operations.journal import facts_of
from operations.report_span import ReportSpan


class JournalReader(Protocol):
    """Where the days of the journal are read. Both raise `operations.journal.JournalAway`."""

    def read(self, day: date) -> AsyncIterator[bytes]:
        """The day's records in the order in which they were folded, none twice."""
        ...

    async def days(self) -> list[date]:
        """The days that the journal has, oldest first."""
        ...


def days_to_read(span: ReportSpan, zone: ZoneInfo) -> list[date]:
    """The span's local days, and one more on both sides: a call may stand in line over midnight."""
    days = days_between(span.begin, span.end, zone)
    return [days[0] - timedelta(days=1), *days, days[-1] + timedelta(days=1)]


async def fold_days(
    journal: JournalReader, days: Sequence[date], folds: Sequence[Fold], told: Callable[[int], None]
) -> int:
    """Fold these days of the journal; how many records could not be read. `told` hears how many days are done."""
    unreadable = 0
    for number, day in enumerate(days, start=1):
        read = await facts_of(journal.read(day))
        await asyncio.to_thread(_fold, read.facts, folds)
        unreadable += read.unreadable
        told(number)
    return unreadable


def _fold(facts: Iterable[Fact], folds: Sequence[Fold]) -> None:
    for fact in facts:
        for fold in folds:
            fold.fold(fact)
