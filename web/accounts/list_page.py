"""`/admin/accounts`: who may sign in, as a table; and the form that makes an account."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from html import escape
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from operations.sign_in.account_changes import Way
from operations.sign_in.account_list import Listed
from operations.sign_in.account_rules import MACHINES
from operations.sign_in.accounts import Account, AccountsAway, Right, Role
from routing.centre import Centre
from web.accounts.fields import place_fields, wanted_of
from web.accounts.made import made_page
from web.accounts.rooms import FAULTS, STATUS, AccountRooms
from web.accounts.sent import sent
from web.accounts.shown import administered, badge, moment, note, put, spoken, team_names, trouble, way_badges
from web.admin.pieces import csrf_field
from web.frame import come_in
from web.who import Guest

PATH = "/admin/accounts"
MOST_SHOWN = 300
DONE = frozenset({"removed", "ended_all"})


def list_page(rooms: AccountRooms) -> APIRouter:
    """The list, and the page of a new account."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def listed(request: Request, page: str = "1", done: str = "") -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        told = spoken(request)
        at = int(page) if page.isascii() and page.isdigit() and 0 < int(page[:6]) == int(page) else 1
        try:
            found = await rooms.listed.everybody()
        except AccountsAway:
            main = put("list", request, {}, {"trouble": note("bad", told["fault_AccountsAway"]), "found": ""})
            return administered(request, guest, main, status=HTTPStatus.SERVICE_UNAVAILABLE)
        happened = note("good", told[f"done_{done}"]) if done in DONE else ""
        html = {"trouble": happened, "found": _table(found, at, guest, told, rooms.centre())}
        return administered(request, guest, put("list", request, {}, html))

    @router.get(f"{PATH}/new")
    async def new(request: Request) -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        return _new(rooms, request, guest, Account("", Role.MEMBER))

    @router.post(f"{PATH}/new")
    async def made(request: Request) -> Response:
        given = await sent(rooms.door, request)
        wanted = wanted_of(given, Account(given.one("user").strip()[:65], Role.MEMBER))
        password = given.one("password")[:257]
        try:
            done = await rooms.changes.make(given.guest.account, wanted, _way(wanted, given.one("proof")), password)
        except FAULTS as error:
            wrong = trouble(error, spoken(request))
            return _new(rooms, request, given.guest, wanted, wrong, STATUS[type(error)])
        return made_page(request, given.guest, done, "made_title")

    return router


def _way(wanted: Account, told: str) -> Way:
    """A machine has a token, whatever was chosen."""
    if wanted.role in MACHINES:
        return Way.TOKEN
    return Way(told) if told in set(Way) else Way.ONE_TIME


def _new(
    rooms: AccountRooms, request: Request, guest: Guest, wanted: Account, wrong: str = "", status: int = HTTPStatus.OK
) -> Response:
    told, centre = spoken(request), rooms.centre()
    html = {
        "trouble": wrong,
        "csrf": csrf_field(guest),
        "place": place_fields(wanted, told, centre),
    }
    main = put("new", request, {"user": wanted.name}, html)
    return administered(request, guest, main, title=told["new_title"], status=status)


def _table(found: Sequence[Listed], at: int, guest: Guest, told: Mapping[str, str], centre: Centre) -> str:
    shown = found[(at - 1) * MOST_SHOWN : at * MOST_SHOWN]
    if not shown:
        return f'<p class="empty">{escape(told["nobody"])}</p>'
    zone = centre.timezone
    rows = "".join(_row(each, guest, told, centre, zone) for each in shown)
    names = ("col_user", "col_role", "col_teams", "col_ways", "col_last_use", "col_sessions")
    heads = "".join(f'<th scope="col">{escape(told[name])}</th>' for name in names)
    return (
        f'<div class="table-scroll" role="region" tabindex="0" aria-labelledby="accounts-heading">'
        f'<table class="table table--cards" id="accounts"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        f"</div>{_turn(len(found), at, told)}"
    )


def _row(each: Listed, guest: Guest, told: Mapping[str, str], centre: Centre, zone: tzinfo) -> str:
    account = each.account
    own = f" {badge('good', told['is_own'])}" if account.name == guest.account.name else ""
    member = centre.members.get(account.place(centre.members))
    desk = f"<small>{escape(told['desk_of'].format(member=member.id))}</small>" if member else ""
    cells = {
        "col_role": escape(told[f"role_{account.role}"]),
        "col_teams": team_names(account, told, centre),
        "col_ways": way_badges(each, told),
        "col_last_use": moment(each.last_use, zone, told),
        "col_sessions": str(len(each.sessions)),
    }
    inside = "".join(f'<td data-label="{escape(told[name])}"><div>{html}</div></td>' for name, html in cells.items())
    return (
        f'<tr data-role="{account.role}"><th scope="row"><a href="{PATH}/{each.handle}">{escape(account.name)}</a>'
        f"{own} {desk}</th>{inside}</tr>"
    )


def _turn(count: int, at: int, told: Mapping[str, str]) -> str:
    links = []
    if at > 1:
        links.append(f'<a href="{PATH}?page={at - 1}">{escape(told["page_before"])}</a>')
    if at * MOST_SHOWN < count:
        links.append(f'<a href="{PATH}?page={at + 1}">{escape(told["page_after"])}</a>')
    return f'<p class="turn">{" ".join(links)}</p>' if links else ""
