"""How kiosks' phones are, asked of Asterisk again and again: often where something goes on, seldom elsewhere."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from operations.kiosks.ports import KioskPhones, PhoneState
from operations.ports import SwitchAway, SwitchRefused

SELDOM_SECONDS = 5.0
CALL_SECONDS = 30.0
"""A phone that nobody lifts rings for 25 s."""

_BUSY = frozenset((PhoneState.RINGING, PhoneState.IN_CALL))

log = structlog.get_logger()


@dataclass(slots=True)
class Begun:
    """A call that we have begun at a kiosk, until its phone is lifted, or has rung in vain."""

    id: str
    kind: str
    at: float
    rang: bool = False


class PhoneWatch:
    """Kiosk id -> its phone. `now`: seconds of a clock that never jumps; `changed` hears of each other state."""

    def __init__(
        self,
        phones: KioskPhones,
        now: Callable[[], float],
        changed: Callable[[str], None],
        seen: Callable[[str, PhoneState], None],
    ) -> None:
        self._phones, self._now, self._changed, self._seen = phones, now, changed, seen
        self._states: dict[str, PhoneState] = {}
        self._asked_at: dict[str, float] = {}
        self._begun: dict[str, Begun] = {}

    def state(self, kiosk: str) -> PhoneState:
        """As it was last told."""
        return PhoneState.UNKNOWN if self._phones.is_away else self._states.get(kiosk, PhoneState.UNKNOWN)

    def begun(self, kiosk: str) -> Begun | None:
        """The call that we have begun there, while its phone is not lifted yet."""
        return self._begun.get(kiosk)

    def begin(self, kiosk: str, call: str, kind: str) -> None:
        """We ring it."""
        self._begun[kiosk] = Begun(call, kind, self._now())
        self._changed(kiosk)

    def end(self, kiosk: str) -> None:
        """It did not come about."""
        if self._begun.pop(kiosk, None):
            self._changed(kiosk)

    async def look(self, kiosks: Iterable[str], busy: Callable[[str], bool]) -> None:
        """Ask of each whose turn it is; `busy`: somebody has scanned there."""
        for kiosk in kiosks:
            state = self._states.get(kiosk)
            is_often = kiosk in self._begun or state in _BUSY or busy(kiosk)
            if is_often or self._now() - self._asked_at.get(kiosk, float("-inf")) >= SELDOM_SECONDS:
                await self.ask(kiosk)

    async def ask(self, kiosk: str) -> PhoneState:
        """How it is now."""
        self._asked_at[kiosk] = self._now()
        try:
            state = await self._phones.state(kiosk)
        except (SwitchAway, SwitchRefused):
            state = PhoneState.UNKNOWN
        self._follow(kiosk, state)
        self._seen(kiosk, state)
        before, self._states[kiosk] = self._states.get(kiosk), state
        if before is not state:
            self._changed(kiosk)
        return state

    def _follow(self, kiosk: str, state: PhoneState) -> None:
        begun = self._begun.get(kiosk)
        if begun is None:
            return
        begun.rang = begun.rang or state is PhoneState.RINGING
        is_lifted = state is PhoneState.IN_CALL
        is_over = begun.rang and state in (PhoneState.FREE, PhoneState.AWAY)
        if is_lifted or is_over or self._now() - begun.at > CALL_SECONDS:
            self.end(kiosk)
