"""`/admin/directory`: which directory counts, how old it is; a new one uploaded, bad lines listed; and back."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.accounts import Right
from operations.versions import made_at
from web.admin.directory_api import DirectoryNow, directory_now, rolled_back
from web.admin.pieces import alert, badge, come_again, csrf_field, moment, number, page, put, spoken, table
from web.admin.ports import ImportNow, ImportState
from web.admin.rooms import AdminRooms
from web.admin.sent import sent
from web.body import form
from web.frame import come_in
from web.who import Guest

PATH = "/admin/directory"
SCRIPTS = ("/pages/admin/upload.js",)
PAGE_LINES = 100
OLD_DAYS = 8
"""A directory that is older is marked: it is usually exported every week."""
BUSY = frozenset({ImportState.RECEIVING, ImportState.RUNNING})


def directory_page(rooms: AdminRooms) -> APIRouter:
    """The page, its piece that follows an import, and the way back."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def overview(request: Request, after: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        return await _overview(rooms, request, guest, after=after)

    @router.get(f"{PATH}/import")
    async def upload(request: Request) -> Response:
        await come_again(rooms.door, request)
        text = upload_of(rooms.imports.now, spoken(request), 0)
        is_over = rooms.imports.now.state not in BUSY
        return Response(text, media_type="text/html", headers={"HX-Refresh": "true"} if is_over else {})

    @router.post(f"{PATH}/cancel")
    async def cancel(request: Request) -> Response:
        await sent(rooms.door, request, form)
        await rooms.imports.cancel()
        return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)

    @router.post(f"{PATH}/rollback")
    async def rollback(request: Request) -> Response:
        given = await sent(rooms.door, request, form)
        told = spoken(request)
        if given.fields.get("sure") != "yes":
            return await _overview(rooms, request, given.guest, asks_back=True)
        try:
            version = await rolled_back(rooms, given.account)
        except HTTPException as refused:
            return await _overview(rooms, request, given.guest, alert("danger", str(refused.detail)))
        return await _overview(
            rooms, request, given.guest, alert("success", told["directory_back"].format(version=version))
        )

    return router


async def _overview(
    rooms: AdminRooms,
    request: Request,
    guest: Guest,
    trouble: str = "",
    *,
    after: int = 0,
    asks_back: bool = False,
) -> Response:
    told = spoken(request)
    try:
        now = await directory_now(rooms)
    except HTTPException:
        plain = {"heading": told["directory_title"]}
        main = put("away", request, plain, {"trouble": alert("danger", told["store_away"])})
        return page(request, guest, "directory", main, status=HTTPStatus.SERVICE_UNAVAILABLE)
    html = {
        "trouble": trouble,
        "facts": _facts(now, rooms, told),
        "upload": upload_of(rooms.imports.now, told, after),
        "back": _back(request, guest, now, asks=asks_back) if now.previous else "",
        "cancel_form": _cancel(guest, told) if rooms.imports.now.state in BUSY else "",
        "busy": " disabled" if rooms.imports.now.state in BUSY else "",
    }
    return page(request, guest, "directory", put("directory", request, {}, html), scripts=SCRIPTS)


def _facts(now: DirectoryNow, rooms: AdminRooms, told: Mapping[str, str]) -> str:
    zone = rooms.centre().timezone
    if not now.in_force:
        return alert("warning", told["no_directory"], is_urgent=False)
    is_old = (now.age_seconds or 0) > OLD_DAYS * 86_400
    age = badge("warning" if is_old else "success", _age(now.age_seconds or 0, told))
    facts = [
        (told["directory_version"], f"<code>{escape(now.in_force)}</code>"),
        (told["directory_numbers"], number(now.numbers, told)),
        (told["directory_made"], f"{moment(made_at(now.in_force), zone, told)} {age}"),
    ]
    if now.active != now.in_force:
        facts.append((told["directory_next"], f"<code>{escape(now.active or '–')}</code>"))
    return f'<dl class="facts">{"".join(f"<div><dt>{escape(k)}</dt><dd>{v}</dd></div>" for k, v in facts)}</dl>'


