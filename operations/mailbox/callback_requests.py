"""Requests for a callback from the web page: checked, counted, decided as a call is, and kept before it is said.

One open request a number, so many a day as the centre says (operations.mailbox.callback_wishes); Teamline dials by
itself where it can. Whoever asks for more hears the same as everybody: nobody learns from the page whether a number
waits for a callback, or whether a customer number is known.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

import structlog

from operations.active import Subject
from operations.callbacks.life import has_landed, is_waiting
from operations.mailbox.callback_wishes import PAGE, CallbackWishes, NotCalledBack
from operations.mailbox.entry_id import new_id
from operations.mailbox.ports import Entry
from operations.mailbox.written_number import written_number
from operations.sign_in.throttle import Throttle, place_of
from routing.call_back_number import allowed_number
from routing.centre import Centre
from routing.decision import Contact, Decision
from routing.directory import Match
from routing.number import NumberFormat, TypedNumber
from routing.rules import Concern, ContactKind, Rule

SPAN_SECONDS = 3600.0
MOST_BY_ADDRESS = 10
MOST_IN_ALL = 300
"""Within an hour: three times the busiest hour's calls."""
_BETWEEN = str.maketrans("", "", " \u00a0\u2009\u202f-\u2010\u2011\u2012–\u2212/.()")
_UNSEEN = str.maketrans("", "", "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
"""What comes along where a number is copied from somebody's contacts."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody has asked for. `phone` and `number` as they wrote them; `address` that they wrote from."""

    phone: str = field(repr=False)
    number: str = field(repr=False)
    concern: Concern
    language: str
    address: str = field(repr=False)


class Mistake(StrEnum):
    """What cannot be right in a wish."""

    PHONE = "phone"
    """This is no number that a team may call."""
    NUMBER = "number"
    """This is written in none of the two ways of a customer number."""


class TooManyRequests(Exception):
    """Too many requests, from one place or in all."""


class ClosedTooLong(Exception):
    """No team opens before a wish of now expires: nothing is kept that nobody could dial."""


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

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        """Customers that fit the number."""
        ...

    def decide(self, contact: Contact, subject: Subject | None = None) -> Decision:
        """Decide now, with the active versions."""
        ...


class Lists(Protocol):
    """What this asks of the mailbox. Raises MailboxAway."""

    async def listed(self, team: str | None = None) -> Sequence[Entry]:
        """Everything that is not erased."""
        ...


class CallbackRequests:
    """Takes requests. `now`: Unix seconds; `clock` (aware) rules the opening hours."""

    def __init__(self, mailbox: Lists, wishes: CallbackWishes, router: Decides, now: Callable[[], float]) -> None:
        self._mailbox, self._wishes, self._router, self._now = mailbox, wishes, router, now
        self._by_address = Throttle(MOST_BY_ADDRESS, SPAN_SECONDS)
        self._in_all = Throttle(MOST_IN_ALL, SPAN_SECONDS)
        self._turn = asyncio.Lock()

    def mistakes(self, wish: Wish) -> tuple[Mistake, ...]:
        """What is to be corrected first; nothing says whether a number is known."""
        is_callable = self._phone(wish) is not None
        is_readable = not wish.number.strip() or self._router.numbers.written(wish.number.strip()) is not None
        found = ((Mistake.PHONE, is_callable), (Mistake.NUMBER, is_readable))
        return tuple(mistake for mistake, is_right in found if not is_right)

    async def ask(self, wish: Wish) -> None:
        """Kept when this returns, unless the number has had its requests, or is the centre's own.

        Raises TooManyRequests, ClosedTooLong or MailboxAway: then nothing is kept. Nor is a wish with `mistakes`.
        """
        phone = self._phone(wish)
        if phone is None:
            return
        if not any(map(self._wishes.opens_in_time, self._router.centre.teams)):
            raise ClosedTooLong  # whoever asks: of one team alone this would tell who knows the customer
        number = self._router.numbers.written(wish.number.strip())
        self._count(place_of(wish.address))
        async with self._turn:  # two requests for one number at once are one after the other
            try:
                if not await self._is_waiting(phone):
                    await self._wishes.ask(phone, self._entry(wish, number))
                    return
            except NotCalledBack:
                pass  # the same words for everybody
        log.info("callback_request_not_new")

    def _phone(self, wish: Wish) -> str | None:
        """In E.164, also one of the centre's own: who asks for that hears the same as everybody."""
        return allowed_number(dialled(wish.phone), self._router.centre.callbacks.also_allowed)

    def _count(self, address: str) -> None:
        now = self._now()
        if self._by_address.wait_seconds(address, now) or self._in_all.wait_seconds("", now):
            raise TooManyRequests
        self._by_address.count(address, now)
        self._in_all.count("", now)

    async def _is_waiting(self, phone: str) -> bool:
        """Whether any team is to call this number already, as soon as it can."""
        return any(
            entry.phone == phone and is_waiting(entry) and not has_landed(entry) and entry.appointment_at is None
            for entry in await self._mailbox.listed()
        )

    def _entry(self, wish: Wish, number: TypedNumber | None) -> Entry:
        now, router = self._now(), self._router
        contact = Contact(
            arrival=int(now),
            concern=wish.concern,
            number=number,
            letter=number.letter if number else None,
            without_number=Rule.NO_NUMBER,
            kind=ContactKind.REQUEST,
        )
        entry = new_id(now)
        decision = router.decide(contact, Subject(entry, ContactKind.REQUEST, wish.language))
        team = decision.home if decision.home in router.centre.teams else router.centre.general_line
        return replace(
            self._wishes.wish(team, decision.arrival),
            id=entry,
            concern=wish.concern.value,
            language=wish.language,
            number=written_number(contact, router.numbers, router.find(number) if number else ()),
            source=PAGE,
        )


def dialled(text: str) -> str:
    """A phone number as people write it, as it is dialled: without spaces, dashes, slashes, what cannot be seen, `(0)`.

    Behind a country code the 0 of `(0211)` is left out, too.
    """
    seen = text.translate(_UNSEEN).strip()
    return seen.replace("(0", "" if seen.startswith(("+", "00")) else "0").translate(_BETWEEN)
