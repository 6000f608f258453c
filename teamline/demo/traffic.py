"""The demo's traffic: members who answer, citizens who call and are called back, all over real SIP."""

import asyncio
import contextlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from telephony.lab.called_citizens import BUSY, MACHINE, NOBODY_THERE, CalledCitizens, Manner, called_citizens
from telephony.lab.calls import CitizenCall
from telephony.lab.citizens import Citizens, TrunkAccount, place_calls
from telephony.lab.phones import Account, Habits, answer_phones

BATCH_SECONDS = 20.0
HABITS = Habits(ring_seconds=(1.0, 5.0), talk_seconds=(15.0, 75.0))
AT_HOME = (
    *(Manner(ring_seconds=float(rings), talk_seconds=20.0 + 5 * rings) for rings in range(1, 8)),
    replace(MACHINE, ring_seconds=3.0),
    BUSY,
    NOBODY_THERE,
)
"""What happens when a citizen is called back: most are there."""


class Traffic:
    """Starts and ends with the demo; SIPp runs are its children."""

    def __init__(self, told: dict[str, Any], callers: Iterator[CitizenCall], calls_per_minute: float) -> None:
        self._told = told
        self._callers = callers
        self._folder = Path(told["dir"])
        self._per_second = calls_per_minute / 60
        self._stack = contextlib.ExitStack()
        self._running: list[Citizens] = []
        self._called: CalledCitizens | None = None
        self.placed = 0

    def sign_in(self) -> None:
        """Register every member's phone; it answers from now on. Raises SippFailed."""
        accounts = [Account(each["user"], each["password"]) for each in self._told["accounts"]["members"]]
        self._stack.enter_context(answer_phones(self._told["sip"], accounts, HABITS, within=self._folder))

    def be_called(self) -> None:
        """Let citizens be called back from now on. Raises SippFailed."""
        trunk = TrunkAccount(**self._told["accounts"]["trunk"])
        around = called_citizens(self._told["sip"], trunk, others=AT_HOME, within=self._folder)
        self._called = self._stack.enter_context(around)

    @property
    def reached(self) -> int:
        """Citizens who were called back and pressed the key."""
        return len(self._called.events("pressed")) if self._called else 0

    async def call(self) -> None:
        """Place calls in batches until cancelled."""
        trunk = TrunkAccount(**self._told["accounts"]["trunk"])
        for number in itertools.count():
            size = max(1, round(self._per_second * BATCH_SECONDS * random.uniform(0.7, 1.3)))
            calls = list(itertools.islice(self._callers, size))
            self._forget_ended()
            rate = max(0.05, self._per_second)
            self._running.append(
                place_calls(self._told["sip"], self._told["entry"], trunk, calls, rate=rate, within=self._folder)
            )
            self.placed += size
            await asyncio.sleep(size / rate if number else size / rate / 2)

    def _forget_ended(self) -> None:
        for run in [run for run in self._running if not run.run.running]:
            run.close()
            self._running.remove(run)

    def stop(self) -> None:
        """End every SIPp."""
        for run in self._running:
            run.close()
        self._stack.close()
