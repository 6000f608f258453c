"""`/api/v1/directory`: the customer directory is uploaded, checked line by line, put in force, taken back."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, params
from pydantic import BaseModel, ConfigDict
from starlette.requests import ClientDisconnect

from operations.audit import Deed
from operations.sign_in.accounts import Account, Right
from web.admin.ports import ImportState
from web.admin.rooms import API, AdminRooms, faults

KINDS = frozenset({"text/csv", "application/csv", "application/octet-stream", "application/vnd.ms-excel", "text/plain"})
"""What browsers and programs call such a file."""
SILENT_SECONDS = 30.0
"""A sender that says nothing for so long is gone."""
MOST_LISTED = 500


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class Import(_Answer):
    """Where an import is, and what came of it. `share`: of the file, 0 to 1; its mistakes have a list of their own."""

    state: ImportState
    share: float
    is_dry: bool
    by: str
    received_bytes: int
    version: str
    customers: int
    numbers: int
    bad_lines: int
    failure: str


class DirectoryNow(_Answer):
    """What is active, what calls are decided by, how old that is, and how the import fares."""

    active: str | None
    previous: str | None
    in_force: str
    numbers: int
    age_seconds: float | None
    upload: Import


class LineMistake(_Answer):
    """One bad line. The number itself is not told."""

    line: int
    what: str
    cure: str


class LineMistakes(_Answer):
    """In the order of lines; `count`: of all bad lines. `next`: ask again with `after` set to it; null at the end."""

    mistakes: Sequence[LineMistake]
    count: int
    next: int | None


class RolledBack(_Answer):
    """What is active now."""

    version: str


_FILE = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}}


def directory_api(rooms: AdminRooms) -> APIRouter:
    """Its routes."""
    router = APIRouter(prefix=f"{API}/directory", tags=["administration"])
    may: params.Depends = Depends(rooms.door.may(Right.ADMINISTER))
    _looking(router, rooms, may)
    _importing(router, rooms, may)

    @router.post("/rollback", summary="Go back to the directory before")
    async def rollback(account: Annotated[Account, may]) -> RolledBack:
        return RolledBack(version=await rolled_back(rooms, account))

    return router


async def directory_now(rooms: AdminRooms) -> DirectoryNow:
    """HTTPException 503 while the store is away."""
    with faults():
        both = await rooms.directories.both()
    force = await rooms.force.look()
    made = force.directory_made_at
    return DirectoryNow(
        active=both.active,
        previous=both.previous,
        in_force=force.directory,
        numbers=force.numbers,
        age_seconds=max(0.0, time.time() - made) if made is not None else None,
        upload=Import.model_validate(rooms.imports.now),
    )


async def rolled_back(rooms: AdminRooms, account: Account) -> str:
    """The version that is active now; noted."""
    with faults():
        version = await rooms.directories.rollback()
    rooms.notes.note(account.name, account.role, Deed.DIRECTORY_ROLLED_BACK, about=version)
    return version


def _looking(router: APIRouter, rooms: AdminRooms, may: params.Depends) -> None:
    @router.get("", summary="The customer directory now", dependencies=[may])
    async def now() -> DirectoryNow:
        return await directory_now(rooms)

    @router.get("/import", summary="How the import fares", dependencies=[may])
    async def upload() -> Import:
        return Import.model_validate(rooms.imports.now)

    @router.get("/import/mistakes", summary="Lines that are wrong", dependencies=[may])
    async def mistakes(
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100, after: Annotated[int, Query(ge=0, le=1_000_000)] = 0
    ) -> LineMistakes:
        now = rooms.imports.now
        shown = now.mistakes[after : after + limit]
        more = after + limit if after + limit < len(now.mistakes) else None
        told = [LineMistake.model_validate(each) for each in shown]
        return LineMistakes(mistakes=told, count=now.bad_lines, next=more)


def _importing(router: APIRouter, rooms: AdminRooms, may: params.Depends) -> None:
    @router.post("", summary="Upload a directory", status_code=HTTPStatus.ACCEPTED, openapi_extra=_FILE)
    async def take(account: Annotated[Account, may], request: Request, dry_run: bool = False) -> Import:
        """All or nothing; its progress and its bad lines are asked for afterwards."""
        if request.headers.get("content-type", "").partition(";")[0].strip().casefold() not in KINDS:
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the CSV file itself as text/csv.")
        try:
            with faults():
                await rooms.imports.take(_arriving(request), _length(request), account, dry=dry_run)
        except (ClientDisconnect, TimeoutError) as error:
            raise HTTPException(
                HTTPStatus.REQUEST_TIMEOUT, "The file did not arrive as a whole: nothing was imported. Send it again."
            ) from error
        except OSError as error:
            raise HTTPException(
                HTTPStatus.INSUFFICIENT_STORAGE,
                f"The file could not be kept ({error.strerror}): see TEAMLINE_DATA and its disk, then try again.",
            ) from error
        return Import.model_validate(rooms.imports.now)

    @router.delete("/import", summary="End the import", dependencies=[may], status_code=HTTPStatus.NO_CONTENT)
    async def cancel() -> None:
        """Nothing is imported, unless it was just done; what came of the one before is forgotten."""
        await rooms.imports.cancel()


def _length(request: Request) -> int | None:
    told = request.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else None  # noqa: PLR2004 - more is no size


async def _arriving(request: Request) -> AsyncIterator[bytes]:
    """The body; TimeoutError for a sender that is silent."""
    parts = aiter(request.stream())
    while True:
        async with asyncio.timeout(SILENT_SECONDS):
            try:
                part = await anext(parts)
            except StopAsyncIteration:
                return
        yield part
