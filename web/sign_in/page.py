"""`/sign-in` and `/sign-out`: forms that work without a script."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.accounts import AccountsAway
from operations.sign_in.sign_in import SignIn
from routing.centre import Centre
from web.body import form
from web.own_pages import asked_by_our_page
from web.session import begun_session, forget_cookie, set_cookie
from web.sign_in.onward import first_page, own_path
from web.sign_in.shown import minutes, sign_in_shown
from web.who import OWN_PAGE, Door, cookie_name, know_the_secret

TROUBLES = {
    HTTPStatus.UNAUTHORIZED: "not_known",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.SERVICE_UNAVAILABLE: "away",
}
OUT = "out"
"""`/sign-in?out`: just signed out."""


def sign_in_page(sign_in: SignIn, door: Door, centre: Callable[[], Centre], label: str = "") -> APIRouter:
    """The pages; whoever has signed in goes on to `next`, else to the role's own page. `label`: the provider's name."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sign-in")
    async def page(request: Request) -> Response:
        wanted = request.query_params.get("next", "")
        return sign_in_shown(request, wanted, label, told=_happened(request, wanted))

    @router.post("/sign-in", dependencies=[Depends(asked_by_our_page)])
    async def enter(request: Request, fields: Annotated[Mapping[str, str], Depends(form)]) -> Response:
        user, password, wanted = fields.get("user", "")[:64], fields.get("password", "")[:257], fields.get("next", "")
        try:
            begun, account = await begun_session(sign_in, request, user, password)
        except HTTPException as refused:
            return _refused(request, wanted, label, refused)
        first = first_page(account, centre())
        if not first:
            await sign_in.end(begun.session)
            return sign_in_shown(request, "", label, trouble="nothing_here", status=HTTPStatus.FORBIDDEN)
        onward = OWN_PAGE if account.is_temporary else own_path(wanted) or first
        answer = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
        set_cookie(request, answer, begun)
        return answer

    @router.post("/sign-out", dependencies=[Depends(asked_by_our_page)])
    async def leave(request: Request, fields: Annotated[Mapping[str, str], Depends(form)]) -> Response:
        return await left(sign_in, door, request, fields)

    return router


async def left(sign_in: SignIn, door: Door, request: Request, fields: Mapping[str, str]) -> Response:
    """Signed out here, and back at the sign-in; who was not signed in, too."""
    answer = RedirectResponse(f"/sign-in?{OUT}=1", HTTPStatus.SEE_OTHER)
    try:
        guest = await door.anybody(request)
        if guest.session:
            know_the_secret(fields.get("csrf", ""), guest.session)
            await sign_in.end(guest.session)
    except AccountsAway as away:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(AccountsAway.__doc__)) from away
    except HTTPException as refused:
        if refused.status_code != HTTPStatus.UNAUTHORIZED:
            raise
    forget_cookie(request, answer)
    return answer


def _happened(request: Request, wanted: str) -> str:
    if OUT in request.query_params:
        return "signed_out"
    return "over" if wanted and cookie_name(request) in request.cookies else ""


def _refused(request: Request, wanted: str, label: str, refused: HTTPException) -> Response:
    status = HTTPStatus(refused.status_code)
    wait = minutes(float((refused.headers or {}).get("Retry-After", "0")))
    answer = sign_in_shown(request, wanted, label, trouble=TROUBLES.get(status, "away"), status=status, wait=wait)
    answer.headers.update(refused.headers or {})
    return answer
