"""What conversations need from outside, as Protocols; filled in by the composition root."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from ivr.line import Line
from routing.centre import Centre
from routing.closing_time import ClosingNotice
from routing.decision import Concern, Contact, Decision
from routing.directory import Match
from routing.number import NumberFormat, TypedNumber
from routing.spoken import Spoken, Upcoming
from routing.spoken_wait import WaitRange
from routing.standing import Standing
from routing.wait_estimate import Expected

Within = Callable[[float], AbstractAsyncContextManager[object]]
"""Seconds -> a context that raises TimeoutError when its body takes longer (`asyncio.timeout`)."""


@dataclass(frozen=True, slots=True)
class CallbackWish:
    """A callback as the caller has agreed to it: by which team, and where. Its `repr` has no number."""

    team: str
    number: str = field(default="", repr=False)
    """`Mailbox.may_call`; empty: the kiosk's phone rings."""
    kiosk: str = ""
    """The kiosk whose phone rings."""
    arrival: int = 0
    """First contact in Unix seconds; 0: that of this call."""
    credit: int = 0
    """Seconds."""


class Router(Protocol):
    """The active centre and its decisions. Every call sees the version that is active now."""

    @property
    def centre(self) -> Centre:
        """The active configuration."""
        ...

    @property
    def numbers(self) -> NumberFormat:
        """The active configuration's number patterns."""
        ...

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        """Customers that fit the number, from the active directory."""
        ...

    def decide(self, contact: Contact) -> Decision:
        """Decide now, with the active versions; the decision is journalled."""
        ...

    def send_on(self, standing: Standing) -> Decision | None:
        """Ask the rules of the team where the contact stands; None: it stays. A decision is journalled.

        One that has not joined (`held_seconds` None) always gets a decision. A callback or message that is declined,
        or cannot be kept: ask again with `Decision.standing` as it is. In line: keep its `via` and `passed` (also of
        a declined offer) for the next time.
        """
        ...

    def due_seconds(self, standing: Standing) -> float | None:
        """Seconds until something that only time brings is to be asked for; None: nothing to come."""
        ...

    def closing_notice(self, standing: Standing) -> ClosingNotice | None:
        """What is to be said about the closing that is near, or has come; None: nothing (yet). Say it once."""
        ...


class Attempts(Protocol):
    """How often a caller ID tried unknown or malformed numbers within the hour."""

    def is_over(self, caller: str) -> bool:
        """Whether this caller (not withheld) has used up the hour's tries."""
        ...

    def count(self, caller: str) -> None:
        """Note one unknown or malformed number; a withheld caller ("") is not counted."""
        ...


class Waits(Protocol):
    """What is known of the wait of one caller, the one on the line."""

    def comes(self, queue: str, virtual_arrival: int) -> None:
        """Note that this caller is on the way into this line: it is longer from now on, for whoever decides next."""
        ...

    def expect(self, queue: str, virtual_arrival: int) -> Expected | None:
        """Now, for this caller in this queue; None when nobody knows who stands there (live truth is old)."""
        ...

    def told(self, queue: str, expected: Expected, said: WaitRange, decision: Decision | None) -> None:
        """Note that the caller has heard this range; `decision` where it is new, None for one already in line."""
        ...


class Mailbox(Protocol):
    """Where one caller's message or request for a callback goes. What a method has accepted survives a power cut.

    `begin`, `finish`, `keep` and `ask_callback` raise MailboxAway when nothing can be kept just now: promise nothing.
    """

    def about(self, contact: Contact) -> None:
        """Note who this is, for whoever reads the message: once the caller is identified, if ever."""
        ...

    async def begin(self, team: str, line: Line) -> str:
        """A fresh name for a recording, for `Line.record`; noted beside it is whose it is, and for which team.

        So what was said is not lost, should the router die or the caller hang up: `keep` asks the line nothing.
        """
        ...

    async def finish(self, name: str) -> float:
        """Trim the silence around what was recorded: seconds of speech that are left, 0.0 for none."""
        ...

    async def keep(self, name: str, team: str, line: Line) -> None:
        """The recording belongs to this team's mailbox from now on."""
        ...

    async def drop(self, name: str) -> None:
        """The caller does not want it: gone. Never an error, also for a name without a recording."""
        ...

    def may_call(self, number: str) -> bool:
        """Whether this number (keyed, or told by the network) may be called back."""
        ...

    async def ask_callback(self, wish: CallbackWish, line: Line) -> None:
        """Note that the team is to call."""
        ...


