"""What the dialplan tells of the emergency service (`telephony.dialplan.on_call`)."""

from collections.abc import Callable

from telephony.ami.reader import Frame
from telephony.ami.told import call_id


def on_call_answered(answered: Callable[[str], None]) -> Callable[[Frame], None]:
    """A listener for AMI's events: `answered` hears the Uniqueid of each call that somebody took."""

    def heard(frame: Frame) -> None:
        if frame.name != "UserEvent" or frame.get("UserEvent") != "TeamlineOnCall":
            return
        if call := call_id(frame, "Call"):
            answered(call)

    return heard
