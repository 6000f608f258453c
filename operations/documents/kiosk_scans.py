"""Which contact was scanned at a kiosk a moment ago: its phone reaches that team without a question.

In memory only: three minutes are shorter than what a store is for, and whoever scanned can scan again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from routing.decision import Contact

BOUND_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class _Bound:
    contact: Contact
    until: float


class KioskScans:
    """`ivr.ports`-shaped: kiosk id -> its last scan. `now`: seconds of a clock that never jumps."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._bound: dict[str, _Bound] = {}

    def bind(self, kiosk: str, contact: Contact, seconds: float = BOUND_SECONDS) -> None:
        """Whoever lifts this kiosk's phone within so many seconds is this contact; the scan before is forgotten."""
        self._forget_old()
        self._bound[kiosk] = _Bound(contact, self._now() + seconds)

    def bound(self, kiosk: str) -> Contact | None:
        """The contact of the last scan; None when there is none, or it is too long ago."""
        self._forget_old()
        found = self._bound.get(kiosk)
        return found.contact if found else None

    def forget(self, kiosk: str) -> None:
        """The next one at this kiosk is somebody else."""
        self._bound.pop(kiosk, None)

    def _forget_old(self) -> None:
        now = self._now()
        self._bound = {kiosk: bound for kiosk, bound in self._bound.items() if bound.until > now}
