"""Wishes of callers to be called back: which numbers, how often, and that nobody is noted twice.

One open wish a number, and one a customer: asking again is the same wish, with the place of the first, and rings the
number that was told last. So many a day and number as the centre says. An appointment is a wish of its own.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

from facts.contact import LeftKind, LeftState
from operations.callbacks.life import has_landed, is_waiting, state_of
from operations.callbacks.rules import longest_seconds, team_in_time
from operations.mailbox.entry_id import new_id
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.open_entries import OpenEntries
from operations.mailbox.ports import Entry, NoSuchEntry, TakenAlready
from routing.call_back_number import allowed_number, callable_number
from routing.callback import State
from routing.centre import Centre, Team

DAY = 86_400.0
PAGE = "page"
"""The source of wishes from the web page: whoever writes a customer number there cannot turn its callback away."""


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
        dials: Callable[[], bool] = bool,
    ) -> None:
        """`dials`: whether Teamline itself can dial the world outside; a kiosk it always can."""
        self._mailbox, self._known, self._centre = mailbox, known, centre
        self._now, self._opens_by, self._dials = now, opens_by, dials
        self._asking = asyncio.Lock()

    def may_call(self, number: str) -> bool:
        """Whether a team calls this number (as dialled here) back: an allowed one, not ours, not too often."""
        phone = self.phone(number)
        return phone is not None and not self._is_too_often(phone)

    def phone(self, number: str) -> str | None:
        """The number (as dialled here) in E.164 if this centre calls it back at all, never one of ours; else None."""
        phone = allowed_number(number, self._centre().callbacks.also_allowed)
        return None if phone in self._own() else phone

    async def ask(self, number: str, wish: Entry) -> Entry:
        """Note that the team of `wish` is to call this number. Kept on return, or known already.

        Raises NotCalledBack, MailboxAway.
        """
        phone = self.phone(number)
        if phone is None:
            raise NotCalledBack
        async with self._asking:
            listed = await self._mailbox.listed()
            waiting = [each for each in listed if _is_same(each, phone, wish) and not self._stays(each, wish.source)]
            for entry in waiting:
                if not has_landed(entry) and (same := await self._again(entry, phone, wish.source)):
                    return same
            if self._is_too_often(phone):
                raise NotCalledBack
            kept = await self._mailbox.put(self._begun(replace(wish, phone=phone), can_dial=self._dials()))
            for entry in waiting:
                await self._served_by_another(entry)
            return kept

    async def ask_at_kiosk(self, kiosk: str, wish: Entry) -> Entry:
        """Note that this kiosk's phone is to ring; the one open callback there is the same. Raises MailboxAway."""
        async with self._asking:
            for entry in await self._mailbox.listed():
                if entry.kiosk == kiosk and entry.number == wish.number and is_waiting(entry) and not has_landed(entry):
                    return entry
            return await self._mailbox.put(self._begun(replace(wish, phone="", kiosk=kiosk), can_dial=True))

    def _begun(self, wish: Entry, *, can_dial: bool) -> Entry:
        dials = can_dial and self._centre().callbacks.dial
        return replace(wish, life=State.CONFIRMED.value if dials else "")

    async def _again(self, entry: Entry, phone: str, source: str) -> Entry | None:
        """The wish that is waiting, with the number of now; None if it has just been settled."""
        if entry.phone == phone or source == PAGE or state_of(entry) is State.DIALLING:
            return entry
        uncounted = entry.attempts if entry.kiosk else entry.uncounted  # the kiosk's rings are not this phone's
        try:
            return await self._mailbox.change(entry, replace(entry, phone=phone, kiosk="", uncounted=uncounted))
        except TakenAlready:
            return entry  # somebody has it in hand at this moment
        except NoSuchEntry:
            return None

    def _stays(self, entry: Entry, source: str) -> bool:
        """Whether this one rings a kiosk's phone whatever is asked for now, which is then a wish of its own."""
        return bool(entry.kiosk) and not has_landed(entry) and (source == PAGE or not self._dials())

    async def _served_by_another(self, entry: Entry) -> None:
        """What lay on the desk for the same person is done with by the new wish."""
        try:
            await self._mailbox.change(entry, replace(entry, state=LeftState.DONE, done_at=self._now()))
        except (TakenAlready, NoSuchEntry):
            return

    def opens_in_time(self, team: str) -> bool:
        """Whether this team, or the general line in its place, opens before a wish of now expires."""
        return self._team_in_time(team) is not None

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

    def _is_too_often(self, phone: str) -> bool:
        return self._known.asked_since(phone, self._now() - DAY) >= self._centre().callbacks.a_day

    def _due_at(self, team: str) -> float | None:
        """The next opening of a team that is closed; told by our clock where a lab's hours run on another."""
        found, now = self._team_in_time(team) or self._centre().teams.get(team), self._opens_by()
        opens = found.hours.next_opening(now) if found and not found.hours.is_open(now) else None
        return self._now() + (opens.astimezone(UTC) - now.astimezone(UTC)).total_seconds() if opens else None

    def _team_in_time(self, team: str) -> Team | None:
        centre = self._centre()
        return team_in_time(team, centre, self._opens_by(), longest_seconds(centre))

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


def _is_same(entry: Entry, phone: str, wish: Entry) -> bool:
    """Whether this open wish is for the same phone, and of the same kind; or, but by a call, for the same customer.

    A caller whose customer number has a callback was asked about it (`ivr.redial`), and two of a household may wait.
    """
    if not is_waiting(entry) or (entry.appointment_at is None) != (wish.appointment_at is None):
        return False
    return entry.phone == phone or (wish.source != "" and entry.number != "" and entry.number == wish.number)
