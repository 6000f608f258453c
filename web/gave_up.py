"""`/api/v1/teams/{team}/gave-up`: who hung up in this team's line today and was not served since; called back."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from operations.audit import Deed, Notes
from operations.callbacks.call_off import CallsOff
from operations.callbacks.wanted import NotMade
from operations.gave_up.calling_back import CallingBack, NobodyThere, NoPhone, NotJustMade
from operations.gave_up.people import People
from operations.gave_up.row import GaveUp
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.body import described, sent_as
from web.callback_told import Callback, CallbackLook
from web.callbacks import called_off, not_made, note_made
from web.messages import CALLBACKS, known_team, mailbox_faults, noted, own_entry
from web.who import Door, own_team

MOST = 200
_DIGITS_SHOWN = 3
_MADE = {
    404: {"description": "Nobody of this id is listed (any more)"},
    409: {"description": "One is open already (`callback`: its id), or no number is known"},
    422: {"description": "This number is not called back, or the team does not open any more"},
    429: {"description": "This number has had its callbacks within 24 hours"},
    503: {"description": "Nothing was kept"},
}
_TAKEN_BACK: dict[int | str, dict[str, Any]] = {
    404: {"description": "Nothing was made of this row within the last two minutes"},
    409: {"description": "Too late: they talk, or it is settled"},
    503: {"description": "Nothing was changed"},
}


class GaveUpTold(BaseModel):
    """Somebody who hung up in line."""

    id: str
    team: str
    at: AwareDatetime = Field(description="When they hung up last")
    waited_seconds: float | None = Field(description="That time; null where nobody knows")
    short: bool = Field(description="So soon that reports leave it out")
    calls: int = Field(description="How often today")
    concern: str
    language: str
    phone: str | None = Field(description="Masked: the last three digits; null if withheld")
    customer_known: bool = Field(description="Whether they told a customer number")
    can_be_called: bool = Field(description="Whether the centre calls this number back, today still")


class GaveUpPage(BaseModel):
    """A page of them, whoever came first is first."""

    people: tuple[GaveUpTold, ...]
    next: str | None = Field(description="`after` of the next page; null on the last")


class CalledAt(BaseModel):
    """Which number to call; may be left out."""

    model_config = ConfigDict(extra="forbid")

    phone: str = Field(default="", max_length=40, description="In place of the one they called from", repr=False)


class GaveUpRooms:
    """What these routes ask. `may_call`: whether a number (E.164) is called back, and was not too often."""

    def __init__(
        self,
        people: People,
        calling_back: CallingBack,
        call_off: CallsOff,
        look: CallbackLook,
        centre: Callable[[], Centre],
        may_call: Callable[[str], bool],
    ) -> None:
        self.people, self.calling_back, self.call_off, self.look = people, calling_back, call_off, look
        self.centre, self._may_call = centre, may_call

    def told(self, row: GaveUp) -> GaveUpTold:
        """For who answers for the team."""
        is_long = len(row.phone) > 2 * _DIGITS_SHOWN
        return GaveUpTold(
            id=row.id,
            team=row.team,
            at=datetime.fromtimestamp(row.at, UTC),
            waited_seconds=row.waited_seconds,
            short=row.is_short,
            calls=row.calls,
            concern=row.concern,
            language=row.language,
            phone=f"…{row.phone[-_DIGITS_SHOWN:]}" if is_long else None,
            customer_known=row.number != "",
            can_be_called=row.phone != "" and self._may_call(row.phone),
        )


def gave_up(rooms: GaveUpRooms, door: Door, notes: Notes) -> APIRouter:
    """The routes; every one for the own teams only."""
    router = APIRouter(prefix="/api/v1/teams/{team}/gave-up", tags=["gave up"])
    reads = door.may(Right.READ_MESSAGES)
    _calling(router, rooms, door, notes)
    _taking_back(router, rooms, door, notes)

    @router.get("", summary="Who gave up today and was not served since", responses={404: {"description": "No team"}})
    async def listed(
        team: str,
        response: Response,
        account: Annotated[Account, Depends(reads)],
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        after: Annotated[str, Query(max_length=64, description="The last id of the page before")] = "",
    ) -> GaveUpPage:
        """One row a caller. Gone as soon as they are answered anywhere, leave a message, or are to be called back."""
        response.headers["Cache-Control"] = "no-store"
        _own(rooms, account, team)
        found = [row for row in rooms.people.of_team(team) if row.id > after]
        shown = found[:limit]
        return GaveUpPage(people=tuple(map(rooms.told, shown)), next=shown[-1].id if len(found) > len(shown) else None)

    return router


def _calling(router: APIRouter, rooms: GaveUpRooms, door: Door, notes: Notes) -> None:
    calls = door.may(Right.CALL_BACK)

    @router.post(
        "/{row}/callback",
        summary="Call them back",
        status_code=HTTPStatus.CREATED,
        response_model=Callback,
        openapi_extra=described(CalledAt, may_lack=True),
        responses=_MADE,  # type: ignore[arg-type]
    )
    async def call_back(
        team: str,
        row: str,
        response: Response,
        account: Annotated[Account, Depends(calls)],
        given: Annotated[CalledAt, Depends(sent_as(CalledAt, may_lack=True))],
    ) -> Callback | JSONResponse:
        """In the place that they had, as soon as somebody is free. Kept when answered; then listed here no more."""
        _own(rooms, account, team)
        try:
            with mailbox_faults():
                entry = await rooms.calling_back.make(team, row, given.phone)
        except NobodyThere as error:
            raise HTTPException(HTTPStatus.NOT_FOUND, str(NobodyThere.__doc__)) from error
        except NoPhone as error:
            raise HTTPException(HTTPStatus.CONFLICT, str(NoPhone.__doc__)) from error
        except NotMade as refused:
            return not_made(refused, account)
        note_made(notes, account, entry)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Location"] = f"{CALLBACKS}/{entry.id}"
        return rooms.look.one(entry, account)


def _taking_back(router: APIRouter, rooms: GaveUpRooms, door: Door, notes: Notes) -> None:
    calls = door.may(Right.CALL_BACK)

    @router.delete(
        "/{row}/callback", summary="Take a callback back", status_code=HTTPStatus.NO_CONTENT, responses=_TAKEN_BACK
    )
    async def take_back(team: str, row: str, account: Annotated[Account, Depends(calls)]) -> None:
        """Made by mistake, within two minutes: nobody is called, and whoever gave up is listed again."""
        _own(rooms, account, team)
        try:
            callback = rooms.calling_back.just_made(team, row)
        except NotJustMade as error:
            raise HTTPException(HTTPStatus.NOT_FOUND, str(NotJustMade.__doc__)) from error
        entry = await own_entry(rooms.look.mailbox, account, callback)
        after = await called_off(rooms.call_off, entry, account)
        rooms.calling_back.list_again(row)
        noted(notes, account, Deed.CALLBACK_CANCELLED, entry, after)


def _own(rooms: GaveUpRooms, account: Account, team: str) -> None:
    known_team(rooms.centre(), team)
    own_team(account, team)
