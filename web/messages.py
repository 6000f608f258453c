"""`/api/v1/messages`: voice messages, documents and requests for a callback of the own teams."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, BaseModel, Field

from facts.contact import LeftKind, LeftState
from operations.audit import Deed, Notes
from operations.mailbox.entry_id import is_entry_id
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry, TakenAlready
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.who import Door, own_team

PATH = "/api/v1/messages"
CALLBACKS = "/api/v1/callbacks"
MOST = 200
CONTENT_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    }
)
_SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "audio/wav": "wav",
        "application/pdf": "pdf",
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/tiff": "tif",
    }
)
_TAKEN = {HTTPStatus.CONFLICT.value: {"description": "Somebody else takes care of it, or it is done"}}


class Message(BaseModel):
    """One thing in a team's mailbox."""

    id: str
    kind: LeftKind
    team: str
    state: LeftState
    came_at: AwareDatetime
    arrival: AwareDatetime = Field(description="First contact; a callback keeps its place by it")
    concern: str
    language: str
    phone: str = Field(description="To call back; empty if it is not known")
    number: str = Field(description="The customer's; empty if it is not known")
    source: str = Field(description="The kiosk, scanner or page; empty for a call")
    seconds: float | None = Field(description="Of a voice message")
    pages: int | None = Field(description="Of a document")
    bytes: int
    media_type: str
    due_at: AwareDatetime | None = Field(description="A callback: not before this")
    claimed_by: str
    claimed_at: AwareDatetime | None
    done_at: AwareDatetime | None
    content: str | None = Field(description="Where the recording or document is; null where there is none")
    callback: str | None = Field(description="Where the callback is told in full; null for what is none")


class Messages(BaseModel):
    """A page of them, oldest first."""

    messages: tuple[Message, ...]
    next: str | None = Field(description="`after` of the next page; null on the last")


def messages(mailbox: Mailbox, centre: Callable[[], Centre], door: Door, notes: Notes) -> APIRouter:
    """The routes; every one for the own teams only."""
    router = APIRouter(prefix=PATH, tags=["messages"])
    _reading(router, mailbox, centre, door)
    _taking(router, mailbox, door, notes)
    return router


def _reading(router: APIRouter, mailbox: Mailbox, centre: Callable[[], Centre], door: Door) -> None:
    """What is there, and its content."""
    read = door.may(Right.READ_MESSAGES)

    @router.get("", summary="What is in the mailboxes")
    async def listed(
        response: Response,
        account: Annotated[Account, Depends(read)],
        team: Annotated[str | None, Query(max_length=64)] = None,
        state: LeftState | None = None,
        kind: LeftKind | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        after: Annotated[str, Query(max_length=64, description="The last id of the page before")] = "",
    ) -> Messages:
        """Of one team, or of all own ones; oldest first."""
        response.headers["Cache-Control"] = "no-store"
        if team is not None:
            known_team(centre(), team)
            own_team(account, team)
        found = [
            entry
            for entry in await own_entries(mailbox, account, team)
            if state in (None, entry.state) and kind in (None, entry.what)
        ]
        shown, following = page_of(found, after, limit)
        return Messages(messages=await asyncio.to_thread(_all_told, shown), next=following)

    @router.get("/{message}", summary="One of them")
    async def one(message: str, response: Response, account: Annotated[Account, Depends(read)]) -> Message:
        """With phone and customer number."""
        response.headers["Cache-Control"] = "no-store"
        return told(await own_entry(mailbox, account, message))

    @router.get("/{message}/content", summary="The recording or document", response_class=FileResponse)
    async def content(message: str, account: Annotated[Account, Depends(read)]) -> FileResponse:
        """As it is kept, to be saved or played; parts of it on request (Range)."""
        return await content_of(mailbox, await own_entry(mailbox, account, message))


def _taking(router: APIRouter, mailbox: Mailbox, door: Door, notes: Notes) -> None:
    """What becomes of it."""
    take = door.may(Right.TAKE_MESSAGES)

    @router.post("/{message}/claim", summary="I take care of it", responses=_TAKEN)  # type: ignore[arg-type]
    async def claim(message: str, account: Annotated[Account, Depends(take)]) -> Message:
        """Again by the same account is no error."""
        before = await own_entry(mailbox, account, message)
        with mailbox_faults():
            return told(noted(notes, account, Deed.MESSAGE_CLAIMED, before, await mailbox.claim(message, account.name)))

    @router.post("/{message}/release", summary="Somebody else may", responses=_TAKEN)  # type: ignore[arg-type]
    async def release(message: str, account: Annotated[Account, Depends(take)]) -> Message:
        """Whoever leads the team may give back what another has claimed."""
        before = await own_entry(mailbox, account, message)
        after = await released(mailbox, account, before)
        return told(noted(notes, account, Deed.MESSAGE_RELEASED, before, after))

    @router.post("/{message}/done", summary="It is settled", responses=_TAKEN)  # type: ignore[arg-type]
    async def done(message: str, account: Annotated[Account, Depends(take)]) -> Message:
        """Claimed before or not."""
        before = await own_entry(mailbox, account, message)
        with mailbox_faults():
            return told(noted(notes, account, Deed.MESSAGE_DONE, before, await mailbox.done(message, account.name)))

    @router.delete("/{message}", summary="Erase it", status_code=HTTPStatus.NO_CONTENT)
    async def erase(message: str, account: Annotated[Account, Depends(door.may(Right.DELETE_MESSAGES))]) -> None:
        """For ever, with its content."""
        before = await own_entry(mailbox, account, message)
        with mailbox_faults():
            await mailbox.erase(message)
        noted(notes, account, Deed.MESSAGE_DELETED, before, replace(before, state=LeftState.ERASED))


