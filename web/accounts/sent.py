"""A form of accounts, sent on purpose by an administrator; one name may have many values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request

from operations.sign_in.accounts import Right
from web.body import many
from web.frame import come_in
from web.own_pages import asked_by_our_page
from web.who import Door, Guest, know_the_secret

MOST_FIELDS = 400
"""A box for each team, and a few more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Who has sent which fields."""

    guest: Guest
    fields: Mapping[str, Sequence[str]] = field(repr=False)

    def one(self, name: str) -> str:
        """The last of this name; empty for none."""
        return self.all(name)[-1] if self.all(name) else ""

    def all(self, name: str) -> Sequence[str]:
        """Every one of this name."""
        return self.fields.get(name, ())


async def sent(door: Door, request: Request) -> Sent:
    """HTTPException 303 or 403 for who may not, or did not mean it; what `web.body.many` refuses."""
    asked_by_our_page(request)
    guest = await come_in(door, request, Right.ADMINISTER)
    fields = await many(request, MOST_FIELDS)
    given = Sent(guest, fields)
    if guest.session:
        know_the_secret(given.one("csrf"), guest.session)
    return given
