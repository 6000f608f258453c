"""Files that pages load: ours in web/pages, foreign ones in web/vendor; read and compressed once, known by ETag."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from types import MappingProxyType

from fastapi import APIRouter, HTTPException, Request, Response

from web.page import HEADERS

KINDS: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
    }
)
"""What is served, by its ending; templates are not."""
PACKED = ".woff2"
"""Compressed already."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent. `etag` is strong, quoted (RFC 9110, 8.8.3)."""

    kind: str
    content: bytes
    packed: bytes | None
    """gzip, where it pays."""
    etag: str


def page_files() -> APIRouter:
    """`/pages/...` and `/vendor/...`: whatever lies in those folders with a known ending, and nothing else."""
    router = APIRouter(include_in_schema=False)

    @router.get("/pages/{path:path}")
    async def own(path: str, request: Request) -> Response:
        return _served(f"pages/{path}", request)

    @router.get("/vendor/{path:path}")
    async def foreign(path: str, request: Request) -> Response:
        return _served(f"vendor/{path}", request)

    return router


@cache
def everything() -> Mapping[str, Asset]:
    """Path below the web package -> file; about a megabyte."""
    return MappingProxyType({name: _asset(file) for root in ("pages", "vendor") for name, file in _walk(root)})


def _walk(folder: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for each in files("web").joinpath(folder).iterdir():
        path = f"{folder}/{each.name}"
        if each.is_dir():
            found += _walk(path)
        elif PurePosixPath(each.name).suffix in KINDS:
            found.append((path, each))
    return found


def _asset(file: Traversable) -> Asset:
    content, ending = file.read_bytes(), PurePosixPath(file.name).suffix
    packed = None if ending == PACKED else gzip.compress(content, mtime=0)
    return Asset(KINDS[ending], content, packed, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _served(path: str, request: Request) -> Response:
    found = everything().get(path)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such page.")
    return _answer(found, request)


def _answer(found: Asset, request: Request) -> Response:
    headers = {**HEADERS, "ETag": found.etag, "Vary": "Accept-Encoding"}
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if found.packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.content, media_type=found.kind, headers=headers)
