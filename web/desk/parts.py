"""What the rooms of a team's desk are built of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from operations.audit import Notes
from operations.callbacks.appointments import Appointments
from operations.callbacks.call_off import CallsOff
from operations.desk.caller_phones import CallerPhones
from operations.desk.calls_on_phones import CallsOnPhones
from operations.desk.phone import PhoneLook
from operations.desk.team_line import TeamLine
from operations.mailbox.mailbox import Mailbox
from operations.member_changes import MemberChanges
from routing.centre import Centre
from web.callback_told import CallbackLook
from web.desk.told import Moment
from web.who import Door


class GivesTime(Protocol):
    """`operations.members.MemberDesk`. Both methods raise `ivr.ports.DeskAway`."""

    async def is_signed_in(self, member: str) -> bool:
        """Whether the member serves any own team."""
        ...

    async def more_wrap_up(self, member: str) -> int:
        """The seconds of after-call work from now on."""
        ...


@dataclass(frozen=True, slots=True)
class DeskCallbacks:
    """What the desk does with callbacks."""

    look: CallbackLook
    appointments: Appointments
    call_off: CallsOff


@dataclass(frozen=True, slots=True)
class DeskPhones:
    """Members' phones, and the lines."""

    look: PhoneLook
    calls: CallsOnPhones
    callers: CallerPhones
    line: TeamLine
    changes: MemberChanges
    members: GivesTime
    notes: Notes
    moment: Callable[[], Moment]


@dataclass(frozen=True, slots=True)
class DeskParts:
    """Everything."""

    mailbox: Mailbox
    centre: Callable[[], Centre]
    door: Door
    callbacks: DeskCallbacks
    phones: DeskPhones
    notes: Notes
