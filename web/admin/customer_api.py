"""`/api/v1/customers`: what is kept of one customer, handed out or erased. The number stands in bodies only."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response, params
from pydantic import BaseModel, ConfigDict, Field

from operations.audit import Deed
from operations.sign_in.accounts import Account, Right
from routing.number import NumberFormat, TypedNumber
from web.admin.ports import Erased, Kept
from web.admin.rooms import API, AdminRooms, faults
from web.body import described, sent_as
from web.page import PRIVATE

LONGEST_NUMBER = 40
DOCUMENT = "customer.json"

Number = Annotated[str, Field(min_length=1, max_length=LONGEST_NUMBER, description="As on letters, with its letter")]


class KeptOf(BaseModel):
    """How much there is, by kind; `is_in_directory`: the next import without this line takes it out."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
    counts: Mapping[str, int]
    is_in_directory: bool


class ErasedOf(BaseModel):
    """How much has gone, and sentences on what stays."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
    counts: Mapping[str, int]
    left: Sequence[str]


class Whose(BaseModel):
    """Whose data."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: Number


class WhoseForEver(Whose):
    """The number twice: what is erased does not come back."""

    again: Number


def customer_api(rooms: AdminRooms) -> APIRouter:
    """Its routes."""
    router = APIRouter(prefix=f"{API}/customers", tags=["administration"])
    may: params.Depends = Depends(rooms.door.may(Right.ADMINISTER))

    @router.post("/kept", summary="How much is kept of a customer", openapi_extra=described(Whose))
    async def kept(_: Annotated[Account, may], sent: Annotated[Whose, Depends(sent_as(Whose))]) -> KeptOf:
        return KeptOf.model_validate(await looked(rooms, sent.number))

    @router.post("/export", summary="Everything that is kept of a customer", openapi_extra=described(Whose))
    async def export(account: Annotated[Account, may], sent: Annotated[Whose, Depends(sent_as(Whose))]) -> Response:
        return await exported(rooms, account, sent.number)

    @router.post("/erase", summary="Erase it for ever", openapi_extra=described(WhoseForEver))
    async def erase(
        account: Annotated[Account, may], sent: Annotated[WhoseForEver, Depends(sent_as(WhoseForEver))]
    ) -> ErasedOf:
        if number_of(rooms, sent.number) != number_of(rooms, sent.again):
            raise HTTPException(
                HTTPStatus.UNPROCESSABLE_ENTITY, "Nothing was erased: `again` is another number than `number`."
            )
        return ErasedOf.model_validate(await erased(rooms, account, sent.number))

    return router


def number_of(rooms: AdminRooms, told: str) -> TypedNumber:
    """The number that was written. HTTPException 422 for what is none."""
    centre = rooms.centre()
    numbers = NumberFormat(centre.customer_pattern, centre.household_pattern)
    found = numbers.written(told.strip())
    if found is None:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"This is no number of the form {numbers.customer} or {numbers.household}: write it as on letters.",
        )
    return found


async def looked(rooms: AdminRooms, number: str) -> Kept:
    """How much there is. HTTPException 422 or 503."""
    number_of(rooms, number)
    with faults():
        return await rooms.work.kept(number.strip())


async def exported(rooms: AdminRooms, account: Account, number: str) -> Response:
    """The document as a file to keep; noted before it is handed out."""
    number_of(rooms, number)
    with faults():
        document = await rooms.work.export(number.strip())
    rooms.notes.note(account.name, account.role, Deed.CUSTOMER_EXPORTED)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{DOCUMENT}"'}
    return Response(document, media_type="application/json", headers=headers)


async def erased(rooms: AdminRooms, account: Account, number: str) -> Erased:
    """Gone; noted also when it broke off, since some of it may be gone then."""
    number_of(rooms, number)
    try:
        with faults():
            done = await rooms.work.erase(number.strip())
    except HTTPException:
        rooms.notes.note(account.name, account.role, Deed.CUSTOMER_ERASED, outcome="broken off")
        raise
    rooms.notes.note(
        account.name, account.role, Deed.CUSTOMER_ERASED, **{name: str(count) for name, count in done.counts.items()}
    )
    return done
