"""Errors as RFC 9457 problem details."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import compile_path

MEDIA_TYPE = "application/problem+json"
NOWHERE = "There is nothing at this address: /api/openapi.json names every route of the API."


def problem(status: int, detail: str, **more: object) -> JSONResponse:
    """A problem document: status, its standard title, and what went wrong in a sentence."""
    return JSONResponse(told(status, detail, **more), status, media_type=MEDIA_TYPE)


def told(status: int, detail: str, **more: object) -> dict[str, object]:
    """The same as values."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }


async def refused(request: Request, error: Exception) -> JSONResponse:
    """What a route refused, or 500 for a fault that nobody foresaw."""
    if not isinstance(error, HTTPException):
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. It has been logged.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return await _other_method(request, error)
    is_no_route = error.detail == HTTPStatus.NOT_FOUND.phrase  # the framework's own word
    answer = problem(error.status_code, NOWHERE if is_no_route else str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _other_method(request: Request, error: HTTPException) -> JSONResponse:
    allowed = ", ".join(sorted(await asyncio.to_thread(_allowed, request))) or (error.headers or {}).get("Allow", "")
    answer = problem(error.status_code, f"This address takes {allowed or 'other methods'} only.")
    answer.headers["Allow"] = allowed
    return answer


def _allowed(request: Request) -> set[str]:
    """All that may be done at this address (RFC 9110, 15.5.6): the framework names the first route's methods only.

    Not for the loop: the description may have to be made first.
    """
    paths: Mapping[str, Mapping[str, object]] = request.app.openapi()["paths"]
    found = [methods for path, methods in paths.items() if compile_path(path)[0].match(request.url.path)]
    return {method.upper() for methods in found for method in methods}


async def malformed(_: Request, error: Exception) -> JSONResponse:
    """422: what was sent is not of the form that the route expects."""
    # What was sent is not repeated: it may hold a customer number.
    mistakes = error.errors() if isinstance(error, RequestValidationError) else []
    places = [{"place": [str(part) for part in each["loc"]], "what": each["msg"]} for each in mistakes]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not have the expected form.", errors=places)


async def hung_up(_: Request, __: Exception) -> Response:
    """They went while they still sent: no fault of ours, and nobody reads it."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


def answer_with_problems(app: FastAPI) -> None:
    """Make every error of this application a problem document."""
    app.add_exception_handler(ClientDisconnect, hung_up)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(Exception, refused)
