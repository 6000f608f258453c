"""`/desk/{team}`: what is in a team's mailbox, to be heard, claimed and settled; works without a script."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request, Response, params
from fastapi.responses import RedirectResponse

from facts.contact import LeftKind, LeftState
from operations.callbacks.appointments import Appointments
from operations.callbacks.call_off import CallsOff
from operations.callbacks.life import is_dialled_by_us
from operations.callbacks.wanted import NotMade
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.body import form
from web.callback_told import Callback, CallbackLook
from web.callbacks import called_off
from web.desk.callbacks import Asked, Unreadable, asked, form_of, wanted
from web.desk.entries import Desk, entries_of
from web.messages import mailbox_faults, own_entries, own_entry, released
from web.own_pages import asked_by_our_page
from web.page import LANGUAGES, filled, language, shown, words
from web.who import Door, Guest, know_the_secret

TROUBLES: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "gone",
    HTTPStatus.CONFLICT: "taken",
    HTTPStatus.SERVICE_UNAVAILABLE: "away",
}

Change = Callable[[Mailbox, Account, Entry], Awaitable[Entry]]


async def _claim(mailbox: Mailbox, account: Account, entry: Entry) -> Entry:
    with mailbox_faults():
        return await mailbox.claim(entry.id, account.name)


async def _settle(mailbox: Mailbox, account: Account, entry: Entry) -> Entry:
    with mailbox_faults():
        return await mailbox.done(entry.id, account.name)


CHANGES: Mapping[str, Change] = {"claim": _claim, "release": released, "settle": _settle}


@dataclass(frozen=True, slots=True)
class DeskCallbacks:
    """What the desk does with callbacks."""

    look: CallbackLook
    appointments: Appointments
    call_off: CallsOff


def desk_page(mailbox: Mailbox, centre: Callable[[], Centre], door: Door, calls: DeskCallbacks) -> APIRouter:
    """The page and its forms; whoever is not signed in signs in first."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/{team}")
    async def page(team: str, request: Request) -> Response:
        try:
            guest = await door.guest(request)
        except HTTPException as refused:
            if refused.status_code != HTTPStatus.UNAUTHORIZED:
                raise
            return RedirectResponse(f"/sign-in?next={quote(f'/desk/{team}', safe='')}", HTTPStatus.SEE_OTHER)
        _may_see(guest.account, team, centre())
        return await _page(request, calls.look, guest, team)

    async def sent(team: str, request: Request, fields: Annotated[Mapping[str, str], Depends(form)]) -> _Sent:
        guest = await door.guest(request)
        _may_see(guest.account, team, centre())
        if guest.session:
            know_the_secret(fields.get("csrf", ""), guest.session)
        return _Sent(guest, fields)

    asked_here = [Depends(asked_by_our_page)]
    _changing(router, mailbox, calls, Depends(sent), asked_here)
    _making(router, calls, Depends(sent), asked_here)
    return router


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form, and who has sent it on purpose."""

    guest: Guest
    fields: Mapping[str, str]


def _changing(
    router: APIRouter, mailbox: Mailbox, calls: DeskCallbacks, sent: params.Depends, checks: Sequence[params.Depends]
) -> None:
    async def cancelled(_: Mailbox, account: Account, entry: Entry) -> Entry:
        return await called_off(calls.call_off, entry, account)

    changes: Mapping[str, Change] = {**CHANGES, "cancel": cancelled}

    @router.post("/desk/{team}/{message}/{change}", dependencies=checks)
    async def change(team: str, message: str, change: str, request: Request, given: Annotated[_Sent, sent]) -> Response:
        guest, wished = given.guest, changes.get(change)
        if wished is None or not guest.account.has(Right.TAKE_MESSAGES):
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such change.")
        try:
            await wished(mailbox, guest.account, await own_entry(mailbox, guest.account, message))
        except HTTPException as refused:
            if refused.status_code not in TROUBLES:
                raise
            return await _page(request, calls.look, guest, team, HTTPStatus(refused.status_code))
        return RedirectResponse(f"/desk/{team}{_lang(request)}#{_place_of(change)}", HTTPStatus.SEE_OTHER)


def _making(router: APIRouter, calls: DeskCallbacks, sent: params.Depends, checks: Sequence[params.Depends]) -> None:
    @router.post("/desk/{team}/callbacks", dependencies=checks)
    async def make(team: str, request: Request, told: Annotated[_Sent, sent]) -> Response:
        given = asked(told.fields)
        if not told.guest.account.has(Right.CALL_BACK):
            raise HTTPException(HTTPStatus.FORBIDDEN, "This account makes no callbacks.")
        try:
            with mailbox_faults():
                await calls.appointments.make(wanted(given, team, calls.look.centre()))
        except NotMade as refused:
            return await _refused(request, calls.look, told.guest, team, given.refused(refused))
        except Unreadable as unreadable:
            return await _refused(request, calls.look, told.guest, team, given.unreadable(unreadable.place))
        except HTTPException as away:
            return await _page(request, calls.look, told.guest, team, HTTPStatus(away.status_code), given)
        return RedirectResponse(f"/desk/{team}{_lang(request)}#callbacks", HTTPStatus.SEE_OTHER)


async def _refused(request: Request, look: CallbackLook, guest: Guest, team: str, given: Asked) -> Response:
    return await _page(request, look, guest, team, HTTPStatus.UNPROCESSABLE_ENTITY, given)


async def _page(
    request: Request,
    look: CallbackLook,
    guest: Guest,
    team: str,
    status: HTTPStatus = HTTPStatus.OK,
    given: Asked | None = None,
) -> Response:
    spoken = language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    try:
        listed = await own_entries(look.mailbox, guest.account, team)
    except HTTPException:
        listed, status = (), HTTPStatus.SERVICE_UNAVAILABLE
    calls = look.told(list(filter(_is_callback, listed)), listed, guest.account)
    shown_entries = Listed(listed, calls, _lang(request))
    return shown(page_text(spoken, guest, team, look.centre(), shown_entries, status, given or Asked()), spoken, status)


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies in a team's mailbox, and what is to be told of the callbacks among it."""

    entries: Sequence[Entry]
    callbacks: Sequence[Callback]
    lang: str
    """What addresses end with to stay in the language that was chosen; empty for the browser's."""


