"""`/api/v1/configuration`: the active teams.yaml, its versions, what they differ in; check, activate, roll back."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response, params
from pydantic import BaseModel, ConfigDict, Field, model_validator

from operations.sign_in.accounts import Account, Right
from web.admin.configuration import Mistaken, activate, check, go_to, kept
from web.admin.ports import PlacedMistake
from web.admin.rooms import API, AdminRooms, faults
from web.admin.wide import is_too_long, widely_sent_as
from web.body import described, sent_as
from web.problems import problem

MOST_LISTED = 50
LONGEST_ID = 64
FILE = "teams.yaml"

VersionId = Annotated[str, Field(min_length=1, max_length=LONGEST_ID, pattern=r"^[A-Za-z0-9-]+$")]
IfMatch = Annotated[str | None, Header(description="The version that is thought to be active: 412 if it is not")]


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class InForce(_Answer):
    """Which version is active, which the router decides by, and which Asterisk has read (empty: not known)."""

    active: str | None
    router: str
    asterisk: str
    everywhere: bool


class Configuration(_Answer):
    """The active teams.yaml. Its ETag is its version."""

    version: str
    text: str


class Version(_Answer):
    """One that is kept. `by`: who put it in force last; empty for a command."""

    id: str
    made_at: datetime | None
    by: str
    is_active: bool
    is_previous: bool


class Versions(_Answer):
    """The newest first. `next`: ask again with `before` set to it; null at the end."""

    versions: Sequence[Version]
    next: str | None


class Mistake(_Answer):
    """One mistake; `text` is the line that `teamline check` prints."""

    line: int
    column: int
    what: str
    cure: str
    text: str


class CheckedText(_Answer):
    """Whether a text is right, and what it would change against the active version (null: nothing to compare with)."""

    ok: bool
    mistakes: Sequence[Mistake]
    mistakes_count: int
    changes: Sequence[str] | None
    teams: int
    members: int


class Diff(_Answer):
    """Two versions: `changes` in words (null: one is not right by today's rules), `text` as a unified diff."""

    changes: Sequence[str] | None
    text: Sequence[str]


class Activated(_Answer):
    """What is active now; the router follows within two seconds."""

    version: str


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Sent):
    """A teams.yaml, at most 1 MiB."""

    text: str

    @model_validator(mode="after")
    def _is_bounded(self) -> "Text":
        if is_too_long(self.text):
            raise ValueError("a teams.yaml has at most 1 MiB")
        return self


class ToActivate(_Sent):
    """A text, or a version that is kept: one of both."""

    text: str | None = None
    version: VersionId | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "ToActivate":
        if (self.text is None) == (self.version is None):
            raise ValueError("name a text or a version")
        if self.text is not None and is_too_long(self.text):
            raise ValueError("a teams.yaml has at most 1 MiB")
        return self


class ToRollBack(_Sent):
    """Which version to go back to; the one before if none is named."""

    version: VersionId | None = None


def configuration_api(rooms: AdminRooms) -> APIRouter:
    """Its routes."""
    may: params.Depends = Depends(rooms.door.may(Right.ADMINISTER))
    router = APIRouter(prefix=f"{API}/configuration", tags=["administration"])
    _looking(router, rooms, may)
    _checking(router, rooms, may)
    _changing(router, rooms, may)
    return router


def expected(if_match: str | None) -> str | None:
    """The version in an If-Match (RFC 9110, 13.1.1); None for any."""
    told = (if_match or "").strip().removeprefix("W/").strip('"')
    return None if told in {"", "*"} else told


def mistakes_of(found: Sequence[PlacedMistake]) -> list[Mistake]:
    """As they are answered."""
    return [
        Mistake(**asdict(each), text=f"{FILE}:{each.line}:{each.column}: {each.what}: {each.cure}") for each in found
    ]


