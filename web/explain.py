"""`/api/v1/explain`: where a call with this number would land, and why; the number is in the body, in no address."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from routing.number import LONGEST_TEXT, NumberFormat, TypedNumber
from routing.rules import Concern
from web.body import described, sent_as
from web.who import Door

YEARS = range(2000, 2101)
_ANSWERS: dict[int | str, dict[str, Any]] = {422: {"description": "No such number, concern or moment"}}

Explains = Callable[[TypedNumber, Concern, datetime | None], Mapping[str, object]]
"""The document of `teamline explain --json`; None: for this moment."""


class Question(BaseModel):
    """Whose call, about what, when."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=LONGEST_TEXT, description="As written or keyed", repr=False)
    concern: Concern = Concern.MONEY
    at: datetime | None = Field(
        default=None, description="ISO 8601; without offset in the centre's time zone; now if not given"
    )


class StepTold(BaseModel):
    """One rule that sends the call on."""

    team: str
    rule: str
    goal: str
    to: str


class VersionsTold(BaseModel):
    """From what it was decided."""

    config: str
    directory: str


class Explained(BaseModel):
    """As `teamline explain --json` tells it."""

    team: str | None
    queue: str | None
    goal: str
    home: str
    concern: str
    rule: str
    steps: list[StepTold]
    arrival: int
    credit: int
    priority: int
    versions: VersionsTold
    says: list[str]
    opens_at: datetime | None


_Sent = Annotated[Question, Depends(sent_as(Question))]


def explain(explains: Explains, centre: Callable[[], Centre], door: Door) -> APIRouter:
    """The route, for supervisors and administrators. Nothing is counted or kept: nobody calls."""
    router = APIRouter(prefix="/api/v1", tags=["explain"])
    may = Depends(door.may(Right.EXPLAIN))

    @router.post(
        "/explain", summary="Where would this call land", openapi_extra=described(Question), responses=_ANSWERS
    )
    def told(_: Annotated[Account, may], asked: _Sent) -> Explained:
        """By the configuration and directory in force, and as many members and as short a line as no rule minds."""
        known = centre()
        return Explained.model_validate(explains(_number(asked.number, known), asked.concern, _moment(asked.at, known)))

    return router


def _number(text: str, centre: Centre) -> TypedNumber:
    found = NumberFormat(centre.customer_pattern, centre.household_pattern).written(text.strip())
    if found is None:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"No customer number: it is written like {centre.customer_pattern} or {centre.household_pattern} "
            "(9 a digit, A a letter), or as keyed on a phone.",
        )
    return found


def _moment(at: datetime | None, centre: Centre) -> datetime | None:
    if at is None:
        return None
    if at.year not in YEARS or at.astimezone(centre.timezone).year not in YEARS:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"at: a moment from {YEARS[0]} to {YEARS[-1]}.")
    return at if at.tzinfo else at.replace(tzinfo=centre.timezone)
