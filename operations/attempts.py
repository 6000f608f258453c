"""Unknown and malformed numbers per caller ID and hour, so that numbers cannot be tried through."""

import hashlib
import hmac
import time
from collections import OrderedDict, deque
from collections.abc import Callable

HOUR = 3600.0


class HourlyAttempts:
    """`ivr.ports.Attempts` in memory. Caller IDs are kept as keyed hashes; a restart forgets them.

    Who has used up the hour's tries may go on an hour after the first of them. `now` gives seconds of any steady clock.
    """

    def __init__(
        self, secret: bytes, tries_per_hour: Callable[[], int], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._secret = secret
        self._tries_per_hour = tries_per_hour
        self._now = now
        self._tries: OrderedDict[bytes, deque[float]] = OrderedDict()
        """Oldest last try first; nobody stays without a try in the last hour."""

    def is_over(self, caller: str) -> bool:
        """Whether this caller (not withheld) has used up the hour's tries."""
        return bool(caller) and self._is_over(self._tries.get(self._key(caller), deque()))

    def count(self, caller: str) -> None:
        """Note one unknown or malformed number; a withheld caller ("") is not counted."""
        if not caller:
            return
        self._forget()
        key = self._key(caller)
        tries = self._tries.setdefault(key, deque())
        if not self._is_over(tries):
            tries.append(self._now())
            self._tries.move_to_end(key)

    def _is_over(self, tries: deque[float]) -> bool:
        begun = self._now() - HOUR
        while tries and tries[0] <= begun:
            tries.popleft()
        return len(tries) >= self._tries_per_hour()

    def _forget(self) -> None:
        begun = self._now() - HOUR
        while self._tries:
            key, tries = next(iter(self._tries.items()))
            if tries and tries[-1] > begun:
                return
            del self._tries[key]

    def _key(self, caller: str) -> bytes:
        return hmac.digest(self._secret, caller.encode(), hashlib.sha256)[:16]
