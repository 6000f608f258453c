"""Live truth: the model proved against Asterisk on every connect and every 15 s, and healed where it was wrong.

Theory of operation. Events flow as soon as the link is up, so whatever happens from then on is told; those that come
before the past is known are held back, since they would tell of an end whose cause stands in queue_log. What happened
before is read there, then Asterisk is asked, then both sides are compared, and after a moment, in which
events on their way arrive, again: only what differs in the same way both times is healed. queue_log is read before
the question, so that a channel that the answer shows has outlived every line that was read, and again after it, for
those who are gone (`ended_unseen`); so gets a caller of whom nobody knows how they went, before being counted as lost.
A process that is stopped and goes on later finds the end of its link only then: the gap begins where it slept in.
What fails is tried again, and until then the age grows: nobody who looks at a board is told that old is new. No
instant in the journal or on our own clock is trusted to be before now: a clock that was wrong may have told it.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog

from facts.kinds import Fact, Journalled
from facts.watch import GapSeen
from metrics.live import LiveModel
from metrics.stays import Stay
from operations.difference import NOT_HEALED, Difference, Drift
from operations.differences import differences
from operations.ended_unseen import of_these, past_told
from operations.fact_stream import FactStream, Fold
from operations.held_events import HeldEvents, Meaning
from operations.member_differences import without_channel
from operations.missed_past import missed
from operations.ports import AsksAsterisk, KnownCalls, Past, PastRead, SwitchAway, SwitchRefused, Unexplained
from operations.seen import Snapshot
from operations.staff_counts import StaffCounts
from operations.watch import Watch

PULSE_SECONDS = 0.5
COMPARE_SECONDS = 15.0
SETTLE_SECONDS = 0.5
RETRY_SECONDS = 1.0
STUCK_SECONDS = 10.0
SLEPT_SECONDS = 3.0
"""Between two pulses: nobody watched meanwhile, whatever the link says."""
OVERLAP_SECONDS = 10.0
"""How much earlier than the gap queue_log is read: its clock has whole seconds, and may be another machine's."""
PIECE = 100
"""Facts of the past that are folded at a time: a few milliseconds of the loop."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Times:
    """The clocks, and how to wait: `wall` in Unix seconds, `monotonic` that of the events' reader."""

    wall: Callable[[], float]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Sources:
    """Who knows what happened, besides the events themselves."""

    asterisk: AsksAsterisk
    past: Past
    events: Unexplained


