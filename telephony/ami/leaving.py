"""Why a caller left a line: what Asterisk's events show, and what they leave open for a moment.

Theory of operation, as measured on 22.10 and read in apps/app_queue.c (queue_exec, try_calling, leave_queue):
- Every way out raises QueueCallerLeave. An answer raises it before AgentConnect, and a key exit alone; every other
  way raises QueueCallerAbandon first, the caller's own hang-up no more than a time-out or a Redirect.
- HangupRequest of the caller's channel tells the caller's hang-up, mostly before the Abandon, in a race after it.
  SoftHangupRequest tells nothing: it comes at the end of every channel.
- A key exit has set the channel's next extension: priority 0, one before its first step.
- A Redirect has moved the channel in the dialplan already when Abandon is raised. A time-out, an empty line, a
  withdrawal leave it where Queue() was called, and QUEUESTATUS is set right after.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from facts.call import LeftBy
from telephony.ami.reader import Frame

ASK_SECONDS = 0.25
"""Our dialplan explains a leave within milliseconds; after that Asterisk may be asked."""
OVERDUE_SECONDS = 2.0
"""So long a leave may stay unexplained while the call lives."""

BY_STATUS: Mapping[str, LeftBy] = {
    "TIMEOUT": LeftBy.TIMEOUT,
    "LEAVEEMPTY": LeftBy.EMPTY,
    "LEAVEUNAVAIL": LeftBy.EMPTY,
    "JOINEMPTY": LeftBy.EMPTY,
    "JOINUNAVAIL": LeftBy.EMPTY,
    "FULL": LeftBy.EMPTY,
    "WITHDRAW": LeftBy.WITHDRAWN,
}
"""QUEUESTATUS (queue_results of app_queue.c) as a cause; the JOIN ones and FULL mean: never joined."""

Spot = tuple[str, str, str]
"""Context, extension and priority of a channel."""


def spot(frame: Frame) -> Spot:
    """Where in the dialplan the channel is."""
    return frame.get("Context"), frame.get("Exten"), frame.get("Priority")


def is_key_exit(frame: Frame) -> bool:
    """Whether this QueueCallerLeave (one without an Abandon) is that of a pressed key, not of an answer."""
    return frame.get("Priority") == "0"


@dataclass(slots=True)
class Leave:
    """A leave whose cause is not known yet. `at` in Unix seconds, `monotonic` of this process.

    `gave_up`: Asterisk raised QueueCallerAbandon; without it an answer is under way.
    """

    at: float
    monotonic: float
    hold_seconds: float
    spot: Spot
    gave_up: bool
    is_asked: bool = False

    def is_moved(self, entered: Spot | None) -> bool:
        """Whether the call had been sent elsewhere in the dialplan since it `entered` Queue()."""
        return self.gave_up and entered is not None and self.spot != entered

    def by_dialplan(self, status: str) -> LeftBy:
        """The cause, once our dialplan has the caller back and tells QUEUESTATUS.

        It is empty for whoever was moved, and for a pressed key.
        """
        return BY_STATUS.get(status, LeftBy.MOVED if self.gave_up else LeftBy.KEY)

    def by_hang_up(self, ended: Spot, entered: Spot | None, is_requested: bool) -> LeftBy:
        """The cause, when the channel ended at `ended` before anybody told.

        `is_requested`: the caller hung up. A channel that ended where it stood in line, and not by the caller, was
        torn from it (an administrator, an absolute time-out, a dead network); one that got further was let go.
        """
        if self.is_moved(entered):
            return LeftBy.MOVED
        if self.gave_up and ended != self.spot:
            return LeftBy.TIMEOUT
        return without_a_leave(is_requested)


def without_a_leave(is_requested: bool) -> LeftBy:
    """The cause of a call's end in line, when nothing but the end was told."""
    return LeftBy.ABANDONED if is_requested else LeftBy.LOST
