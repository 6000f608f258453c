"""`/sign-in/provider` out to the identity provider, `/sign-in/return` back from it; `/sign-out` ends both sessions."""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.accounts import Account, AccountsAway
from operations.sign_in.granting import Granting, NoName, NotGranted
from operations.sign_in.sign_in import Begun, NameTaken, SignIn
from operations.sign_in.throttle import Throttle, place_of
from routing.centre import Centre
from web.body import form
from web.frame import tongue
from web.own_pages import asked_by_our_page, is_on_this_machine
from web.session import begun_by, set_cookie
from web.sign_in.id_token import NotBelieved
from web.sign_in.onward import first_page, own_path
from web.sign_in.page import OUT, left
from web.sign_in.provider import Answer, Provider, ProviderAway
from web.sign_in.shown import going_on, minutes, sign_in_shown
from web.sign_in.trip import COOKIE, SECONDS, Trip, Trips
from web.who import Door, cookie_name

RETURN = "/sign-in/return"
MOST_CODE = 4096
MOST_HINT = 4096
"""Characters of an identity token that goes into an address at sign-out."""
MOST_REFUSED = 30
SPAN_SECONDS = 900.0
"""So often within the span an address may come back from a trip of ours with what is refused."""

log = structlog.get_logger()


class ProviderDoor:
    """The two ways, and the sign-out. `public`: our address as browsers know it; empty for the request's own."""

    def __init__(
        self,
        provider: Provider,
        granting: Granting,
        sign_in: SignIn,
        centre: Callable[[], Centre],
        *,
        label: str,
        public: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._provider, self._granting, self._sign_in, self._centre = provider, granting, sign_in, centre
        self.label, self._public, self._now = label, public.rstrip("/"), now
        self._trips = Trips()
        self._refused = Throttle(MOST_REFUSED, SPAN_SECONDS)

    def routes(self, door: Door) -> APIRouter:
        """Before those of the sign-in page, whose sign-out knows of no provider."""
        router = APIRouter(include_in_schema=False)

        @router.get("/sign-in/provider")
        async def out(request: Request) -> Response:
            return await self._out(request)

        @router.get(RETURN)
        async def back(request: Request) -> Response:
            return await self._back(request)

        @router.post("/sign-out", dependencies=[Depends(asked_by_our_page)])
        async def leave(request: Request, fields: Annotated[Mapping[str, str], Depends(form)]) -> Response:
            return await self._leave(door, request, fields)

        return router

    async def _out(self, request: Request) -> Response:
        wanted = own_path(request.query_params.get("next", ""))
        trip = self._trips.begin(wanted, self._now())
        try:
            where = await self._provider.way_out(
                self._here(request) + RETURN, trip.state, trip.nonce, trip.verifier, tongue(request)
            )
        except ProviderAway as away:
            return self._away(request, wanted, away)
        answer = RedirectResponse(where, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
        _carry(request, answer, trip.cookie, int(SECONDS))
        return answer

    async def _back(self, request: Request) -> Response:
        address = place_of(request.client.host) if request.client else ""
        if (wait := self._refused.wait_seconds(address, self._now())) > 0:
            return self._shown(request, "too_many", HTTPStatus.TOO_MANY_REQUESTS, wait=minutes(wait))
        asked = request.query_params
        trip = self._trips.back(
            request.cookies.get(cookie_name(request, COOKIE), ""), asked.get("state", ""), self._now()
        )
        answer = await (self._ended(request, trip, asked) if trip else self._begin_again(request))
        if (
            trip and answer.status_code != HTTPStatus.OK
        ):  # without one the provider was not asked: any page may lead here
            self._refused.count(address, self._now())
        _carry(request, answer, "", 0)
        return answer

    async def _begin_again(self, request: Request) -> Response:
        return self._shown(request, "not_believed", HTTPStatus.BAD_REQUEST)

    async def _ended(self, request: Request, trip: Trip, asked: Mapping[str, str]) -> Response:
        """The trip is over: a session, or a sentence that says why there is none."""
        try:
            await self._provider.expect_its_own(asked.get("iss", ""))
            if asked.get("error"):
                return self._shown(request, "provider_refused", HTTPStatus.FORBIDDEN, trip.onward)
            begun, account = await self._begun(request, trip, asked.get("code", ""))
        except ProviderAway as away:
            return self._away(request, trip.onward, away)
        except NotBelieved as error:
            log.warning("provider_not_believed", why=str(error))
            return self._shown(request, "not_believed", HTTPStatus.BAD_REQUEST, trip.onward)
        except (NotGranted, NoName, NameTaken) as error:
            log.warning("provider_sign_in_refused", why=str(error.__doc__))
            return self._shown(request, _TROUBLES[type(error)], HTTPStatus.FORBIDDEN)
        except AccountsAway:
            return self._shown(request, "away", HTTPStatus.SERVICE_UNAVAILABLE, trip.onward)
        return await self._entered(request, trip, begun, account)

    async def _begun(self, request: Request, trip: Trip, code: str) -> tuple[Begun, Account]:
        if not 0 < len(code) <= MOST_CODE:
            raise NotBelieved("no code")
        answer = Answer(code, self._here(request) + RETURN, trip.verifier, trip.nonce)
        identity = await self._provider.identity(answer, (self._granting.roles_claim, self._granting.name_claim))
        person = self._granting.person(identity.claims)
        hint = identity.token if len(identity.token) <= MOST_HINT else ""
        begun = await self._sign_in.grant(person, hint, begun_by(request))
        await self._sign_in.drop(request.cookies.get(cookie_name(request), ""))
        return begun, person

    async def _entered(self, request: Request, trip: Trip, begun: Begun, account: Account) -> Response:
        """A page and no redirect, which would be the provider's: the session's cookie goes with our own pages only."""
        first = first_page(account, self._centre())
        if not first:
            await self._sign_in.end(begun.session)
            return self._shown(request, "nothing_here", HTTPStatus.FORBIDDEN)
        answer = going_on(request, trip.onward or first, "going_in")
        set_cookie(request, answer, begun)
        return answer

    async def _leave(self, door: Door, request: Request, fields: Mapping[str, str]) -> Response:
        """Here, and then at the provider: by a page, since a form of ours leads to no other site (`form-action`)."""
        hint = await self._hint(door, request)
        answer = await left(self._sign_in, door, request, fields)
        if hint is None:
            return answer
        where = await self._provider.way_off(hint, f"{self._here(request)}/sign-in?{OUT}=1")
        if not where:
            return answer
        page = going_on(request, where, "going_out")
        page.headers.append("set-cookie", answer.headers["set-cookie"])
        return page

    async def _hint(self, door: Door, request: Request) -> str | None:
        """The provider's token of this session; None if it is not the provider's."""
        try:
            guest = await door.guest(request)
        except HTTPException:
            return None
        return guest.session.hint if guest.session and guest.session.granted else None

    def _here(self, request: Request) -> str:
        return self._public or f"{request.url.scheme}://{request.url.netloc}"

    def _away(self, request: Request, wanted: str, away: ProviderAway) -> Response:
        log.warning("provider_away", why=str(away), cure="see TEAMLINE_OIDC_ISSUER; local accounts still sign in")
        return self._shown(request, "provider_away", HTTPStatus.SERVICE_UNAVAILABLE, wanted)

    def _shown(self, request: Request, trouble: str, status: HTTPStatus, wanted: str = "", **values: str) -> Response:
        return sign_in_shown(request, wanted, self.label, trouble=trouble, status=status, provider=self.label, **values)


_TROUBLES: Mapping[type[Exception], str] = {
    NotGranted: "not_granted",
    NoName: "no_name",
    NameTaken: "name_taken",
}


def _carry(request: Request, answer: Response, content: str, seconds: int) -> None:
    """The trip's cookie: comes back with the browser from another site, as the session's does not."""
    answer.set_cookie(
        cookie_name(request, COOKIE),
        content,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=not is_on_this_machine(request),
    )
