"""`/api/v1/callbacks`: callbacks and appointments of the own teams: what is open, a new one, called off."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from facts.contact import LeftKind, LeftState
from operations.audit import Deed, Notes
from operations.callbacks.appointments import Appointments
from operations.callbacks.call_off import CallsOff
from operations.callbacks.wanted import NotMade, Wanted, Why
from operations.mailbox.ports import Entry, NoSuchEntry, TakenAlready
from operations.sign_in.accounts import Account, Right
from routing.callback import State
from routing.centre import Centre
from web.body import described, sent_as
from web.callback_told import Callback, CallbackLook, Callbacks, NewCallback, kind_of, shown_state
from web.messages import CALLBACKS, known_team, mailbox_faults, noted, own_entries, own_entry, page_of
from web.problems import problem
from web.who import Door, own_team

MOST = 200
CALLED = "callback"
STATUS = {
    Why.FULL: HTTPStatus.CONFLICT,
    Why.OPEN_ALREADY: HTTPStatus.CONFLICT,
    Why.TOO_OFTEN: HTTPStatus.TOO_MANY_REQUESTS,
}
"""Of what is not a mistake in the request; that is 422."""
_MADE = {
    404: {"description": "No such team"},
    409: {
        "description": "The half-hour is full (`free`: the next moments), or one is open already (`callback`: its id)"
    },
    422: {"description": "What to correct (`place`); `next_opening` and `free` of a team that is closed then"},
    429: {"description": "This number has had its callbacks within 24 hours"},
    503: {"description": "Nothing was kept"},
}
_GONE = {404: {"description": "None with this id"}, 409: {"description": "Too late: they talk, or it is settled"}}


def callbacks(
    look: CallbackLook, appointments: Appointments, call_off: CallsOff, door: Door, notes: Notes
) -> APIRouter:
    """The routes; every one for the own teams only."""
    router = APIRouter(prefix=CALLBACKS, tags=["callbacks"])
    _reading(router, look, door)
    _changing(router, look, appointments, call_off, door, notes)
    return router


def _reading(router: APIRouter, look: CallbackLook, door: Door) -> None:
    sees = door.may(Right.SEE_TEAMS)

    @router.get("", summary="Callbacks and appointments")
    async def listed(
        response: Response,
        account: Annotated[Account, Depends(sees)],
        team: Annotated[str | None, Query(max_length=64)] = None,
        state: State | None = None,
        *,
        open: Annotated[bool | None, Query(description="Only what is not settled, or only what is")] = None,  # noqa: A002 - the word in the address
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        after: Annotated[str, Query(max_length=64, description="The last id of the page before")] = "",
    ) -> Callbacks:
        """Of one team, or of all own ones; oldest first. Numbers are told to whoever answers for the team."""
        response.headers["Cache-Control"] = "no-store"
        if team is not None:
            known_team(look.centre(), team)
            own_team(account, team)
        entries = [each for each in await own_entries(look.mailbox, account, team) if each.what is LeftKind.CALLBACK]
        found = [
            entry
            for entry in entries
            if state in (None, shown_state(entry)) and open in (None, entry.state is not LeftState.DONE)
        ]
        shown, following = page_of(found, after, limit)
        return Callbacks(callbacks=await look.told(shown, entries, account), next=following)

    @router.get("/{callback}", summary="One of them", responses={404: _GONE[404]})
    async def one(callback: str, response: Response, account: Annotated[Account, Depends(sees)]) -> Callback:
        """As it is now."""
        response.headers["Cache-Control"] = "no-store"
        return look.one(await _own(look, account, callback), account)


def _changing(
    router: APIRouter, look: CallbackLook, appointments: Appointments, call_off: CallsOff, door: Door, notes: Notes
) -> None:
    may = door.may(Right.CALL_BACK)

    @router.post(
        "",
        summary="Have somebody called, as soon as possible or at an agreed moment",
        status_code=HTTPStatus.CREATED,
        response_model=Callback,
        openapi_extra=described(NewCallback),
        responses=_MADE,  # type: ignore[arg-type]
    )
    async def make(
        request: Request,
        response: Response,
        account: Annotated[Account, Depends(may)],
        given: Annotated[NewCallback, Depends(sent_as(NewCallback))],
    ) -> Callback | JSONResponse:
        """For the team that is named, or that a call with this customer number would be for. Kept when answered."""
        try:
            with mailbox_faults():
                entry = await appointments.make(wanted(given, look.centre()), lambda team: own_team(account, team))
        except NotMade as refused:
            return not_made(refused, account)
        note_made(notes, account, entry)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Location"] = f"{request.url.path}/{entry.id}"
        return look.one(entry, account)

    @router.delete("/{callback}", summary="Call it off", status_code=HTTPStatus.NO_CONTENT, responses=_GONE)  # type: ignore[arg-type]
    async def cancel(callback: str, account: Annotated[Account, Depends(may)]) -> None:
        """Not wanted any more: nobody is dialled for it again. Called off already is no error.

        While the citizen's phone rings the attempt is broken off; once they talk it is too late (409).
        """
        entry = await _own(look, account, callback)
        noted(notes, account, Deed.CALLBACK_CANCELLED, entry, await called_off(call_off, entry, account))


async def called_off(call_off: CallsOff, entry: Entry, account: Account) -> Entry:
    """By this account. HTTPException 404, 409 or 503."""
    with mailbox_faults(CALLED):
        try:
            return await call_off(entry.id, account.name, leads=account.has(Right.DELETE_MESSAGES))
        except TakenAlready as error:
            raise HTTPException(
                HTTPStatus.CONFLICT, "Too late: they talk, it is settled, or another has it."
            ) from error


def note_made(notes: Notes, account: Account, entry: Entry) -> None:
    """A callback or an appointment was made; never with its numbers."""
    notes.note(account.name, account.role, Deed.CALLBACK_MADE, team=entry.team, about=entry.id, kind=kind_of(entry))


def wanted(given: NewCallback, centre: Centre) -> Wanted:
    """What was sent as operations know it; a time without offset is the centre's."""
    at, until = (
        moment.replace(tzinfo=centre.timezone) if moment is not None and moment.tzinfo is None else moment
        for moment in (given.at, given.until)
    )
    return Wanted(
        phone=given.phone,
        team=given.team,
        number=given.number,
        concern=given.concern,
        language=given.language,
        at=at,
        until=until,
        source="api",
    )


def not_made(refused: NotMade, account: Account) -> JSONResponse:
    """What to correct, as a problem document."""
    more: dict[str, object] = {"why": refused.why.value, "place": ["body", refused.place]}
    if refused.next_opening is not None:
        more["next_opening"] = refused.next_opening.isoformat()
    if refused.why in (Why.CLOSED, Why.FULL):
        more["free"] = [moment.isoformat() for moment in refused.free]
    if refused.callback and account.serves(refused.team):
        more["callback"] = refused.callback
    status = STATUS.get(refused.why, HTTPStatus.UNPROCESSABLE_ENTITY)
    return problem(status, str(refused), **more)


async def _own(look: CallbackLook, account: Account, callback: str) -> Entry:
    """HTTPException 404, 403 or 503."""
    entry = await own_entry(look.mailbox, account, callback, CALLED)
    if entry.what is not LeftKind.CALLBACK:
        with mailbox_faults(CALLED):
            raise NoSuchEntry
    return entry
