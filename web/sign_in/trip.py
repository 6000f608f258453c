"""A trip to the identity provider and back: what binds its end to the browser that began it. Nothing is kept here.

The browser carries a cookie with a random word, an end and where to go on to. `state`, `nonce` and the PKCE verifier
are keyed hashes of that cookie: whoever changes the cookie, or has another browser's answer, has no matching `state`.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

COOKIE = "teamline-trip"
SECONDS = 600.0
"""So long somebody may take at the provider."""
MOST_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Trip:
    """One way out and back."""

    cookie: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    onward: str
    """An own page, empty for the role's own."""
    ends_at: float
    """Unix seconds."""


class Trips:
    """Of one router process. The key lives as long as it: who is away while it restarts begins again."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def begin(self, onward: str, now: float) -> Trip:
        """Out. `now`: Unix seconds."""
        return self._of(f"{int(now + SECONDS)}.{secrets.token_urlsafe(24)}.{_text(onward.encode())}")

    def back(self, cookie: str, state: str, now: float) -> Trip | None:
        """The trip that ends here; None if it is not this browser's, is not ours, or took too long."""
        if not cookie or len(cookie) > MOST_CHARACTERS or not cookie.isascii() or not state.isascii():
            return None
        expected = self._keyed("state", cookie)
        if not hmac.compare_digest(expected, state):
            return None
        trip = self._of(cookie)
        return trip if now < trip.ends_at else None

    def _of(self, cookie: str) -> Trip:
        """Only for what this process has made itself."""
        ends, _, onward = cookie.split(".")
        nonce, verifier = self._keyed("nonce", cookie), self._keyed("verifier", cookie)
        return Trip(cookie, self._keyed("state", cookie), nonce, verifier, _bytes(onward).decode(), float(ends))

    def _keyed(self, purpose: str, cookie: str) -> str:
        """43 letters, digits, `-` and `_`: as long as a PKCE verifier has to be (RFC 7636, 4.1)."""
        return _text(hmac.new(self._key, f"{purpose}\n{cookie}".encode(), hashlib.sha256).digest())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
