"""What was scanned, read strictly: a customer card, or a printed number where the kiosk takes them."""

import re
from typing import Protocol

from operations.cards import MARK, CardRefused
from operations.kiosks.faults import KioskRefused, Why
from operations.mailbox.ports import MailboxAway
from routing.number import NumberFormat, TypedNumber

MOST_CHARACTERS = 100
"""A card's token has exactly so many; a printed number far fewer."""
_CARD = re.compile(rf"{MARK}[A-Z2-7]{{96}}").fullmatch
_PRINTED = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{2,62}[A-Z0-9]").fullmatch


class ReadsCards(Protocol):
    """Customer cards."""

    async def number_on(self, token: str) -> str:
        """The number that the card holds. Raises CardRefused, MailboxAway."""
        ...


async def read_code(code: str, numbers: NumberFormat, cards: ReadsCards, *, takes_printed: bool) -> TypedNumber:
    """The customer or household number that this code means; whether anybody has it is another question.

    Letters may be small, as some scanners type them; a line end behind the code is none of it. Raises KioskRefused:
    NOT_A_CODE, CARD_UNKNOWN, or NOT_KEPT while nobody can tell whether a card was revoked.
    """
    plain = code.rstrip("\r\n")
    if len(plain) > MOST_CHARACTERS or not plain.isascii():
        raise KioskRefused(Why.NOT_A_CODE)
    plain = plain.upper()
    if _CARD(plain):
        return await _on_card(plain, numbers, cards)
    found = numbers.written(plain) if takes_printed and _PRINTED(plain) else None
    if found is None:
        raise KioskRefused(Why.NOT_A_CODE)
    return found


async def _on_card(token: str, numbers: NumberFormat, cards: ReadsCards) -> TypedNumber:
    try:
        found = numbers.written(await cards.number_on(token))
    except CardRefused as refused:
        raise KioskRefused(Why.CARD_UNKNOWN) from refused
    except MailboxAway as away:
        raise KioskRefused(Why.NOT_KEPT) from away
    if found is None:
        raise KioskRefused(Why.CARD_UNKNOWN)
    return found
