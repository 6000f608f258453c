"""`GET /api/v1/reports/...`: the figures of `teamline report` over HTTP."""

import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from metrics.calendar_days import local_day
from operations.report_answer import Kind, ReportQuestion
from operations.report_books import About
from operations.report_named import NamedQuestion
from operations.report_span import ReportSpan
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, Right
from routing.centre import Centre
from web.reports.asked import MOST_ROWS, By, Step, Wish, meant, question
from web.reports.line import LineFull, ReportLine, Working
from web.reports.worker import ReportsAway
from web.who import Door

PATH = "/api/v1/reports"
MOST_SECONDS = 60.0
"""So long a program waits for its answer before it is told to ask again."""
AGAIN_SECONDS = "2"
PAGE_ROWS, MOST_PAGE_ROWS = 1000, 10_000
Question = ReportQuestion | NamedQuestion
CHUNK_BYTES = 64 * 1024


class Form(StrEnum):
    """How rows are told."""

    JSON = "json"
    CSV = "csv"


class Name(StrEnum):
    """The reports beside interval figures."""

    ESTIMATES = "estimates"
    REASONS = "reasons"
    EMERGENCIES = "emergencies"
    CALLBACKS = "callbacks"
    KIOSKS = "kiosks"


class Gap(BaseModel):
    """While nobody watched."""

    node: str
    begins: str = Field(alias="from")
    ends: str = Field(alias="to")
    filled: bool = Field(description="From Asterisk's queue_log")
    unknown: int = Field(description="Calls whose end nobody knows; they count as lost")


class Notes(BaseModel):
    """What is to be known of the figures."""

    gaps: list[Gap]
    unreadable: int = Field(description="Records of the journal that could not be read and are not counted")
    journal_begins: str | None = Field(description="Its first day: of what was before it nothing is known")


class Intervals(BaseModel):
    """A page of rows."""

    formula: str
    rows: list[dict[str, Any]] = Field(description="Under the columns of docs/reports.md")
    next: str | None = Field(description="`after` of the next page; null on the last")
    notes: Notes


class Overview(BaseModel):
    """What the page shows."""

    formula: str
    total: dict[str, Any]
    course: list[dict[str, Any]] = Field(description="The total by `step`; empty without one")
    groups: list[dict[str, Any]]
    week: list[dict[str, Any]] = Field(description="Each weekday's half hours, 0 is Monday's, and 0 o'clock's")
    notes: Notes


class NamedRows(BaseModel):
    """A page of rows of another report."""

    rows: list[dict[str, Any]] = Field(description="Under the columns of docs/reports.md")
    next: str | None = Field(description="`after` of the next page; null on the last")
    unreadable: int = Field(description="Records of the journal that could not be read and are not counted")


_ANSWERS: dict[int | str, dict[str, Any]] = {
    HTTPStatus.TOO_MANY_REQUESTS.value: {"description": "Too many reports are asked for at once"},
    HTTPStatus.SERVICE_UNAVAILABLE.value: {"description": "Not read yet, or the journal is away: ask again"},
}
_ROWS: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK.value: {"content": {"text/csv": {"schema": {"type": "string"}}}},
    **_ANSWERS,
}


def wished(
    begin: Annotated[
        str | None, Query(alias="from", max_length=40, description="As --from of `teamline report`")
    ] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="As --to: exclusive")] = None,
    step: Annotated[Step | None, Query(description="Without it the whole span is one interval")] = None,
    team: Annotated[list[str] | None, Query(max_length=200, description="Some teams, or `centre`")] = None,
    area: Annotated[list[str] | None, Query(max_length=200)] = None,
    site: Annotated[list[str] | None, Query(max_length=200)] = None,
    by: Annotated[By, Query(description="What a row is about")] = By.TEAM,
) -> Wish:
    """The words of an address."""
    return Wish(begin, end, step, tuple(team or ()), tuple(area or ()), tuple(site or ()), by)


