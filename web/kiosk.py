"""`/api/v1/kiosks`: what is scanned at a kiosk, its direct calls, its callbacks, how its phone is.

docs/kiosk.md has every route, key and word. A kiosk's token opens its own kiosk and no other.
"""

from collections.abc import Callable, Collection, Coroutine, Sequence
from http import HTTPStatus
from math import ceil
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from operations.audit import Deed, Notes
from operations.kiosks.desk import KioskDesk
from operations.kiosks.faults import KioskRefused, Why
from operations.kiosks.now import KioskNow
from operations.kiosks.reports import Report
from operations.sign_in.accounts import Account, Right, Role
from routing.centre import Centre
from routing.rules import Concern
from web.body import described, sent_as
from web.kiosk_told import (
    CallAsked,
    CallbackAsked,
    Kiosk,
    KioskBound,
    Kiosks,
    KioskScanned,
    OfScan,
    PhoneTold,
    RingAsked,
    Scanned,
)
from web.problems import problem
from web.who import Asks, Door, own_team

MOST_SECONDS = 25.0
STATUS = {
    Why.NOT_A_CODE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Why.CARD_UNKNOWN: HTTPStatus.UNPROCESSABLE_ENTITY,
    Why.NUMBER_REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Why.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Why.PHONE_AWAY: HTTPStatus.SERVICE_UNAVAILABLE,
    Why.TELEPHONY_AWAY: HTTPStatus.SERVICE_UNAVAILABLE,
    Why.NOT_KEPT: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Everything else is a conflict with how things are at the kiosk."""


class _Refusals(APIRoute):
    """What a kiosk does not do becomes a problem document with a sentence for its screen."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler around the handler."""
        asked = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await asked(request)
            except KioskRefused as refused:
                return _refusal(refused)

        return answered


def kiosks(desk: KioskDesk, centre: Callable[[], Centre], door: Door, notes: Notes) -> APIRouter:
    """The routes of every kiosk."""
    router = APIRouter(prefix="/api/v1/kiosks", tags=["kiosks"], route_class=_Refusals)
    of_kiosk = [Depends(_at_kiosk(door, Right.USE_KIOSK, centre))]
    _rung(router, desk, centre, door.may(Right.RING_KIOSK), notes)
    _looked_at(router, desk, of_kiosk)
    _scanned(router, desk, [Depends(_at_kiosk(door, Right.SCAN_AT_KIOSK, centre))], of_kiosk)
    _called(router, desk, of_kiosk)
    return router


def _rung(router: APIRouter, desk: KioskDesk, centre: Callable[[], Centre], rings: Asks, notes: Notes) -> None:
    @router.get("", summary="Where somebody of the own teams is now")
    async def listed(response: Response, account: Annotated[Account, Depends(rings)]) -> Kiosks:
        """For desks: a kiosk can be rung for three minutes after a scan."""
        response.headers.update(_NO_STORE)
        return Kiosks(kiosks=tuple(_bound(desk, account)))

    @router.post(
        "/{kiosk}/ring",
        summary="A member's phone, then the kiosk's",
        status_code=HTTPStatus.ACCEPTED,
        openapi_extra=described(RingAsked),
    )
    async def ring(
        kiosk: str,
        account: Annotated[Account, Depends(rings)],
        sent: Annotated[RingAsked, Depends(sent_as(RingAsked))],
    ) -> Response:
        """While somebody of the own team is bound there."""
        _known(kiosk, centre().kiosks)
        if (team := desk.team_of(kiosk)) is not None:
            own_team(account, team)
        member = centre().members.get(sent.member)
        if member is None or not any(account.serves(each) for each in member.teams):
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such member in your teams.")
        await desk.ring(kiosk, member.id)
        notes.note(account.name, account.role, Deed.KIOSK_RUNG, team=team or "", about=kiosk, member=member.id)
        return Response(status_code=HTTPStatus.ACCEPTED)


def _looked_at(router: APIRouter, desk: KioskDesk, of_kiosk: Sequence[Any]) -> None:
    @router.get("/{kiosk}", summary="A kiosk now", dependencies=of_kiosk)
    async def now(kiosk: str, response: Response) -> Kiosk:
        """What its screen shows."""
        return _told(desk.now(kiosk), response)

    @router.get("/{kiosk}/events", summary="A kiosk as soon as it changes", dependencies=of_kiosk)
    async def events(
        kiosk: str,
        response: Response,
        after: Annotated[str, Query(max_length=40)] = "",
        seconds: Annotated[float, Query(ge=0, le=MOST_SECONDS)] = MOST_SECONDS,
    ) -> Kiosk:
        """At once if its version is another than `after`, at the latest after so many seconds."""
        await desk.versions.wait(kiosk, after, seconds)
        _known(kiosk, desk.kiosks)
        return _told(desk.now(kiosk), response)

    @router.post(
        "/{kiosk}/state", summary="How the phone is", dependencies=of_kiosk, openapi_extra=described(PhoneTold)
    )
    async def state(kiosk: str, response: Response, sent: Annotated[PhoneTold, Depends(sent_as(PhoneTold))]) -> Kiosk:
        """Every 15 s, and with each change."""
        return _told(await desk.report(kiosk, Report(**dict(sent))), response)


def _scanned(router: APIRouter, desk: KioskDesk, of_scanner: Sequence[Any], of_kiosk: Sequence[Any]) -> None:
    read = sent_as(Scanned)

    async def sent_here(kiosk: str, request: Request) -> Scanned:
        try:
            return await read(request)
        except (HTTPException, RequestValidationError):
            desk.done(kiosk)
            raise

    @router.post(
        "/{kiosk}/scan",
        summary="Bind the kiosk to whoever scans",
        dependencies=of_scanner,
        openapi_extra=described(Scanned),
        responses={422: {"description": "No code of ours"}, 429: {"description": "Too many scans"}},
    )
    async def scan(kiosk: str, response: Response, sent: Annotated[Scanned, Depends(sent_here)]) -> KioskScanned:
        """For three minutes; whoever was bound before is forgotten, also when the code is refused, or none at all."""
        return _in_short(_told(await desk.scan(kiosk, sent.code, Concern(sent.concern)), response))

    @router.delete("/{kiosk}/scan", summary="Done", status_code=HTTPStatus.NO_CONTENT, dependencies=of_kiosk)
    async def done(kiosk: str) -> None:
        """Nobody is bound any more."""
        desk.done(kiosk)

    @router.post(
        "/{kiosk}/more",
        summary="Three more minutes",
        dependencies=of_kiosk,
        openapi_extra=described(OfScan, may_lack=True),
    )
    async def more(
        kiosk: str, response: Response, sent: Annotated[OfScan, Depends(sent_as(OfScan, may_lack=True))]
    ) -> Kiosk:
        """At most ten times a scan."""
        return _told(desk.more(kiosk, sent.scan), response)


def _called(router: APIRouter, desk: KioskDesk, of_kiosk: Sequence[Any]) -> None:
    @router.post(
        "/{kiosk}/call",
        summary="Talk now",
        status_code=HTTPStatus.ACCEPTED,
        dependencies=of_kiosk,
        openapi_extra=described(CallAsked, may_lack=True),
    )
    async def call(
        kiosk: str, response: Response, sent: Annotated[CallAsked, Depends(sent_as(CallAsked, may_lack=True))]
    ) -> Kiosk:
        """The kiosk's own phone rings; lifted, it is in the team's line."""
        return _told(await desk.call(kiosk, sent.scan, sent.language), response)

    @router.post(
        "/{kiosk}/callback",
        summary="Be called when somebody is free",
        status_code=HTTPStatus.CREATED,
        dependencies=of_kiosk,
        openapi_extra=described(CallbackAsked),
    )
    async def callback(
        kiosk: str, response: Response, sent: Annotated[CallbackAsked, Depends(sent_as(CallbackAsked))]
    ) -> Kiosk:
        """Here, or at the own phone: kept for good once this is answered."""
        return _told(await desk.callback(kiosk, sent.scan, sent.to, sent.language), response)


_NO_STORE = {"Cache-Control": "no-store"}


def _at_kiosk(door: Door, right: Right, centre: Callable[[], Centre]) -> Callable[..., Coroutine[Any, Any, None]]:
    """A dependency: this account may do this at this kiosk. HTTPException 401, 403, 404, 503."""
    asks = door.may(right)

    async def check(kiosk: str, account: Annotated[Account, Depends(asks)]) -> None:
        if account.role is Role.KIOSK and account.name != kiosk:
            raise HTTPException(HTTPStatus.FORBIDDEN, "A kiosk's token opens its own kiosk and no other.")
        _known(kiosk, centre().kiosks)

    return check


def _known(kiosk: str, kiosks_: Collection[str]) -> None:
    if kiosk not in kiosks_:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such kiosk.")


def _told(now: KioskNow, response: Response) -> Kiosk:
    response.headers.update(_NO_STORE)
    return Kiosk.model_validate(now)


def _in_short(now: Kiosk) -> KioskScanned:
    scan = now.scan
    return KioskScanned(
        **dict(now),
        team=scan.team if scan else "",
        open=scan is not None and scan.open,
        waiting=scan.waiting if scan else 0,
        estimated_wait_seconds=scan.estimated_wait_seconds if scan else None,
    )


def _bound(desk: KioskDesk, account: Account) -> list[KioskBound]:
    found = [desk.now(kiosk) for kiosk in desk.kiosks]
    return [
        KioskBound(kiosk=each.kiosk, site=each.site, team=each.scan.team, expires_at=each.scan.expires_at)
        for each in found
        if each.scan and account.serves(each.scan.team)
    ]


def _refusal(refused: KioskRefused) -> JSONResponse:
    status, says = STATUS.get(refused.why, HTTPStatus.CONFLICT), refused.says
    answer = problem(status, says.en, why=refused.why.value, says={"de": says.de, "en": says.en})
    if refused.again_seconds is not None:
        answer.headers["Retry-After"] = str(ceil(refused.again_seconds))
    return answer
