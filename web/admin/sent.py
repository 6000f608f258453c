"""A form of administration, sent on purpose by somebody who may."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import Request

from operations.sign_in.accounts import Account, Right
from web.frame import come_in
from web.own_pages import asked_by_our_page
from web.who import Door, Guest, know_the_secret


@dataclass(frozen=True, slots=True)
class Sent:
    """Who has sent which fields."""

    guest: Guest
    fields: Mapping[str, str]

    @property
    def account(self) -> Account:
        """Who it is."""
        return self.guest.account


async def sent(door: Door, request: Request, read: Callable[[Request], Awaitable[Mapping[str, str]]]) -> Sent:
    """HTTPException 303 or 403 for who may not, or did not mean it; what `read` raises, too."""
    asked_by_our_page(request)
    guest = await come_in(door, request, Right.ADMINISTER)
    fields = await read(request)
    if guest.session:
        know_the_secret(fields.get("csrf", ""), guest.session)
    return Sent(guest, fields)
