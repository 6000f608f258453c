"""Wishes of callers to be called back: which numbers, how often, and that nobody is noted twice.

One open wish per number and team (asking again is the same wish, with the place of the first), two a day per number.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

from facts.contact import LeftKind, LeftState
from operations.mailbox.entry_id import new_id
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.open_entries import OpenEntries
from operations.mailbox.ports import Entry
from routing.call_back_number import callable_number
from routing.centre import Centre

MOST_A_DAY = 2
DAY = 86_400.0


class NotCalledBack(Exception):
    """This number is not called back, or not so often."""


class CallbackWishes:
    """What may be asked for, and the asking. `now`: Unix seconds; `opens_by`: the clock of the opening hours."""

    def __init__(
        self,
        mailbox: Mailbox,
        known: OpenEntries,
        centre: Callable[[], Centre],
        now: Callable[[], float],
        opens_by: Callable[[], datetime],
    ) -> None:
        self._mailbox, self._known, self._centre = mailbox, known, centre
        self._now, self._opens_by = now, opens_by
        self._asking = asyncio.Lock()

    def may_call(self, number: str) -> bool:
        """Whether a team calls this number (as dialled here) back: an allowed one, not ours, not too often."""
        phone = self._callable(number)
        return phone is not None and not self._is_too_often(phone)

    def phone(self, number: str) -> str | None:
        """The number (as dialled here) in E.164 if this centre calls it at all, however often it was called."""
        return self._callable(number)

    async def ask(self, number: str, wish: Entry) -> Entry:
        """Note that the team of `wish` is to call this number. Kept on return, or known already.

        Raises NotCalledBack, MailboxAway.
        """
        phone = self._callable(number)
        if phone is None:
            raise NotCalledBack
        async with self._asking:
            for entry in await self._mailbox.listed(wish.team):
                if _is_waiting(entry) and entry.phone == phone:
                    return entry
            if self._is_too_often(phone):
                raise NotCalledBack
            return await self._mailbox.put(replace(wish, phone=phone))

    def wish(self, team: str, arrival: int) -> Entry:
        """A callback by this team, not before it opens; still without a number. `arrival`: Unix seconds."""
        now = self._now()
        return Entry(
            id=new_id(now),
            what=LeftKind.CALLBACK,
            team=team,
            came_at=now,
            arrival=arrival or int(now),
            due_at=self._due_at(team),
        )

    def _callable(self, number: str) -> str | None:
        phone = callable_number(number)
        return None if phone in self._own() else phone

    def _is_too_often(self, phone: str) -> bool:
        return self._known.asked_since(phone, self._now() - DAY) >= MOST_A_DAY

    def _due_at(self, team: str) -> float | None:
        """The next opening of a team that is closed; told by our clock where a lab's hours run on another."""
        found, now = self._centre().teams.get(team), self._opens_by()
        opens = found.hours.next_opening(now) if found and not found.hours.is_open(now) else None
        return self._now() + (opens.astimezone(UTC) - now.astimezone(UTC)).total_seconds() if opens else None

    def _own(self) -> Collection[str]:
        """The centre's own numbers: it would call itself."""
        centre = self._centre()
        shown = (team.outbound_caller_id for team in centre.teams.values() if team.outbound_caller_id)
        return {number for each in (*centre.entry, *shown) if (number := callable_number(each))}


class HashedPhones:
    """Phone numbers as keyed hashes: to know one again without keeping it. `secret`: the installation's."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"teamline:callback-numbers", hashlib.sha256)

    def __call__(self, phone: str) -> bytes:
        """The hash of a number in E.164."""
        return hmac.digest(self._key, phone.encode(), hashlib.sha256)[:16]


def _is_waiting(entry: Entry) -> bool:
    return entry.what is LeftKind.CALLBACK and entry.state in (LeftState.OPEN, LeftState.CLAIMED)
