"""A teams.yaml in a request: wider than other requests, and still bounded; read off the loop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from web.body import FORM, JSON

MOST_TEXT_BYTES = 1024 * 1024
"""Of a teams.yaml, as UTF-8."""
MOST_BYTES = 4 * MOST_TEXT_BYTES
"""Of a request: percent signs, or escapes of JSON, make a text longer."""
MOST_FIELDS = 20

_Model = TypeVar("_Model", bound=BaseModel)


def widely_sent_as(model: type[_Model]) -> Callable[[Request], Awaitable[_Model]]:
    """A dependency as `web.body.sent_as`, for a body with a teams.yaml in it."""

    async def read(request: Request) -> _Model:
        body = await _bounded(request, JSON)
        try:
            return await asyncio.to_thread(model.model_validate_json, body)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from error

    return read


async def wide_form(request: Request) -> Mapping[str, str]:
    """A dependency as `web.body.form`, for a form with a teams.yaml in it; lines end as in a file."""
    body = await _bounded(request, FORM)
    try:
        fields = await asyncio.to_thread(_fields, body)
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The form cannot be read.") from error
    return {name: value.replace("\r\n", "\n") for name, value in fields.items()}  # browsers send CRLF (HTML 4.10.22)


def is_too_long(text: str) -> bool:
    """Whether this is more than a teams.yaml may be."""
    return len(text.encode("utf-8", "surrogatepass")) > MOST_TEXT_BYTES


def _fields(body: bytes) -> Mapping[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))


async def _bounded(request: Request, kind: str) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != kind:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send it as {kind}.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A teams.yaml has at most {MOST_TEXT_BYTES >> 20} MiB."
            )
    return bytes(body)
