"""What Asterisk tells of callbacks (`telephony.dialplan.callbacks`, `callback_dial`), as events of operations.

An attempt's end is told as `attempt:status:cause:key`: DIALSTATUS, or CANCEL when the member hung up first, or REFUSED
for what the dialplan does not dial; HANGUPCAUSE (ITU-T Q.850, as res_pjsip maps SIP answers to it); the key pressed.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping

from operations.callbacks.ports import (
    AttemptEnded,
    CallbackEvent,
    Connected,
    Listener,
    MemberTook,
    PlaceholderGone,
    Wish,
)
from routing.callback import Outcome
from telephony.ami.reader import Frame
from telephony.ami.told import call_id

EVENT = "TeamlineCallback"
FIRST_END = re.compile(r"Local/s@teamline-callback-wait-[0-9a-f]+;1")
SECOND_END = re.compile(r"Local/s@teamline-callback-wait-[0-9a-f]+;2")
SECOND_SUFFIX = "-2"
"""Behind the callback's id: the Uniqueid of the placeholder's second end."""

_RESULT = re.compile(r"([0-9]{1,3}):([A-Z]{0,16}):([0-9]{0,3}):([0-9]?)")
_BY_CAUSE: Mapping[str, Outcome] = {
    "1": Outcome.INVALID,  # unallocated number: SIP 404, 410, 604
    "17": Outcome.BUSY,  # SIP 486, 600
    "18": Outcome.NO_ANSWER,  # no user responding: SIP 408
    "19": Outcome.NO_ANSWER,  # no answer from the user: SIP 480
    "20": Outcome.NO_ANSWER,  # subscriber absent
    "21": Outcome.REFUSED,  # call rejected: SIP 401, 403, 603
    "22": Outcome.INVALID,  # number changed
    "28": Outcome.INVALID,  # invalid number format: SIP 484
}
_BY_MEMBER = "CANCEL"
_BY_STATUS: Mapping[str, Outcome] = {
    "ANSWER": Outcome.NO_ANSWER,  # nobody has pressed the key
    "NOANSWER": Outcome.NO_ANSWER,
    "BUSY": Outcome.BUSY,
    _BY_MEMBER: Outcome.FAILED,  # the member was first
    "REFUSED": Outcome.INVALID,
}
_CAUSE_DECIDES = frozenset(("CHANUNAVAIL", "CONGESTION", "BUSY"))
_MOST = 1000


def attempt_ended(callback: str, result: str) -> AttemptEnded | None:
    """The end of an attempt, from `attempt:status:cause:key`; None for anything else."""
    found = _RESULT.fullmatch(result)
    if found is None:
        return None
    attempt, status, cause, key = found.groups()
    outcome = _outcome(status, cause, key)
    is_fault = outcome is Outcome.FAILED and status != _BY_MEMBER
    return AttemptEnded(callback, int(attempt), outcome, key if key in _WISHES else "", is_fault)


_WISHES = (Wish.TALK, Wish.LATER, Wish.NEVER)


def _outcome(status: str, cause: str, key: str) -> Outcome:
    if key == Wish.TALK:
        return Outcome.REACHED
    if key == Wish.NEVER:
        return Outcome.CANCELLED
    if key == Wish.LATER:
        return Outcome.NO_ANSWER
    by_cause = _BY_CAUSE.get(cause) if status in _CAUSE_DECIDES else None
    return by_cause or _BY_STATUS.get(status, Outcome.FAILED)


class CallbackEvents:
    """A listener for AMI's events (`AmiConnection.on_event`), which tells `listener` what they mean for callbacks."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._half_gone: OrderedDict[str, None] = OrderedDict()

    def __call__(self, frame: Frame) -> None:
        """One event of Asterisk. Never raises, whatever it holds."""
        if frame.name == "Hangup":
            self._hung_up(frame)
        elif frame.name == "UserEvent" and frame.get("UserEvent") == EVENT and (event := _own(frame)):
            self._listener(event)

    def _hung_up(self, frame: Frame) -> None:
        """A placeholder is gone with the last of its two ends: what the second one tells comes before."""
        channel, name = call_id(frame), frame.get("Channel")
        if channel and FIRST_END.fullmatch(name):
            callback = channel
        elif channel.endswith(SECOND_SUFFIX) and SECOND_END.fullmatch(name):
            callback = channel.removesuffix(SECOND_SUFFIX)
        else:
            return
        if callback in self._half_gone:
            del self._half_gone[callback]
            self._listener(PlaceholderGone(callback))
            return
        self._half_gone[callback] = None
        if len(self._half_gone) > _MOST:
            self._half_gone.popitem(last=False)


def _own(frame: Frame) -> CallbackEvent | None:
    callback, what, attempt = call_id(frame, "Callback"), frame.get("What"), frame.get("Attempt")
    if not callback:
        return None
    if what == "taken":
        return MemberTook(callback)
    if what == "ended":
        return attempt_ended(callback, frame.get("Result"))
    if what == "connected" and attempt.isascii() and attempt.isdigit() and len(attempt) <= 3:  # noqa: PLR2004 - as above
        return Connected(callback, int(attempt))
    return None
