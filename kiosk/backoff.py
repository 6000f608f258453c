"""How long to wait before the next try: longer each time, never for all at the same moment."""

import random
from collections.abc import Callable

FIRST_SECONDS = 0.5
MOST_SECONDS = 15.0


class Backoff:
    """Doubles from `first` to `most` seconds, each at random between half of it and the whole.

    Three hundred kiosks that lost one router do not come back in one moment.
    """

    def __init__(
        self,
        first: float = FIRST_SECONDS,
        most: float = MOST_SECONDS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first, self._most, self._chance = first, most, chance
        self._failures = 0

    def failed(self) -> float:
        """Seconds to wait now."""
        whole = min(self._most, self._first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return whole * (1 + self._chance()) / 2

    def worked(self) -> None:
        """The next failure is a first one."""
        self._failures = 0
