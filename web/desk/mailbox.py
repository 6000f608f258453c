"""A team's mailbox on its desk: what is shown of it, and the forms that change it; they work without a script."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response, params
from fastapi.responses import RedirectResponse

from facts.contact import LeftKind, LeftState
from operations.audit import Deed
from operations.callbacks.wanted import NotMade
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from operations.sign_in.accounts import Account, Right
from web.callback_told import Callback
from web.callbacks import called_off
from web.desk.callbacks import Asked, Unreadable, asked, wanted
from web.desk.entries import Desk, entries_of
from web.desk.leaf import LISTS, Leafed, Parts, leafed, parts_of
from web.desk.parts import DeskParts
from web.desk.sent import Sent, is_asked_by_script, lang_of
from web.messages import mailbox_faults, own_entries, own_entry, released

TROUBLES: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "gone",
    HTTPStatus.CONFLICT: "taken",
    HTTPStatus.SERVICE_UNAVAILABLE: "away",
}

Change = Callable[[Mailbox, Account, Entry], Awaitable[Entry]]
Shows = Callable[[Request, Sent, str, HTTPStatus, Asked], Awaitable[Response]]
"""The whole page again, for this team, with what was entered."""


async def _claim(mailbox: Mailbox, account: Account, entry: Entry) -> Entry:
    with mailbox_faults():
        return await mailbox.claim(entry.id, account.name)


async def _settle(mailbox: Mailbox, account: Account, entry: Entry) -> Entry:
    with mailbox_faults():
        return await mailbox.done(entry.id, account.name)


CHANGES: Mapping[str, Change] = {"claim": _claim, "release": released, "settle": _settle}
DEEDS: Mapping[str, Deed] = {
    "claim": Deed.MESSAGE_CLAIMED,
    "release": Deed.MESSAGE_RELEASED,
    "settle": Deed.MESSAGE_DONE,
    "cancel": Deed.CALLBACK_CANCELLED,
}
PLACES: Mapping[str, LeftState] = {
    "claim": LeftState.CLAIMED,
    "release": LeftState.OPEN,
    "settle": LeftState.DONE,
    "cancel": LeftState.DONE,
}
"""Where what was changed stands afterwards."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is looked at of a team's mailbox, and what is to be told of the callbacks among it."""

    lists: Parts
    callbacks: Sequence[Callback] = ()


async def listed(parts: DeskParts, account: Account, team: str, leafed: Leafed) -> Listed:
    """As far as somebody has leafed; put together in threads: a mailbox may be long. HTTPException 503."""
    look = parts.callbacks.look
    entries = await own_entries(look.mailbox, account, team)
    lists = await asyncio.to_thread(parts_of, entries, leafed)
    shown = [each for part in lists.values() for each in part.entries if each.what is LeftKind.CALLBACK]
    return Listed(lists, await look.told(shown, entries, account))


def mailbox_html(desk: Desk, found: Listed) -> str:
    """The lists with their headings and whole counts: what the script brings up to date."""
    made = {name: entries_of(desk, name, found.lists[name]) for name in LISTS}
    made["callbacks"] = f'<p class="hint">{escape(desk.words["callbacks_hint"])}</p>{made["callbacks"]}'
    is_open = " open" if "done" in desk.leafed.after else ""
    made["done"] = (
        f'<details id="done-list"{is_open}><summary>{escape(desk.words["show_done"])}</summary>{made["done"]}</details>'
    )
    return "".join(_section(desk, name, found.lists[name].all, content) for name, content in made.items())


def _section(desk: Desk, name: str, count: int, content: str) -> str:
    return (
        f'<section aria-labelledby="{name}" id="list-{name}">'
        f'<h2 id="{name}" tabindex="-1">{escape(desk.words[name])} ({count})</h2>{content}</section>'
    )


def changing(router: APIRouter, parts: DeskParts, sent: params.Depends, shows: Shows) -> None:
    """Claim, give back, settle, call off."""

    async def cancelled(_: Mailbox, account: Account, entry: Entry) -> Entry:
        return await called_off(parts.callbacks.call_off, entry, account)

    changes: Mapping[str, Change] = {**CHANGES, "cancel": cancelled}

    @router.post("/desk/{team}/{message}/{change}")
    async def change(team: str, message: str, change: str, request: Request, given: Annotated[Sent, sent]) -> Response:
        account, wished = given.guest.account, changes.get(change)
        if wished is None or not account.has(Right.TAKE_MESSAGES):
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such change.")
        try:
            entry = await wished(parts.mailbox, account, await own_entry(parts.mailbox, account, message))
        except HTTPException as refused:
            if refused.status_code not in TROUBLES or is_asked_by_script(request):
                raise
            return await shows(request, given, team, HTTPStatus(refused.status_code), Asked())
        parts.notes.note(account.name, account.role, DEEDS[change], team=entry.team, about=entry.id)
        return done(request, f"/desk/{team}{leafed(request).query}#{PLACES[change].value}")


def making(router: APIRouter, parts: DeskParts, sent: params.Depends, shows: Shows) -> None:
    """A new callback, or an appointment."""

    @router.post("/desk/{team}/callbacks")
    async def make(team: str, request: Request, told: Annotated[Sent, sent]) -> Response:
        given, account = asked(told.fields), told.guest.account
        if not account.has(Right.CALL_BACK):
            raise HTTPException(HTTPStatus.FORBIDDEN, "This account makes no callbacks.")
        try:
            with mailbox_faults():
                entry = await parts.callbacks.appointments.make(wanted(given, team, parts.centre()))
        except NotMade as refused:
            return await shows(request, told, team, HTTPStatus.UNPROCESSABLE_ENTITY, given.refused(refused))
        except Unreadable as unreadable:
            return await shows(request, told, team, HTTPStatus.UNPROCESSABLE_ENTITY, given.unreadable(unreadable.place))
        except HTTPException as away:
            return await shows(request, told, team, HTTPStatus(away.status_code), given)
        parts.notes.note(account.name, account.role, Deed.CALLBACK_MADE, team=entry.team, about=entry.id)
        return RedirectResponse(f"/desk/{team}{lang_of(request)}#callbacks", HTTPStatus.SEE_OTHER)


def done(request: Request, address: str) -> Response:
    """A script is told that it is done; a form's page is there again."""
    if is_asked_by_script(request):
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
