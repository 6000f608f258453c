"""`/admin/accounts/{account}`: one account; what takes something away is asked for once more before it is done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.account_list import Listed
from operations.sign_in.account_rules import MACHINES
from operations.sign_in.accounts import AccountsAway, Right
from web.accounts.fields import place_fields, wanted_of
from web.accounts.list_page import PATH
from web.accounts.made import made_page
from web.accounts.rooms import FAULTS, STATUS, AccountRooms, NoSuchAccount, looked_at
from web.accounts.sent import Sent, sent
from web.accounts.shown import (
    administered,
    moment,
    note,
    put,
    sessions_table,
    spoken,
    team_names,
    trouble,
    way_badges,
)
from web.admin.pieces import csrf_field
from web.frame import come_in
from web.who import Guest

DONE = frozenset({"changed_account", "disabled", "enabled", "token_ended", "ended_all"})


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with an account. `is_sure`: nobody is asked again."""

    do: Callable[[AccountRooms, Request, Sent, Listed], Awaitable[Response]]
    is_sure: bool = False


def one_page(rooms: AccountRooms) -> APIRouter:
    """The page and its forms; after those of the list, whose addresses it would take for accounts."""
    router = APIRouter(include_in_schema=False)

    @router.get(f"{PATH}/{{account}}")
    async def page(account: str, request: Request, done: str = "") -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        happened = note("good", spoken(request)[f"done_{done}"]) if done in DONE else ""
        return await _shown(rooms, request, guest, account, happened)

    @router.post(f"{PATH}/{{account}}/{{act}}")
    async def acted(account: str, act: str, request: Request) -> Response:
        given = await sent(rooms.door, request)
        wish = ACTS.get(act)
        if wish is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such thing to do here.")
        try:
            found = await looked_at(rooms, account, given.one("version")[:64])
            if not (wish.is_sure or given.one("sure") == "yes"):
                return _ask(request, given, found, act)
            return await wish.do(rooms, request, given, found)
        except FAULTS as error:
            wrong = trouble(error, spoken(request))
            return await _shown(rooms, request, given.guest, account, wrong, STATUS[type(error)])

    return router


async def _change(rooms: AccountRooms, request: Request, given: Sent, found: Listed) -> Response:  # noqa: ARG001 - as the other acts
    await rooms.changes.change(given.guest.account, found, wanted_of(given, found.account))
    return _back(found, "changed_account")


async def _password(rooms: AccountRooms, request: Request, given: Sent, found: Listed) -> Response:
    made = await rooms.changes.set_password(given.guest.account, found, given.one("password")[:257])
    return made_page(request, given.guest, made, "password_made_title")


async def _token(rooms: AccountRooms, request: Request, given: Sent, found: Listed) -> Response:
    return made_page(
        request, given.guest, await rooms.changes.make_token(given.guest.account, found), "token_made_title"
    )


async def _end_token(rooms: AccountRooms, request: Request, given: Sent, found: Listed) -> Response:  # noqa: ARG001 - the same
    await rooms.changes.end_token(given.guest.account, found)
    return _back(found, "token_ended")


async def _end_sessions(rooms: AccountRooms, request: Request, given: Sent, found: Listed) -> Response:  # noqa: ARG001 - the same
    await rooms.changes.end_sessions(given.guest.account, found)
    if found.is_granted:
        return RedirectResponse(f"{PATH}?done=ended_all", HTTPStatus.SEE_OTHER)
    return _back(found, "ended_all")


async def _disable(rooms: AccountRooms, request: Request, given: Sent, found: Listed) -> Response:  # noqa: ARG001 - the same
    await rooms.changes.enable(given.guest.account, found, is_enabled=False)
    return _back(found, "disabled")


async def _enable(rooms: AccountRooms, request: Request, given: Sent, found: Listed) -> Response:  # noqa: ARG001 - the same
    await rooms.changes.enable(given.guest.account, found, is_enabled=True)
    return _back(found, "enabled")