class MailboxAway(Exception):
    """Nothing can be kept just now. Please stay on the line, or try again later."""


@dataclass(frozen=True, slots=True)
class FormerPlace:
    """The place that a customer has already: an open callback's, or one that was lost a moment ago."""

    callback: str
    """The callback's id; empty for a place that was lost."""
    team: str
    concern: Concern
    arrival: int
    """First contact in Unix seconds."""
    credit: int
    position: int | None
    """Which place in line that is now; None where nobody knows, or its time has not come."""
    appointment: Upcoming | None = None
    """Of a callback for an agreed moment that is still to come."""


class Callbacks(Protocol):
    """Callbacks, for the caller on the line. What a method has accepted survives a power cut; else MailboxAway."""

    def is_possible(self, team: str) -> bool:
        """Whether a callback by this team may be offered just now."""
        ...

    async def former_place(self, contact: Contact) -> FormerPlace | None:
        """By customer number alone, never by the caller's; None without one, and where nobody knows in time."""
        ...

    async def cancel(self, place: FormerPlace) -> None:
        """The callback is not wanted any more. Raises MailboxAway: then it is called off once that can be kept."""
        ...

    async def change_number(self, place: FormerPlace, number: str) -> None:
        """The callback rings this number (`Mailbox.may_call`) from now on, at its place. Raises MailboxAway."""
        ...

    async def take_over(self, place: FormerPlace) -> None:
        """The caller stands in line in person: nobody is called back for this place. MailboxAway as in `cancel`."""
        ...

    def about(self, contact: Contact) -> None:
        """Note whose call this is, so that its place is known for ten minutes should it break off."""
        ...

    def broke_off(self, place: FormerPlace) -> None:
        """The caller has taken this place over, and hung up on the way into line: known for ten minutes, too."""
        ...


class Notices(Protocol):
    """Announcements that count now."""

    def now(self, team: str | None, language: str) -> Sequence[Spoken]:
        """What everybody hears (team None), or callers of this team; of those spoken already nothing twice."""
        ...


class Announcer(Protocol):
    """What members may announce to callers of their teams by phone."""

    def may_announce(self, member: str) -> bool:
        """Whether this member's phone may."""
        ...

    async def record(self, line: Line, member: str) -> Sequence[Spoken]:
        """Record: what was said, to be heard before `keep`; nothing for mere silence. Raises AnnouncerAway."""
        ...

    async def keep(self, member: str) -> None:
        """From now on callers of the own teams hear it, until midnight. Raises AnnouncerAway."""
        ...

    async def remove(self, member: str) -> None:
        """Take what was recorded away. Raises AnnouncerAway."""
        ...


class AnnouncerAway(Exception):
    """Nothing can be recorded just now. Please try again in a moment."""


class Desk(Protocol):
    """What a member's phone can ask for. Every method answers within its own deadline or raises DeskAway."""

    async def is_signed_in(self, member: str) -> bool:
        """Whether the member serves any of the own teams now."""
        ...

    async def sign_in(self, member: str) -> None:
        """Serve all own teams and what derives from them."""
        ...

    async def sign_out(self, member: str) -> None:
        """Leave every queue."""
        ...

    async def is_paused(self, member: str) -> bool:
        """Whether the member is paused."""
        ...

    async def paused_for(self, member: str) -> str | None:
        """The reason of the member's pause, perhaps empty; None while not paused."""
        ...

    async def more_wrap_up(self, member: str) -> int:
        """Time for after-call work from now on, in place of any pause; how many seconds."""
        ...

    async def pause(self, member: str, reason: str = "break") -> None:
        """Stop ringing, in all queues at once (never in one: asterisk.md, order of service)."""
        ...

    async def unpause(self, member: str) -> None:
        """Ring again, in all queues at once."""
        ...


class DeskAway(Exception):
    """The telephone system cannot be asked just now. Please try again in a moment."""
