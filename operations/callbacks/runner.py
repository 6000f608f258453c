"""Who stands in line when, and who is dialled: callbacks kept moving through every restart.

Theory of operation. The store has each callback's record, Asterisk its placeholder. The runner compares the two again
and again (`plan`) and does what is missing; what Asterisk tells in between only makes that sooner. A dial is the one
thing that must not be done twice: its record is changed from exactly the one that was read (the fence), on disk,
before Asterisk is asked. While the store is away nothing is placed or dialled; while Asterisk is, nothing is judged.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from operations.callbacks import life
from operations.callbacks.attempts import Attempts, Clocks
from operations.callbacks.plan import (
    Answer,
    AskResult,
    DialAgain,
    Expire,
    LetGo,
    Moment,
    OutOfLine,
    Place,
    Step,
    Talks,
    in_order,
    steps_for,
    strangers,
)
from operations.callbacks.ports import (
    AlreadyPlaced,
    AttemptEnded,
    CallbackEvent,
    CallbackSwitch,
    Connected,
    MemberTook,
    Placeholder,
)
from operations.callbacks.records import Records
from operations.callbacks.rules import placement
from operations.callbacks.slots import Slots
from operations.callbacks.way_out import WayOut
from operations.mailbox.ports import Entry
from operations.ports import SwitchAway, SwitchRefused
from routing.callback import Event, Outcome
from routing.centre import Centre

LOOK_SECONDS = 5.0
SOON_SECONDS = 1.0
"""When something is left to do."""
LEAST_SECONDS = 0.25
"""Between two looks: each asks Asterisk for its channels."""
LIST_SECONDS = 15.0
"""So often the store is asked for everything: what other processes have changed."""
PLACES_A_LOOK = 20
PIECE = 100
"""Callbacks that are compared at a time: a millisecond or two of the loop."""
AT_ONCE = 20
"""Each waits for the store's disk: together they wait once."""

log = structlog.get_logger()


