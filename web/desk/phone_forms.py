"""What a member does with the own phone on the desk: sign in and out, pause, resume, more after-call work."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response, params
from fastapi.responses import RedirectResponse

from operations.audit import Deed
from operations.member_changes import REASONS, NotSignedIn
from operations.sign_in.accounts import Account, Right
from web.desk.callbacks import Asked
from web.desk.mailbox import Shows, done
from web.desk.parts import DeskParts, DeskPhones
from web.desk.seat import COOKIE, may_choose, may_sit, remembered
from web.desk.sent import Sent, is_asked_by_script, lang_of
from web.members.routes import member_faults
from web.own_pages import is_on_this_machine

YEAR_SECONDS = 365 * 86_400
WRAP_UP = "wrap-up"


Act = Callable[[DeskPhones, Account, str, str, str], Awaitable[object]]
"""For an account, a team, a member; the last is the reason of a pause."""


async def _login(phones: DeskPhones, account: Account, team: str, member: str, _: str) -> object:
    return await phones.changes.sign_in(account, team, member)


async def _logout(phones: DeskPhones, account: Account, team: str, member: str, _: str) -> object:
    return await phones.changes.sign_out(account, team, member)


async def _pause(phones: DeskPhones, account: Account, team: str, member: str, reason: str) -> object:
    return await phones.changes.pause(account, team, member, reason or REASONS[0])


async def _unpause(phones: DeskPhones, account: Account, team: str, member: str, _: str) -> object:
    return await phones.changes.resume(account, team, member)


async def _more(phones: DeskPhones, account: Account, team: str, member: str, _: str) -> object:
    if not await phones.members.is_signed_in(member):
        raise NotSignedIn
    seconds = await phones.members.more_wrap_up(member)
    phones.notes.note(
        account.name, account.role, Deed.MEMBER_PAUSED, team=team, about=member, reason=WRAP_UP, seconds=str(seconds)
    )
    return seconds


ACTS: Mapping[str, Act] = {
    "login": _login,
    "logout": _logout,
    "pause": _pause,
    "unpause": _unpause,
    "more": _more,
}


def phone_forms(router: APIRouter, parts: DeskParts, sent: params.Depends, shows: Shows) -> None:
    """The routes."""

    @router.post("/desk/{team}/phone/{act}")
    async def phone(team: str, act: str, request: Request, given: Annotated[Sent, sent]) -> Response:
        account, member = given.guest.account, given.fields.get("member", "")
        if act not in ACTS:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such change.")
        if not (account.has(Right.CHANGE_MEMBERS) and may_sit(account, member, parts.centre())):
            raise HTTPException(HTTPStatus.FORBIDDEN, "This phone is another person's.")
        try:
            with member_faults():
                await ACTS[act](parts.phones, account, team, member, given.fields.get("reason", ""))
        except HTTPException as refused:
            if is_asked_by_script(request) or refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
                raise
            if refused.status_code != HTTPStatus.CONFLICT:  # after that the page shows how it is
                return await shows(request, given, team, HTTPStatus(refused.status_code), Asked())
        return done(request, f"/desk/{team}{lang_of(request)}#phone")

    _seating(router, parts, sent)


def _seating(router: APIRouter, parts: DeskParts, sent: params.Depends) -> None:
    @router.post("/desk/{team}/place")
    async def place(team: str, request: Request, given: Annotated[Sent, sent]) -> Response:
        account, member = given.guest.account, given.fields.get("member", "")
        centre = parts.centre()
        if not may_choose(account, centre) or (member and not may_sit(account, member, centre)):
            raise HTTPException(HTTPStatus.FORBIDDEN, "This phone is another person's.")
        answer = RedirectResponse(f"/desk/{team}{lang_of(request)}#phone", HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            COOKIE,
            quote(remembered(account, member)),
            max_age=YEAR_SECONDS,
            path="/desk",
            httponly=True,
            samesite="strict",
            secure=not is_on_this_machine(request),
        )
        return answer
