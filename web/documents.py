"""`POST /api/v1/documents`: a scanner, or another system, hands in one document."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Literal, Protocol

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from operations.documents.arriving import Arriving
from operations.documents.documents import Documents, Taken, Told
from operations.documents.faults import DocumentRefused, NoRoom, ReaderAway, Why
from operations.mailbox.ports import MailboxAway
from web.document_form import DocumentForm, FormMalformed
from web.problems import problem

AGAIN_SECONDS = 10
FORM_BYTES = 64 * 1024
"""What a form may have beside its file."""
MOST_AT_ONCE = 32
REST_BYTES = 32 * 1024 * 1024
REST_SECONDS = 5.0
SILENT_SECONDS = 30.0
"""A sender that says nothing for so long is gone."""

log = structlog.get_logger()


class Sender(Protocol):
    """The account that asks."""

    @property
    def name(self) -> str:
        """As the administrator called it."""
        ...


Asks = Callable[[Request], Awaitable[Sender]]
"""A dependency: who asks, or an HTTPException when they may not."""


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class Offer(_Answer):
    """Whoever scanned may talk to the team: the kiosk's phone rings there without a question for three minutes."""

    kiosk: str
    team: str
    open: bool
    waiting: int
    estimated_wait_seconds: float | None = Field(description="Median; null while too little is known")


class Document(_Answer):
    """A document that is kept, whatever happens now."""

    id: str
    team: str
    team_name: str
    kind: Literal["pdf", "jpeg", "png", "tiff"]
    pages: int
    bytes: int
    duplicate: bool = Field(description="The same content came for this team before: nothing new was kept")
    offer: Offer | None = Field(default=None, description="Only with a kiosk that teams.yaml has")


class ScannerSays(_Answer):
    """For the scanner's screen."""

    de: str
    en: str


class Refused(_Answer):
    """Why a document was not taken (RFC 9457); nothing of it was kept."""

    type: str
    title: str
    status: int
    detail: str
    why: Why
    says: ScannerSays


OfferOf = Callable[[str, str], Offer | None]
"""Kiosk and team -> what its screen offers; None when the line is not known."""

_FORM: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "PDF, JPEG, PNG or TIFF"},
                        "number": {"type": "string", "description": "Customer or BG number, printed, keyed or scanned"},
                        "card": {"type": "string", "description": "What a customer card holds, in place of the number"},
                        "concern": {"type": "string", "enum": ["documents", "money", "job", "emergency"]},
                        "kiosk": {"type": "string", "description": "The kiosk that stands beside the scanner"},
                    },
                }
            }
        },
    }
}
_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"model": Document, "description": "Kept before; nothing new was kept"},
    400: {"description": "No form with one file"},
    413: {"model": Refused, "description": "Too large"},
    422: {"model": Refused, "description": "Refused: `why` and `says` tell the reason"},
    503: {"description": "Cannot be kept just now: send it again"},
    507: {"description": "The disk is full"},
}


def documents(taking: Documents, asks: Asks, offer_of: OfferOf) -> APIRouter:
    """The route. `asks`: who may hand in documents."""
    router = APIRouter(prefix="/api/v1", tags=["documents"])
    places = asyncio.Semaphore(MOST_AT_ONCE)

    @router.post(
        "/documents",
        status_code=HTTPStatus.CREATED,
        response_model=Document,
        responses=_ANSWERS,
        summary="Hand in a document",
        openapi_extra=_FORM,
    )
    async def hand_in(request: Request, sender: Annotated[Sender, Depends(asks)]) -> Response:
        """Keep one document in the mailbox of the household's team: 201 means that it survives a power cut."""
        if places.locked():
            return _later("Too many documents arrive at once.")
        async with places:
            return await _answered(request, sender, taking, offer_of)

    return router


