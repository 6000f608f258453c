"""Members signed in and out, paused and resumed for the API and the desk: in all their queues at once, and noted."""

import re
from typing import Protocol

from facts.pause_reasons import MISSED_RINGS, wrap_up_until
from operations.audit import Deed, Notes
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, Role
from routing.centre import Centre

REASONS = ("break", "lunch", "meeting", "training", "case-work", "other")
"""What pages offer. Any other token of 16 characters is as good, but for Teamline's own reasons."""
_REASON = re.compile(r"[A-Za-z0-9_-]{1,16}")


class NotSignedIn(Exception):
    """This member is signed out: sign them in first. Only who is signed in can pause."""


class NoReason(Exception):
    """A reason is a word of 1 to 16 letters, digits, - or _, and none that Teamline itself pauses for."""


class Desk(Protocol):
    """What this asks of `operations.members.MemberDesk`. All raise DeskAway."""

    async def is_signed_in(self, member: str) -> bool:
        """Whether the member serves any of the own teams."""
        ...

    async def paused_for(self, member: str) -> str | None:
        """The reason of the member's pause, perhaps empty; None while not paused."""
        ...

    async def sign_in(self, member: str) -> None:
        """Into every queue."""
        ...

    async def sign_out(self, member: str) -> None:
        """Out of every queue."""
        ...

    async def pause(self, member: str, reason: str) -> None:
        """In all queues at once."""
        ...

    async def unpause(self, member: str) -> None:
        """In all queues at once."""
        ...


def may_change(account: Account, team: str, member: str, centre: Centre) -> bool:
    """Whether the account may do this to a member of this team.

    A member's account: to the own phone, or to colleagues if none is its own (a desk that several share).
    """
    if account.role in OWN_TEAMS_ONLY and not account.serves(team):
        return False
    own = account.place(centre.members) if account.role is Role.MEMBER else ""
    return own in ("", member)


def is_of_team(member: str, team: str, centre: Centre) -> bool:
    """Whether there is such a member in this team."""
    known = centre.members.get(member)
    return known is not None and team in known.teams


def is_reason(reason: str) -> bool:
    """Whether somebody may pause for that: a token, and none of those by which the router knows its own pauses."""
    return bool(_REASON.fullmatch(reason)) and reason != MISSED_RINGS and wrap_up_until(reason) is None


class MemberChanges:
    """Every change tells whether it was one: what is so already is no error, and not noted. All raise DeskAway."""

    def __init__(self, desk: Desk, notes: Notes) -> None:
        self._desk, self._notes = desk, notes

    async def sign_in(self, by: Account, team: str, member: str) -> bool:
        """Into the queues of all own teams, by whichever team this was asked."""
        was_in = await self._desk.is_signed_in(member)
        await self._desk.sign_in(member)
        return self._noted(not was_in, by, Deed.MEMBER_SIGNED_IN, team, member)

    async def sign_out(self, by: Account, team: str, member: str) -> bool:
        """Out of every queue; a call that goes on goes on."""
        was_in = await self._desk.is_signed_in(member)
        await self._desk.sign_out(member)
        return self._noted(was_in, by, Deed.MEMBER_SIGNED_OUT, team, member)

    async def pause(self, by: Account, team: str, member: str, reason: str) -> bool:
        """Rings no more; another reason takes the place of the first. Raises NotSignedIn, NoReason."""
        if not is_reason(reason):
            raise NoReason
        await self._expect_signed_in(member)
        before = await self._desk.paused_for(member)
        await self._desk.pause(member, reason)
        return self._noted(before != reason, by, Deed.MEMBER_PAUSED, team, member, reason=reason)

    async def resume(self, by: Account, team: str, member: str) -> bool:
        """Rings again, whatever the pause was for. Raises NotSignedIn."""
        await self._expect_signed_in(member)
        before = await self._desk.paused_for(member)
        await self._desk.unpause(member)
        return self._noted(before is not None, by, Deed.MEMBER_RESUMED, team, member)

    async def _expect_signed_in(self, member: str) -> None:
        if not await self._desk.is_signed_in(member):
            raise NotSignedIn

    def _noted(self, is_change: bool, by: Account, deed: Deed, team: str, member: str, **told: str) -> bool:
        if is_change:
            self._notes.note(by.name, by.role, deed, team=team, about=member, **told)
        return is_change
