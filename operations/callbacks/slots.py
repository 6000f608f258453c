"""How many citizens are dialled at once, and how many dials begin within a second: the centre's caps."""

from bisect import insort
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import count

from routing.contact_rules import CallbackRules

PATIENCE_SECONDS = 5.0
"""So long a member who has answered waits for a slot."""
LOOK_SECONDS = 0.1
_SPAN = 1.0


class Slots:
    """`dialling` is how many are being dialled now; `monotonic` seconds; `pause` waits so many seconds."""

    def __init__(
        self,
        rules: Callable[[], CallbackRules],
        dialling: Callable[[], int],
        monotonic: Callable[[], float],
        pause: Callable[[float], Awaitable[object]],
    ) -> None:
        self._rules, self._dialling, self._monotonic, self._pause = rules, dialling, monotonic, pause
        self._begun: deque[float] = deque()
        self._taken = 0
        self._count = count()
        self._waiting: list[tuple[int, int]] = []

    async def take(self, virtual_arrival: int) -> bool:
        """Whether there is one within the patience: then the dial begins, or it is given back.

        Of several who wait whoever came first (Unix seconds) is next, as in the line.
        """
        until, own = self._monotonic() + PATIENCE_SECONDS, (virtual_arrival, next(self._count))
        insort(self._waiting, own)
        try:
            while self._waiting[0] != own or not self._is_free():
                if self._monotonic() >= until:
                    return False
                await self._pause(LOOK_SECONDS)
        finally:
            self._waiting.remove(own)
        self._taken += 1
        return True

    def begin(self) -> None:
        """The dial begins now: it is noted, and counts among those that are dialled."""
        self._taken -= 1
        self._begun.append(self._monotonic())

    def give_back(self) -> None:
        """It does not begin."""
        self._taken -= 1

    def _is_free(self) -> bool:
        rules, now = self._rules(), self._monotonic()
        while self._begun and self._begun[0] <= now - _SPAN:
            self._begun.popleft()
        is_within_a_second = len(self._begun) + self._taken < rules.per_second
        return is_within_a_second and self._dialling() + self._taken < rules.at_once