class Runner:
    """`opens_by`: the clock of the opening hours; `pause` waits so many seconds."""

    def __init__(
        self,
        switch: CallbackSwitch,
        records: Records,
        centre: Callable[[], Centre],
        clocks: Clocks,
        opens_by: Callable[[], datetime],
        is_stopped: Callable[[], bool],
        has_trunk: bool,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._switch, self._records, self._centre, self._clocks = switch, records, centre, clocks
        self._opens_by, self._is_stopped, self._has_trunk, self._pause = opens_by, is_stopped, has_trunk, pause
        slots = Slots(lambda: centre().callbacks, records.known.dialling, clocks.monotonic, pause)
        self.way_out = WayOut(clocks.monotonic)
        self.attempts = Attempts(switch, records, centre, clocks, slots, self.way_out, self._may_dial)
        self._listed_at = float("-inf")
        self._strange: frozenset[str] = frozenset()
        self._wake = asyncio.Event()
        self._next_look = LOOK_SECONDS
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def working(self) -> frozenset[asyncio.Task[None]]:
        """What is being done for single callbacks at this moment."""
        return frozenset(self._tasks)

    def wake(self) -> None:
        """Something has changed: look soon."""
        self._wake.set()

    def hear(self, event: CallbackEvent) -> None:
        """What Asterisk tells of a callback."""
        if isinstance(event, MemberTook):
            self._run(self.attempts.answered(event.callback))
        elif isinstance(event, AttemptEnded | Connected):
            self._run(self.attempts.hear(event))
        else:
            self.wake()

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.look()
            except Exception:
                log.exception("callbacks_not_looked_after")
            await self._pause(LEAST_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._next_look)

    async def stop(self) -> None:
        """No task is left; what was cut off is taken up at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def look(self) -> None:
        """Compare once, and do what is missing; while Asterisk is away, nothing."""
        self._next_look = LOOK_SECONDS
        await self._list()
        if not self._records.known.is_known:
            self._next_look = SOON_SECONDS
            return
        try:
            await self._do(await self._missing())
        except (SwitchAway, SwitchRefused) as error:
            log.info("callbacks_not_compared", reason=str(error))
            self._next_look = SOON_SECONDS
        self.attempts.forget_settled()

    async def _list(self) -> None:
        now = self._clocks.monotonic()
        if self._records.is_stale or now - self._listed_at >= LIST_SECONDS:
            await self._records.list()
            self._listed_at = now

    async def _missing(self) -> Sequence[Step]:
        """What is to be done. Raises SwitchAway, SwitchRefused."""
        asked_at = self._clocks.monotonic()
        seen = await self._switch.placeholders()
        known = self._records.known
        strange = frozenset(each for each in seen if known.get(each) is None)
        new = strange - self._strange
        self._strange = strange
        if new:
            self._records.is_stale, self._next_look = True, SOON_SECONDS  # it may be newer than our listing
        busy = self.attempts.in_hand(asked_at)
        in_hand = busy | self._records.unpromised | new
        if busy:
            self._next_look = SOON_SECONDS
        steps = await self._compared(seen, in_hand)
        if self._records.is_away:
            self._next_look = SOON_SECONDS
            return [step for step in steps if isinstance(step, Answer)]
        return steps

    async def _compared(self, seen: Mapping[str, Placeholder], in_hand: Collection[str]) -> Sequence[Step]:
        """As `plan`, of those alone that may have something to be done, and a few at a time."""
        known, moment = self._records.known, self._moment()
        entries = [entry for entry in known.stirring(moment.now, seen) if entry.id not in in_hand]
        steps: list[Step] = []
        for start in range(0, len(entries), PIECE):
            steps += steps_for(entries[start : start + PIECE], seen, moment)
            await asyncio.sleep(0)
        unknown = {each: placeholder for each, placeholder in seen.items() if known.get(each) is None}
        ordered = in_order([*steps, *strangers(unknown, in_hand)], moment)
        return self._one_tries(ordered, seen) if self.way_out.is_tried else ordered

    def _one_tries(self, steps: Sequence[Step], seen: Mapping[str, Placeholder]) -> Sequence[Step]:
        """Of the numbers only the next in order stands in line; once it got out all others follow."""
        numbers = [step.entry.id for step in steps if isinstance(step, Place) and not step.entry.kiosk]
        standing = [self._records.known.get(each) for each, found in seen.items() if not found.is_connected]
        is_tried_already = any(entry is not None and not entry.kiosk for entry in standing)
        wait = frozenset(numbers if is_tried_already else numbers[1:])
        return [step for step in steps if not (isinstance(step, Place) and step.entry.id in wait)]

    def _moment(self) -> Moment:
        return Moment(
            self._centre(),
            self._clocks.now(),
            self._opens_by(),
            self._is_stopped(),
            self._has_trunk,
            self.way_out.is_shut,
        )

    def _may_dial(self, entry: Entry) -> bool:
        return self._moment().may_dial(entry)

    async def _do(self, steps: Sequence[Step]) -> None:
        places = [step for step in steps if isinstance(step, Place)]
        others = [step for step in steps if not isinstance(step, Place)]
        if len(places) > PLACES_A_LOOK or any(isinstance(step, AskResult) for step in others):
            self._next_look = SOON_SECONDS
        todo = [*others, *places[:PLACES_A_LOOK]]
        for start in range(0, len(todo), AT_ONCE):
            done = await asyncio.gather(*map(self._step, todo[start : start + AT_ONCE]), return_exceptions=True)
            for fault in done:
                if isinstance(fault, BaseException):
                    raise fault

    async def _step(self, step: Step) -> None:
        try:
            await self._made(step)
        except SwitchRefused as refused:
            log.warning("callback_step_refused", step=type(step).__name__, reason=str(refused))

    async def _made(self, step: Step) -> None:
        if isinstance(step, LetGo):
            await self.attempts.let_go(step.callback)
        elif isinstance(step, Answer):
            self._run(self.attempts.answered(step.entry.id))  # it may wait for a free dial
        elif isinstance(step, DialAgain):
            await self.attempts.dial_again(step.entry)
        elif isinstance(step, Talks):
            await self.attempts.talks(step.entry)
        elif isinstance(step, AskResult):
            await self.attempts.ask_result(step.entry)
        else:
            await self._change(step)

    async def _change(self, step: Place | OutOfLine | Expire) -> None:
        async with self.attempts.alone(step.entry.id):
            if self._records.known.get(step.entry.id) != step.entry:
                return
            if isinstance(step, Place):
                await self._place(step.entry)
            elif isinstance(step, OutOfLine):
                await self._records.keep(step.entry, life.out_of_line(step.entry))
            else:
                over = life.landed(step.entry, Event.RAN_OUT, Outcome.EXPIRED, self._clocks.now())
                await self._records.keep(step.entry, over)

    async def _place(self, entry: Entry) -> None:
        placed = life.placed(entry)
        moment = self._moment()
        team = moment.team_of(placed)
        if team is None or not await self._records.keep(entry, placed):
            return
        self.attempts.touch(entry.id)
        try:
            await self._switch.place(placement(placed, team, moment.centre, moment.now))
        except AlreadyPlaced:
            log.info("callback_placed_already", callback=entry.id)
        finally:
            self.attempts.touch(entry.id)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()
        if task.cancelled() or (fault := task.exception()) is None:
            return
        if isinstance(fault, SwitchAway | SwitchRefused):
            log.info("callback_step_not_done", reason=str(fault))
        else:
            log.error("callback_step_failed", exc_info=fault)
