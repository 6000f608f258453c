"""Asterisk's own watch over us: TIMEOUT(absolute), kept just long enough for each step.

Should the router stop in mid-step, Asterisk runs into the `T` extension and the dialplan falls back. The
watch must outlast the step and our answer to it, yet leave no caller in silence for long. `SET AUTOHANGUP`
re-arms it (res/res_agi.c, `handle_autohangup`); most steps find it armed well enough and need no command.
"""

import math

from telephony.agi.grammar import command

ARMED_AT_START_SECONDS = 7.0
"""Left of the 10 s that the dialplan arms before AGI, once connected (2 s may go to a dead first router)."""
ARMED_ON_RETURN_SECONDS = 1.0
"""Left of the 3 s that the dialplan arms for a caller who has left the line for a moment."""
SPARE_SECONDS = 3.0
"""Left after a step for our answer and the next command."""
OUTSIDE_SECONDS = 3.0
"""Left when it is armed from outside, which comes a moment later than a command of ours."""
MOST_SILENCE_SECONDS = 13.0
"""The longest that a caller hears nothing when the router stops (15 s promised, two are for the fallback)."""


class AbsoluteTimeout:
    """When Asterisk will take the call back (seconds of the loop's clock)."""

    __slots__ = ("_until",)

    def __init__(self, now: float, armed_seconds: float = ARMED_AT_START_SECONDS) -> None:
        self._until = now + armed_seconds

    def due(self, now: float, heard_seconds: float, silent_seconds: float) -> int | None:
        """Seconds to arm before a step of this length; None if the watch fits already."""
        left = self._until - now
        needed = heard_seconds + silent_seconds + SPARE_SECONDS
        most = heard_seconds + MOST_SILENCE_SECONDS
        if needed <= left <= most:
            return None
        return max(math.floor(most), math.ceil(needed))

    def arm(self, now: float, seconds: int) -> None:
        """Note that it is armed for so long from now, by us or from outside."""
        self._until = now + seconds

    def is_far(self, now: float) -> bool:
        """Whether it can wait for somebody outside who may need a moment to arm it."""
        return self._until - now >= OUTSIDE_SECONDS


def set_autohangup(seconds: int) -> bytes:
    """The command that arms it (res/res_agi.c, `handle_autohangup`)."""
    return command("SET AUTOHANGUP", str(seconds))
