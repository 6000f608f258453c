"""Brings who gave up into the store, and back: for a restart, for a second router, for whoever erases a customer.

Theory of operation. Memory answers; the store is brought what changed, in the background, and says by a counter
whether somebody else has changed the day: then it is read again, and is right but for what is on its way there.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import structlog

from operations.gave_up.people import People, Whose
from operations.gave_up.row import GaveUp, GaveUpAway, KeptGaveUp

LOOK_SECONDS = 2.0
STOP_SECONDS = 1.0
LATE_SECONDS = 3600.0
"""The store forgets a day so long after its end."""

log = structlog.get_logger()


class GaveUpToday:
    """`people` in step with the store. `now`: Unix seconds; a day is one of the centre's."""

    def __init__(self, kept: KeptGaveUp, whose: Whose, zone: Callable[[], tzinfo], now: Callable[[], float]) -> None:
        self.people = People(whose, self._note)
        self._kept, self._zone, self._now = kept, zone, now
        self._pending: dict[str, GaveUp | None] = {}
        self._day: date | None = None
        self._version: int | None = None
        self._is_away = False
        self._has_news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.look_also: Callable[[], object] = bool
        """Done with every look."""

    async def start(self) -> None:
        """Read what was kept, and begin to follow."""
        await self.look()
        self._task = asyncio.get_running_loop().create_task(self._keep_up())

    async def stop(self) -> None:
        """What is on its way to the store has a moment still."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self.look()
            except TimeoutError:
                log.warning("gave_up_not_kept")

    async def look(self) -> None:
        """Once: the day, what changed here, what changed there."""
        self._turn_the_day()
        try:
            await self._bring()
            await self._fetch()
        except GaveUpAway as away:
            if not self._is_away:
                log.warning("gave_up_away", error=str(away))
            self._is_away = True
            return
        if self._is_away:
            log.info("gave_up_back")
        self._is_away = False

    def _note(self, row_id: str, row: GaveUp | None) -> None:
        self._pending[row_id] = row
        self._has_news.set()

    def _turn_the_day(self) -> None:
        today = datetime.fromtimestamp(self._now(), UTC).astimezone(self._zone()).date()
        if today == self._day:
            return
        if self._day is not None:
            self._pending.clear()
        self._day, self._version = today, None
        self.people.keep_since(_midnight(today, self._zone()))

    async def _bring(self) -> None:
        if not self._pending or self._day is None:
            return
        sent = dict(self._pending)
        put = [row for row in sent.values() if row is not None]
        gone = [row_id for row_id, row in sent.items() if row is None]
        ends_at = _midnight(self._day + timedelta(days=1), self._zone()) + LATE_SECONDS
        version = await self._kept.write(self._day, ends_at, put, gone)
        for row_id, row in sent.items():
            if self._pending.get(row_id) == row:
                del self._pending[row_id]
        if self._version is not None and version == self._version + 1:
            self._version = version

    async def _fetch(self) -> None:
        if self._day is None:
            return
        version = await self._kept.version(self._day)
        if version == self._version:
            return
        rows = await self._kept.listed(self._day)
        self.people.take(rows, besides=self._pending)
        self._version = version

    async def _keep_up(self) -> None:
        while True:
            self._has_news.clear()
            is_well = await self._is_looked_after()
            if not is_well:
                await asyncio.sleep(LOOK_SECONDS)
            else:
                await self._news()

    async def _is_looked_after(self) -> bool:
        try:
            await self.look()
            self.look_also()
        except Exception:
            log.exception("gave_up_not_kept_up")
            return False
        return not self._is_away

    async def _news(self) -> None:
        """Wait for something to bring, at most until the next look."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._has_news.wait()
        except TimeoutError:
            return


def _midnight(day: date, zone: tzinfo) -> float:
    """Its beginning, in Unix seconds."""
    return datetime.combine(day, time(), zone).timestamp()
