"""Unknown and malformed numbers per caller ID and hour, so that numbers cannot be tried through."""

import hashlib
import hmac
from collections.abc import Callable

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class HourlyAttempts:
    """`ivr.ports.Attempts` in memory. Caller IDs are kept as keyed hashes; a restart forgets them."""

    def __init__(self, secret: bytes, tries_per_hour: Callable[[], int]) -> None:
        self._secret = secret
        self._tries_per_hour = tries_per_hour
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def is_over(self, caller: str) -> bool:
        """Whether this caller (not withheld) has used up the hour's tries."""
        return bool(caller) and not self._limiter.test(self._limit(), self._key(caller))

    def count(self, caller: str) -> None:
        """Note one unknown or malformed number; a withheld caller ("") is not counted."""
        if caller:
            self._limiter.hit(self._limit(), self._key(caller))

    def _limit(self) -> RateLimitItemPerHour:
        return RateLimitItemPerHour(self._tries_per_hour())

    def _key(self, caller: str) -> str:
        return hmac.digest(self._secret, caller.encode(), hashlib.sha256).hex()[:32]