async def _remove(rooms: AccountRooms, request: Request, given: Sent, found: Listed) -> Response:  # noqa: ARG001 - the same
    await rooms.changes.remove(given.guest.account, found)
    return RedirectResponse(f"{PATH}?done=removed", HTTPStatus.SEE_OTHER)


ACTS: Mapping[str, Act] = {
    "change": Act(_change, is_sure=True),
    "own-password": Act(_password, is_sure=True),
    "password": Act(_password),
    "first-token": Act(_token, is_sure=True),
    "token": Act(_token),
    "end-token": Act(_end_token),
    "end-sessions": Act(_end_sessions),
    "disable": Act(_disable),
    "enable": Act(_enable, is_sure=True),
    "remove": Act(_remove),
}


def _back(found: Listed, done: str) -> Response:
    return RedirectResponse(f"{PATH}/{found.handle}?done={done}", HTTPStatus.SEE_OTHER)


def _ask(request: Request, given: Sent, found: Listed, act: str) -> Response:
    """Once more, before something is taken away."""
    told = spoken(request)
    plain = {
        "heading": told[f"sure_{act}"].format(user=found.account.name),
        "sentence": told[f"sure_{act}_text"],
        "action": told[f"do_{act}"],
        "handle": found.handle,
        "act": act,
        "version": found.version,
    }
    main = put("sure", request, plain, {"csrf": csrf_field(given.guest)})
    return administered(request, given.guest, main, title=plain["heading"])


async def _shown(
    rooms: AccountRooms, request: Request, guest: Guest, handle: str, told_first: str, status: int = HTTPStatus.OK
) -> Response:
    told = spoken(request)
    try:
        found = await looked_at(rooms, handle)
    except (NoSuchAccount, AccountsAway) as error:
        main = put("gone", request, {}, {"trouble": trouble(error, told)})
        return administered(request, guest, main, status=STATUS[type(error)])
    zone = rooms.centre().timezone
    parts = [_provided(request)] if found.is_granted else _forms(rooms, request, guest, found)
    nowhere = f"<p>{escape(told['no_session'])}</p>"
    html = {
        "trouble": told_first,
        "teams": team_names(found.account, told, rooms.centre()),
        "ways_in": way_badges(found, told),
        "last_use": moment(found.last_use, zone, told),
        "sessions": sessions_table(found.sessions, told, zone) if found.sessions else nowhere,
        "end_sessions": _form("end_sessions", request, guest, found) if found.sessions else "",
        "forms": "".join(parts),
    }
    member = found.account.place(rooms.centre().members)
    plain = {"user": found.account.name, "role": told[f"role_{found.account.role}"], "member": member or "–"}
    return administered(request, guest, put("one", request, plain, html), title=found.account.name, status=status)


def _provided(request: Request) -> str:
    return note("note", spoken(request)["provided"])


def _forms(rooms: AccountRooms, request: Request, guest: Guest, found: Listed) -> list[str]:
    """What may be done; with the own account that is little."""
    account, told, centre = found.account, spoken(request), rooms.centre()
    is_own = account.name == guest.account.name
    fields = {"place": place_fields(account, told, centre)}
    tokens = ["token", "token_end"] if account.token else ["token_first"]
    if is_own:
        return [note("note", told["own_note"]), *(_form(each, request, guest, found) for each in tokens[:1])]
    secrets = [] if account.role in MACHINES else ["password"]
    state = ["enable" if account.is_disabled else "disable", "remove"]
    danger = "".join(_form(each, request, guest, found) for each in state)
    return [
        put("change", request, _hidden(found), {"csrf": csrf_field(guest), **fields}),
        *(_form(each, request, guest, found) for each in (*secrets, *tokens)),
        put("danger", request, {}, {"forms": danger}),
    ]


def _form(template: str, request: Request, guest: Guest, found: Listed) -> str:
    return put(template, request, _hidden(found), {"csrf": csrf_field(guest)})


def _hidden(found: Listed) -> Mapping[str, str]:
    return {"handle": found.handle, "version": found.version, "user": found.account.name}
