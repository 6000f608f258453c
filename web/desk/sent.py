"""A form of the desk's page, and who has sent it on purpose."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi import HTTPException, Request

from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.body import form
from web.own_pages import asked_by_our_page
from web.page import LANGUAGES
from web.who import Door, Guest, know_the_secret


@dataclass(frozen=True, slots=True)
class Sent:
    """Its `repr` has no field: numbers are among them."""

    guest: Guest
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


def sent_by(door: Door, centre: Callable[[], Centre]) -> Callable[[str, Request], Awaitable[Sent]]:
    """A dependency: HTTPException 401, 403, 404 or 503, and what `web.body.form` refuses."""

    async def sent(team: str, request: Request) -> Sent:
        asked_by_our_page(request)
        fields = await form(request)
        guest = await door.guest(request)
        may_see(guest.account, team, centre())
        if guest.session:
            know_the_secret(fields.get("csrf", ""), guest.session)
        return Sent(guest, fields)

    return sent


def may_see(account: Account, team: str, centre: Centre) -> None:
    """HTTPException 404 for no team of ours, 403 for one whose desk is not theirs."""
    if team not in centre.teams:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such team.")
    if not (account.has(Right.READ_MESSAGES) and account.serves(team)):
        raise HTTPException(HTTPStatus.FORBIDDEN, "This team is none of your own.")


def is_asked_by_script(request: Request) -> bool:
    """Whether our own script has sent the form: it wants no page."""
    return request.headers.get("accept", "").startswith("application/json")


def lang_of(request: Request) -> str:
    """What addresses end with to stay in the language that an address has chosen; empty for the remembered one."""
    chosen = request.query_params.get("lang", "")
    return f"?lang={chosen}" if chosen in LANGUAGES else ""
