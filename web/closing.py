"""Close now over HTTP: a team, a site, the whole centre; and open again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from operations.audit import Deed, Notes
from operations.closings import MOST_CHARACTERS, CloseRefused, Closings, ClosingsAway, team_in
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from routing.hours.closure import CENTRE_SCOPE, SITE_SCOPE, TEAM_SCOPE
from web.body import described, sent_as
from web.messages import known_team
from web.teams import ClosedBy
from web.who import Door, own_team

_ANSWERS = {422: {"description": "Not until then, or no reason"}, 503: {"description": "Nothing was changed"}}


class CloseOrder(BaseModel):
    """Until when, and why."""

    model_config = ConfigDict(extra="forbid")

    until: datetime = Field(description="ISO 8601; without offset in the centre's time zone; 7 days away at most")
    reason: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="For boards and whoever asks")


@dataclass(frozen=True, slots=True)
class _Orders:
    """Where orders are given, and noted."""

    closings: Closings
    notes: Notes

    def note(self, account: Account, deed: Deed, scope: str, **told: str) -> None:
        self.notes.note(account.name, account.role, deed, team=team_in(scope), about=scope, **told)


_Sent = Annotated[CloseOrder, Depends(sent_as(CloseOrder))]


def closing(closings: Closings, centre: Callable[[], Centre], door: Door, notes: Notes) -> APIRouter:
    """The routes; leads close their own teams, supervisors and administrators everything."""
    router = APIRouter(prefix="/api/v1", tags=["close now"])
    orders = _Orders(closings, notes)
    of_team, of_all = door.may(Right.CLOSE_TEAMS), door.may(Right.CLOSE_CENTRE)
    taking = {"openapi_extra": described(CloseOrder), "responses": _ANSWERS}

    @router.post("/teams/{team}/close", summary="Close a team now", **taking)  # type: ignore[arg-type]
    async def close_team(team: str, account: Annotated[Account, Depends(of_team)], order: _Sent) -> ClosedBy:
        """In place of an earlier order for this team. Who waits already stays in line, as its closing rule says."""
        known_team(centre(), team)
        own_team(account, team)
        return await _closed(orders, TEAM_SCOPE + team, order, account)

    @router.delete("/teams/{team}/close", summary="Open a team again", status_code=HTTPStatus.NO_CONTENT)
    async def open_team(team: str, account: Annotated[Account, Depends(of_team)]) -> None:
        """Its opening hours count again; an order for its site or the centre still holds."""
        known_team(centre(), team)
        own_team(account, team)
        await _opened(orders, TEAM_SCOPE + team, account)

    @router.post("/sites/{site}/close", summary="Close a site now", **taking)  # type: ignore[arg-type]
    async def close_site(site: str, account: Annotated[Account, Depends(of_all)], order: _Sent) -> ClosedBy:
        """Every team of its areas."""
        _known_site(centre(), site)
        return await _closed(orders, SITE_SCOPE + site, order, account)

    @router.delete("/sites/{site}/close", summary="Open a site again", status_code=HTTPStatus.NO_CONTENT)
    async def open_site(site: str, account: Annotated[Account, Depends(of_all)]) -> None:
        """Not closed is no error."""
        _known_site(centre(), site)
        await _opened(orders, SITE_SCOPE + site, account)

    @router.post("/centre/close", summary="Close everything now", **taking)  # type: ignore[arg-type]
    async def close_centre(account: Annotated[Account, Depends(of_all)], order: _Sent) -> ClosedBy:
        """Every team, the general line included."""
        return await _closed(orders, CENTRE_SCOPE, order, account)

    @router.delete("/centre/close", summary="Open the centre again", status_code=HTTPStatus.NO_CONTENT)
    async def open_centre(account: Annotated[Account, Depends(of_all)]) -> None:
        """Not closed is no error."""
        await _opened(orders, CENTRE_SCOPE, account)

    return router


def _known_site(centre: Centre, site: str) -> None:
    if site not in centre.sites:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such site.")


async def _closed(orders: _Orders, scope: str, order: CloseOrder, account: Account) -> ClosedBy:
    try:
        kept = await orders.closings.close(scope, order.until, order.reason, account.name)
    except CloseRefused as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"Not closed: {error}.") from error
    except ClosingsAway as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(ClosingsAway.__doc__)) from error
    until, reason = kept.closure.until, kept.closure.reason
    orders.note(account, Deed.CLOSED, scope, until=until.isoformat(), reason=reason)
    return ClosedBy(scope=scope, until=until, reason=reason)


async def _opened(orders: _Orders, scope: str, account: Account) -> None:
    try:
        was_closed = await orders.closings.reopen(scope, account.name)
    except ClosingsAway as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(ClosingsAway.__doc__)) from error
    if was_closed:
        orders.note(account, Deed.OPENED, scope)
