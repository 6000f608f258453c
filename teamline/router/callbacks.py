"""Callbacks in the router: put together from store and Asterisk, and kept moving."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import structlog

from facts.callback import CallbackMoved
from metrics.board import Trouble
from operations.active import ActiveRouter, InForce
from operations.callbacks.attempts import Clocks
from operations.callbacks.changes import CallbackChanges
from operations.callbacks.kill_switch import KeptStop, KillSwitch
from operations.callbacks.moved import moved
from operations.callbacks.open_callbacks import OpenCallbacks
from operations.callbacks.records import Records
from operations.callbacks.rules import longest_seconds, opens_within
from operations.callbacks.runner import Runner
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from telephony.ami.callbacks import AmiCallbacks, callback_events
from telephony.ami.connection import AmiConnection
from web.room import Room

SETTLE_SECONDS = 5.0
"""So often a callback is called off that could not be at once."""

log = structlog.get_logger()


class CallbackFeature:
    """`Feature`. `known` are the open ones, `changes` what people may do to them."""

    rooms: Sequence[Room] = ()

    def __init__(
        self,
        ami: AmiConnection,
        mailbox: Mailbox,
        stop: KeptStop,
        router: ActiveRouter,
        opens_by: Callable[[], datetime],
        tell: Callable[[CallbackMoved], object],
        *,
        has_trunk: bool,
    ) -> None:
        """`opens_by`: the clock of the opening hours; `tell` takes facts for the journal."""
        switch = AmiCallbacks(ami)
        self.known = OpenCallbacks()
        self.changes = CallbackChanges(mailbox, time.time)
        self.kill_switch = KillSwitch(stop)
        self._tell, self._router, self._opens_by = tell, router, opens_by
        self.runner = Runner(
            switch,
            Records(mailbox, self.known),
            lambda: router.centre,
            Clocks(time.time, time.monotonic, random.random),
            opens_by,
            lambda: self.kill_switch.stopped is not None,
            has_trunk,
        )
        mailbox.changed.append(self.known.hear)
        mailbox.changed.append(lambda _: self.runner.wake())
        mailbox.moved.append(self._moved)
        self.kill_switch.changed.append(self.runner.wake)
        ami.on_event(switch.heard)
        ami.on_event(callback_events(self.runner.hear))
        ami.on_connected(self.runner.wake)
        self._tasks: list[asyncio.Task[None]] = []

    def is_possible(self, team: str) -> bool:
        """Whether callbacks by this team may be offered: not while they are stopped, nor if it opens too late."""
        centre = self._router.centre
        found = centre.teams.get(team)
        if self.kill_switch.stopped is not None or found is None:
            return False
        return opens_within(found, self._opens_by(), longest_seconds(centre))

    def troubles(self) -> Iterator[Trouble]:
        """What an administrator has to know."""
        if self.kill_switch.stopped:
            yield Trouble("callbacks are stopped: nobody is dialled, and none is offered", "teamline callbacks start")
        elif self.runner.way_out.is_tried:
            yield Trouble(
                "callbacks do not get out: the trunk takes no calls", "look at the trunk that TEAMLINE_TRUNK names"
            )

    async def start(self) -> None:
        """Begin to compare, and to follow the kill switch."""
        await self.kill_switch.look()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(work()) for work in (self.runner.run, self.kill_switch.follow, self._settle)]

    async def stop(self) -> None:
        """Whatever is cut off is taken up after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.runner.stop()

    async def _settle(self) -> None:
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            try:
                await self.changes.settle()
            except Exception:
                log.exception("callbacks_not_called_off")

    def configured(self, now: InForce) -> None:  # noqa: ARG002 - the centre is asked for each time
        """Teams, hours or rules may have changed."""
        self.runner.wake()

    def _moved(self, before: Entry | None, entry: Entry) -> None:
        for fact in moved(before, entry, time.time()):
            self._tell(fact)
