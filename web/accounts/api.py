"""`/api/v1/accounts`: who may sign in: listed, made, changed, given a new password or token, disabled, removed."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response, params

from operations.sign_in.account_changes import Made
from operations.sign_in.account_list import Listed, handle_of
from operations.sign_in.account_rules import ImpossibleAccount
from operations.sign_in.accounts import Account, Right
from web.accounts.rooms import AccountRooms, faults, looked_at
from web.accounts.told import (
    MOST_LISTED,
    AccountsTold,
    AccountTold,
    Ended,
    NewPassword,
    Secret,
    ToChange,
    ToMake,
    account_told,
    way_of,
)
from web.body import described, sent_as

PATH = "/api/v1/accounts"
NO_STORE = {"Cache-Control": "no-store"}
REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"description": "The last administrator, the own account, or a person of the identity provider"},
    412: {"description": "The account is another one by now"},
}
Handle = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="`id`, as the list tells it")]
IfMatch = Annotated[str | None, Header(description="The ETag that was looked at: 412 if it is another one now")]


def accounts_api(rooms: AccountRooms) -> APIRouter:
    """Its routes."""
    may: params.Depends = Depends(rooms.door.may(Right.ADMINISTER))
    router = APIRouter(prefix=PATH, tags=["accounts"])
    _looking(router, rooms, may)
    _making(router, rooms, may)
    _changing(router, rooms, may)
    _proving(router, rooms, may)
    return router


def expected(if_match: str | None) -> str | None:
    """The version in an If-Match (RFC 9110, 13.1.1); None for any."""
    told = (if_match or "").strip().removeprefix("W/").strip('"')
    return None if told in {"", "*"} else told


def _looking(router: APIRouter, rooms: AccountRooms, may: params.Depends) -> None:
    @router.get("", summary="Who may sign in", dependencies=[may])
    async def listed(
        response: Response,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
        after: Annotated[str, Query(max_length=64, description="`next` of the page before")] = "",
    ) -> AccountsTold:
        """Accounts, and people of the identity provider who are signed in; by `id`."""
        with faults():
            everybody = sorted(await rooms.listed.everybody(), key=lambda each: each.handle)
        found = [each for each in everybody if each.handle > after]
        response.headers.update(NO_STORE)
        following = found[limit - 1].handle if len(found) > limit else None
        return AccountsTold(accounts=[account_told(each) for each in found[:limit]], next=following)

    @router.get("/{account}", summary="One account", dependencies=[may], response_model=AccountTold)
    async def one(account: Handle, request: Request, response: Response) -> Response | AccountTold:
        with faults():
            found = await looked_at(rooms, account)
        etag = f'"{found.version}"'
        response.headers.update({"ETag": etag, "Cache-Control": "private, no-cache"})
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
        return account_told(found)


def _making(router: APIRouter, rooms: AccountRooms, may: params.Depends) -> None:
    @router.post(
        "",
        summary="Make an account",
        status_code=HTTPStatus.CREATED,
        openapi_extra=described(ToMake),
        responses={409: {"description": "The name is taken"}},
    )
    async def made(
        by: Annotated[Account, may], response: Response, sent: Annotated[ToMake, Depends(sent_as(ToMake))]
    ) -> Secret:
        """Without a password it gets a one-time one, a machine its token: shown in this answer, and never again."""
        wanted = Account(sent.user, sent.role, sent.teams, member=sent.member)
        with faults():
            done = await rooms.changes.make(by, wanted, way_of(sent), sent.password or "")
        response.headers["Location"] = f"{PATH}/{handle_of(done.account.name)}"
        return _shown(response, done)


def _changing(router: APIRouter, rooms: AccountRooms, may: params.Depends) -> None:
    @router.patch(
        "/{account}",
        summary="Change role, teams, member, or whether it is enabled",
        openapi_extra=described(ToChange),
        responses=REFUSED,
    )
    async def changed(
        by: Annotated[Account, may],
        account: Handle,
        response: Response,
        sent: Annotated[ToChange, Depends(sent_as(ToChange))],
        if_match: IfMatch = None,
    ) -> AccountTold:
        """What is not sent stays as it is. Another role without teams has none."""
        with faults():
            seen = await looked_at(rooms, account, expected(if_match))
            if sent.is_enabled is not None and sent.is_change:
                raise ImpossibleAccount("alone", "disable or enable an account by itself: send nothing else with it")
            if sent.is_enabled is not None:
                await rooms.changes.enable(by, seen, is_enabled=sent.is_enabled)
            else:
                await rooms.changes.change(by, seen, sent.over(seen.account))
            return _told(response, await looked_at(rooms, account))

    @router.delete("/{account}", summary="Remove an account", status_code=HTTPStatus.NO_CONTENT, responses=REFUSED)
    async def removed(by: Annotated[Account, may], account: Handle, if_match: IfMatch = None) -> None:
        """With its token and its sessions."""
        with faults():
            await rooms.changes.remove(by, await looked_at(rooms, account, expected(if_match)))

    @router.delete("/{account}/sessions", summary="End every session of one", responses=REFUSED)
    async def ended(by: Annotated[Account, may], account: Handle, if_match: IfMatch = None) -> Ended:
        """Open pages and streams included."""
        with faults():
            seen = await looked_at(rooms, account, expected(if_match))
            return Ended(ended=await rooms.changes.end_sessions(by, seen))


def _proving(router: APIRouter, rooms: AccountRooms, may: params.Depends) -> None:
    @router.post(
        "/{account}/password",
        summary="Set a new password",
        openapi_extra=described(NewPassword, may_lack=True),
        responses=REFUSED,
    )
    async def password(
        by: Annotated[Account, may],
        account: Handle,
        response: Response,
        sent: Annotated[NewPassword, Depends(sent_as(NewPassword, may_lack=True))],
        if_match: IfMatch = None,
    ) -> Secret:
        """Without one a one-time one, shown in this answer. Whoever signs in by either has to choose an own one."""
        with faults():
            seen = await looked_at(rooms, account, expected(if_match))
            return _shown(response, await rooms.changes.set_password(by, seen, sent.password or ""))

    @router.post("/{account}/token", summary="Make a new token", responses=REFUSED)
    async def token(
        by: Annotated[Account, may], account: Handle, response: Response, if_match: IfMatch = None
    ) -> Secret:
        """Shown in this answer; the one before is no good any more."""
        with faults():
            seen = await looked_at(rooms, account, expected(if_match))
            return _shown(response, await rooms.changes.make_token(by, seen))

    @router.delete("/{account}/token", summary="Revoke the token", status_code=HTTPStatus.NO_CONTENT, responses=REFUSED)
    async def token_ended(by: Annotated[Account, may], account: Handle, if_match: IfMatch = None) -> None:
        """A password stays."""
        with faults():
            await rooms.changes.end_token(by, await looked_at(rooms, account, expected(if_match)))


def _told(response: Response, found: Listed) -> AccountTold:
    response.headers.update({"ETag": f'"{found.version}"', **NO_STORE})
    return account_told(found)


def _shown(response: Response, made: Made) -> Secret:
    found = Listed(made.account, (), None, is_granted=False)
    response.headers.update({"ETag": f'"{found.version}"', **NO_STORE})
    return Secret(id=found.handle, user=made.account.name, secret=made.secret or None)
