"""What if, over HTTP: `/api/v1/what-if` begins, tells and ends the one question that is worked out at a time."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from operations.sign_in.accounts import Right
from routing.centre import Centre
from web.own_pages import asked_by_our_page
from web.problems import problem
from web.what_if_job import AlreadyRunning, Now, State, WhatIfJob
from web.what_if_question import Asked, Mistake, mistakes_in
from web.who import Door

PATH = "/api/v1/what-if"
MOST_BYTES = 32 * 1024
_JSON = "application/json"
_SCHEMA = {"requestBody": {"required": True, "content": {_JSON: {"schema": Asked.model_json_schema()}}}}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    HTTPStatus.CONFLICT: {"description": "A question is being worked out"},
    HTTPStatus.UNPROCESSABLE_ENTITY: {"description": "Every mistake with its place and cure"},
}


class WhatIfProgress(BaseModel):
    """How far the running question is."""

    step: str = Field(description="starting, reading (days of the journal) or simulating (runs)")
    done: int
    of: int = Field(description="0 while it is not known")


class WhatIfError(BaseModel):
    """Why there is no answer."""

    why: str = Field(description="nothing_known, no_such_day, too_long or failed")
    what: str = Field(description="The sentence, with its cure")


class WhatIfNow(BaseModel):
    """Where the question is."""

    state: State
    progress: WhatIfProgress | None
    question: Asked | None
    answer: dict[str, Any] | None = Field(description="The document of `teamline simulate --json`")
    notes: list[str] = Field(description="What is to be known of the answer")
    error: WhatIfError | None


def what_if(job: WhatIfJob, centre: Callable[[], Centre], door: Door) -> APIRouter:
    """The questions of supervisors and administrators: totals of teams, no person; not by another site's page."""
    may = Depends(door.may(Right.ASK_WHAT_IF))
    guards = [Depends(asked_by_our_page), may]
    router = APIRouter(prefix=PATH, tags=["what if"], dependencies=guards)

    @router.get("", summary="The question and its answer", response_model=WhatIfNow)
    async def told() -> JSONResponse:
        """Idle, running with its progress, done with the answer, or failed with the reason."""
        return _shown(job.now)

    @router.post(
        "",
        summary="Ask",
        status_code=HTTPStatus.ACCEPTED,
        response_model=WhatIfNow,
        openapi_extra=_SCHEMA,
        responses=_REFUSALS,
    )
    async def ask(question: Annotated[Asked | list[Mistake], Depends(_question)]) -> Response:
        """Begin to work the question out, in a process of its own."""
        return _begun(job, question, centre)

    @router.delete("", summary="End the question, or forget its answer", response_model=WhatIfNow)
    async def end() -> JSONResponse:
        """Nothing of it runs on afterwards."""
        await job.cancel()
        return _shown(job.now)

    return router


def _begun(job: WhatIfJob, question: Asked | list[Mistake], centre: Callable[[], Centre]) -> Response:
    """The job begun, or what is in its way."""
    wrong = question if isinstance(question, list) else mistakes_in(question, centre(), time.time())
    if wrong or isinstance(question, list):
        told = [{"place": list(each.place), "what": each.what} for each in wrong]
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The question cannot be asked like this.", errors=told)
    try:
        job.start(question)
    except AlreadyRunning:
        return problem(
            HTTPStatus.CONFLICT,
            f"A question is being worked out, one at a time: wait for its answer, or end it with DELETE {PATH}.",
        )
    return _shown(job.now, HTTPStatus.ACCEPTED)


async def _question(request: Request) -> Asked | list[Mistake]:
    """What was sent, or what is wrong with its form. What was sent is not repeated."""
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != _JSON:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the question as {_JSON}.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A question has at most {MOST_BYTES} bytes: ask for less at once."
            )
    try:
        return Asked.model_validate_json(bytes(body))
    except ValidationError as error:
        return [
            Mistake(tuple(str(part) for part in each["loc"]), each["msg"])
            for each in error.errors(include_url=False, include_context=False, include_input=False)
        ]


def _shown(now: Now, status: int = HTTPStatus.OK) -> JSONResponse:
    told: Mapping[str, object] = {
        "state": now.state,
        "progress": asdict(now.progress) if now.progress else None,
        "question": now.question.model_dump(mode="json", by_alias=True) if now.question else None,
        "answer": now.answer,
        "notes": now.notes,
        "error": asdict(now.error) if now.error else None,
    }
    return JSONResponse(told, status, headers={"Cache-Control": "no-store"})
