"""`/admin/health`: everything that calls depend on; what is well is quiet, what is not says why, and its cure."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response

from metrics.board import Trouble
from operations.sign_in.accounts import Right
from web.admin.pieces import alert, badge, come_again, page, put, spoken, table
from web.admin.ports import Finding
from web.admin.rooms import AdminRooms, faults
from web.frame import come_in
from web.health import Dependencies, Dependency
from web.live import Look

PATH = "/admin/health"
LITTLE_BYTES = 1 << 30
LEVELS = {"ok": "success", "warn": "warning", "FAIL": "danger"}


@dataclass(frozen=True, slots=True)
class HealthLook:
    """Where to look. `folder`: on whose disk everything is kept."""

    dependencies: Callable[[], Awaitable[Dependencies]]
    live: Look
    folder: Path

    async def all(self) -> Dependencies:
        """Each dependency by its name, the disk among them."""
        return {**await self.dependencies(), "disk": await asyncio.to_thread(self._disk)}

    def troubles(self) -> tuple[Trouble, ...]:
        """What the live figures tell that somebody has to cure."""
        now = self.live()
        return now.board.troubles if now else ()

    def _disk(self) -> Dependency:
        free = shutil.disk_usage(self.folder if self.folder.exists() else self.folder.anchor).free
        return Dependency(
            free >= LITTLE_BYTES,
            is_required=False,
            what=f"{free >> 20} MiB are free for what Teamline keeps",
            cure="make room, or move TEAMLINE_DATA to a larger disk",
        )


def health_page(rooms: AdminRooms, look: HealthLook) -> APIRouter:
    """The page, the piece of it that refreshes itself, and the thorough look."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def health(request: Request, thorough: str = "") -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        html = {
            "now": await _now(look, spoken(request)),
            "doctor_table": await _doctor(rooms, spoken(request)) if thorough == "yes" else "",
        }
        return page(request, guest, "health", put("health", request, {}, html))

    @router.get(f"{PATH}/now")
    async def now(request: Request) -> Response:
        await come_again(rooms.door, request)
        return Response(
            await _now(look, spoken(request)), media_type="text/html", headers={"Cache-Control": "no-store"}
        )

    return router


async def _now(look: HealthLook, told: Mapping[str, str]) -> str:
    found, troubles = await look.all(), look.troubles()
    bad = {name: each for name, each in found.items() if not each.is_ok}
    good = {name: each for name, each in found.items() if each.is_ok}
    stops = sum(each.is_required for each in bad.values())
    count = len(bad) + len(troubles)
    summary = told["health_stops" if stops else {0: "health_well", 1: "health_one"}.get(count, "health_some")]
    kind = "danger" if stops else ("warning" if count else "success")
    rows = "".join(_wrong(name, each, told) for name, each in bad.items()) + "".join(map(_trouble, troubles))
    quiet = "".join(
        f"<li>{badge('success', told['well'])} <strong>{escape(_name(name, told))}</strong> "
        f'<span class="quiet" lang="en">{escape(each.what)}</span></li>'
        for name, each in good.items()
    )
    return (
        f'<div id="health" hx-get="{PATH}/now" hx-trigger="every 5s" hx-swap="outerMorph">'
        f'<div role="status">{alert(kind, summary.format(count=count), is_urgent=False)}</div>'
        f'<ul class="wrong">{rows}</ul><ul class="well">{quiet}</ul></div>'
    )


def _wrong(name: str, each: Dependency, told: Mapping[str, str]) -> str:
    mark = badge("danger", told["fails"]) if each.is_required else badge("warning", told["limps"])
    cure = told.get(f"cure_{name}", "")
    own = f"<p>{escape(cure)}</p>" if cure else ""
    return (
        f"<li>{mark} <strong>{escape(_name(name, told))}</strong>{own}"
        f'<p lang="en">{escape(each.what)}</p><p class="cure" lang="en">{escape(each.cure)}</p></li>'
    )


def _trouble(each: Trouble) -> str:
    return f'<li lang="en"><strong>{escape(each.what)}</strong><p class="cure">{escape(each.cure)}</p></li>'


def _name(name: str, told: Mapping[str, str]) -> str:
    return told.get(f"part_{name}", name)


async def _doctor(rooms: AdminRooms, told: Mapping[str, str]) -> str:
    try:
        with faults():
            findings = await rooms.work.doctor()
    except HTTPException as refused:
        return alert("danger", told["doctor_failed"], f'<p lang="en">{escape(str(refused.detail))}</p>')
    order = sorted(
        findings, key=lambda each: list(LEVELS).index(each.level) if each.level in LEVELS else 0, reverse=True
    )
    rows = [(_level(each, told), f"<code>{escape(each.name)}</code>", _finding(each)) for each in order]
    return table(told["doctor"], [told["col_state"], told["col_check"], told["col_what"]], rows)


def _level(each: Finding, told: Mapping[str, str]) -> str:
    return badge(LEVELS.get(each.level, "warning"), told[f"level_{LEVELS.get(each.level, 'warning')}"])


def _finding(each: Finding) -> str:
    cure = f'<br><span class="cure">{escape(each.cure)}</span>' if each.cure else ""
    return f'<span lang="en">{escape(each.what)}{cure}</span>'
