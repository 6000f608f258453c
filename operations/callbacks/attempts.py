"""One attempt: a member has answered, the fence is kept, the citizen is dialled; and what came of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from operations.callbacks import life
from operations.callbacks.ports import AttemptEnded, CallbackSwitch, Connected
from operations.callbacks.records import Records
from operations.callbacks.rules import dial, is_dialling, virtual_arrival
from operations.callbacks.slots import Slots
from operations.callbacks.way_out import WayOut
from operations.mailbox.ports import Entry
from operations.ports import SwitchAway, SwitchRefused
from routing.callback import Outcome
from routing.centre import Centre

UNHEARD_SECONDS = 3.0
"""So long an attempt without a channel may still be told of; then nobody knows how it ended."""
SETTLING_SECONDS = 2.0
"""So long Asterisk may take to show what was asked of it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Clocks:
    """`now`: Unix seconds; `monotonic`: seconds; `random`: from 0 to 1."""

    now: Callable[[], float]
    monotonic: Callable[[], float]
    random: Callable[[], float]


class Attempts:
    """What is done for one callback is done one after the other. Nothing here raises but SwitchAway."""

    def __init__(
        self,
        switch: CallbackSwitch,
        records: Records,
        centre: Callable[[], Centre],
        clocks: Clocks,
        slots: Slots,
        way_out: WayOut,
        may_dial: Callable[[Entry], bool],
    ) -> None:
        """`may_dial`: whether this one may be dialled just now."""
        self._switch, self._records, self._centre = switch, records, centre
        self._clocks, self._slots, self._way_out, self._may_dial = clocks, slots, way_out, may_dial
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: Counter[str] = Counter()
        self._touched: dict[str, float] = {}
        self._told: dict[str, AttemptEnded | Connected] = {}
        self._unheard: dict[tuple[str, int], float] = {}

    def in_hand(self, asked_at: float) -> frozenset[str]:
        """Callbacks that something is being done for, or was so shortly before Asterisk was asked (`monotonic`)."""
        late = asked_at - SETTLING_SECONDS
        self._touched = {each: at for each, at in self._touched.items() if at > late}
        return frozenset(self._touched) | frozenset(self._users)

    @asynccontextmanager
    async def alone(self, callback: str) -> AsyncIterator[None]:
        """Nobody else does anything for this callback meanwhile."""
        self._users[callback] += 1
        try:
            async with self._locks.setdefault(callback, asyncio.Lock()):
                yield
        finally:
            self._users[callback] -= 1
            if not self._users[callback]:
                del self._users[callback], self._locks[callback]

    def touch(self, callback: str) -> None:
        """Something was asked of Asterisk for it."""
        self._touched[callback] = self._clocks.monotonic()

    async def let_go(self, callback: str) -> None:
        """Take its placeholder away. Raises SwitchAway."""
        self.touch(callback)
        try:
            await self._switch.let_go(callback)
        except SwitchRefused as refused:
            log.warning("callback_not_let_go", callback=callback, reason=str(refused))

    async def answered(self, callback: str) -> None:
        """A member has answered its placeholder: dial, or let the member go. Raises SwitchAway."""
        async with self.alone(callback):
            entry = await self._records.look_up(callback)
            if entry is not None and is_dialling(entry):
                return  # heard twice, or cut off in between: the comparison with Asterisk decides
            if entry is None or not self._may_dial(entry):
                await self.let_go(callback)
            elif not await self._slots.take(virtual_arrival(entry, self._centre(), self._clocks.now())):
                log.info("callback_let_down", callback=callback, why="no dial is free")
                await self.let_go(callback)
            elif not self._may_dial(entry):  # stopped, or over, while the member waited
                self._slots.give_back()
                await self.let_go(callback)
            else:
                await self._fence_and_dial(entry)

    async def dial_again(self, entry: Entry) -> None:
        """The attempt that is kept already, which Asterisk has not begun. Raises SwitchAway."""
        async with self.alone(entry.id):
            if self._records.known.get(entry.id) != entry:
                return
            if self._may_dial(entry):
                await self._dial(entry)
            else:
                await self._not_begun(entry)
                await self.let_go(entry.id)

    async def hear(self, told: AttemptEnded | Connected) -> None:
        """How an attempt ended, or that they talk; kept in memory until the store has it."""
        before = self._told.get(told.callback)
        if not (isinstance(before, Connected) and before.attempt == told.attempt):
            self._told[told.callback] = told
        async with self.alone(told.callback):
            entry = await self._records.look_up(told.callback)
            if entry is not None:
                await self._settle(entry)

    async def talks(self, entry: Entry) -> None:
        """The citizen of this attempt has pressed the key."""
        await self.hear(Connected(entry.id, entry.attempts))

    async def ask_result(self, entry: Entry) -> None:
        """This attempt has no channel (any more). Raises SwitchAway."""
        async with self.alone(entry.id):
            if self._records.known.get(entry.id) != entry:
                return
            if entry.id not in self._told and (told := await self._result(entry.id)) is not None:
                self._told[entry.id] = told
            if not await self._settle(entry):
                await self._cut_off(entry)

    def forget_settled(self) -> None:
        """Keep in memory only what somebody may still ask for."""
        known = self._records.known
        dialling = {each.id for each in known if is_dialling(each)}
        self._told = {each: told for each, told in self._told.items() if each in dialling}
        self._unheard = {key: at for key, at in self._unheard.items() if key[0] in dialling}

    async def _fence_and_dial(self, entry: Entry) -> None:
        try:
            kept = await self._records.keep(entry, life.dialled(entry, self._clocks.now()))
        finally:
            self._slots.begin()
        fenced = self._records.known.get(entry.id)
        if kept and fenced is not None:
            await self._dial(fenced)
        elif self._records.is_away:
            await self.let_go(entry.id)

    async def _dial(self, entry: Entry) -> None:
        self.touch(entry.id)
        try:
            await self._switch.dial(dial(entry, self._centre()))
        except SwitchRefused as refused:
            log.warning("callback_not_dialled", callback=entry.id, reason=str(refused))
            await self._not_begun(entry)
        else:
            log.info("callback_dialled", callback=entry.id, team=entry.team, attempt=entry.attempts)

    async def _not_begun(self, entry: Entry) -> None:
        """Nobody was rung for this attempt: it does not count."""
        self._told[entry.id] = AttemptEnded(entry.id, entry.attempts, Outcome.FAILED)
        await self._settle(entry)

    async def _result(self, callback: str) -> AttemptEnded | Connected | None:
        try:
            return await self._switch.result(callback)
        except (SwitchAway, SwitchRefused) as error:
            log.info("callback_result_not_told", callback=callback, reason=str(error))
            return None

    async def _settle(self, entry: Entry) -> bool:
        """Whether what has been told of this attempt was of use; it is told no second time once it is kept."""
        told = self._told.get(entry.id)
        if told is None or not is_dialling(entry) or told.attempt != entry.attempts:
            self._told.pop(entry.id, None)
            return False
        if await self._records.keep(entry, self._after(entry, told)):
            self._told.pop(entry.id, None)
        return True

    def _after(self, entry: Entry, told: AttemptEnded | Connected) -> Entry:
        now = self._clocks.now()
        if not entry.kiosk:
            self._judge_way_out(told)
        if isinstance(told, Connected):
            return life.connected(entry, now)
        rules = self._centre().callbacks
        log.info("callback_attempt_ended", callback=entry.id, attempt=entry.attempts, outcome=told.outcome.value)
        return life.ended(entry, told.outcome, told.wish, rules, now, self._clocks.random())

    def _judge_way_out(self, told: AttemptEnded | Connected) -> None:
        if isinstance(told, AttemptEnded) and told.is_fault:
            self._way_out.failed(told.callback)
        elif isinstance(told, Connected) or told.outcome is not Outcome.FAILED:
            self._way_out.worked()

    async def _cut_off(self, entry: Entry) -> None:
        now = self._clocks.monotonic()
        since = self._unheard.setdefault((entry.id, entry.attempts), now)
        if now - since >= UNHEARD_SECONDS:
            log.warning("callback_attempt_unheard", callback=entry.id, attempt=entry.attempts)
            await self._records.keep(entry, life.cut_off(entry, self._centre().callbacks, self._clocks.now()))