def reports(line: ReportLine, centre: Callable[[], Centre], door: Door) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix=PATH, tags=["reports"])
    reads = door.may(Right.READ_REPORTS)

    @router.get("/intervals", summary="Interval figures", response_model=Intervals, responses=_ROWS)
    async def intervals(
        account: Annotated[Account, Depends(reads)],
        wish: Annotated[Wish, Depends(wished)],
        form: Annotated[Form, Query(alias="format")] = Form.JSON,
        limit: Annotated[int, Query(ge=1, le=MOST_PAGE_ROWS)] = PAGE_ROWS,
        after: Annotated[int, Query(ge=0, le=2 * MOST_ROWS, description="`next` of the page before")] = 0,
    ) -> Response:
        """As `teamline report` prints them: of every team of yours, or of what you choose."""
        said = meant(wish, account, centre(), time.time())
        asked = question(Kind(form.value), said, centre(), after, limit)
        text = await answered(line, account, asked)
        return _csv(text, said.span, said.by, centre()) if form is Form.CSV else _json(text)

    @router.get("/overview", summary="What the page of reports shows", response_model=Overview, responses=_ANSWERS)
    async def overview(account: Annotated[Account, Depends(reads)], wish: Annotated[Wish, Depends(wished)]) -> Response:
        """The span's total and its course, the teams beside each other, and the week."""
        said = meant(wish, account, centre(), time.time())
        return _json(await answered(line, account, question(Kind.OVERVIEW, said, centre())))

    @router.get("/{name}", summary="The other reports", response_model=NamedRows, responses=_ROWS)
    async def named(
        name: Name,
        account: Annotated[Account, Depends(reads)],
        wish: Annotated[Wish, Depends(wished)],
        form: Annotated[Form, Query(alias="format")] = Form.JSON,
        limit: Annotated[int, Query(ge=1, le=MOST_PAGE_ROWS)] = PAGE_ROWS,
        after: Annotated[int, Query(ge=0, le=2 * MOST_ROWS, description="`next` of the page before")] = 0,
    ) -> Response:
        """As `teamline report --estimates`, `--reasons` ... prints them: of one team, or of all."""
        asked = _named(name, wish, account, centre(), form, after, limit)
        text = await answered(line, account, asked)
        return _csv(text, ReportSpan(asked.begin, asked.end), name, centre()) if form is Form.CSV else _json(text)

    return router


def _named(
    name: Name, wish: Wish, account: Account, centre: Centre, form: Form, first: int, most: int
) -> NamedQuestion:
    """HTTPException 422 for words that only interval figures know, 403 for others' teams."""
    if wish.areas or wish.sites or len(wish.teams) > 1 or wish.by is not By.TEAM:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"{name}: one team, or all: area, site and by are for intervals."
        )
    if account.role in OWN_TEAMS_ONLY and not wish.teams:
        raise HTTPException(HTTPStatus.FORBIDDEN, "Name one of your own teams: team=ID.")
    said = meant(wish, account, centre, time.time())
    question(Kind.JSON, said, centre)  # refuses what would be too long
    team = wish.teams[0] if wish.teams else None
    return NamedQuestion(About(name.value), said.span.begin, said.span.end, wish.step, team, form.value, first, most)


async def answered(line: ReportLine, account: Account, asked: Question) -> bytes:
    """HTTPException 503 while it is not read yet, or the journal is away; 429 if too many ask."""
    found = await told(line, account, asked, MOST_SECONDS)
    if isinstance(found, Working):
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"The journal is being read, {found.done} of {found.of} days so far: ask the same again.",
            {"Retry-After": AGAIN_SECONDS},
        )
    return found


async def told(
    line: ReportLine, account: Account, asked: ReportQuestion | NamedQuestion, seconds: float
) -> bytes | Working:
    """The answer, or how far it is. HTTPException 503 while the journal is away, 429 if too many ask."""
    try:
        return await line.ask(account.name, asdict(asked), seconds)
    except LineFull as error:
        raise HTTPException(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many reports are asked for at once: ask again when one of yours has come.",
            {"Retry-After": AGAIN_SECONDS},
        ) from error
    except ReportsAway as error:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, str(ReportsAway.__doc__), {"Retry-After": AGAIN_SECONDS}
        ) from error


def overview_of(text: bytes) -> dict[str, Any]:
    """The answer of an overview, read; some milliseconds for a long one."""
    found: dict[str, Any] = json.loads(text)
    return found


def _json(text: bytes) -> Response:
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


def _csv(text: bytes, span: ReportSpan, about: str, centre: Centre) -> Response:
    first = local_day(span.begin, centre.timezone)
    last = local_day(span.end - 1, centre.timezone)
    name = f"teamline-report-{first}-{last}-{about}.csv"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_pieces(text), media_type="text/csv; charset=utf-8", headers=headers)


async def _pieces(text: bytes) -> AsyncIterator[bytes]:
    """As fast as the reader takes them."""
    for begin in range(0, len(text), CHUNK_BYTES):
        yield text[begin : begin + CHUNK_BYTES]