async def own_entries(mailbox: Mailbox, account: Account, team: str | None) -> Sequence[Entry]:
    """Those of a team, or of all that the account serves. HTTPException 503."""
    with mailbox_faults():
        return [entry for entry in await mailbox.listed(team) if account.serves(entry.team)]


def page_of(found: Iterable[Entry], after: str, limit: int) -> tuple[Sequence[Entry], str | None]:
    """So many of these after this id, and the `after` of the next page: by id, that is by time; none is left out."""
    rest = sorted((entry for entry in found if entry.id > after), key=lambda entry: entry.id)
    shown = rest[:limit]
    return shown, shown[-1].id if len(rest) > len(shown) else None


async def own_entry(mailbox: Mailbox, account: Account, message: str, called: str = "message") -> Entry:
    """HTTPException 404, 403 or 503. `called`: the word for what it is."""
    with mailbox_faults(called):
        if not is_entry_id(message):
            raise NoSuchEntry
        entry = await mailbox.get(message)
    own_team(account, entry.team)
    return entry


async def content_of(mailbox: Mailbox, entry: Entry) -> FileResponse:
    """The file, which no browser opens as a page of ours. HTTPException 404."""
    with mailbox_faults():
        path: Path = await asyncio.to_thread(mailbox.content, entry)
    suffix = _SUFFIXES.get(entry.media_type)
    return FileResponse(
        path,
        media_type=entry.media_type if suffix else "application/octet-stream",
        filename=f"{entry.id}.{suffix or 'bin'}",
        content_disposition_type="attachment",
        headers=dict(CONTENT_HEADERS),
    )


async def released(mailbox: Mailbox, account: Account, entry: Entry) -> Entry:
    """Given back by whoever claimed it, or by whoever leads the team."""
    by = entry.claimed_by if account.has(Right.DELETE_MESSAGES) and entry.claimed_by else account.name
    with mailbox_faults():
        return await mailbox.release(entry.id, by)


def noted(notes: Notes, account: Account, deed: Deed, before: Entry, after: Entry) -> Entry:
    """What has become of it, written down if it has changed; never with its numbers."""
    if after != before:
        notes.note(account.name, account.role, deed, team=after.team, about=after.id, kind=after.what.value)
    return after


def known_team(centre: Centre, team: str) -> None:
    """HTTPException 404 for a team that is not configured."""
    if team not in centre.teams:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such team.")


@contextmanager
def mailbox_faults(called: str = "message") -> Iterator[None]:
    """What the mailbox raises, as HTTPException 404, 409 or 503. `called`: the word for what is not there."""
    try:
        yield
    except NoSuchEntry as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"There is no such {called} (any more).") from error
    except TakenAlready as error:
        raise HTTPException(HTTPStatus.CONFLICT, "Somebody else takes care of it, or it is done.") from error
    except MailboxAway as error:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, str(MailboxAway.__doc__).partition("\n")[0], {"Retry-After": "5"}
        ) from error


def _all_told(entries: Iterable[Entry]) -> tuple[Message, ...]:
    return tuple(map(told, entries))


def told(entry: Entry) -> Message:
    """An entry for who may read it."""
    return Message(
        id=entry.id,
        kind=entry.what,
        team=entry.team,
        state=entry.state,
        came_at=_moment(entry.came_at),
        arrival=_moment(entry.arrival),
        concern=entry.concern,
        language=entry.language,
        phone=entry.phone,
        number=entry.number,
        source=entry.source,
        seconds=entry.seconds,
        pages=entry.pages,
        bytes=entry.bytes,
        media_type=entry.media_type,
        due_at=_moment(entry.due_at) if entry.due_at is not None else None,
        claimed_by=entry.claimed_by,
        claimed_at=_moment(entry.claimed_at) if entry.claimed_at is not None else None,
        done_at=_moment(entry.done_at) if entry.done_at is not None else None,
        content=f"{PATH}/{entry.id}/content" if entry.file else None,
        callback=f"{CALLBACKS}/{entry.id}" if entry.what is LeftKind.CALLBACK else None,
    )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
