"""What a kiosk hears from its parts, and what it orders of them; values without behaviour."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.codes import Code
from operations.kiosks.reports import Device


class Sound(StrEnum):
    """What the phone lets hear by itself. All but the last two go on until another is played."""

    QUIET = "quiet"
    RING = "ring"
    BUSY = "busy"
    """The talk is over, the handset is still up."""
    AWAY = "away"
    """No call is possible just now."""
    ALARM = "alarm"
    """The handset lies beside the phone."""
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Lifted:
    """The handset is up."""


@dataclass(frozen=True, slots=True)
class PutDown:
    """The handset is down; without a hook: the key that ends a call."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """One of 0-9, * and #."""

    key: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A code was shown; None: one that nobody can read, or several at once.

    `is_typed`: by a scanner, which reads what is held before it once; a camera sees it many times a second.
    """

    code: Code | None
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class Registered:
    """Whether Asterisk knows this phone."""

    is_known: bool


@dataclass(frozen=True, slots=True)
class Rang:
    """Asterisk calls. `was_asked_for`: by the person who stands here, on the touch page."""

    was_asked_for: bool = False


@dataclass(frozen=True, slots=True)
class Connected:
    """The call is answered."""


@dataclass(frozen=True, slots=True)
class Over:
    """The other side ended the call, or it never came to be: `is_fault`, since nobody could be reached."""

    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class PhoneGone:
    """The process of the phone has ended; another one is on its way."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The router knows whose scan this was."""

    scan: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The router did not take this scan, or was away too long."""

    scan: int


@dataclass(frozen=True, slots=True)
class DirectCall:
    """The router says that it rings this phone for the one who asked for it; None: it does not."""

    id: str | None


@dataclass(frozen=True, slots=True)
class Readers:
    """Whether scanner and camera are there."""

    scanner: Device
    camera: Device


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed."""


Event = (
    Lifted
    | PutDown
    | Pressed
    | Seen
    | Registered
    | Rang
    | Connected
    | Over
    | PhoneGone
    | Bound
    | Refused
    | DirectCall
    | Readers
    | Ticked
)


@dataclass(frozen=True, slots=True)
class Dial:
    """Call Asterisk; who answers is decided there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Take the call that rings."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call; nothing more is told of it."""


@dataclass(frozen=True, slots=True)
class Press:
    """One key into the call (RFC 4733)."""

    key: str


@dataclass(frozen=True, slots=True)
class Play:
    """Let hear."""

    sound: Sound


@dataclass(frozen=True, slots=True)
class Post:
    """Tell the router of this scan; a scan that is not yet told is forgotten."""

    scan: int
    code: Code


@dataclass(frozen=True, slots=True)
class Forget:
    """Tell the router that the one before has gone."""


Order = Dial | Answer | HangUp | Press | Play | Post | Forget
