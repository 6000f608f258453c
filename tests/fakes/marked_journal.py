"""A journal in memory that can be read on, and counts what was read."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from facts.kinds import Journalled
from facts.record import record
from operations.journal import JournalAway

BERLIN = ZoneInfo("Europe/Berlin")


class MarkedDays:
    """`operations.report_days.MarkedJournal`. `read_days`: how many records of each day were read."""

    def __init__(self, facts: Iterable[Journalled] = ()) -> None:
        self._days: dict[date, list[bytes]] = {}
        self.read_days: Counter[date] = Counter()
        self.is_away = False
        self.add(facts)

    def add(self, facts: Iterable[Journalled]) -> None:
        for fact in facts:
            self.add_record(datetime.fromtimestamp(fact.at, BERLIN).date(), record(fact))

    def add_record(self, day: date, text: bytes) -> None:
        self._days.setdefault(day, []).append(text)

    def forget(self, day: date) -> None:
        del self._days[day]

    async def read(self, day: date) -> AsyncIterator[bytes]:
        async for _, text in self.read_on(day, ""):
            yield text

    async def read_on(self, day: date, last: str) -> AsyncIterator[tuple[str, bytes]]:
        self._answer()
        for place, text in enumerate(self._days.get(day, []), start=1):
            if place > int(last or 0):
                self.read_days[day] += 1
                yield str(place), text

    async def mark(self, day: date) -> str:
        self._answer()
        return str(len(self._days.get(day, ())) or "")

    async def days(self) -> list[date]:
        self._answer()
        return sorted(self._days)

    def _answer(self) -> None:
        if self.is_away:
            raise JournalAway
