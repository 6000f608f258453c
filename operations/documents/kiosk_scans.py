"""Which contact was scanned at a kiosk a moment ago: its phone reaches that team without a question.

In memory only: three minutes are shorter than what a store is for, and whoever scanned can scan again. A kiosk knows
one scan, the last: the one before is gone with everything that was asked for by its id.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from routing.decision import Contact

BOUND_SECONDS = 180.0
MOST_EXTENSIONS = 10
CALL_SECONDS = 90.0
"""So long a call that was begun for a scan is remembered: until its phone was lifted."""
LEFT_SECONDS = 3600.0
"""So long nobody of a team rings a kiosk for somebody who has left it: a stranger would lift."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan at a kiosk. `until`: seconds of a clock that never jumps. Its `repr` has no number."""

    id: str
    """New with each scan, and not to be guessed: what is asked for by it is asked by who has scanned."""
    contact: Contact
    until: float
    extended: int = 0


@dataclass(frozen=True, slots=True)
class _Begun:
    kiosk: str
    contact: Contact
    language: str
    until: float


class KioskScans:
    """Kiosk id -> its last scan. `now`: seconds of a clock that never jumps."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._bound: dict[str, Scan] = {}
        self._calls: dict[str, _Begun] = {}
        self._left: dict[str, float] = {}
        self.changed: list[Callable[[str], None]] = []
        """Each hears of a kiosk with another scan, or none any more; none may raise."""

    def bind(self, kiosk: str, contact: Contact, seconds: float = BOUND_SECONDS) -> Scan:
        """Whoever lifts this kiosk's phone within so many seconds is this contact; the scan before is forgotten."""
        self.leave(kiosk)
        scan = self._bound[kiosk] = Scan(secrets.token_urlsafe(12), contact, self._now() + seconds)
        self._tell(kiosk)
        return scan

    def bound(self, kiosk: str) -> Contact | None:
        """The contact of the last scan; None when there is none, or it is too long ago."""
        found = self.scan(kiosk)
        return found.contact if found else None

    def scan(self, kiosk: str) -> Scan | None:
        """The last scan; None when there is none, or it is too long ago."""
        found = self._bound.get(kiosk)
        return found if found and found.until > self._now() else None

    def extend(self, kiosk: str, scan: str, seconds: float = BOUND_SECONDS) -> bool:
        """So many seconds from now on, for this very scan, if it is bound and was not extended too often."""
        found = self.scan(kiosk)
        if found is None or found.id != scan or found.extended >= MOST_EXTENSIONS:
            return False
        self._bound[kiosk] = replace(found, until=self._now() + seconds, extended=found.extended + 1)
        self._tell(kiosk)
        return True

    def forget(self, kiosk: str) -> None:
        """This scan is over."""
        if self._bound.pop(kiosk, None):
            self._left[kiosk] = self._now()
            self._tell(kiosk)

    def leave(self, kiosk: str) -> None:
        """Whoever stands there from now on is somebody else: what rings there for the one before is nobody's."""
        self.forget_old()
        self._calls = {call: begun for call, begun in self._calls.items() if begun.kiosk != kiosk}
        self.forget(kiosk)

    def has_left(self, kiosk: str) -> bool:
        """Whether somebody stood there a while ago who does no more, and nobody has scanned since."""
        left = self._left.get(kiosk)
        return self.scan(kiosk) is None and left is not None and self._now() - left < LEFT_SECONDS

    def begun(self, call: str, kiosk: str, contact: Contact, language: str = "") -> None:
        """We ring this kiosk for this contact: the call is theirs, unless they leave before the phone is lifted."""
        self.forget_old()
        self._calls[call] = _Begun(kiosk, contact, language, self._now() + CALL_SECONDS)

    def of_call(self, call: str, kiosk: str) -> tuple[Contact | None, str]:
        """Whose call this is, and the language they chose: who it was begun for, else the last scan of the kiosk."""
        self.forget_old()
        begun = self._calls.pop(call, None)
        if begun and begun.kiosk == kiosk:
            return begun.contact, begun.language
        return self.bound(kiosk), ""

    def forget_old(self) -> None:
        """Nothing of a scan that is over is left."""
        now = self._now()
        self._left = {kiosk: at for kiosk, at in self._left.items() if now - at < LEFT_SECONDS}
        self._calls = {call: begun for call, begun in self._calls.items() if begun.until > now}
        for kiosk in [kiosk for kiosk, scan in self._bound.items() if scan.until <= now]:
            self.forget(kiosk)

    def _tell(self, kiosk: str) -> None:
        for hears in self.changed:
            hears(kiosk)
