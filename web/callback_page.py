"""`/callback`: ask for a callback without speaking or hearing. For everybody, without a script, in three languages."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from operations.mailbox.callback_requests import CallbackRequests, ClosedTooLong, TooManyRequests, Wish
from operations.mailbox.ports import MailboxAway
from routing.centre import Centre
from routing.rules import Concern
from web.body import form
from web.callback_text import CONCERNS, LANGUAGES, Filled, form_text, noted_text
from web.own_pages import asked_by_our_page, is_on_this_machine
from web.page import language, shown

COOKIE = "teamline-callback"
PATH = "/callback"
HONEYPOT = "website"
MOST_CHARACTERS = 40


def callback_page(requests: CallbackRequests, centre: Callable[[], Centre]) -> APIRouter:
    """The form, what takes it, and the thanks. It says the same whether or not a number is known."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def page(request: Request) -> Response:
        return _form(request, centre(), Filled())

    @router.get(f"{PATH}/noted")
    async def noted(request: Request) -> Response:
        spoken = _language(request)
        return shown(noted_text(spoken, centre().name), spoken)

    @router.post(PATH, dependencies=[Depends(asked_by_our_page)])
    async def ask(request: Request, fields: Annotated[Mapping[str, str], Depends(form)]) -> Response:
        given = Filled(
            phone=fields.get("phone", "")[:MOST_CHARACTERS],
            number=fields.get("number", "")[:MOST_CHARACTERS],
            concern=fields.get("concern", ""),
        )
        if not _is_ours(request, fields.get("token", "")):
            return _form(request, centre(), given.told("expired"), HTTPStatus.FORBIDDEN)
        wish = _wish(given, request)
        mistakes = [*(f"wrong_{each}" for each in requests.mistakes(wish))]
        if given.concern not in CONCERNS:
            mistakes.append("wrong_concern")
        if mistakes:
            return _form(request, centre(), given.told(*mistakes), HTTPStatus.UNPROCESSABLE_ENTITY)
        if not fields.get(HONEYPOT):  # only a program fills what nobody sees; it hears the same as everybody
            trouble = await _asked(requests, wish)
            if trouble:
                return _form(request, centre(), given.told(trouble[0]), trouble[1])
        return RedirectResponse(f"{PATH}/noted?lang={_language(request)}", HTTPStatus.SEE_OTHER)

    return router


def _wish(given: Filled, request: Request) -> Wish:
    address = request.client.host if request.client else ""
    concern = Concern(given.concern) if given.concern in CONCERNS else Concern.MONEY
    return Wish(given.phone, given.number, concern, _language(request), address)


async def _asked(requests: CallbackRequests, wish: Wish) -> tuple[str, HTTPStatus] | None:
    """Why it is not kept, and the status; None once it is."""
    try:
        await requests.ask(wish)
    except TooManyRequests:
        return "too_many", HTTPStatus.TOO_MANY_REQUESTS
    except ClosedTooLong:
        return "closed_long", HTTPStatus.SERVICE_UNAVAILABLE
    except MailboxAway:
        return "away", HTTPStatus.SERVICE_UNAVAILABLE
    return None


def _form(request: Request, centre: Centre, given: Filled, status: HTTPStatus = HTTPStatus.OK) -> Response:
    spoken = _language(request)
    known = request.cookies.get(COOKIE, "")
    token = known if _is_token(known) else secrets.token_urlsafe(32)
    answer = shown(form_text(spoken, centre.name, token, given), spoken, status)
    answer.set_cookie(
        COOKIE, token, path=PATH, httponly=True, samesite="strict", secure=not is_on_this_machine(request)
    )
    return answer


def _language(request: Request) -> str:
    return language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""), tuple(LANGUAGES))


def _is_ours(request: Request, token: str) -> bool:
    """The form came from our page in this very browser: field and cookie are the same (double submit)."""
    known = request.cookies.get(COOKIE, "")
    return _is_token(known) and hmac.compare_digest(known.encode(), token.encode("utf-8", "surrogatepass"))


def _is_token(text: str) -> bool:
    return len(text) == _TOKEN_CHARACTERS and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


_TOKEN_CHARACTERS = 43