class LiveTruth:
    """The one owner of the comparisons of one node.

    `stays` is the books' view of open stays; `drifted` is told each difference that lasts, once.
    """

    def __init__(
        self,
        node: str,
        stream: FactStream,
        model: LiveModel,
        stays: Mapping[str, Stay],
        staff: StaffCounts,
        sources: Sources,
        times: Times,
        drifted: Callable[[Difference], None],
    ) -> None:
        self._node = node
        self._stream = stream
        self._model = model
        self._stays = stays
        self._staff = staff
        self._sources = sources
        self._times = times
        self._drifted = drifted
        self._watch = Watch()
        self._turn = asyncio.Lock()
        self._held = HeldEvents(stream)
        self.standing: tuple[Difference, ...] = ()
        """What lasted in the last comparison: what it has healed, and what an administrator has to cure."""

    @property
    def as_of(self) -> float | None:
        """When the model was proved last, by a comparison or an event (Unix seconds)."""
        return self._watch.proved_at

    @property
    def is_caught_up(self) -> bool:
        """Whether the link is up, and the model has been compared since it is."""
        return self._watch.is_connected and self._watch.is_caught_up

    @property
    def age_seconds(self) -> float | None:
        """How old the last proof is (teamline_live_age_seconds), None before the first."""
        proved = self._watch.proved_monotonic
        return None if proved is None else max(0.0, self._times.monotonic() - proved)

    async def restore(self, facts: Sequence[Journalled], folds: Sequence[Fold]) -> None:
        """Before the first connect: the newest days of the journal, to these folds.

        The gap begins with their newest fact. Without any there is no gap: what happened before our first start is
        not ours.
        """
        if facts:
            await self._restore(facts, folds)
            self._held.hold()

    async def restore_late(self, facts: Sequence[Journalled], folds: Sequence[Fold]) -> None:
        """The same after the first connect, when the store was away before: then the gap is filled at once.

        Facts of calls that this process has met itself are passed over. Raises what comparing raises.
        """
        async with self._turn:
            if past := missed(facts, self._stream.knows, self._model.places):
                self._watch.is_caught_up = False
                await self._restore(past, folds)
                self._watch.back_at = self._watch.began_at
        if self._watch.away_since is not None:
            await self.compare()

    async def _restore(self, facts: Sequence[Journalled], folds: Sequence[Fold]) -> None:
        now = self._times.wall()
        for start in range(0, len(facts), PIECE):
            self._stream.restore(facts[start : start + PIECE], folds)
            await asyncio.sleep(0)
        self._watch.away_since = max((fact.at for fact in facts if fact.at <= now), default=now)

    def tell(self, means: Meaning) -> None:
        """Fold what an event means: at once, or as soon as what was before it is known."""
        self._held.tell(means)

    def heard(self) -> None:
        """An event came: the feed is alive, and the model that was caught up is as new as this."""
        if self.is_caught_up:
            self._prove()

    def disconnected(self, heard_at: float | None = None) -> None:
        """The link is cut: nobody watches since the last sign of it (`heard_at`, Unix seconds)."""
        watch = self._watch
        if watch.is_connected:
            watch.is_connected = watch.is_caught_up = False
            watch.cuts += 1
            watch.back_at = None
            known = (watch.away_since, watch.slept_since, watch.pulsed_at, heard_at, self._times.wall())
            watch.away_since = min(at for at in known if at is not None)
            self._held.release()
            self._sources.events.forget_what_is_open()
            self._held.hold()

    async def connected(self) -> None:
        """The link is up, events flow: catch up with Asterisk."""
        self._watch.is_connected = True
        if self._watch.began_at is None:
            self._watch.began_at = self._times.wall()
        await self.compare()

    async def watch(self) -> None:
        """Keep the time of everything, until cancelled."""
        while True:
            await self._times.sleep(PULSE_SECONDS)
            try:
                await self.pulse()
            except Exception:
                # Whatever it was, nobody else would ever compare again.
                log.exception("live_truth_stumbled", node=self._node)

    async def pulse(self) -> None:
        """What is due now: open questions, counts of staff, the next comparison."""
        self._note_sleep()
        if not self._watch.is_connected:
            return
        try:
            await self._settle()
            if self.is_caught_up:
                self._stream.take(self._staff.due(self._times.wall()))
        finally:
            if self._times.monotonic() >= self._watch.due:
                await self.compare()

    def _note_sleep(self) -> None:
        watch, now = self._watch, self._times.wall()
        if watch.slept_since is None and watch.pulsed_at is not None and now - watch.pulsed_at > SLEPT_SECONDS:
            watch.slept_since = watch.pulsed_at
        watch.pulsed_at = now

    async def compare(self) -> None:
        """Compare with Asterisk and heal; when it cannot be asked, the next connect or pulse tries again."""
        async with self._turn:
            if not self._watch.is_connected:
                return
            try:
                await self._compare()
            except (SwitchAway, SwitchRefused) as error:
                self._failed(str(error))
            except Exception as error:
                self._failed(type(error).__name__)
                raise

    def _failed(self, reason: str) -> None:
        if not self._watch.is_failing:
            log.warning("live_truth_not_proved", node=self._node, reason=reason)
        self._watch.is_failing = True
        if self._watch.is_connected:
            self._held.release()
        self._watch.due = self._times.monotonic() + RETRY_SECONDS

    async def _compare(self) -> None:
        watch, cuts, since = self._watch, self._watch.cuts, self._watch.away_since
        past = await self._past(since)
        seen = await self._sources.asterisk.look()
        if past:
            await self._fold(await past_told(past, lambda: self._past(since), self._known, seen.channels.keys()))
        if watch.cuts == cuts:
            self._held.release()
        lasting = await self._lasting(seen)
        self._heal(lasting)
        if watch.cuts != cuts:
            return  # the link was cut meanwhile: what was healed is true, but not the newest
        if since is not None:
            self._close_gap(since, past, lasting)
        if not watch.is_caught_up:
            self._staff.tell_all_again()
            self._stream.take(self._staff.due(self._times.wall()))
        watch.away_since = watch.slept_since = watch.back_at = None
        watch.is_failing = False
        watch.is_caught_up = watch.has_compared = True
        watch.compared_at, watch.due = self._times.wall(), self._times.monotonic() + COMPARE_SECONDS
        self._prove()

    async def _lasting(self, seen: Snapshot) -> list[Difference]:
        """What differs now, and still differs in the same way a moment later."""
        self._suspect(seen)
        found = {each.key for each in self._differ(seen)}
        if not found:
            return []
        await self._times.sleep(SETTLE_SECONDS)
        again = await self._sources.asterisk.look()
        lasting = self._still(found, again)
        gone = {each.call for each in lasting if each.is_end_unknown}
        if gone and await self._told_after_all(gone):
            lasting = self._still(found, again)
        return lasting

    def _still(self, found: Collection[tuple[Drift, str]], seen: Snapshot) -> list[Difference]:
        return [each for each in self._differ(seen) if each.key in found]

    async def _told_after_all(self, gone: Collection[str]) -> bool:
        """Whether queue_log knows more of these callers, gone in both looks, than the events did.

        It is newer than either look this time: what it says of anybody else may be half of a step.
        """
        since = self._watch.compared_at if self._watch.away_since is None else self._watch.away_since
        return await self._fold(await of_these(gone, lambda: self._past(since), self._known) or ())

    async def _past(self, since: float | None) -> PastRead | None:
        """Asterisk's own record from then on; from now on where the clock has been set back meanwhile."""
        if since is None:
            return None
        return await self._sources.past.read(min(since, self._times.wall()) - OVERLAP_SECONDS)

    async def _fold(self, past: Sequence[Fact]) -> bool:
        """Fold what may be the calls of days; whether any of it was new."""
        is_new = False
        for start in range(0, len(past), PIECE):
            is_new |= bool(self._stream.take(past[start : start + PIECE]))
            await asyncio.sleep(0)
        return is_new

    def _differ(self, seen: Snapshot) -> tuple[Difference, ...]:
        since, now = self._watch.suspects, self._times.monotonic()
        stuck = [who for who in without_channel(seen) if now - since.get(who, now) >= STUCK_SECONDS]
        return differences(self._model, seen, self._node, stuck, self._sources.events.unsettled)

    def _suspect(self, seen: Snapshot) -> None:
        known, now = self._watch.suspects, self._times.monotonic()
        self._watch.suspects = {who: known.get(who, now) for who in without_channel(seen)}

    def _heal(self, lasting: Sequence[Difference]) -> None:
        told = {each.key for each in self.standing}
        news = [each for each in lasting if each.key not in told]
        if news and not self._watch.has_compared:
            # The first look of this process: it learns what it could not know, and heals it.
            log.info("live_model_learned", node=self._node, **Counter(each.kind.value for each in news))
            news = [each for each in news if each.kind in NOT_HEALED]
        for each in news:
            self._tell(each)
        self.standing = tuple(lasting)
        self._stream.take(fact for each in lasting for fact in each.healing)

    def _tell(self, each: Difference) -> None:
        self._drifted(each)
        words = {"subject": each.subject, "ours": each.ours, "asterisks": each.asterisks}
        log.warning(
            "live_drift", node=self._node, kind=each.kind.value, **words, **({"cure": each.cure} if each.cure else {})
        )

    def _close_gap(self, since: float, past: PastRead | None, lasting: Sequence[Difference]) -> None:
        back_at = self._watch.back_at or self._times.wall()
        gap = GapSeen(
            at=back_at,
            node=self._node,
            since=min(since, back_at),
            filled=past is not None and past.is_whole,
            unknown=sum(each.is_end_unknown for each in lasting),
        )
        self._stream.take([gap])
        log.info("gap_closed", node=gap.node, since=gap.since, filled=gap.filled, unknown=gap.unknown)

    def _known(self) -> KnownCalls:
        model = self._model
        return KnownCalls(dict(model.places), dict(model.visits), dict(model.talks), dict(self._stays))

    async def _settle(self) -> None:
        """Ask what events have left open, and settle what nobody will explain any more."""
        events, times = self._sources.events, self._times
        await asyncio.gather(*(self._ask(call) for call in events.questions(times.monotonic())))
        self._stream.take(events.overdue(times.wall(), times.monotonic()))

    async def _ask(self, call: str) -> None:
        try:
            status = await self._sources.asterisk.queue_status(call)
        except (SwitchAway, SwitchRefused):
            return  # it stays unexplained, until it is overdue or the next comparison
        events, times = self._sources.events, self._times
        self._stream.take(events.told(call, status, times.wall(), times.monotonic()))

    def _prove(self) -> None:
        self._watch.proved_at, self._watch.proved_monotonic = self._times.wall(), self._times.monotonic()
