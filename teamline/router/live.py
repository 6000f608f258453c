"""Live truth, put together: from Asterisk's events to the board, the metrics and the journal."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog

from facts.kinds import Fact, Journalled
from metrics.board import Board, Trouble, board
from metrics.books import Books, Earlier, today_of
from metrics.call_counts import CallCounts
from metrics.callback_counts import CallbackCounts
from metrics.counts import target_in
from metrics.day_curves import DayCurves
from metrics.estimate_counts import EstimateCounts
from metrics.kiosk_counts import KioskCounts
from metrics.left_open import LeftOpen
from metrics.live import LiveModel
from metrics.live_figures import LiveFigures
from metrics.stays import Stays
from operations.difference import NOT_HEALED, Difference, Drift
from operations.fact_stream import FactStream, Fold
from operations.journal import Journal, JournalAway, facts_of
from operations.learning import learn
from operations.live_truth import LiveTruth, Sources, Times
from operations.spool import Spool
from operations.staff_counts import StaffCounts
from operations.stranded import Stranded
from routing.centre import Centre
from store.journal import JournalStore
from teamline.router.waits import LiveWaits
from teamline.settings import Settings
from telephony.ami.connection import AmiConnection
from telephony.ami.facts import EventFacts
from telephony.ami.questions import AmiQuestions
from telephony.ami.reader import Frame
from telephony.ami.switch import AmiSwitch
from telephony.queue_log.past import QueueLog
from web.live import LiveNow
from web.stream.pace import LOOK_SECONDS

BOARD_SECONDS = LOOK_SECONDS
"""A board is made at most so often, and shared by all who look."""
SIGN_IN_AGAIN_SECONDS = 600.0
"""At most so often: an administrator's own dialplan may send callers into our lines unannounced, for good."""
STALE_SECONDS = 5.0
"""Without a sign of life for so long (one is asked for every 2 s) the figures are shown as old."""
COMPARED_SECONDS = 45.0
"""So long a sign of life counts, without the comparison that is due every 15 s."""
ANSWER_SECONDS = 10.0
"""A store that is silent for so long at the start has no journal for us."""
RESTORE_SECONDS = 60.0
"""Two days of 20,000 calls each take some 20 s of a busy machine; callers are served meanwhile."""
LATE_SECONDS = 1.0
"""So often a router that began without its journal tries again."""
SPOOL_SECONDS = 2.0
"""So long a restarted router waits for its spool to reach the store before it reads its journal."""

MEMBERS_DRIFTED = frozenset((Drift.MEMBER_GONE, Drift.ONE_QUEUE_PAUSE))
CALLERS_STRANDED = frozenset((Drift.QUEUE_MISSING, Drift.CALLER_STRANDED))

WHAT: dict[Drift, str] = {
    Drift.MEMBER_STUCK: "a member is in use for Asterisk, which has no call of theirs: they are never rung",
    Drift.ONE_QUEUE_PAUSE: "a member is paused in some of their queues only: callers of the others may wait in vain",
    Drift.QUEUE_MISSING: "a caller waits in a queue that Asterisk no longer has",
    Drift.CALLER_STRANDED: "a caller waits in a queue that was taken away and brought back: nobody is rung for them",
}

log = structlog.get_logger()


