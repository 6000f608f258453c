"""The number that a caller calls from, asked of Asterisk once for a member whose desk is open; never kept elsewhere."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from operations.desk.caller import OnPhone
from operations.desk.calls_on_phones import MOST, CallsOnPhones
from operations.ports import SwitchAway, SwitchRefused

_NUMBER = re.compile(r"\+?[0-9]{3,32}").fullmatch
SECONDS = 2.0


class CallerPhones:
    """`ask`: the number of a call; raises SwitchAway or SwitchRefused."""

    def __init__(self, calls: CallsOnPhones, ask: Callable[[str], Awaitable[str]]) -> None:
        self._calls, self._ask = calls, ask
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def want(self, caller: OnPhone) -> None:
        """Ask for this caller's, unless it is known or was asked for."""
        if caller.whose.phone or caller.place.is_placeholder or caller.ring in self._asked:
            return
        self._asked[caller.ring] = None
        if len(self._asked) > MOST:
            self._asked.popitem(last=False)
        task = asyncio.get_running_loop().create_task(self._learn(caller))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """No question is left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _learn(self, caller: OnPhone) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                number = await self._ask(caller.place.call)
        except (SwitchAway, SwitchRefused, TimeoutError):
            return
        if _NUMBER(number):
            self._calls.learned(caller.ring, number)
