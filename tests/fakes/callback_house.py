"""A runner over a store in memory and a small Asterisk, with clocks that only a test moves."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from facts.callback import CallbackMoved
from operations.callbacks.attempts import Clocks
from operations.callbacks.changes import CallbackChanges
from operations.callbacks.moved import moved
from operations.callbacks.open_callbacks import OpenCallbacks
from operations.callbacks.records import Records
from operations.callbacks.runner import Runner
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from routing.callback import State
from routing.centre import Centre, Kiosk, Member
from routing.contact_rules import CallbackRules
from tests.fakes.callback_switch import SmallAsterisk
from tests.fakes.directory_centre import centre
from tests.fakes.entries import MONDAY, MemoryMail, callback

RULES = CallbackRules(attempts=2, spacing_minutes=1, at_once=3, per_second=100)


def staffed(rules: CallbackRules = RULES) -> Centre:
    """L01 and the general line have members; one kiosk."""
    members = {"a": Member("a", "a", ("L01",), "3001"), "b": Member("b", "b", ("general",), "3002")}
    return replace(centre(), members=members, kiosks={"K1": Kiosk("K1", "nord", "3900")}, callbacks=rules)


class _NoFiles:
    """Callbacks have no content."""

    async def remove(self, _entry: Entry) -> None:
        return


class CallbackHouse:
    """`start_again` is a new router over the same store and Asterisk; `kill` is the end of the one before."""

    def __init__(self) -> None:
        self.now = MONDAY + 100
        self.centre = staffed()
        self.kept, self.asterisk = MemoryMail(), SmallAsterisk()
        self.facts: list[CallbackMoved] = []
        self.is_stopped = False
        self.start_again()

    def start_again(self) -> None:
        """A router that knows nothing yet."""
        files = cast("ContentFiles", _NoFiles())
        self.mailbox = Mailbox(self.kept, files, lambda: self.now, lambda _: None)
        self.known = OpenCallbacks()
        self.mailbox.changed.append(self.known.hear)
        self.mailbox.moved.append(lambda before, after: self.facts.extend(moved(before, after, self.now)))
        self.changes = CallbackChanges(self.mailbox, lambda: self.now)
        self.runner = Runner(
            self.asterisk,
            Records(self.mailbox, self.known),
            lambda: self.centre,
            Clocks(lambda: self.now, lambda: self.now, lambda: 0.0),
            lambda: datetime.fromtimestamp(self.now, UTC),
            lambda: self.is_stopped,
            has_trunk=True,
            pause=self._pause,
        )
        self.asterisk.listeners[:] = [self.runner.hear]

    async def kill(self) -> None:
        """This router is gone, in the middle of everything."""
        self.asterisk.listeners.clear()
        await self.runner.stop()

    async def ask(self, **others: object) -> Entry:
        """A callback that was promised."""
        return await self.mailbox.put(replace(callback(), **{"life": State.CONFIRMED.value, **others}))  # type: ignore[arg-type]

    async def look(self, seconds: float = 3.0) -> None:
        """Time goes on, the router looks, and everything that was begun is done."""
        self.now += seconds
        await self.runner.look()
        await self.settle()

    async def settle(self, until: Callable[[], bool] = lambda: False) -> None:
        """Everything that was begun goes as far as it can."""
        while (tasks := self.runner.working) and not until():
            await asyncio.wait(tasks, timeout=5)

    async def answered(self) -> str:
        """A member answers the next placeholder; the router does what it does."""
        callback_id = self.asterisk.member_answers()
        await self.settle()
        return callback_id

    def kept_in_order(self) -> list[str]:
        """Every callback in the store, oldest first contact first."""
        return [each.id for each in sorted(self.kept.entries.values(), key=lambda each: each.arrival)]

    async def now_is(self, callback_id: str) -> tuple[str, str]:
        """Life and state of a callback in the store."""
        entry = await self.kept.get(callback_id)
        return entry.life, entry.state.value

    async def _pause(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)
