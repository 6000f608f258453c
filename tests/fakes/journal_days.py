"""Days of the journal in memory, for whoever needs an `operations.journal.JournalDays`."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

from operations.journal import Entry, JournalAway

ADAY = timedelta(days=1)


class FakeDays:
    """Takes no id twice, neighbouring days included.

    `is_away` refuses everything; while `answers` is clear it takes what it is given and says nothing, as a store does
    that is stopped and goes on later.
    """

    def __init__(self) -> None:
        self.records: dict[date, dict[str, bytes]] = {}
        self.batches: list[int] = []
        self.is_away = False
        self.answers = asyncio.Event()
        self.answers.set()

    async def append(self, day: date, entries: Sequence[Entry]) -> int:
        if self.is_away:
            raise JournalAway("the store did not take or tell facts: ConnectionError")
        new = [entry for entry in dict(entries).items() if not self._has(day, entry[0])]
        self.records.setdefault(day, {}).update(new)
        self.batches.append(len(entries))
        await self.answers.wait()
        return len(new)

    def told(self, day: date) -> list[bytes]:
        return list(self.records.get(day, {}).values())

    def _has(self, day: date, fact_id: str) -> bool:
        return any(fact_id in self.records.get(each, {}) for each in (day - ADAY, day, day + ADAY))
