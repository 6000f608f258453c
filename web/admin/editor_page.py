"""`/admin/configuration/edit`: a teams.yaml as text: written, checked, looked at once more, put in force."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.accounts import Right
from web.admin.configuration import Mistaken, activate, check, kept
from web.admin.configuration_api import LONGEST_ID
from web.admin.pieces import alert, csrf_field, page, put, spoken
from web.admin.ports import Checked
from web.admin.rooms import AdminRooms, faults
from web.admin.sent import sent
from web.admin.told_changes import changes_of, mistakes_of
from web.admin.wide import MOST_TEXT_BYTES, is_too_long, wide_form
from web.frame import come_in
from web.who import Guest

PATH = "/admin/configuration/edit"
SCRIPTS = ("/pages/admin/editor.js",)


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the editor. `base`: the version that was active when somebody began to write."""

    text: str
    base: str
    seen: str = ""
    """The SHA-256 of the text whose changes were shown; empty for none."""

    @property
    def digest(self) -> str:
        """Of the text as it stands here."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def is_seen(self) -> bool:
        """Whether whoever activates it has been shown what changes."""
        return self.seen == self.digest


def editor_page(rooms: AdminRooms) -> APIRouter:
    """The page and its form."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def edit(request: Request, version: Annotated[str, Query(max_length=LONGEST_ID)] = "") -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        with faults():
            active = await rooms.configs.active()
            chosen = await kept(rooms, version) if version else active
        text = chosen.text if chosen else ""
        return _shown(request, guest, Draft(text, active.id if active else ""))

    @router.post(PATH)
    async def written(request: Request) -> Response:
        given = await sent(rooms.door, request, wide_form)
        fields = given.fields
        draft = Draft(fields.get("text", ""), fields.get("base", "")[:LONGEST_ID], fields.get("seen", ""))
        if fields.get("act") == "activate" and draft.is_seen:
            return await _activated(rooms, request, given.guest, draft)
        return await _checked(rooms, request, given.guest, draft)

    return router


async def _checked(rooms: AdminRooms, request: Request, guest: Guest, draft: Draft) -> Response:
    told = spoken(request)
    if is_too_long(draft.text):
        most = told["text_too_long"].format(most=MOST_TEXT_BYTES >> 20)
        return _shown(request, guest, draft, alert("danger", most), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        with faults():
            active = await rooms.configs.active()
            found = await check(rooms, draft.text)
    except HTTPException as refused:
        return _shown(request, guest, draft, alert("danger", _sentence(refused, told)), refused.status_code)
    if found.mistakes:
        return _shown(request, guest, draft, mistakes_of(found, told), HTTPStatus.UNPROCESSABLE_ENTITY)
    right = Draft(draft.text, active.id if active else "", draft.digest)
    return _shown(request, guest, right, _right(request, found))


async def _activated(rooms: AdminRooms, request: Request, guest: Guest, draft: Draft) -> Response:
    told = spoken(request)
    try:
        with faults():
            version = await activate(rooms, guest.account, draft.text, draft.base or None)
    except Mistaken as error:
        return _shown(request, guest, draft, mistakes_of(error.checked, told), HTTPStatus.UNPROCESSABLE_ENTITY)
    except HTTPException as refused:
        again = Draft(draft.text, draft.base)
        return _shown(request, guest, again, alert("danger", _sentence(refused, told)), refused.status_code)
    return RedirectResponse(f"/admin/configuration?done={version}", HTTPStatus.SEE_OTHER)


def _sentence(refused: HTTPException, told: Mapping[str, str]) -> str:
    if refused.status_code == HTTPStatus.PRECONDITION_FAILED:
        return told["moved_on_text_kept"]
    return f"{told['not_checked']} {refused.detail}"


def _right(request: Request, found: Checked) -> str:
    told = spoken(request)
    plain = {"right": told["text_right"].format(teams=found.teams, members=found.members)}
    return put("right", request, plain, {"changes": changes_of(found.changes, told)})


def _shown(request: Request, guest: Guest, draft: Draft, result: str = "", status: int = HTTPStatus.OK) -> Response:
    told = spoken(request)
    plain = {"text": draft.text, "base": draft.base, "seen": draft.seen}
    html = {"csrf": csrf_field(guest), "result": result}
    main = put("editor", request, plain, html)
    return page(request, guest, "configuration", main, title=told["editor_title"], scripts=SCRIPTS, status=status)
