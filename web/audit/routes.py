"""`/api/v1/audit`: who did what, the newest first, in pages; and the same as a file for spreadsheets."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, tzinfo
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from operations.audit import Asked, AuditAway, AuditEntry, AuditPage, KeptAudit
from operations.sign_in.accounts import Right
from routing.centre import Centre
from web.audit.asked import MOST, AuditWanted
from web.who import AGAIN_SECONDS, Door

PATH = "/api/v1/audit"
CSV_PATH = "/api/v1/audit.csv"
MOST_LINES = 20_000
"""Of a file; a day at a time finds more."""
COLUMNS = ("at", "who", "role", "deed", "team", "about", "told")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class DeedTold(BaseModel):
    """One deed."""

    id: str
    at: AwareDatetime
    who: str = Field(description="The account, or the operating system's user of a command")
    role: str = Field(description="The account's role; `command` for a command")
    deed: str
    team: str
    about: str = Field(description="A member, call, message, version: never a customer or phone number")
    told: Mapping[str, str] = Field(description="What belongs to it: a reason, seconds, the team moved to")


class AuditTold(BaseModel):
    """A page of the record, the newest first."""

    entries: tuple[DeedTold, ...]
    next: str | None = Field(
        description="`before` of the next page; null on the last. A page may be short, or empty, and have a next"
    )


def audit_routes(kept: KeptAudit, centre: Callable[[], Centre], door: Door) -> APIRouter:
    """The routes."""
    may = [Depends(door.may(Right.READ_AUDIT))]
    router = APIRouter(tags=["audit"], dependencies=may)

    @router.get(PATH, summary="Who did what")
    async def listed(wanted: Annotated[AuditWanted, Query()], response: Response) -> AuditTold:
        """The newest first."""
        response.headers["Cache-Control"] = "no-store"
        page = await looked_up(kept, wanted, centre().timezone)
        return AuditTold(entries=tuple(map(_told, page.entries)), next=page.next or None)

    @router.get(
        CSV_PATH,
        summary="The same for spreadsheets",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {}}, "description": "CSV (RFC 4180)"}},
    )
    async def sheet(wanted: Annotated[AuditWanted, Query()]) -> StreamingResponse:
        """From `before` on, at most 20,000 lines, the newest first; times of the centre's zone."""
        zone = centre().timezone
        first = await looked_up(kept, wanted.model_copy(update={"limit": MOST}), zone)
        headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="audit.csv"'}
        lines = _lines(kept, wanted.asked(zone), first, zone)
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)

    return router


async def looked_up(kept: KeptAudit, wanted: AuditWanted, zone: tzinfo) -> AuditPage:
    """The page. HTTPException 503."""
    try:
        return await kept.listed(wanted.asked(zone), wanted.limit, wanted.before)
    except AuditAway as away:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, str(AuditAway.__doc__), {"Retry-After": AGAIN_SECONDS}
        ) from away


def _told(entry: AuditEntry) -> DeedTold:
    return DeedTold(
        id=entry.id,
        at=datetime.fromtimestamp(entry.at, UTC),
        who=entry.who,
        role=entry.role,
        deed=entry.deed.value,
        team=entry.team,
        about=entry.about,
        told=entry.told,
    )


async def _lines(kept: KeptAudit, asked: Asked, first: AuditPage, zone: tzinfo) -> AsyncIterator[str]:
    yield _line(COLUMNS)
    page, count = first, len(first.entries)
    while True:
        yield "".join(_line(_cells(entry, zone)) for entry in page.entries)
        if not page.next or count >= MOST_LINES:
            return
        page = await kept.listed(asked, MOST, page.next)  # away in the middle: the file is cut off, as it must be
        count += len(page.entries)


def _cells(entry: AuditEntry, zone: tzinfo) -> tuple[str, ...]:
    at = datetime.fromtimestamp(entry.at, zone).isoformat(timespec="seconds")
    told = "; ".join(f"{name}: {value}" for name, value in entry.told.items())
    return (at, entry.who, entry.role, entry.deed.value, entry.team, entry.about, told)


def _line(cells: tuple[str, ...]) -> str:
    """No cell is a formula: names of refused sign-ins come from anybody."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(
        f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells
    )
    return line.getvalue()
