"""`/account`: everybody's own sessions and password; works without a script."""

from collections.abc import Mapping
from html import escape
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.account_rules import MACHINES, ImpossibleAccount
from operations.sign_in.accounts import AccountsAway
from web.accounts.rooms import FAULTS, STATUS, AccountRooms
from web.accounts.shown import note, own, put, sessions_table, spoken, team_names, trouble
from web.admin.pieces import csrf_field
from web.body import form
from web.frame import come_in
from web.own_pages import asked_by_our_page
from web.who import OWN_PAGE, Guest, know_the_secret

DONE = frozenset({"ended", "ended_all", "changed"})
"""`/account?done=...`: what has just happened."""


def own_page(rooms: AccountRooms) -> APIRouter:
    """The page and its forms."""
    router = APIRouter(include_in_schema=False)

    @router.get(OWN_PAGE)
    async def page(request: Request) -> Response:
        guest = await come_in(rooms.door, request, None)
        done = request.query_params.get("done", "")
        told = note("good", spoken(request)[f"done_{done}"]) if done in DONE else ""
        return await _shown(rooms, request, guest, told)

    @router.post(f"{OWN_PAGE}/{{act}}")
    async def acted(act: str, request: Request) -> Response:
        asked_by_our_page(request)
        guest = await come_in(rooms.door, request, None)
        fields = await form(request)
        if guest.session is None:
            raise HTTPException(HTTPStatus.CONFLICT, "A bearer token has no session and no password: sign in.")
        know_the_secret(fields.get("csrf", ""), guest.session)
        try:
            done = await _done(rooms, request, guest, act, fields)
        except FAULTS as error:
            status = STATUS[type(error)]
            return await _shown(rooms, request, guest, trouble(error, spoken(request)), status)
        if not done:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such thing to do here.")
        return RedirectResponse(f"{OWN_PAGE}?done={done}", HTTPStatus.SEE_OTHER)

    return router


async def _done(rooms: AccountRooms, request: Request, guest: Guest, act: str, fields: Mapping[str, str]) -> str:
    """The key of what was done; empty for nothing that we know. Raises FAULTS."""
    account, session = guest.account, guest.session
    if session is None:
        return ""
    if act == "end":
        await rooms.own.end(account, session, fields.get("session", ""))
        return "ended"
    if act == "end-others":
        await rooms.own.end_others(account, session)
        return "ended_all"
    if act != "password":
        return ""
    old, new = fields.get("old", "")[:257], fields.get("new", "")[:257]
    if new != fields.get("again", "")[:257]:
        raise ImpossibleAccount("twice", "both entries of the new password must be the same: key it again")
    await rooms.own.change_password(account, session, old, new, request.client.host if request.client else "")
    return "changed"


async def _shown(
    rooms: AccountRooms, request: Request, guest: Guest, told_first: str, status: int = HTTPStatus.OK
) -> Response:
    told, centre = spoken(request), rooms.centre()
    html = {
        "trouble": told_first,
        "first": note("near", told["choose_own"]) if guest.session and guest.account.is_temporary else "",
        "password": _password(request, guest),
        "sessions": await _sessions(rooms, request, guest),
        "teams": team_names(guest.account, told, centre),
    }
    member = centre.members.get(guest.account.place(centre.members))
    plain = {
        "role": told[f"role_{guest.account.role}"],
        "user": guest.account.name,
        "member": f"{member.name} ({member.id})" if member else "–",
    }
    return own(request, guest, put("own", request, plain, html), status)


def _password(request: Request, guest: Guest) -> str:
    told = spoken(request)
    if guest.session is None or guest.account.role in MACHINES:
        return f"<p>{escape(told['machine_password'])}</p>"
    if guest.session.granted:
        return f"<p>{escape(told['granted_password'])}</p>"
    hint = told["old_hint" if guest.account.password else "old_token_hint"]
    return put(
        "own_password",
        request,
        {"user": guest.account.name, "old_hint": hint},
        {"csrf": csrf_field(guest)},
    )


async def _sessions(rooms: AccountRooms, request: Request, guest: Guest) -> str:
    told = spoken(request)
    try:
        found = await rooms.own.sessions(guest.account, guest.session)
    except AccountsAway:
        return note("bad", told["fault_AccountsAway"])
    if not found:
        return f'<p class="empty">{escape(told["no_sessions"])}</p>'
    listed = sessions_table(found, told, rooms.centre().timezone, guest=guest)
    return listed + (put("own_others", request, {}, {"csrf": csrf_field(guest)}) if len(found) > 1 else "")
