"""`/admin/configuration`: what is in force, the versions, two of them compared, and back to an earlier one."""

from collections.abc import Mapping, Sequence
from html import escape
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.accounts import Right
from operations.versions import ListedVersion
from web.admin.configuration import Mistaken, go_to, kept
from web.admin.configuration_api import LONGEST_ID, InForce, force_now
from web.admin.editor_page import editor_page
from web.admin.pieces import alert, badge, come_again, csrf_field, moment, page, put, spoken, table
from web.admin.rooms import AdminRooms, faults
from web.admin.sent import sent
from web.admin.told_changes import changes_of, mistakes_of, text_of
from web.body import form
from web.frame import come_in
from web.who import Guest

PATH = "/admin/configuration"
Id = Annotated[str, Query(max_length=LONGEST_ID)]


def configuration_page(rooms: AdminRooms) -> APIRouter:
    """The pages; the editor among them."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def overview(request: Request, done: Id = "") -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        return await _overview(rooms, request, guest, done)

    @router.get(f"{PATH}/state")
    async def state(request: Request) -> Response:
        await come_again(rooms.door, request)
        return Response(state_of(await force_now(rooms), spoken(request)), media_type="text/html")

    @router.get(f"{PATH}/compare")
    async def compare(
        request: Request, from_: Annotated[str, Query(alias="from", max_length=LONGEST_ID)] = "", to: Id = ""
    ) -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        return await _compared(rooms, request, guest, from_, to)

    @router.post(f"{PATH}/go-to")
    async def back(request: Request) -> Response:
        given = await sent(rooms.door, request, form)
        version, expected = given.fields.get("version", ""), given.fields.get("expected", "")
        trouble, status = "", HTTPStatus.OK
        try:
            with faults():
                done = await go_to(rooms, given.account, version, expected or None)
            return RedirectResponse(f"{PATH}?done={done}", HTTPStatus.SEE_OTHER)
        except Mistaken as error:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            trouble = mistakes_of(error.checked, spoken(request), is_linked=False)
        except HTTPException as refused:
            status = HTTPStatus(refused.status_code)
            trouble = _trouble(status, str(refused.detail), spoken(request))
        return await _overview(rooms, request, given.guest, "", trouble, status)

    router.include_router(editor_page(rooms))
    return router


def state_of(now: InForce, told: Mapping[str, str]) -> str:
    """How far the active version has come; asks again by itself until it is everywhere."""
    steps = [
        (told["state_router"], now.router, now.router == now.active),
        (told["state_asterisk"], now.asterisk or told["unknown"], now.asterisk == now.active),
    ]
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>"
        f"{badge('success', told['state_same']) if is_same else badge('warning', told['state_other'])}"
        f"{'' if is_same else f' <code>{escape(version)}</code>'}</dd></div>"
        for name, version, is_same in steps
    )
    again = "" if now.everywhere else f' hx-get="{PATH}/state" hx-trigger="every 1s" hx-swap="outerMorph"'
    summary = told["state_everywhere"] if now.everywhere else told["state_following"]
    hint = "" if now.asterisk == now.active else f'<p class="hint">{escape(told["state_hint"])}</p>'
    return (
        f'<div id="in-force"{again}><p role="status">{escape(summary)}</p>'
        f'<dl class="facts"><div><dt>{escape(told["state_active"])}</dt><dd><code>{escape(now.active or "–")}</code>'
        f"</dd></div>{rows}</dl>{hint}</div>"
    )


def _trouble(status: HTTPStatus, detail: str, told: Mapping[str, str]) -> str:
    names = {HTTPStatus.PRECONDITION_FAILED: "moved_on", HTTPStatus.SERVICE_UNAVAILABLE: "store_away"}
    return alert("danger", told[names[status]] if status in names else detail)


async def _overview(
    rooms: AdminRooms, request: Request, guest: Guest, done: str, trouble: str = "", status: int = HTTPStatus.OK
) -> Response:
    told = spoken(request)
    try:
        now, versions = await force_now(rooms), list(await rooms.configs.listed())
    except Exception as away:  # whichever of the two it was
        if not isinstance(away, HTTPException):
            with faults():
                raise
        main = put(
            "away", request, {"heading": told["configuration_title"]}, {"trouble": alert("danger", told["store_away"])}
        )
        return page(request, guest, "configuration", main, status=HTTPStatus.SERVICE_UNAVAILABLE)
    success = alert("success", told["activated"].format(version=done)) if done and done == now.active else ""
    html = {
        "trouble": trouble + success,
        "state": state_of(now, told),
        "versions_table": _versions(rooms, versions, told),
        "from_options": _options(versions, is_previous=True),
        "to_options": _options(versions, is_previous=False),
    }
    return page(request, guest, "configuration", put("configuration", request, {}, html), status=status)


def _versions(rooms: AdminRooms, versions: Sequence[ListedVersion], told: Mapping[str, str]) -> str:
    zone, active = rooms.centre().timezone, next((each.id for each in versions if each.is_active), "")
    rows = [
        (
            moment(each.made_at, zone, told),
            f"<code>{escape(each.id)}</code>",
            escape(each.by or "–"),
            _mark(each, told),
            _links(each, active, told),
        )
        for each in versions
    ]
    heads = [told[name] for name in ("col_when", "col_version", "col_by", "col_state", "col_do")]
    return table(told["versions"], heads, rows)


def _mark(version: ListedVersion, told: Mapping[str, str]) -> str:
    if version.is_active:
        return badge("success", told["is_active"])
    return badge("info", told["is_previous"]) if version.is_previous else ""


def _links(version: ListedVersion, active: str, told: Mapping[str, str]) -> str:
    look = f'<a href="{PATH}/edit?version={escape(version.id)}">{escape(told["look"])}</a>'
    if version.is_active or not active:
        return look
    name = told["back_to_this"]
    return f'{look} <a href="{PATH}/compare?from={escape(active)}&amp;to={escape(version.id)}">{escape(name)}</a>'


def _options(versions: Sequence[ListedVersion], *, is_previous: bool) -> str:
    return "".join(_option(each, is_chosen=each.is_previous if is_previous else each.is_active) for each in versions)


def _option(version: ListedVersion, *, is_chosen: bool) -> str:
    told = f"{version.id} · {version.by}" if version.by else version.id
    return f'<option value="{escape(version.id)}"{" selected" if is_chosen else ""}>{escape(told)}</option>'


async def _compared(rooms: AdminRooms, request: Request, guest: Guest, before: str, after: str) -> Response:
    told = spoken(request)
    try:
        with faults():
            texts = [(await kept(rooms, each)).text for each in (before, after)]
            found = await rooms.work.differences(*texts)
            active = await rooms.configs.active()
    except HTTPException as refused:
        trouble = _trouble(HTTPStatus(refused.status_code), str(refused.detail), told)
        return await _overview(rooms, request, guest, "", trouble, refused.status_code)
    now = active.id if active else ""
    act = (
        put("go_to", request, {"version": after, "expected": now}, {"csrf": csrf_field(guest)})
        if after != now and before == now
        else ""
    )
    html = {
        "changes": changes_of(found.changes, told),
        "text": text_of(found.text, told),
        "act": act,
    }
    main = put("compare", request, {"from_version": before, "to_version": after}, html)
    return page(request, guest, "configuration", main, title=told["compare_title"])