def _age(seconds: float, told: Mapping[str, str]) -> str:
    age = timedelta(seconds=seconds)
    if age.days:
        return told["age_day" if age.days == 1 else "age_days"].format(count=age.days)
    hours = age.seconds // 3600
    return told["age_hour" if hours == 1 else "age_hours"].format(count=hours) if hours else told["age_fresh"]


def upload_of(now: ImportNow, told: Mapping[str, str], after: int) -> str:
    """How the import fares; asks again by itself until it is over."""
    if now.state in BUSY:
        return (
            f'<div id="upload" hx-get="{PATH}/import" hx-trigger="every 1s" hx-swap="outerMorph">'
            f'<p role="status">{escape(told[f"import_{now.state.value}"])}</p>'
            f'<progress max="100" value="{round(100 * now.share)}" aria-label="{escape(told["import_share"])}">'
            f"{round(100 * now.share)} %</progress></div>"
        )
    return f'<div id="upload">{_result(now, told, after)}</div>'


def _result(now: ImportNow, told: Mapping[str, str], after: int) -> str:
    if now.state is ImportState.IDLE:
        return ""
    if now.state is ImportState.FAILED:
        return alert("danger", told["import_failed"], f'<p lang="en">{escape(now.failure)}</p>')
    if now.state is ImportState.REFUSED:
        return _mistakes(now, told, after)
    counts = {"customers": number(now.customers, told), "numbers": number(now.numbers, told)}
    name = "import_would" if now.is_dry else "import_done"
    body = f"<p>{escape(told['import_counts'].format(**counts))} <code>{escape(now.version)}</code></p>"
    return alert("info" if now.is_dry else "success", told[name], body)


def _mistakes(now: ImportNow, told: Mapping[str, str], after: int) -> str:
    shown = now.mistakes[after : after + PAGE_LINES]
    rows = [
        (str(each.line), f'<span lang="en">{escape(each.what)}</span>', f'<span lang="en">{escape(each.cure)}</span>')
        for each in shown
    ]
    title = told["bad_line" if now.bad_lines == 1 else "bad_lines"].format(count=number(now.bad_lines, told))
    body = f"<p>{escape(told['nothing_imported'])}</p>"
    listed = table(told["bad_lines_label"], [told["col_line"], told["col_what"], told["col_cure"]], rows)
    return alert("danger", title, body) + listed + _turn(now, told, after)


def _turn(now: ImportNow, told: Mapping[str, str], after: int) -> str:
    links = []
    if after > 0:
        links.append(f'<a href="{PATH}?after={max(0, after - PAGE_LINES)}#upload">{escape(told["earlier"])}</a>')
    if after + PAGE_LINES < len(now.mistakes):
        links.append(f'<a href="{PATH}?after={after + PAGE_LINES}#upload">{escape(told["further"])}</a>')
    elif now.bad_lines > len(now.mistakes):
        links.append(escape(told["not_all_lines"].format(count=number(len(now.mistakes), told))))
    return f'<p class="turn">{" ".join(links)}</p>' if links else ""


def _back(request: Request, guest: Guest, now: DirectoryNow, *, asks: bool) -> str:
    made = made_at(now.previous or "")
    age = (datetime.now(UTC) - made).total_seconds() if made else 0.0
    told = spoken(request)
    plain = {"previous": now.previous or "", "previous_age": _age(max(0.0, age), told)}
    return put("directory_back_sure" if asks else "directory_back", request, plain, {"csrf": csrf_field(guest)})


def _cancel(guest: Guest, told: Mapping[str, str]) -> str:
    return (
        f'<form method="post" action="{PATH}/cancel">{csrf_field(guest)}'
        f'<button class="kern-btn kern-btn--secondary"><span class="kern-label">{escape(told["import_cancel"])}'
        "</span></button></form>"
    )