def page_text(
    spoken: str, guest: Guest, team: str, centre: Centre, listed: Listed, status: HTTPStatus, given: Asked
) -> str:
    """The page in this language."""
    texts = words("desk/desk", spoken)
    csrf = guest.session.csrf if guest.session else ""
    leads = guest.account.has(Right.DELETE_MESSAGES)
    by_id = {each.id: each for each in listed.callbacks}
    desk = Desk(team, guest.account.name, csrf, texts, centre.timezone, leads, by_id, listed.lang)
    trouble = texts.get(TROUBLES.get(status, ""), "")
    dialled = [entry for entry in listed.entries if is_dialled_by_us(entry)]
    others = [entry for entry in listed.entries if not is_dialled_by_us(entry)]
    by_state = {state: [entry for entry in others if entry.state is state] for state in LeftState}
    plain = {
        **texts,
        "language": spoken,
        "lang": listed.lang,
        "other": next(each for each in LANGUAGES if each != spoken),
        "team": _named(centre, team),
        "team_id": team,
        "user": guest.account.name,
        "csrf": csrf,
        "callbacks_count": str(len(dialled)),
        **{f"{state}_count": str(len(found)) for state, found in by_state.items()},
    }
    html = {
        "teams": "".join(_team_link(each, desk) for each in centre.teams if guest.account.serves(each)),
        "trouble": f'<div class="trouble" role="alert"><p>{escape(trouble)}</p></div>' if trouble else "",
        "callback_form": form_of(texts, f"/desk/{team}/callbacks{listed.lang}", csrf, centre, given),
        "callback_entries": entries_of(desk, dialled),
        **{f"{state}_entries": entries_of(desk, found) for state, found in by_state.items()},
    }
    return filled("desk/desk.html", plain, html)


def _team_link(team: str, desk: Desk) -> str:
    current = ' aria-current="page"' if team == desk.team else ""
    return f'<a href="/desk/{team}{desk.lang}"{current}>{team}</a>'


def _lang(request: Request) -> str:
    chosen = request.query_params.get("lang", "")
    return f"?lang={chosen}" if chosen in LANGUAGES else ""


def _may_see(account: Account, team: str, centre: Centre) -> None:
    if team not in centre.teams:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such team.")
    if not (account.has(Right.READ_MESSAGES) and account.serves(team)):
        raise HTTPException(HTTPStatus.FORBIDDEN, "This team is none of your own.")


def _named(centre: Centre, team: str) -> str:
    name = centre.teams[team].name
    return f"{team} – {name}" if name != team else team


def _place_of(change: str) -> str:
    places = {"claim": LeftState.CLAIMED, "release": LeftState.OPEN, "settle": LeftState.DONE, "cancel": LeftState.DONE}
    return places[change].value


def _is_callback(entry: Entry) -> bool:
    return entry.what is LeftKind.CALLBACK
