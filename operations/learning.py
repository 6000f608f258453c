"""What was learned, brought back: the newest days of the journal, a piece at a time beside what happens now.

A month of a large centre takes some seconds of processor; in pieces, so that the loop answers calls in between.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from facts.kinds import Journalled
from facts.record import NotAFact, fact_from
from operations.reporting import JournalReader

PIECE = 200
"""Facts at a time: about 5 ms of the loop."""
MOST_FACTS = 400_000
"""A month of a large centre; of a larger one the newest days, which teach the most."""


class Learner(Protocol):
    """Who learns from facts."""

    def restoring(self) -> None:
        """Forget what was learned: it comes again."""
        ...

    def restored(self, facts: Iterable[Journalled]) -> None:
        """Learn from facts of the journal, oldest first."""
        ...

    def catch_up(self) -> bool:
        """Learn a piece of what happened meanwhile; whether that was all."""
        ...


class CountedJournal(JournalReader, Protocol):
    """A journal that knows how long its days are."""

    async def count(self, day: date) -> int:
        """How many records the day has."""
        ...


async def learn(journal: CountedJournal, learner: Learner) -> int:
    """Read the journal from its oldest day that counts; how many facts. Raises JournalAway: then begin again."""
    learner.restoring()
    learned = 0
    for day in await newest(journal):
        learned += await _learn_day(journal, day, learner)
    while not learner.catch_up():  # noqa: ASYNC110 - a turn of the loop for everybody else, nothing is waited for
        await asyncio.sleep(0)
    return learned


async def newest(journal: CountedJournal, most: int = MOST_FACTS) -> Sequence[date]:
    """The newest days that have no more than so many facts together, oldest first; the newest one always."""
    days: list[date] = []
    for day in reversed(await journal.days()):
        most -= await journal.count(day)
        if most < 0 and days:
            break
        days.insert(0, day)
    return days


async def _learn_day(journal: CountedJournal, day: date, learner: Learner) -> int:
    learned, piece = 0, list[Journalled]()
    async for told in journal.read(day):
        try:
            piece.append(fact_from(told))
        except NotAFact:
            continue  # counted where the day is read for its books
        if len(piece) == PIECE:
            learned += _take(learner, piece)
            await asyncio.sleep(0)
    return learned + _take(learner, piece)


def _take(learner: Learner, piece: list[Journalled]) -> int:
    learner.restored(piece)
    taken = len(piece)
    piece.clear()
    return taken
