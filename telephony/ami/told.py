"""Single values that a frame tells, each checked: what is not as it should be was not told."""

import re
from collections.abc import Mapping

from facts.member import PhoneState
from telephony.ami.reader import Frame
from telephony.place import is_call, is_name

_WHOLE = re.compile(r"[0-9]{1,10}")

PHONE_STATES: Mapping[str, PhoneState] = {
    "0": PhoneState.UNAVAILABLE,  # AST_DEVICE_UNKNOWN
    "1": PhoneState.IDLE,  # NOT_INUSE
    "2": PhoneState.IN_USE,  # INUSE
    "3": PhoneState.IN_USE,  # BUSY: so does a phone with device_state_busy_at=1 while it rings
    "4": PhoneState.UNAVAILABLE,  # INVALID
    "5": PhoneState.UNAVAILABLE,  # UNAVAILABLE
    "6": PhoneState.RINGING,  # RINGING
    "7": PhoneState.RINGING,  # RINGINUSE
    "8": PhoneState.IN_USE,  # ONHOLD
}
"""enum ast_device_state of include/asterisk/devicestate.h, as app_queue prints it in `Status`."""


def call_id(frame: Frame, header: str = "Uniqueid") -> str:
    """A channel's Uniqueid; empty if there is no sound one."""
    value = frame.get(header)
    return value if is_call(value) else ""


def name(frame: Frame, header: str) -> str:
    """A token; empty if there is no sound one."""
    value = frame.get(header)
    return value if is_name(value) else ""


def whole(frame: Frame, header: str) -> int | None:
    """A number of at most ten digits, None for anything else."""
    value = frame.get(header)
    return int(value) if _WHOLE.fullmatch(value) else None


def member(frame: Frame, header: str = "Interface") -> str:
    """The member's id: the name behind the technology, `m0101` of `PJSIP/m0101`; empty if that is no token.

    A MemberName is not looked at: ours is that same id, and an administrator's may be anybody's real name.
    """
    value = frame.get(header).partition("/")[2]
    return value if is_name(value) else ""


def phone(frame: Frame) -> PhoneState | None:
    """The device state of a member's phone, None if none is told."""
    return PHONE_STATES.get(frame.get("Status"))


def pause(frame: Frame) -> str | None:
    """The reason of a pause (perhaps empty), None for a member who is not paused."""
    return name(frame, "PausedReason") if frame.get("Paused") == "1" else None
