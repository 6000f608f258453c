"""A kiosk as its screen and its phone see it, as values: no number, no name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from operations.kiosks.faults import Says, Why
from operations.kiosks.ports import PhoneState


class State(StrEnum):
    """What the screen shows; the first that holds."""

    CALLING = "calling"
    """We ring this phone for the one who has asked for it."""
    RINGING = "ringing"
    """It rings for another reason: somebody calls back."""
    IN_CALL = "in-call"
    PROMISED = "promised"
    """A callback is kept."""
    SCANNED = "scanned"
    CANNOT_HELP = "cannot-help"
    """Nobody can be called from here."""
    IDLE = "idle"


class Target(StrEnum):
    """What a callback rings."""

    KIOSK = "kiosk"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Figures:
    """A team's line now. Spans in seconds; None while too little is known."""

    is_open: bool
    waiting: int
    estimated_wait_seconds: float | None


@dataclass(frozen=True, slots=True)
class ScanNow:
    """Whoever has scanned, by their team alone."""

    id: str
    team: str
    team_name: str
    open: bool
    opens_at: datetime | None
    waiting: int
    estimated_wait_seconds: float | None
    expires_at: datetime
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Offers:
    """Why each of the three is not possible now; None: it is."""

    call: Why | None
    kiosk: Why | None
    number: Why | None


@dataclass(frozen=True, slots=True)
class CallNow:
    """A call that this server began. `seconds`: since then."""

    id: str
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class PromiseNow:
    """A callback that was asked for here. `place` in the team's line; None until it stands there."""

    to: Target
    team: str
    team_name: str
    place: int | None
    estimated_wait_seconds: float | None


@dataclass(frozen=True, slots=True)
class TroubleNow:
    """What is wrong at this kiosk, and what to do."""

    why: Why
    says: Says


@dataclass(frozen=True, slots=True)
class KioskNow:
    """Everything at once; `version` is another one as soon as anything but a figure has changed."""

    version: str
    kiosk: str
    site: str
    site_name: str
    state: State
    scan: ScanNow | None
    offers: Offers | None
    call: CallNow | None
    promise: PromiseNow | None
    phone: PhoneState
    troubles: tuple[TroubleNow, ...]
