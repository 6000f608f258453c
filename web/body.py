"""What was sent, read within bounds and parsed: JSON into a model, a form into its fields; nothing is repeated."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

MOST_BYTES = 16 * 1024
MOST_FIELDS = 30
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

_Model = TypeVar("_Model", bound=BaseModel)


def sent_as(model: type[_Model], *, may_lack: bool = False) -> Callable[[Request], Awaitable[_Model]]:
    """A dependency: the JSON body as this model; HTTPException 413 or 415, RequestValidationError with each place.

    `may_lack`: without a body it is the model's defaults.
    """

    async def read(request: Request) -> _Model:
        body = await _bounded(request)
        if may_lack and not body:
            return model.model_validate({})
        _expect(request, JSON)
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from error

    return read


def described(model: type[BaseModel], *, may_lack: bool = False) -> dict[str, Any]:
    """`openapi_extra` of a route that takes it."""
    return {"requestBody": {"required": not may_lack, "content": {JSON: {"schema": model.model_json_schema()}}}}


async def form(request: Request) -> Mapping[str, str]:
    """A dependency: the fields of a form, the last of each name. HTTPException 400, 413 or 415."""
    return {name: values[-1] for name, values in (await many(request, MOST_FIELDS)).items()}


async def many(request: Request, most: int) -> Mapping[str, Sequence[str]]:
    """As `form`, with all that was chosen under one name; `most` fields in all."""
    _expect(request, FORM)
    body = await _bounded(request)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The form cannot be read.") from error


def _expect(request: Request, kind: str) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != kind:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send it as {kind}.")


async def _bounded(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MOST_BYTES} bytes are taken here.")
    return bytes(body)
