"""`/sign-in` and `/sign-out`: forms that work without a script."""

import re
from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.accounts import Account, AccountsAway
from operations.sign_in.sign_in import SignIn
from routing.centre import Centre
from web.body import form
from web.own_pages import asked_by_our_page
from web.page import LANGUAGES, filled, language, shown, words
from web.session import begun_session, set_cookie
from web.who import COOKIE, Door, know_the_secret

_OWN = re.compile(r"/(?!/|api/|sign-)[A-Za-z0-9/_.~-]{0,200}(?:\?[A-Za-z0-9_=&,.~%+:-]{0,500})?").fullmatch
_TROUBLES = {
    HTTPStatus.UNAUTHORIZED: "not_known",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.SERVICE_UNAVAILABLE: "away",
}


def sign_in_page(sign_in: SignIn, door: Door, centre: Callable[[], Centre]) -> APIRouter:
    """The pages; whoever has signed in goes on to `next`, else to the desk of the first own team."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sign-in")
    async def page(request: Request) -> Response:
        return _page(request, request.query_params.get("next", ""))

    @router.post("/sign-in", dependencies=[Depends(asked_by_our_page)])
    async def enter(request: Request, fields: Annotated[Mapping[str, str], Depends(form)]) -> Response:
        user, password = fields.get("user", "")[:64], fields.get("password", "")[:256]
        try:
            begun, account = await begun_session(sign_in, request, user, password)
        except HTTPException as refused:
            return _page(request, fields.get("next", ""), HTTPStatus(refused.status_code))
        wanted = own_path(fields.get("next", "")) or _desk(account, centre())
        if not wanted:
            await sign_in.end(begun.session)
            return _page(request, "", HTTPStatus.FORBIDDEN)
        answer = RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
        set_cookie(request, answer, begun)
        return answer

    @router.post("/sign-out", dependencies=[Depends(asked_by_our_page)])
    async def leave(request: Request, fields: Annotated[Mapping[str, str], Depends(form)]) -> Response:
        guest = await door.guest(request)
        if guest.session:
            know_the_secret(fields.get("csrf", ""), guest.session)
            try:
                await sign_in.end(guest.session)
            except AccountsAway as away:
                raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(AccountsAway.__doc__)) from away
        answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer

    return router


def own_path(wanted: str) -> str:
    """A path of ours to go on to; empty for anything else, another host's address above all."""
    return wanted if _OWN(wanted) else ""


def _desk(account: Account, centre: Centre) -> str:
    team = next((team for team in centre.teams if account.serves(team)), "")
    return f"/desk/{team}" if team else ""


def _page(request: Request, wanted: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    spoken = language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    texts = words("sign_in", spoken)
    trouble = texts.get(_TROUBLES.get(status, "nothing_here"), "") if status is not HTTPStatus.OK else ""
    html = {
        "language": spoken,
        "other": next(each for each in LANGUAGES if each != spoken),
        "next": escape(own_path(wanted)),
        "trouble": f'<div class="trouble" role="alert"><p>{escape(trouble)}</p></div>' if trouble else "",
    }
    return shown(filled("sign_in.html", texts, html), spoken, status)
