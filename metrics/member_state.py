"""What a member does now: one word of seven, the same on boards and in metrics."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from facts.member import PhoneState


class MemberState(StrEnum):
    """One state a member, whatever else is true of them."""

    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    """With a caller of ours."""
    BUSY = "busy"
    """The phone is in use otherwise."""
    WRAPUP = "wrapup"
    PAUSED = "paused"
    UNAVAILABLE = "unavailable"
    """The phone is not registered."""


class Situation(NamedTuple):
    """All that may be true of a signed-in member at once."""

    phone: PhoneState
    is_talking: bool
    is_rung: bool
    """By a queue of ours: a phone that takes one call only shows itself as in use while it rings."""
    is_wrapping_up: bool
    is_paused: bool


PRECEDENCE: tuple[tuple[MemberState, Callable[[Situation], bool]], ...] = (
    (MemberState.UNAVAILABLE, lambda seen: seen.phone is PhoneState.UNAVAILABLE),
    (MemberState.TALKING, lambda seen: seen.is_talking),
    (MemberState.RINGING, lambda seen: seen.is_rung or seen.phone is PhoneState.RINGING),
    (MemberState.BUSY, lambda seen: seen.phone is PhoneState.IN_USE),
    (MemberState.WRAPUP, lambda seen: seen.is_wrapping_up),
    (MemberState.PAUSED, lambda seen: seen.is_paused),
    (MemberState.AVAILABLE, lambda _: True),
)
"""The first row that holds is the state."""


@cache  # 64 situations, asked of hundreds of members for every board
def state(seen: Situation) -> MemberState:
    """The one word for a situation."""
    return next(word for word, holds in PRECEDENCE if holds(seen))
