"""`/admin/customer`: what is kept of one customer, handed out or erased. The number is in no address and no page."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from html import escape
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response

from operations.sign_in.accounts import Right
from web.admin.customer_api import LONGEST_NUMBER, erased, exported, looked, number_of
from web.admin.pieces import alert, csrf_field, listed, page, put, spoken
from web.admin.rooms import AdminRooms
from web.admin.sent import Sent, sent
from web.body import form
from web.frame import come_in
from web.who import Guest

PATH = "/admin/customer"


def customer_page(rooms: AdminRooms) -> APIRouter:
    """The page and its forms."""
    router, marks = APIRouter(include_in_schema=False), _Marks()

    @router.get(PATH)
    async def start(request: Request) -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        return _page(request, guest)

    @router.post(PATH)
    async def asked(request: Request) -> Response:
        given = await sent(rooms.door, request, form)
        wish = WISHES.get(given.fields.get("act", ""), _look)
        try:
            return await wish(rooms, request, given, marks)
        except HTTPException as refused:
            told = spoken(request)
            title = told["no_number"] if refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY else told["not_done"]
            trouble = alert("danger", title, f'<p lang="en">{escape(str(refused.detail))}</p>')
            return _page(request, given.guest, trouble, refused.status_code)

    return router


class _Marks:
    """Tells whether a number is the one of before without keeping it: a keyed hash, of this process only."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, rooms: AdminRooms, number: str) -> str:
        """HTTPException 422 for what is no number."""
        typed = number_of(rooms, number)
        told = f"{typed.kind}:{typed.canonical}:{typed.letter}".encode()
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()

    def is_same(self, rooms: AdminRooms, number: str, mark: str) -> bool:
        """Whether `mark` was made of this number."""
        return hmac.compare_digest(self.of(rooms, number), mark.encode("ascii", "replace").decode())


def _number(given: Sent) -> str:
    return given.fields.get("number", "").strip()[:LONGEST_NUMBER]


async def _look(rooms: AdminRooms, request: Request, given: Sent, marks: _Marks) -> Response:
    """How much there is, and the form that erases it."""
    number, told = _number(given), spoken(request)
    found = await looked(rooms, number)
    note = f"<p>{escape(told['in_directory'])}</p>" if found.is_in_directory else ""
    html = {"counts": _counts(found.counts, told), "note": note, "csrf": csrf_field(given.guest)}
    return _page(request, given.guest, ask=put("customer_found", request, {"mark": marks.of(rooms, number)}, html))


async def _export(rooms: AdminRooms, request: Request, given: Sent, marks: _Marks) -> Response:  # noqa: ARG001 - as the other wishes
    return await exported(rooms, given.account, _number(given))


async def _erase(rooms: AdminRooms, request: Request, given: Sent, marks: _Marks) -> Response:
    number, told = _number(given), spoken(request)
    if not marks.is_same(rooms, number, given.fields.get("mark", "")):
        return _page(request, given.guest, alert("danger", told["another_number"]), HTTPStatus.UNPROCESSABLE_ENTITY)
    done = await erased(rooms, given.account, number)
    left = f"<p>{escape(told['stays'])}</p>{listed(done.left)}" if done.left else ""
    return _page(request, given.guest, alert("success", told["erased"], _counts(done.counts, told) + left))


WISHES = {"look": _look, "export": _export, "erase": _erase}


def _counts(counts: Mapping[str, int], told: Mapping[str, str]) -> str:
    rows = "".join(
        f"<div><dt>{escape(told.get(f'kept_{name}', name))}</dt><dd>{count}</dd></div>"
        for name, count in counts.items()
    )
    return f'<dl class="facts">{rows}</dl>'


def _page(request: Request, guest: Guest, result: str = "", status: int = HTTPStatus.OK, *, ask: str = "") -> Response:
    html = {"result": result, "form": ask or put("customer_form", request, {}, {"csrf": csrf_field(guest)})}
    return page(request, guest, "customer", put("customer", request, {}, html), status=status)
