"""What every room of administration is given, and how its faults are told over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import HTTPException

from operations.audit import Notes
from operations.versions import KeptConfigurations, KeptDirectories, NoSuchVersion, VersionMovedOn, VersionsAway
from routing.centre import Centre
from web.admin.ports import (
    DirectoryImport,
    ImportEnded,
    ImportRunning,
    InForceNow,
    NoRoom,
    TooLarge,
    Work,
    WorkFailed,
    WorkRefused,
)
from web.who import AGAIN_SECONDS, Door

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class AdminRooms:
    """Who comes in, what is kept, what works for them."""

    door: Door
    notes: Notes
    configs: KeptConfigurations
    directories: KeptDirectories
    work: Work
    force: InForceNow
    imports: DirectoryImport
    centre: Callable[[], Centre]


STATUS: dict[type[Exception], HTTPStatus] = {
    VersionsAway: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchVersion: HTTPStatus.NOT_FOUND,
    VersionMovedOn: HTTPStatus.PRECONDITION_FAILED,
    ImportRunning: HTTPStatus.CONFLICT,
    ImportEnded: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NoRoom: HTTPStatus.INSUFFICIENT_STORAGE,
}


@contextmanager
def faults() -> Iterator[None]:
    """What these rooms may raise, as an HTTPException with its own sentence."""
    try:
        yield
    except tuple(STATUS) as error:
        status = STATUS[type(error)]
        headers = {"Retry-After": AGAIN_SECONDS} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
        raise HTTPException(status, str(error) or str(type(error).__doc__), headers) from error
