"""`/api/v1/teams/{team}/members`: who is there, and signed in or out, paused or resumed, in all queues at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response

from ivr.ports import DeskAway
from operations.member_changes import REASONS, MemberChanges, NoReason, NotSignedIn, is_of_team, may_change
from operations.sign_in.accounts import Account, Right
from web.body import described, sent_as
from web.members.told import MemberLook, MemberTold, Pause
from web.messages import known_team
from web.who import Door, own_team

_ANSWERS = {
    404: {"description": "No such team, or nobody of that id in it"},
    409: {"description": "Who is signed out cannot pause"},
    503: {"description": "Asterisk cannot be asked"},
}


def members(look: MemberLook, changes: MemberChanges, door: Door) -> APIRouter:
    """The routes. A member's account changes the own phone, a lead the own teams', whoever has all teams everybody.

    Names and states are for who answers in the team: a viewer has the counts of `/api/v1/live`.
    """
    router = APIRouter(prefix="/api/v1/teams/{team}", tags=["members"], responses={404: _ANSWERS[404]})
    may = door.may(Right.CHANGE_MEMBERS)
    _reading(router, look, door)
    _signing(router, look, changes, door)

    @router.post(
        "/members/{member}/pause",
        summary="Ring no more",
        openapi_extra=described(Pause, may_lack=True),
        responses=_ANSWERS,  # type: ignore[arg-type]
    )
    async def pause(
        team: str,
        member: str,
        account: Annotated[Account, Depends(may)],
        given: Annotated[Pause, Depends(sent_as(Pause, may_lack=True))],
    ) -> MemberTold:
        """A call that goes on goes on; the callers who wait are another's. Again with another reason: for that one."""
        _theirs(look, account, team, member)
        with member_faults():
            await changes.pause(account, team, member, given.reason)
        return await look.changed(member, signed_in=True, paused_for=given.reason)

    @router.post("/members/{member}/unpause", summary="Ring again", responses=_ANSWERS)  # type: ignore[arg-type]
    async def unpause(team: str, member: str, account: Annotated[Account, Depends(may)]) -> MemberTold:
        """Who does not pause rings already: no error. Ends time for after-call work, too."""
        _theirs(look, account, team, member)
        with member_faults():
            await changes.resume(account, team, member)
        return await look.changed(member, signed_in=True)

    return router


def _reading(router: APIRouter, look: MemberLook, door: Door) -> None:
    may = door.may(Right.CHANGE_MEMBERS)

    @router.get("/members", summary="Who is there, and what they do now")
    async def listed(team: str, response: Response, account: Annotated[Account, Depends(may)]) -> list[MemberTold]:
        """By name: for the team itself, and for who leads it."""
        response.headers["Cache-Control"] = "no-store"
        known_team(look.centre(), team)
        own_team(account, team)
        return look.team(team)

    @router.get("/pause-reasons", summary="What to pause for")
    async def reasons(team: str, account: Annotated[Account, Depends(may)]) -> list[str]:
        """What pages offer; the first is meant where none is named."""
        known_team(look.centre(), team)
        own_team(account, team)
        return list(REASONS)


def _signing(router: APIRouter, look: MemberLook, changes: MemberChanges, door: Door) -> None:
    may = door.may(Right.CHANGE_MEMBERS)

    @router.post("/members/{member}/login", summary="Sign in", responses=_ANSWERS)  # type: ignore[arg-type]
    async def login(team: str, member: str, account: Annotated[Account, Depends(may)]) -> MemberTold:
        """Into the queues of all teams that the member serves. Signed in already is no error; who pauses goes on so."""
        _theirs(look, account, team, member)
        with member_faults():
            await changes.sign_in(account, team, member)
        known = look.model.members.get(member)
        return await look.changed(member, signed_in=True, paused_for=known.paused if known else None)

    @router.post("/members/{member}/logout", summary="Sign out", responses=_ANSWERS)  # type: ignore[arg-type]
    async def logout(team: str, member: str, account: Annotated[Account, Depends(may)]) -> MemberTold:
        """Out of every queue. Signed out already is no error."""
        _theirs(look, account, team, member)
        with member_faults():
            await changes.sign_out(account, team, member)
        return await look.changed(member, signed_in=False)


def _theirs(look: MemberLook, account: Account, team: str, member: str) -> None:
    """HTTPException 403 or 404."""
    centre = look.centre()
    known_team(centre, team)
    own_team(account, team)
    if not is_of_team(member, team, centre):
        raise HTTPException(HTTPStatus.NOT_FOUND, "Nobody of this id is in this team.")
    if not may_change(account, team, member, centre):
        raise HTTPException(HTTPStatus.FORBIDDEN, "This phone is none of yours: a lead of the team may do this.")


@contextmanager
def member_faults() -> Iterator[None]:
    """What a change to a member may end in: HTTPException 409, 422 or 503."""
    try:
        yield
    except NotSignedIn as error:
        raise HTTPException(HTTPStatus.CONFLICT, str(NotSignedIn.__doc__)) from error
    except NoReason as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(NoReason.__doc__)) from error
    except DeskAway as error:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, "Asterisk could not do all of it: try again.", {"Retry-After": "5"}
        ) from error