def _looking(router: APIRouter, rooms: AdminRooms, may: params.Depends) -> None:
    @router.get("", summary="The active teams.yaml", dependencies=[may], response_model=Configuration)
    async def active(request: Request, response: Response) -> Response | Configuration:
        with faults():
            found = await rooms.configs.active()
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "Nothing is active yet: activate a teams.yaml.")
        etag = f'"{found.id}"'
        response.headers.update({"ETag": etag, "Cache-Control": "no-cache"})
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
        return Configuration(version=found.id, text=found.text)

    @router.get("/in-force", summary="Who follows which version now", dependencies=[may])
    async def in_force() -> InForce:
        return await force_now(rooms)

    @router.get("/versions", summary="Versions that are kept", dependencies=[may])
    async def versions(
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 20,
        before: Annotated[str, Query(max_length=LONGEST_ID)] = "",
    ) -> Versions:
        with faults():
            listed = [each for each in await rooms.configs.listed() if not before or each.id < before]
        more = listed[limit - 1].id if len(listed) > limit else None
        return Versions(versions=[Version.model_validate(each) for each in listed[:limit]], next=more)

    @router.get("/versions/{version}", summary="One version's text", dependencies=[may])
    async def one(version: str) -> Configuration:
        with faults():
            found = await kept(rooms, version)
        return Configuration(version=found.id, text=found.text)

    @router.get("/diff", summary="What two versions differ in", dependencies=[may])
    async def diff(
        from_: Annotated[str, Query(alias="from", min_length=1, max_length=LONGEST_ID)],
        to: Annotated[str, Query(min_length=1, max_length=LONGEST_ID)],
    ) -> Diff:
        with faults():
            before, after = await kept(rooms, from_), await kept(rooms, to)
            return Diff.model_validate(await rooms.work.differences(before.text, after.text))


def _checking(router: APIRouter, rooms: AdminRooms, may: params.Depends) -> None:
    @router.post("/check", summary="Check a text", openapi_extra=described(Text))
    async def checked(_: Annotated[Account, may], sent: Annotated[Text, Depends(widely_sent_as(Text))]) -> CheckedText:
        with faults():
            found = await check(rooms, sent.text)
        return CheckedText(
            ok=not found.mistakes,
            mistakes=mistakes_of(found.mistakes),
            mistakes_count=found.mistakes_count,
            changes=found.changes,
            teams=found.teams,
            members=found.members,
        )


def _changing(router: APIRouter, rooms: AdminRooms, may: params.Depends) -> None:
    @router.post(
        "/activate",
        summary="Put a text or a version in force",
        openapi_extra=described(ToActivate),
        response_model=Activated,
    )
    async def activated(
        account: Annotated[Account, may],
        sent: Annotated[ToActivate, Depends(widely_sent_as(ToActivate))],
        if_match: IfMatch = None,
    ) -> Response | Activated:
        try:
            with faults():
                if sent.text is not None:
                    return Activated(version=await activate(rooms, account, sent.text, expected(if_match)))
                return Activated(version=await go_to(rooms, account, sent.version, expected(if_match)))
        except Mistaken as error:
            return mistaken(error)

    @router.post(
        "/rollback",
        summary="Go back to an earlier version",
        openapi_extra=described(ToRollBack, may_lack=True),
        response_model=Activated,
    )
    async def rolled_back(
        account: Annotated[Account, may],
        sent: Annotated[ToRollBack, Depends(sent_as(ToRollBack, may_lack=True))],
        if_match: IfMatch = None,
    ) -> Response | Activated:
        try:
            with faults():
                return Activated(version=await go_to(rooms, account, sent.version, expected(if_match)))
        except Mistaken as error:
            return mistaken(error)


def mistaken(error: Mistaken) -> Response:
    """422 with every mistake."""
    told = [each.model_dump() for each in mistakes_of(error.checked.mistakes)]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), mistakes=told)


async def force_now(rooms: AdminRooms) -> InForce:
    """What is active, and how far it has come. HTTPException 503 while the store is away."""
    with faults():
        found, now = await rooms.configs.active(), await rooms.force.look()
    active = found.id if found else None
    return InForce(
        active=active, router=now.config, asterisk=now.asterisk, everywhere=active == now.config == now.asterisk
    )
