"""What `/api/openapi.json` says of every route alike: errors are problem documents; two ways to sign in."""

import asyncio
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from web.problems import MEDIA_TYPE
from web.who import COOKIE

PATH = "/api/openapi.json"
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
FIRST_ERROR = 400
MALFORMED = "422"
"""The framework writes its own form of this one."""
PROBLEM: Mapping[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457: what went wrong, and what cures it. `errors` names the places of a malformed request.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
SIGN_INS: Mapping[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Machines: `teamline token`"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "People: POST /api/v1/session"},
}
FOR_ALL = frozenset({"get /healthz", "get /readyz", "post /api/v1/session"})
"""Whoever has not signed in may ask."""
FOR_LISTED = "/api/v1/live"
"""What begins so also shows itself to addresses that are listed for wallboards."""
ANSWERS: Mapping[str, str] = {
    "401": "Nobody that we know: sign in, or send a bearer token",
    "403": "Not yours, or asked by another site's page",
    "404": "There is no such one (any more)",
    "413": "Too large",
    "415": "Not in this form",
    "503": "Not to be known or done just now: again in a moment",
}
"""What routes answer that are alike; a route's own words go before."""
_DEFS = "#/$defs/"
_SCHEMAS = "#/components/schemas/"


def describe(app: FastAPI) -> None:
    """Let this application describe itself so, at PATH.

    Made once, when somebody asks for it first: that takes a third of a second, hence in a thread.
    """
    once = threading.Lock()

    def described() -> dict[str, Any]:
        with once:
            if not app.openapi_schema:
                told = get_openapi(title=app.title, version=app.version, routes=app.routes)
                app.openapi_schema = with_problems(told)
            return app.openapi_schema

    async def shown(_: Request) -> JSONResponse:
        return await asyncio.to_thread(lambda: JSONResponse(app.openapi()))

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend it
    app.add_route(PATH, shown, include_in_schema=False)


def with_problems(told: dict[str, Any]) -> dict[str, Any]:
    """The same description with these errors and ways to sign in; schemas that a route brought are found by name."""
    components = told.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = dict(PROBLEM)
    components["securitySchemes"] = dict(SIGN_INS)
    for name, operation in _operations(told):
        operation["security"] = _asked_for(name)
        schemas.update(_brought_along(operation))
        _answer_with_problems(operation, _statuses(name, operation))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    read: dict[str, Any] = _renamed(told)
    return read


def _operations(told: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """By method and path."""
    for path, methods in told["paths"].items():
        yield from ((f"{method} {path}", operation) for method, operation in methods.items() if method in METHODS)


def _asked_for(name: str) -> list[dict[str, list[str]]]:
    """Either way to sign in; `{}`: none is needed (OpenAPI 3.1, Security Requirement Object)."""
    if name in FOR_ALL:
        return []
    ways: list[dict[str, list[str]]] = [{name: []} for name in SIGN_INS]
    return [{}, *ways] if name.partition(" ")[2].startswith(FOR_LISTED) else ways


def _statuses(name: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """Which of ANSWERS this one gives."""
    if operation["security"]:
        yield from ("401", "403", "503")
    elif name.startswith("post"):
        yield from ("403", "503")
    if "{" in name:
        yield "404"
    if "requestBody" in operation:
        yield from ("413", "415")


def _answer_with_problems(operation: dict[str, Any], alike: Iterable[str]) -> None:
    answers = operation.setdefault("responses", {})
    problem = {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}
    for status in alike:
        answers.setdefault(status, {"description": ANSWERS[status]})
    for status, answer in answers.items():
        is_error = status.isdecimal() and int(status) >= FIRST_ERROR
        if is_error and ("content" not in answer or status == MALFORMED):
            answer["content"] = problem
    answers["default"] = {"description": "It was not done: `detail` says why", "content": problem}


def _brought_along(part: object) -> dict[str, Any]:
    """Take `$defs` out of wherever a route's own schema has them."""
    if isinstance(part, list):
        return {name: found for each in part for name, found in _brought_along(each).items()}
    if not isinstance(part, dict):
        return {}
    found: dict[str, Any] = part.pop("$defs", {})
    for each in [*found.values(), *part.values()]:
        found = found | _brought_along(each)
    return found


def _renamed(part: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, list):
        return [_renamed(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: value.replace(_DEFS, _SCHEMAS) if name == "$ref" and isinstance(value, str) else _renamed(value)
        for name, value in part.items()
    }
