"""Members looked after: after-call work, rings that nobody picks up, the end of the day. Wired by `process`."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import structlog

from facts.member import PhoneState
from facts.pause_reasons import MISSED_RINGS
from ivr.ports import DeskAway
from metrics.live import LiveModel
from operations.active import InForce
from operations.day_end import DayEnd
from operations.members import MemberDesk
from operations.missed_rings import MissedRings
from operations.wrap_up import Begin, End, WrapUps
from routing.centre import Centre
from telephony.ami import told
from telephony.ami.our_queues import OurQueues
from telephony.ami.reader import Frame
from web.room import Room

LOOK_SECONDS = 0.25
"""Within it a talk's end is seen: well before app_queue would ring the member again (`LEAST_SECONDS`)."""
DAY_SECONDS = 2.0
"""So often somebody looks whether the day is over."""
AGAIN_SECONDS = 5.0
"""After a failure the same step waits so long."""

UNHEARD_SECONDS = 60.0
"""A phone found gone so soon after it was missed was gone then, too: Asterisk asks every 30 s, and waits 3 s."""

SIGNS_OF_LIFE = frozenset(("AgentConnect", "QueueMemberPause", "QueueMemberRemoved"))

log = structlog.get_logger()


class Watched(Protocol):
    """What is known of the members now: `Live`."""

    @property
    def model(self) -> LiveModel:
        """The live model."""
        ...

    @property
    def is_stale(self) -> bool:
        """Whether it is not that of now."""
        ...


class MemberCare:
    """A `Feature`. `listen` brings Asterisk's events, `clock` is that of the opening hours."""

    rooms: Sequence[Room] = ()

    def __init__(
        self,
        desk: MemberDesk,
        live: Watched,
        centre: Callable[[], Centre],
        clock: Callable[[], datetime],
        listen: Callable[[Callable[[Frame], None]], None],
        now: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now`: Unix seconds; `pause` waits so many seconds."""
        self._desk, self._live, self._centre, self._listen = desk, live, centre, listen
        self._wrap_ups = WrapUps(live.model, centre)
        self._missed = MissedRings()
        self._day_end = DayEnd(live.model, centre, clock)
        self._queues = OurQueues(centre)
        self._now, self._pause = now, pause
        self._paused_at: dict[str, float] = {}
        self._not_before: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_on = False

    async def start(self) -> None:
        """Begin to look after them."""
        self._is_on = True
        self._listen(self._event)
        self._run(self._every(LOOK_SECONDS, self._look_after_wrap_up))
        self._run(self._every(DAY_SECONDS, self._look_after_the_day))

    async def stop(self) -> None:
        """No task is left."""
        self._is_on = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def configured(self, now: InForce) -> None:
        """Nothing is kept of a version: each look takes the one in force."""

    async def _every(self, seconds: float, look: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            await self._pause(seconds)
            if self._live.is_stale:
                continue  # the login that ends it brings what is true now
            try:
                await look()
            except Exception:
                log.exception("member_care_stumbled")
                await self._pause(AGAIN_SECONDS)

    async def _look_after_wrap_up(self) -> None:
        now = self._now()
        due = [step for step in self._wrap_ups.due(self._now()) if self._not_before.get(step.member, 0.0) <= now]
        await asyncio.gather(*(self._tried(step.member, partial(self._wrap_up, step)) for step in due))

    async def _wrap_up(self, step: Begin | End) -> None:
        if isinstance(step, End):
            await self._desk.end_pause(step.member, step.reason)
        else:
            await self._desk.pause_unless_paused(step.member, step.reason)
            self._wrap_ups.begun(step.member)

    async def _look_after_the_day(self) -> None:
        for member in self._day_end.due():
            await self._tried(member, partial(self._sign_out, member))

    async def _sign_out(self, member: str) -> None:
        await self._desk.sign_out(member)
        log.info("member_signed_out", member=member, why="all their teams have closed for the day")

    def _event(self, frame: Frame) -> None:
        member = told.member(frame) if self._is_on and frame.get("Queue") in self._queues else ""
        if not member:
            return
        if frame.name in SIGNS_OF_LIFE:
            self._missed.forgive(member)
        elif frame.name == "QueueMemberAdded":
            self._day_end.signed_in(member, frame.get("Queue"))
        elif frame.name == "QueueMemberStatus" and told.phone(frame) is PhoneState.UNAVAILABLE:
            self._phone_is_gone(member)
        elif frame.name == "AgentRingNoAnswer" and self._missed.missed(member, self._centre().desk.missed_rings):
            self._run(self._tried(member, partial(self._nobody_picks_up, member)))

    async def _nobody_picks_up(self, member: str) -> None:
        if await self._desk.pause_unless_paused(member, MISSED_RINGS):
            self._paused_at[member] = self._now()
            log.warning("member_paused", member=member, reason=MISSED_RINGS)

    def _phone_is_gone(self, member: str) -> None:
        """What it missed lately rang for nobody to hear: as soon as it is back it may ring again."""
        self._missed.forgive(member)
        if self._now() <= self._paused_at.pop(member, float("-inf")) + UNHEARD_SECONDS:
            self._run(self._tried(member, partial(self._resume, member)))

    async def _resume(self, member: str) -> None:
        await self._desk.end_pause(member, MISSED_RINGS)

    async def _tried(self, member: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except DeskAway as error:
            self._not_before[member] = self._now() + AGAIN_SECONDS
            log.warning("member_not_changed", reason=str(error))
        else:
            self._not_before.pop(member, None)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("member_care_failed", exc_info=fault)
