"""The place that a customer has already: an open callback's, or one lost a moment ago. By customer number alone."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ivr.ports import FormerPlace
from operations.callbacks.life import has_landed
from operations.callbacks.lost_places import HashedCustomers, LostPlace, LostPlaces
from operations.callbacks.open_callbacks import OpenCallbacks
from operations.customer_records.fits import Fit, fit
from operations.mailbox.ports import Entry
from routing.centre import Centre
from routing.decision import Contact, distinct
from routing.directory import Match
from routing.fair_line import CREDIT_LIMIT
from routing.number import NumberFormat, TypedNumber
from routing.rules import Concern
from routing.spoken import Upcoming
from routing.standing import Standing, queue_of

Position = Callable[[str, int, str], int | None]
"""Queue, virtual arrival (Unix seconds) and the id of a callback -> its place in that line; None: nobody knows."""

PIECE = 100
"""Callbacks that are looked at in one go: about a millisecond of the loop."""


class Known(Protocol):
    """What is in force."""

    @property
    def centre(self) -> Centre:
        """The active configuration."""
        ...

    @property
    def numbers(self) -> NumberFormat:
        """Its number patterns."""
        ...

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        """Customers that fit the number."""
        ...


class FormerPlaces:
    """`now`: Unix seconds; `opens_by`: the clock of the opening hours, by which appointments are told."""

    def __init__(
        self,
        known: Known,
        callbacks: OpenCallbacks,
        lost: LostPlaces,
        hashed: HashedCustomers,
        now: Callable[[], float],
        opens_by: Callable[[], datetime],
        position: Position,
    ) -> None:
        self._known, self._callbacks, self._lost, self._hashed = known, callbacks, lost, hashed
        self._now, self._opens_by, self._position = now, opens_by, position

    def customer(self, contact: Contact) -> TypedNumber | None:
        """The one customer or household that this contact can mean, with the letter; None where several, or nobody."""
        if contact.number is None:
            return None
        matches = self._known.find(contact.number)
        meant = [match for match in matches if contact.letter in (None, match.letter)]
        if len({match.letter for match in meant}) != 1 or len(distinct(meant)) != 1:
            return None
        return replace(contact.number, letter=meant[0].letter, letter_key=None)

    def whose(self, contact: Contact) -> str | None:
        """The customer as a keyed hash; None where nobody can say."""
        customer = self.customer(contact)
        return self._hashed(customer) if customer else None

    async def of(self, contact: Contact) -> FormerPlace | None:
        """A callback that waits is before a place that was lost."""
        customer = self.customer(contact)
        if customer is None:
            return None
        entry = await self._callback(customer)
        if entry:
            return self._of_callback(entry)
        lost = await self._lost.find(self._hashed(customer))
        return _of_lost(lost) if lost else None

    async def _callback(self, customer: TypedNumber) -> Entry | None:
        numbers, entries = self._known.numbers, tuple(self._callbacks)
        theirs: list[Entry] = []
        for start in range(0, len(entries), PIECE):
            piece = entries[start : start + PIECE]
            theirs += [entry for entry in piece if fit(entry.number, customer, numbers) is Fit.SURE]
            await asyncio.sleep(0)
        return next((entry for entry in theirs if not has_landed(entry)), next(iter(theirs), None))

    def _of_callback(self, entry: Entry) -> FormerPlace:
        appointment = self._appointment(entry)
        concern = _concern(entry.concern)
        waits = appointment is None and not has_landed(entry)
        return FormerPlace(
            callback=entry.id,
            team=entry.team,
            concern=concern,
            arrival=entry.arrival,
            credit=min(max(0, entry.credit), CREDIT_LIMIT),
            position=self._place_in_line(entry, concern) if waits else None,
            appointment=appointment,
        )

    def _place_in_line(self, entry: Entry, concern: Concern) -> int | None:
        centre = self._known.centre
        if entry.team not in centre.teams:
            return None
        queue = queue_of(Standing(entry.team, entry.team, concern, entry.arrival, entry.credit), centre)
        return self._position(queue, entry.arrival - entry.credit, entry.id)

    def _appointment(self, entry: Entry) -> Upcoming | None:
        if entry.appointment_at is None or entry.appointment_at <= self._now():
            return None
        now = self._opens_by()
        ahead = round(now.timestamp() - self._now())  # a lab's hours run on another clock
        return Upcoming(datetime.fromtimestamp(entry.appointment_at + ahead, self._known.centre.timezone), now)


def _of_lost(place: LostPlace) -> FormerPlace:
    credit = min(max(0, place.credit), CREDIT_LIMIT)
    return FormerPlace("", place.team, _concern(place.concern), place.arrival, credit, None)


def _concern(kept: str) -> Concern:
    return Concern(kept) if kept in set(Concern) else Concern.MONEY
