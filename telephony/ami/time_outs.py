"""TIMEOUT(absolute) of a channel, re-armed from outside while its AGI command runs (`telephony.agi.line`)."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from operations.ports import SwitchAway, SwitchRefused
from telephony.ami import actions
from telephony.ami.messages import Action, UnsafeAction
from telephony.ami.reader import Frame

NO_CHANNEL = "No such channel"
"""Asterisk's answer when the caller has just hung up (main/manager.c, action_setvar)."""

log = structlog.get_logger(__name__)


class ChannelTimeOuts:
    """Re-arms over a manager connection. Needs `write=call` (Setvar).

    `ask` is `AmiConnection.request`, `is_connected` whether it can be asked now.
    """

    def __init__(self, ask: Callable[[Action], Awaitable[Frame]], is_connected: Callable[[], bool]) -> None:
        self._ask = ask
        self._is_connected = is_connected
        self._is_allowed = True
        self._running: set[asyncio.Task[None]] = set()

    def rearm(self, channel: str, seconds: int) -> "asyncio.Future[None] | None":
        """Begin to re-arm, done once Asterisk has; None when this cannot work now: the line keeps its own watch."""
        if not (self._is_allowed and self._is_connected()):
            return None
        try:
            action = actions.set_time_out(channel, seconds)
        except UnsafeAction:
            return None
        task = asyncio.get_running_loop().create_task(self._rearm(action))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def connected(self) -> None:
        """A new session may have new rights."""
        self._is_allowed = True

    async def stop(self) -> None:
        """End what is under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _rearm(self, action: Action) -> None:
        try:
            await self._ask(action)
        except SwitchAway:
            return  # the line's next command re-arms by itself
        except SwitchRefused as refused:
            if NO_CHANNEL not in str(refused):
                self._is_allowed = False
                log.warning("time-outs cannot be re-armed: give the manager user write=call", why=str(refused))
