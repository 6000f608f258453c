"""Sheets of days for reports: days that are over are read once and kept, today is read on from where it was left.

Theory of operation. A day's sheet is folded of the journal of the day before, the day and the day after, as
`operations.reporting` reads them. It is kept with the marks of these three: as long as the journal has nothing new
there, it stays true. Yesterday and today are one fold that goes on with what the journal got since; it begins anew
with another day, or when yesterday got something late.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from facts.kinds import Journalled
from facts.record import NotAFact, fact_from
from facts.watch import GapSeen
from metrics.day_sheets import DaySheet, DaySheets
from operations.reporting import JournalReader

MOST_LINES = 4_000_000
"""Of all sheets that are kept; about 90 MB."""
MOST_DAYS_AT_ONCE = 31
"""Of one fold; what it has made is kept, whatever becomes of the next."""
PIECE = 2000
"""Facts that are folded at once."""
_DAY = timedelta(days=1)

Told = Callable[[int, int], None]
"""Hears how many days of how many are read."""


class MarkedJournal(JournalReader, Protocol):
    """A journal that can be read on. All raise `operations.journal.JournalAway`."""

    def read_on(self, day: date, last: str) -> AsyncIterator[tuple[str, bytes]]:
        """The day's records with their places, after the place `last`; all of them where that is empty."""
        ...

    async def mark(self, day: date) -> str:
        """Another one as soon as the day has another record; empty for a day without any."""
        ...


@dataclass(frozen=True, slots=True)
class SpanSheets:
    """The sheets of a span's days, and what is to be known of them. `first_day`: the journal's first, None if empty."""

    sheets: Sequence[DaySheet]
    gaps: Sequence[GapSeen]
    unreadable: int
    first_day: date | None


@dataclass(frozen=True, slots=True)
class _Kept:
    marks: tuple[str, str, str]
    sheet: DaySheet


@dataclass(slots=True)
class _Tail:
    """The fold of yesterday and today. `places`: how far each day of the journal is read."""

    today: date
    marks: tuple[str, str]
    fold: DaySheets
    places: dict[date, str] = field(default_factory=dict)


class ReportDays:
    """Over one journal, in one time zone."""

    def __init__(self, journal: MarkedJournal, zone: ZoneInfo, most_lines: int = MOST_LINES) -> None:
        self._journal, self.zone, self._most_lines = journal, zone, most_lines
        self._kept: OrderedDict[date, _Kept] = OrderedDict()
        self._gaps: dict[str, GapSeen] = {}
        self._unreadable: dict[date, int] = {}
        self._tail: _Tail | None = None
        self._done, self._of = 0, 0

    async def span(self, days: Sequence[date], today: date, told: Told) -> SpanSheets:
        """The sheets of these days, which follow one another. Raises JournalAway."""
        there = await self._journal.days()
        marks = {
            day: await self._journal.mark(day) for day in there if days[0] - 2 * _DAY <= day <= days[-1] + 2 * _DAY
        }
        past = [day for day in days if day < today - _DAY]
        wanted = [day for day in past if any(marks.get(day + n * _DAY) for n in (-1, 0, 1))]
        sheets = {day: kept for day in wanted if (kept := self._known(day, marks)) is not None}
        missing = [day for day in wanted if day not in sheets]
        is_recent = len(past) < len(days)
        tail_days = self._tail_days(today, there) if is_recent else []
        self._done, self._of = 0, sum(len(run) + 2 for run in _runs(missing)) + len(tail_days)
        told(0, self._of)
        for run in _runs(missing):
            sheets |= await self._read(run, marks, told)
        if is_recent:
            tail = await self._read_tail(today, told)
            sheets |= {day: tail.sheet(day) for day in (today - _DAY, today)}
        self._forget(there)
        return SpanSheets(
            sheets=[sheets[day] for day in days if day in sheets],
            gaps=tuple(self._gaps.values()),
            unreadable=sum(self._unreadable.get(day, 0) for day in (days[0] - _DAY, *days, days[-1] + _DAY)),
            first_day=there[0] if there else None,
        )

    def _known(self, day: date, marks: dict[date, str]) -> DaySheet | None:
        kept = self._kept.get(day)
        if kept is None or kept.marks != _around(day, marks):
            return None
        self._kept.move_to_end(day)
        return kept.sheet

    async def _read(self, run: Sequence[date], marks: dict[date, str], told: Told) -> dict[date, DaySheet]:
        fold = DaySheets(run, self.zone)
        for day in (run[0] - _DAY, *run, run[-1] + _DAY):
            await self._fold(fold, day, "")
            self._step(told)
        sheets = {day: fold.sheet(day) for day in run}
        for day, sheet in sheets.items():
            if sheet.is_over:
                self._kept[day] = _Kept(_around(day, marks), sheet)
        return sheets

    def _tail_days(self, today: date, there: Sequence[date]) -> list[date]:
        """What a tail that begins anew reads; nothing for one that goes on."""
        if self._tail is not None and self._tail.today == today:
            return []
        return [day for day in there if today - 2 * _DAY <= day <= today + _DAY]

    async def _read_tail(self, today: date, told: Told) -> DaySheets:
        before = (await self._journal.mark(today - 2 * _DAY), await self._journal.mark(today - _DAY))
        tail = self._tail
        if tail is None or tail.today != today or tail.marks != before:
            tail = _Tail(today, before, DaySheets((today - _DAY, today), self.zone))
            for day in (today - 2 * _DAY, today - _DAY):
                await self._fold(tail.fold, day, "")
                self._step(told)
        self._tail = None  # half read it is none
        for day in (today, today + _DAY):
            tail.places[day] = await self._fold(tail.fold, day, tail.places.get(day, ""))
            self._step(told)
        self._tail = tail
        return tail.fold

    async def _fold(self, fold: DaySheets, day: date, last: str) -> str:
        """Fold the day after this place; the place of its last record."""
        if not last:
            self._unreadable[day] = 0
        piece: list[Journalled] = []
        async for place, record in self._journal.read_on(day, last):
            last = place
            try:
                piece.append(fact_from(record))
            except NotAFact:
                self._unreadable[day] += 1
            if len(piece) >= PIECE:
                await asyncio.to_thread(_take, fold, piece)
                piece = []
        _take(fold, piece)
        self._gaps |= {gap.id: gap for gap in fold.gaps}
        return last

    def _step(self, told: Told) -> None:
        self._done += 1
        told(min(self._done, self._of), self._of)

    def _forget(self, there: Sequence[date]) -> None:
        """What the journal no longer keeps is kept nowhere; of the rest the newest asked for."""
        oldest = there[0] if there else date.max
        for day in [day for day in self._kept if day < oldest]:
            del self._kept[day]
        while self._kept and sum(len(kept.sheet) for kept in self._kept.values()) > self._most_lines:
            self._kept.popitem(last=False)


def _take(fold: DaySheets, facts: Sequence[Journalled]) -> None:
    for fact in facts:
        fold.fold(fact)


def _around(day: date, marks: dict[date, str]) -> tuple[str, str, str]:
    return marks.get(day - _DAY, ""), marks.get(day, ""), marks.get(day + _DAY, "")


def _runs(days: Sequence[date]) -> list[list[date]]:
    """Days that follow one another, together, but not too many."""
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] + _DAY == day and len(runs[-1]) < MOST_DAYS_AT_ONCE:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
