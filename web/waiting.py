"""`/api/v1/waiting/{call}`: raise, move or take out somebody who waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from operations.audit import Deed, Notes
from operations.line_actions import BeingRung, LineActions, NotWaiting, WholeCredit
from operations.ports import SwitchAway, SwitchRefused
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from routing.fair_line import CREDIT_LIMIT
from web.body import described, sent_as
from web.messages import known_team
from web.who import Door, own_team

_ANSWERS = {
    404: {"description": "Nobody who waits has this id"},
    409: {"description": "Too late, or no more than that"},
    503: {"description": "Asterisk cannot be asked"},
}


class Credit(BaseModel):
    """Seconds on top of the wait."""

    model_config = ConfigDict(extra="forbid")

    seconds: int = Field(ge=1, le=CREDIT_LIMIT, strict=True)


class Move(BaseModel):
    """To which team."""

    model_config = ConfigDict(extra="forbid")

    team: str = Field(min_length=1, max_length=64)


class WaitingNow(BaseModel):
    """What was done."""

    call: str
    team: str = Field(description="Whose line it is now, or was")
    credit_seconds: int | None = Field(default=None, description="In all, after a raise")


def waiting(actions: LineActions, centre: Callable[[], Centre], door: Door, notes: Notes) -> APIRouter:
    """The routes; a lead's are for callers of own teams."""
    router = APIRouter(prefix="/api/v1/waiting/{call}", tags=["waiting"], responses=_ANSWERS)  # type: ignore[arg-type]
    may = door.may(Right.CHANGE_LINE)

    def note(account: Account, deed: Deed, team: str, call: str, **told: str) -> None:
        notes.note(account.name, account.role, deed, team=team, about=call, **told)

    @router.post("/credit", summary="Raise", openapi_extra=described(Credit))
    async def credit(
        call: str, account: Annotated[Account, Depends(may)], given: Annotated[Credit, Depends(sent_as(Credit))]
    ) -> WaitingNow:
        """Added to the credit there is, up to 3600 seconds in all; kept until the call is answered."""
        with _faults():
            team = _own(actions, account, call)
            credit_seconds = await actions.add_credit(call, given.seconds)
            note(account, Deed.CALLER_RAISED, team, call, seconds=str(given.seconds), credit=str(credit_seconds))
            return WaitingNow(call=call, team=team, credit_seconds=credit_seconds)

    @router.post("/move", summary="Move", openapi_extra=described(Move))
    async def move(
        call: str, account: Annotated[Account, Depends(may)], given: Annotated[Move, Depends(sent_as(Move))]
    ) -> WaitingNow:
        """Into another team's line, with the arrival kept."""
        with _faults():
            team = _own(actions, account, call)
            known_team(centre(), given.team)
            own_team(account, given.team)
            await actions.move(call, centre().teams[given.team])
            note(account, Deed.CALLER_MOVED, team, call, to=given.team)
            return WaitingNow(call=call, team=given.team)

    @router.post("/withdraw", summary="Take out")
    async def withdraw(call: str, account: Annotated[Account, Depends(may)]) -> WaitingNow:
        """The call leaves the line for good."""
        with _faults():
            _own(actions, account, call)
            team = (await actions.withdraw(call)).team
            note(account, Deed.CALLER_WITHDRAWN, team, call)
            return WaitingNow(call=call, team=team)

    return router


def _own(actions: LineActions, account: Account, call: str) -> str:
    team = actions.place(call).team
    own_team(account, team)
    return team


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except NotWaiting as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(NotWaiting.__doc__)) from error
    except (BeingRung, WholeCredit) as error:
        raise HTTPException(HTTPStatus.CONFLICT, str(error.__doc__)) from error
    except SwitchAway as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "Asterisk cannot be asked just now.") from error
    except SwitchRefused as error:
        raise HTTPException(HTTPStatus.CONFLICT, "The caller has left the line meanwhile.") from error
