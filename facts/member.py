"""What happened to a member: signed in, paused, phone in use. Live truth only: never journalled by name."""

from dataclasses import dataclass
from enum import StrEnum


class PhoneState(StrEnum):
    """The device state of a member's phone (Asterisk's include/asterisk/devicestate.h, folded)."""

    IDLE = "idle"
    IN_USE = "in-use"
    """In use, busy, on hold: a phone that takes one call only is busy while it rings, too."""
    RINGING = "ringing"
    UNAVAILABLE = "unavailable"
    """Unknown, invalid or not registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFact:
    """What all facts about a member have; `at` in Unix seconds."""

    at: float
    node: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSignedIn(MemberFact):
    """The member serves this queue now."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSignedOut(MemberFact):
    """The member no longer serves this queue."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPaused(MemberFact):
    """Rings no more, in all queues. `reason` is a token, perhaps empty."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberResumed(MemberFact):
    """Rings again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChanged(MemberFact):
    """The phone's device state is another one."""

    phone: PhoneState
