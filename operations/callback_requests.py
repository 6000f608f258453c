"""Requests for a callback from the web page: checked, counted, decided as a call is, and kept before it is said.

One open request a number, two a local day. Whoever asks for more hears the same as everybody: nobody learns from the
page whether a number waits for a callback, or whether a customer number is known.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from facts.contact import LeftKind, LeftState
from operations.active import Subject
from operations.entry_id import new_id
from operations.mailbox_ports import Entry
from operations.throttle import Throttle
from routing.call_back_number import callable_number
from routing.centre import Centre
from routing.decision import Contact, Decision
from routing.number import NumberFormat, TypedNumber
from routing.rules import Concern, ContactKind, Rule

SOURCE = "page"
OPEN_AT_ONCE = 1
A_DAY = 2
SPAN_SECONDS = 3600.0
MOST_BY_ADDRESS = 10
MOST_IN_ALL = 300
"""Within an hour: three times the busiest hour's calls."""
_BETWEEN = str.maketrans("", "", " \u00a0\u2009\u202f-–/.()")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody has asked for. `phone` and `number` as they wrote them; `address` that they wrote from."""

    phone: str = field(repr=False)
    number: str = field(repr=False)
    concern: Concern
    language: str
    address: str = field(repr=False)


class NotCallable(Exception):
    """This is no number that a team may call."""


class NotReadable(Exception):
    """This is written in none of the two ways of a customer number."""


class TooManyRequests(Exception):
    """Too many requests, from one place or in all."""


class Decides(Protocol):
    """What this asks of the router."""

    @property
    def centre(self) -> Centre:
        """The active configuration."""
        ...

    @property
    def numbers(self) -> NumberFormat:
        """The active configuration's number patterns."""
        ...

    def decide(self, contact: Contact, subject: Subject | None = None) -> Decision:
        """Decide now, with the active versions."""
        ...


class KeepsRequests(Protocol):
    """What this asks of the mailbox. Both raise MailboxAway."""

    async def put(self, entry: Entry) -> Entry:
        """Returns when it is kept."""
        ...

    async def listed(self, team: str | None = None) -> Sequence[Entry]:
        """Everything that is not erased."""
        ...


class CallbackRequests:
    """Takes requests. `now`: Unix seconds; `clock` (aware) rules the opening hours."""

    def __init__(
        self,
        mailbox: KeepsRequests,
        router: Decides,
        now: Callable[[], float],
        clock: Callable[[], datetime],
    ) -> None:
        self._mailbox, self._router, self._now, self._clock = mailbox, router, now, clock
        self._by_address = Throttle(MOST_BY_ADDRESS, SPAN_SECONDS)
        self._in_all = Throttle(MOST_IN_ALL, SPAN_SECONDS)
        self._turn = asyncio.Lock()

    async def ask(self, wish: Wish) -> None:
        """Kept when this returns, unless the number has had its requests.

        Raises NotCallable, NotReadable, TooManyRequests or MailboxAway: then nothing is kept.
        """
        phone = callable_number(dialled(wish.phone))
        if phone is None:
            raise NotCallable
        number = self._number(wish.number)
        self._count(wish.address)
        async with self._turn:  # two requests for one number at once are one after the other
            if self._has_had_enough(phone, await self._mailbox.listed()):
                log.info("callback_request_repeated")
                return
            await self._mailbox.put(self._entry(wish, phone, number))

    def _number(self, text: str) -> TypedNumber | None:
        if not text.strip():
            return None
        number = self._router.numbers.written(text.strip())
        if number is None:
            raise NotReadable
        return number

    def _count(self, address: str) -> None:
        now = self._now()
        if self._by_address.wait_seconds(address, now) or self._in_all.wait_seconds("", now):
            raise TooManyRequests
        self._by_address.count(address, now)
        self._in_all.count("", now)

    def _has_had_enough(self, phone: str, listed: Sequence[Entry]) -> bool:
        same = [entry for entry in listed if entry.what is LeftKind.CALLBACK and _is_same(entry.phone, phone)]
        waiting = sum(entry.state is not LeftState.DONE for entry in same)
        zone = self._router.centre.timezone
        today = datetime.fromtimestamp(self._now(), zone).date()
        of_today = sum(datetime.fromtimestamp(entry.came_at, zone).date() == today for entry in same)
        return waiting >= OPEN_AT_ONCE or of_today >= A_DAY

    def _entry(self, wish: Wish, phone: str, number: TypedNumber | None) -> Entry:
        now = self._now()
        entry = new_id(now)
        contact = Contact(
            arrival=int(now),
            concern=wish.concern,
            number=number,
            letter=number.letter if number else None,
            without_number=Rule.NO_NUMBER,
            kind=ContactKind.REQUEST,
        )
        decision = self._router.decide(contact, Subject(entry, ContactKind.REQUEST, wish.language))
        centre = self._router.centre
        team = centre.teams.get(decision.home) or centre.teams[centre.general_line]
        hours, moment = team.hours, self._clock()
        opens_at = None if hours.is_open(moment) else hours.next_opening(moment)
        return Entry(
            id=entry,
            what=LeftKind.CALLBACK,
            team=team.id,
            came_at=now,
            arrival=decision.arrival,
            concern=wish.concern.value,
            language=wish.language,
            phone=phone,
            number=" ".join(wish.number.upper().split()),
            source=SOURCE,
            due_at=opens_at.timestamp() if opens_at else None,
        )


def dialled(text: str) -> str:
    """A phone number as people write it, as it is dialled: without spaces, dashes, slashes, `(0)`."""
    return text.strip().replace("(0)", "" if text.strip().startswith(("+", "00")) else "0").translate(_BETWEEN)


def _is_same(kept: str, phone: str) -> bool:
    return kept == phone or callable_number(kept) == phone
