"""`/desk/{team}`: what is in a team's mailbox, to be heard, claimed and settled; works without a script."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from facts.contact import LeftState
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.body import form
from web.desk_entries import Desk, entries_of
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


def desk_page(mailbox: Mailbox, centre: Callable[[], Centre], door: Door) -> APIRouter:
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
        return await _page(request, mailbox, guest, team, centre())

    @router.post("/desk/{team}/{message}/{change}", dependencies=[Depends(asked_by_our_page)])
    async def change(
        team: str,
        message: str,
        change: str,
        request: Request,
        fields: Annotated[Mapping[str, str], Depends(form)],
    ) -> Response:
        guest = await door.guest(request)
        _may_see(guest.account, team, centre())
        if guest.session:
            know_the_secret(fields.get("csrf", ""), guest.session)
        wanted = CHANGES.get(change)
        if wanted is None or not guest.account.has(Right.TAKE_MESSAGES):
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such change.")
        try:
            entry = await own_entry(mailbox, guest.account, message)
            await wanted(mailbox, guest.account, entry)
        except HTTPException as refused:
            if refused.status_code not in TROUBLES:
                raise
            return await _page(request, mailbox, guest, team, centre(), HTTPStatus(refused.status_code))
        return RedirectResponse(f"/desk/{team}#{_place_of(change)}", HTTPStatus.SEE_OTHER)

    return router


async def _page(
    request: Request,
    mailbox: Mailbox,
    guest: Guest,
    team: str,
    centre: Centre,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    spoken = language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    try:
        listed = await own_entries(mailbox, guest.account, team)
    except HTTPException:
        listed, status = (), HTTPStatus.SERVICE_UNAVAILABLE
    return shown(page_text(spoken, guest, team, centre, listed, status), spoken, status)


def page_text(
    spoken: str, guest: Guest, team: str, centre: Centre, listed: Sequence[Entry], status: HTTPStatus = HTTPStatus.OK
) -> str:
    """The page in this language."""
    texts = words("desk", spoken)
    csrf = guest.session.csrf if guest.session else ""
    desk = Desk(team, guest.account.name, csrf, texts, centre.timezone, guest.account.has(Right.DELETE_MESSAGES))
    trouble = texts.get(TROUBLES.get(status, ""), "")
    by_state = {state: [entry for entry in listed if entry.state is state] for state in LeftState}
    plain = {
        **texts,
        "language": spoken,
        "other": next(each for each in LANGUAGES if each != spoken),
        "team": _named(centre, team),
        "team_id": team,
        "user": guest.account.name,
        "csrf": csrf,
        **{f"{state}_count": str(len(found)) for state, found in by_state.items()},
    }
    html = {
        "teams": "".join(_team_link(each, desk) for each in centre.teams if guest.account.serves(each)),
        "trouble": f'<div class="trouble" role="alert"><p>{escape(trouble)}</p></div>' if trouble else "",
        **{f"{state}_entries": entries_of(desk, found) for state, found in by_state.items()},
    }
    return filled("desk.html", plain, html)


def _team_link(team: str, desk: Desk) -> str:
    current = ' aria-current="page"' if team == desk.team else ""
    return f'<a href="/desk/{team}"{current}>{team}</a>'


def _may_see(account: Account, team: str, centre: Centre) -> None:
    if team not in centre.teams:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such team.")
    if not (account.has(Right.READ_MESSAGES) and account.serves(team)):
        raise HTTPException(HTTPStatus.FORBIDDEN, "This team is none of your own.")


def _named(centre: Centre, team: str) -> str:
    name = centre.teams[team].name
    return f"{team} – {name}" if name != team else team


def _place_of(change: str) -> str:
    return {"claim": LeftState.CLAIMED, "release": LeftState.OPEN, "settle": LeftState.DONE}[change].value