async def _answered(request: Request, sender: Sender, taking: Documents, offer_of: OfferOf) -> Response:
    try:
        return _document(await _taken(request, sender, taking), offer_of)
    except DocumentRefused as refused:
        await _rest_read(request)
        return _refused(refused)
    except FormMalformed as malformed:
        await _rest_read(request)
        return problem(HTTPStatus.BAD_REQUEST, f"The request is not as expected: {malformed}.")
    except (NoRoom, MailboxAway, ReaderAway) as away:
        await _rest_read(request)
        return _not_kept(away)
    except ClientDisconnect:
        log.info("document_broken_off")
        return Response(status_code=HTTPStatus.BAD_REQUEST)


def _not_kept(away: NoRoom | MailboxAway | ReaderAway) -> Response:
    if isinstance(away, NoRoom):
        log.error("documents_disk_full")
        return problem(
            HTTPStatus.INSUFFICIENT_STORAGE, "The disk is full: nothing was kept. Make room, then send it again."
        )
    if isinstance(away, ReaderAway):
        return _later("Documents cannot be looked into just now: nothing was kept.")
    return _later("The mailbox cannot keep anything just now: nothing was kept.")


async def _rest_read(request: Request) -> None:
    """A sender in the middle of a document reads no answer, if we hang up on it: some more is read, and forgotten."""
    if "expect" in request.headers:  # it waits for our word
        return
    read = 0
    with contextlib.suppress(TimeoutError, ClientDisconnect, RuntimeError):  # the latter: it was read to its end
        async with asyncio.timeout(REST_SECONDS):
            async for part in request.stream():
                read += len(part)
                if read > REST_BYTES:
                    return


async def _taken(request: Request, sender: Sender, taking: Documents) -> Taken:
    _refuse_huge(request, taking.most_bytes)
    form = DocumentForm(request.headers.get("content-type", ""))
    arriving = taking.begin()
    try:
        await _received(request, form, arriving, taking.most_bytes)
        fields = form.fields
        told = Told(source=sender.name, **fields)
        return await taking.take(arriving, told)
    finally:
        await arriving.drop()


async def _received(request: Request, form: DocumentForm, arriving: Arriving, most_bytes: int) -> None:
    """Everything that is sent, the file on the disk. Raises what `Arriving.write` raises, FormMalformed."""
    received = 0
    async for part in _body(request):
        received += len(part)
        if received > most_bytes + FORM_BYTES:
            raise DocumentRefused(Why.TOO_LARGE)
        for of_file in form.feed(part):
            await arriving.write(of_file)
    if not form.is_complete:
        raise FormMalformed("it ends too early")
    if not form.has_file:
        raise FormMalformed("the part `file` is missing")


async def _body(request: Request) -> AsyncIterator[bytes]:
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                part = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, "Nothing more came: nothing was kept.") from error
        yield part


def _refuse_huge(request: Request, most_bytes: int) -> None:
    """Before a single byte of it is read, where the sender says how much it is."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told) > most_bytes + FORM_BYTES:
        raise DocumentRefused(Why.TOO_LARGE)


def _document(taken: Taken, offer_of: OfferOf) -> Response:
    entry = taken.entry
    document = Document(
        id=entry.id,
        team=taken.team.id,
        team_name=taken.team.name,
        kind=taken.kind.value,
        pages=entry.pages or 0,
        bytes=entry.bytes,
        duplicate=taken.is_duplicate,
        offer=offer_of(taken.kiosk, taken.team.id) if taken.kiosk else None,
    )
    status = HTTPStatus.OK if taken.is_duplicate else HTTPStatus.CREATED
    return JSONResponse(document.model_dump(exclude=None if taken.kiosk else {"offer"}), status)


def _refused(refused: DocumentRefused) -> Response:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if refused.why is Why.TOO_LARGE else HTTPStatus.UNPROCESSABLE_ENTITY
    says = refused.says
    return problem(status, says.en, why=refused.why.value, says={"de": says.de, "en": says.en})


def _later(what: str) -> Response:
    answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, f"{what} Send it again in a moment.")
    answer.headers["Retry-After"] = str(AGAIN_SECONDS)
    return answer
