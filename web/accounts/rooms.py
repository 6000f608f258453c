"""What the rooms of accounts are given, and how their faults are told over HTTP."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import HTTPException

from operations.sign_in.account_changes import AccountChanges, AccountMovedOn, GrantedElsewhere
from operations.sign_in.account_list import AccountList, Listed
from operations.sign_in.account_rules import ImpossibleAccount, LastAdministrator, OwnAccount
from operations.sign_in.accounts import AccountExists, AccountsAway
from operations.sign_in.own_sign_in import OwnSignIn
from operations.sign_in.proving import NotKnown, TooManyTries
from routing.centre import Centre
from web.who import AGAIN_SECONDS, Door


class NoSuchAccount(Exception):
    """There is no such account (any more): the list has those that are."""


@dataclass(frozen=True, slots=True)
class AccountRooms:
    """Who comes in, and what is done."""

    door: Door
    listed: AccountList
    changes: AccountChanges
    own: OwnSignIn
    centre: Callable[[], Centre]


STATUS: Mapping[type[Exception], HTTPStatus] = {
    AccountsAway: HTTPStatus.SERVICE_UNAVAILABLE,
    NoSuchAccount: HTTPStatus.NOT_FOUND,
    AccountExists: HTTPStatus.CONFLICT,
    AccountMovedOn: HTTPStatus.PRECONDITION_FAILED,
    GrantedElsewhere: HTTPStatus.CONFLICT,
    LastAdministrator: HTTPStatus.CONFLICT,
    OwnAccount: HTTPStatus.CONFLICT,
    ImpossibleAccount: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotKnown: HTTPStatus.FORBIDDEN,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
}
FAULTS = tuple(STATUS)


@contextmanager
def faults() -> Iterator[None]:
    """What these rooms may raise, as an HTTPException with its own sentence."""
    try:
        yield
    except FAULTS as error:
        status = STATUS[type(error)]
        headers = {"Retry-After": AGAIN_SECONDS} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
        raise HTTPException(status, sentence(error), headers) from error


def sentence(error: Exception) -> str:
    """What went wrong, and its cure; no name of anybody."""
    return str(error) if isinstance(error, ImpossibleAccount) else str(type(error).__doc__)


async def looked_at(rooms: AccountRooms, handle: str, version: str | None = None) -> Listed:
    """The account of this handle, as it is. Raises NoSuchAccount, AccountsAway, and AccountMovedOn for another version.

    `version` None: whichever it is.
    """
    found = await rooms.listed.one(handle)
    if found is None:
        raise NoSuchAccount
    if version is not None and version != found.version:
        raise AccountMovedOn
    return found
