"""What conversations need from outside, as Protocols; filled in by the composition root."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from routing.centre import Centre
from routing.decision import Contact, Decision
from routing.directory import Match
from routing.number import NumberFormat, TypedNumber
from routing.spoken_wait import WaitRange
from routing.wait_estimate import Expected

Within = Callable[[float], AbstractAsyncContextManager[object]]
"""Seconds -> a context that raises TimeoutError when its body takes longer (`asyncio.timeout`)."""


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

    def expect(self, queue: str, virtual_arrival: int) -> Expected | None:
        """Now, for this caller in this queue; None when nobody knows who stands there (live truth is old)."""
        ...

    def told(self, queue: str, expected: Expected, said: WaitRange, decision: Decision | None) -> None:
        """Note that the caller has heard this range; `decision` where it is new, None for one already in line."""
        ...


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

    async def pause(self, member: str, reason: str = "break") -> None:
        """Stop ringing, in all queues at once (never in one: asterisk.md, order of service)."""
        ...

    async def unpause(self, member: str) -> None:
        """Ring again, in all queues at once."""
        ...


class DeskAway(Exception):
    """The telephone system cannot be asked just now. Please try again in a moment."""
