"""What kiosks' phones tell of themselves, and what is wrong with one for longer than a moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from operations.kiosks.faults import Why
from operations.kiosks.ports import PhoneState

SILENT_SECONDS = 60.0
"""A phone tells every 15 s: this is four times."""
OFF_HOOK_SECONDS = 120.0
AWAY_SECONDS = 60.0
"""A phone registers anew every now and then, and restarts."""

_TALKS = frozenset((PhoneState.IN_CALL, PhoneState.RINGING))


class Handset(StrEnum):
    """Where the handset is; NONE: the kiosk has no hook."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Device(StrEnum):
    """Whether something that belongs to the kiosk is there; NONE: it has none."""

    OK = "ok"
    MISSING = "missing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Report:
    """One word of a kiosk's phone about itself."""

    handset: Handset
    registered: bool
    in_call: bool
    scanner: Device
    camera: Device
    version: str


@dataclass(slots=True)
class _Known:
    report: Report | None = None
    reported_at: float = 0.0
    phone: PhoneState = PhoneState.UNKNOWN
    was_there: bool = False
    away_since: float | None = None
    off_hook_since: float | None = None


class Reports:
    """By kiosk. `now`: seconds of a clock that never jumps. Of a kiosk that nobody ever heard of nothing is wrong."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: dict[str, _Known] = {}

    def take(self, kiosk: str, report: Report) -> bool:
        """What it tells now; whether anything but its being alive has changed."""
        known = self._known.setdefault(kiosk, _Known())
        is_new = known.report != report
        known.report, known.reported_at = report, self._now()
        known.was_there = known.was_there or report.registered
        self._look(known)
        return is_new

    def seen(self, kiosk: str, phone: PhoneState) -> None:
        """How Asterisk sees its phone now."""
        known = self._known.setdefault(kiosk, _Known())
        known.phone = phone
        known.was_there = known.was_there or phone not in (PhoneState.AWAY, PhoneState.UNKNOWN)
        self._look(known)

    def wrong(self, kiosk: str) -> tuple[Why, ...]:
        """What is wrong with it, and has been for so long that somebody should look."""
        known = self._known.get(kiosk)
        return tuple(self._wrong(known)) if known else ()

    def _look(self, known: _Known) -> None:
        now, report = self._now(), known.report
        is_away = known.was_there and known.phone is PhoneState.AWAY
        known.away_since = (known.away_since or now) if is_away else None
        is_lifted = report is not None and report.handset is Handset.UP and not report.in_call
        is_alone = is_lifted and known.phone not in _TALKS
        known.off_hook_since = (known.off_hook_since or now) if is_alone else None

    def _wrong(self, known: _Known) -> Iterator[Why]:
        now, report = self._now(), known.report
        if report and now - known.reported_at > SILENT_SECONDS:
            yield Why.SILENT
        if known.away_since is not None and now - known.away_since > AWAY_SECONDS:
            yield Why.PHONE_AWAY
        if known.off_hook_since is not None and now - known.off_hook_since > OFF_HOOK_SECONDS:
            yield Why.OFF_HOOK
        if report and report.scanner is Device.MISSING:
            yield Why.SCANNER_MISSING
        if report and report.camera is Device.MISSING:
            yield Why.CAMERA_MISSING