class Live:
    """One router's live truth of one Asterisk. `opens_by`: the clock of the opening hours."""

    def __init__(
        self,
        settings: Settings,
        ami: AmiConnection,
        journal: JournalStore,
        centre: Callable[[], Centre],
        opens_by: Callable[[], datetime],
        follow_members: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        """`follow_members` brings members into the queues that teams.yaml gives them."""
        self._ami, self._store, self._centre, self._opens_by = ami, journal, centre, opens_by
        self._follow_members = follow_members
        self.model = LiveModel()
        self._stays = Stays()
        self.books = Books(
            lambda team: target_in(centre(), team),
            centre().timezone,
            lambda: centre().targets.formula,
            lambda team, what: log.error("books_broken", team=team, what=what),
            self._stays,
        )
        self.curves = DayCurves(centre().timezone)
        self.counts = CallCounts(centre().teams.values())
        self.journal = Journal(journal, Spool(settings.journal_spool), lambda: centre().timezone)
        self.waits = LiveWaits(settings.node, centre, self.model, lambda: not self.is_stale, self._take)
        self.estimate_counts = EstimateCounts(centre().teams.values())
        self.callback_counts = CallbackCounts(centre().teams.values())
        self.kiosk_counts = KioskCounts(centre().sites)
        counts: list[Fold] = [self.counts, *self.waits.folds, self.estimate_counts, self.callback_counts]
        folds: list[Fold] = [self.model, self.books, self.curves, *counts]
        self.stream = FactStream(folds, self.journal.add, sequels=self.waits.folds)
        self._events = EventFacts(settings.node, centre, self.model, self._stays.open)
        self.drift: Counter[Drift] = Counter()
        self.truth = self._truth(settings)
        self._stranded = Stranded(AmiSwitch(ami), lambda: self.truth.standing)
        self.left: Callable[[], Mapping[str, LeftOpen]] = dict
        """Team -> what is open in its mailbox: set by whoever has one."""
        self.also_wrong: Callable[[], Iterable[Trouble]] = tuple
        """What else an administrator has to cure: set by whoever knows."""
        self._board: tuple[float, Board] | None = None
        self._sign_in_again_from = 0.0
        self._proved_from = float("-inf")
        self._tasks: set[asyncio.Task[None]] = set()

    def _truth(self, settings: Settings) -> LiveTruth:
        """The comparisons with Asterisk."""
        return LiveTruth(
            settings.node,
            self.stream,
            self.model,
            self._stays.open,
            StaffCounts(settings.node, self.model, self._centre),
            Sources(
                AmiQuestions(self._ami, settings.node, self._centre),
                QueueLog(settings.queue_log, settings.node, self._centre),
                self._events,
            ),
            Times(time.time, time.monotonic),
            self._drifted,
        )

    async def start(self) -> None:
        """Read the journal of yesterday and today, then watch; before AMI is started."""
        await self.journal.start()
        if not await self._is_restored():
            self._run(self._restore_late())
        self.books.listen(self.counts.turn)  # counters begin with the process: Prometheus knows what was before
        self.books.listen_to_contacts(self.kiosk_counts.ended)
        self._ami.on_event(self._event)
        self._ami.on_connected(lambda: self._run(self.truth.connected()))
        self._ami.on_disconnected(lambda: self.truth.disconnected(self._ami.last_heard_at))
        self._run(self.truth.watch())
        self._run(self.waits.refresh())
        self._run(self._learn())

    async def stop(self) -> None:
        """End every timer and bring the last facts into the journal; after AMI has ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.journal.stop()

    def configured(self) -> None:
        """Another teams.yaml is in force."""
        teams = self._centre().teams.values()
        self.counts.configure(teams)
        self.estimate_counts.configure(teams)
        self.callback_counts.configure(teams)
        self.kiosk_counts.configure(self._centre().sites)

    def look(self) -> LiveNow | None:
        """The board for whoever asks; None before Asterisk was heard for the first time."""
        age = self.age_seconds
        if age is None:
            return None
        return LiveNow(self._board_now(), datetime.fromtimestamp(time.time() - age, UTC), self.is_stale)

    @property
    def is_stale(self) -> bool:
        """Whether nobody should believe the figures to be those of now."""
        age = self.age_seconds
        return not self.truth.is_caught_up or age is None or age > STALE_SECONDS

    @property
    def age_seconds(self) -> float | None:
        """How old the figures are; None before they were proved for the first time.

        On a link that is up every sign of life proves them anew: events come in order, so none before it is missing.
        """
        proved, heard_at, now = self.truth.age_seconds, self._ami.last_heard_at, time.monotonic()
        if proved is None:
            return None
        ages = [proved]
        if heard_at is not None and self.truth.is_caught_up and proved <= COMPARED_SECONDS:
            ages.append(max(0.0, time.time() - heard_at))
        self._proved_from = max(self._proved_from, *(now - age for age in ages))  # what was new once grows no older
        return now - self._proved_from

    @property
    def hears_announcements(self) -> bool:
        """Whether the dialplan's word on who joins a line reaches us."""
        return self._events.hears_announcements

    def figures(self) -> LiveFigures:
        """This moment for the exporter; copies some thousand integers."""
        return LiveFigures(
            centre=self._centre(),
            board=self._board_now(),
            counted=self.counts.copy(),
            ami_reconnects=max(0, self._ami.logins - 1),
            drift={kind.value: self.drift[kind] for kind in Drift},
            age_seconds=self.age_seconds,
            books_broken=self.books.broken,
            journal_spooled=self.journal.spooled,
            estimates=self.estimate_counts.copy(),
            left=dict(self.left()),
            callbacks=self.callback_counts.copy(),
            kiosk_calls=self.kiosk_counts.copy(),
        )

    def _take(self, facts: Iterable[Fact]) -> None:
        self.stream.take(facts)

    def _event(self, frame: Frame) -> None:
        at, monotonic = time.time(), time.monotonic()
        self.truth.tell(lambda: self._events.read(frame, at, monotonic))
        self.truth.heard()
        if not self._events.hears_announcements:
            self._sign_in_again(monotonic)

    def _sign_in_again(self, monotonic: float) -> None:
        """Asterisk may have read our newest files after we signed in: it gives event filters at login only."""
        if monotonic >= self._sign_in_again_from:
            self._sign_in_again_from = monotonic + SIGN_IN_AGAIN_SECONDS
            log.warning("caller_joined_unannounced", does="signs in to AMI again, for the event filters of now")
            self._ami.renew()

    def _drifted(self, found: Difference) -> None:
        self.drift[found.kind] += 1
        if found.kind in MEMBERS_DRIFTED:
            self._run(self._follow_members())
        elif found.kind in CALLERS_STRANDED:
            self._run(self._stranded.bring_back(found))

    def _board_now(self) -> Board:
        now = time.monotonic()
        if self._board is None or now - self._board[0] >= BOARD_SECONDS:
            at = time.time()
            made = board(
                self._centre(),
                self.model,
                today_of(self.books, at),
                at,
                opens_by=self._opens_by(),
                troubles=[*troubles(self.truth.standing), *self.also_wrong()],
                expected=self.waits.expected,
                left=self.left(),
            )
            self._board = now, made
        return self._board[1]

    async def _is_restored(self) -> bool:
        """Whether the journal could be read before the first login."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._store.keep_days()
                await self._until_spool_is_empty()
            async with asyncio.timeout(RESTORE_SECONDS):
                facts = await self._journalled()
        except (JournalAway, TimeoutError) as error:
            log.warning("journal_not_read", reason=str(error) or "it took too long")
            return False
        await self.truth.restore(facts, [self.model, self.books, self.curves, *self.waits.present])
        log.info("journal_read", facts=len(facts))
        return True

    async def _restore_late(self) -> None:
        """The same as soon as the store is back and has what waits on disk; what was before is not counted anew."""
        facts = None
        while facts is None:
            await asyncio.sleep(LATE_SECONDS)
            await self.journal.emptied()
            with contextlib.suppress(JournalAway, TimeoutError):
                async with asyncio.timeout(RESTORE_SECONDS):
                    facts = await self._journalled()
        log.info("journal_read", facts=len(facts))
        await self.truth.restore_late(facts, [self.model, Earlier(self.books), self.curves, *self.waits.present])

    async def _learn(self) -> None:
        """What waits are learned from comes back in the background; until then nobody is told one."""
        while True:
            with contextlib.suppress(JournalAway):
                log.info("waits_learned", facts=await learn(self._store, self.waits.estimates))
                return
            await asyncio.sleep(LATE_SECONDS)

    async def _until_spool_is_empty(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SPOOL_SECONDS):
                await self.journal.emptied()

    async def _journalled(self) -> list[Journalled]:
        """The facts of yesterday and today; where there are none, of the newest day before: its calls were open."""
        today = datetime.now(self._centre().timezone).date()
        facts = [*await self._day(today - timedelta(days=1)), *await self._day(today)]
        if facts:
            return facts
        older = [day for day in await self._store.days() if day < today]
        return await self._day(older[-1]) if older else []

    async def _day(self, day: date) -> list[Journalled]:
        return list((await facts_of(self._store.read(day))).facts)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("live_work_failed", exc_info=fault)


def troubles(standing: tuple[Difference, ...]) -> Iterator[Trouble]:
    """What an administrator has to cure, without a person's name: the log has the member's id."""
    for kind, count in Counter(each.kind for each in standing if each.kind in NOT_HEALED).items():
        cure = next(each.cure for each in standing if each.kind is kind)
        times = f" ({count} times)" if count > 1 else ""
        yield Trouble(WHAT[kind] + times, cure)
