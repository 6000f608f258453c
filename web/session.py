"""`/api/v1/session`: name and password into a cookie, and out again."""

from http import HTTPStatus
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from operations.sign_in.accounts import Account, AccountsAway, Role
from operations.sign_in.browsers import browser_of
from operations.sign_in.proving import NotKnown, TooManyTries
from operations.sign_in.sign_in import Begun, SignIn
from web.body import described, sent_as
from web.own_pages import asked_by_our_page, is_on_this_machine
from web.who import Door, asked_on_purpose, cookie_name

NO_STORE = {"Cache-Control": "no-store"}


class Credentials(BaseModel):
    """Who wants to sign in."""

    model_config = ConfigDict(extra="forbid")

    user: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256, description="Or the account's token", repr=False)


class SessionNow(BaseModel):
    """Who is signed in."""

    user: str
    role: Role
    teams: tuple[str, ...] = Field(description="Own teams; empty where the role has all")
    choose_password: bool = Field(
        description="Somebody else has chosen the password: nothing but /account is open until it is changed"
    )
    csrf: str | None = Field(description="Sent as X-CSRF-Token with every change by cookie; null for a bearer token")


def session_routes(sign_in: SignIn, door: Door) -> APIRouter:
    """The routes; a wrong password and an unknown name get the same answer in the same time."""
    router = APIRouter(prefix="/api/v1/session", tags=["session"])

    @router.post(
        "",
        summary="Sign in",
        dependencies=[Depends(asked_by_our_page)],
        openapi_extra=described(Credentials),
        responses={401: {"description": "Not known"}, 429: {"description": "Too many wrong tries"}},
    )
    async def begin(
        request: Request, response: Response, given: Annotated[Credentials, Depends(sent_as(Credentials))]
    ) -> SessionNow:
        """A cookie for this browser, and the token that its changes need."""
        begun, account = await begun_session(sign_in, request, given.user, given.password)
        set_cookie(request, response, begun)
        response.headers.update(NO_STORE)
        return _told(account, begun.session.csrf)

    @router.get("", summary="Who am I")
    async def told(request: Request, response: Response) -> SessionNow:
        """The account of this cookie or bearer token."""
        guest = await door.anybody(request)
        response.headers.update(NO_STORE)
        return _told(guest.account, guest.session.csrf if guest.session else None)

    @router.delete("", summary="Sign out", status_code=HTTPStatus.NO_CONTENT)
    async def end(request: Request, response: Response) -> None:
        """The session ends here, not only in the browser."""
        guest = await door.anybody(request)
        if guest.session:
            asked_on_purpose(request, guest.session)
            await sign_in.end(guest.session)
        forget_cookie(request, response)

    return router


async def begun_session(sign_in: SignIn, request: Request, user: str, password: str) -> tuple[Begun, Account]:
    """A session, the one that this browser had before is over; or HTTPException 401, 429 or 503."""
    address = request.client.host if request.client else ""
    try:
        begun = await sign_in.begin(user, password, address, begun_by(request))
        await sign_in.drop(request.cookies.get(cookie_name(request), ""))
    except NotKnown as error:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "Name and password do not belong together.") from error
    except TooManyTries as error:
        wait = str(ceil(error.seconds))
        raise HTTPException(
            HTTPStatus.TOO_MANY_REQUESTS, str(TooManyTries.__doc__), headers={"Retry-After": wait}
        ) from error
    except AccountsAway as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(AccountsAway.__doc__)) from error
    return begun


def begun_by(request: Request) -> str:
    """The browser, in so few words as somebody needs to know their own session by."""
    return browser_of(request.headers.get("user-agent", ""))


def set_cookie(request: Request, response: Response, begun: Begun) -> None:
    """Only for our own pages, not for scripts, and not over a wire that others can read."""
    response.set_cookie(
        cookie_name(request),
        begun.cookie,
        path="/",
        httponly=True,
        samesite="strict",
        secure=not is_on_this_machine(request),
    )


def forget_cookie(request: Request, response: Response) -> None:
    """Signed out: the browser has none any more."""
    response.delete_cookie(
        cookie_name(request), path="/", httponly=True, samesite="strict", secure=not is_on_this_machine(request)
    )


def _told(account: Account, csrf: str | None) -> SessionNow:
    is_first = bool(csrf) and account.is_temporary
    return SessionNow(user=account.name, role=account.role, teams=account.teams, choose_password=is_first, csrf=csrf)
