"""Who asks, and whether they may: the one dependency of every route that is not for everybody.

Machines send `Authorization: Bearer TOKEN`; people have a cookie, and send `X-CSRF-Token` with every change. What the
token or the cookie stands for is looked up anew each time, so that a revoked account is out at once.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import HTTPException, Request

from operations.sign_in.accounts import Account, AccountsAway, Right, Session
from operations.sign_in.sign_in import SignIn
from web.own_pages import asked_by_our_page, is_on_this_machine

COOKIE = "teamline-session"
"""The session's cookie on this machine itself; see `cookie_name`."""
CSRF_HEADER = "X-CSRF-Token"
OWN_PAGE = "/account"
"""Where everybody finds their own sessions and password."""
AGAIN_SECONDS = "5"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

Asks = Callable[[Request], Awaitable[Account]]
"""A FastAPI dependency: the account that asks, or an HTTPException (401, 403 or 503)."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who asks, and by which session; None for a bearer token."""

    account: Account
    session: Session | None = None


class Door:
    """Looks at who asks. `account: Annotated[Account, Depends(door.may(Right.ADD_DOCUMENTS))]` in a route."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in

    def may(self, right: Right) -> Asks:
        """A dependency: the account, if it has this right; for its own teams see `own_team`."""

        async def asks(request: Request) -> Account:
            guest = await self.guest(request)
            if not guest.account.has(right):
                raise HTTPException(HTTPStatus.FORBIDDEN, f"The role {guest.account.role} may not do this.")
            if guest.session and request.method not in READING:
                asked_on_purpose(request, guest.session)
            return guest.account

        return asks

    async def guest(self, request: Request) -> Guest:
        """As `anybody`, but a password that somebody else has chosen opens the page that changes it, and no more.

        HTTPException 303 to that page, 403 for all but pages.
        """
        found = await self.anybody(request)
        if found.session and found.account.is_temporary:
            is_page = request.method in READING and not request.url.path.startswith("/api/")
            raise HTTPException(
                HTTPStatus.SEE_OTHER if is_page else HTTPStatus.FORBIDDEN,
                f"Choose a password of your own first: open the page {OWN_PAGE}.",
                {"Location": OWN_PAGE} if is_page else None,
            )
        return found

    async def anybody(self, request: Request) -> Guest:
        """Who asks: HTTPException 401 if nobody that we know, 503 while the store is away."""
        try:
            found = await self._found(request)
        except AccountsAway as away:
            raise HTTPException(
                HTTPStatus.SERVICE_UNAVAILABLE, str(AccountsAway.__doc__), {"Retry-After": AGAIN_SECONDS}
            ) from away
        if found is None:
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                "Sign in, or send a bearer token: POST /api/v1/session, or `teamline token`.",
                {"WWW-Authenticate": 'Bearer realm="teamline"'},
            )
        return found

    async def _found(self, request: Request) -> Guest | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme:
            account = await self._sign_in.bearer(token.strip()) if scheme.casefold() == "bearer" else None
            return Guest(account) if account else None
        known = await self._sign_in.session(request.cookies.get(cookie_name(request), ""))
        return Guest(known[1], known[0]) if known else None


def cookie_name(request: Request, name: str = COOKIE) -> str:
    """Over TLS under a name that no other host and no plain page can set a cookie of (RFC 6265bis, `__Host-`)."""
    return name if is_on_this_machine(request) else f"__Host-{name}"


def own_team(account: Account, team: str) -> None:
    """HTTPException 403 if the account's rights do not count for this team."""
    if not account.serves(team):
        raise HTTPException(HTTPStatus.FORBIDDEN, "This team is none of your own.")


def asked_on_purpose(request: Request, session: Session) -> None:
    """HTTPException 403 for a change that somebody else's page may have sent: a cookie goes with it by itself."""
    asked_by_our_page(request)
    know_the_secret(request.headers.get(CSRF_HEADER, ""), session)


def know_the_secret(told: str, session: Session) -> None:
    """HTTPException 403 without what only our own page knows."""
    if not hmac.compare_digest(told.encode("utf-8", "surrogatepass"), session.csrf.encode()):
        raise HTTPException(
            HTTPStatus.FORBIDDEN,
            f"Send {CSRF_HEADER} with the `csrf` that /api/v1/session told: every change by cookie.",
        )
