"""The live figures of every team: `GET /api/v1/live`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from metrics.board import Board
from web.looking import Audience, Looking


@dataclass(frozen=True, slots=True)
class LiveNow:
    """A board, and how far it may be believed.

    `as_of` (aware): when Asterisk was last known to agree or to be heard. `is_stale`: the feed is dead.
    """

    board: Board
    as_of: datetime
    is_stale: bool


Look = Callable[[], LiveNow | None]
"""The live figures now; None until Asterisk has told them for the first time."""


Tenths = Annotated[float, PlainSerializer(lambda seconds: round(seconds, 1), return_type=float)]
"""Seconds as exact as anybody can use them."""


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class LiveMembers(_Answer):
    """Signed-in members, one state each.

    The first that holds: unavailable, talking, ringing, busy (in use otherwise), wrapup, paused, available.
    """

    available: int
    ringing: int
    talking: int
    busy: int
    wrapup: int
    paused: int
    unavailable: int


class LiveToday(_Answer):
    """Calls that joined the team since local midnight."""

    offered: int
    answered: int
    answered_in_target: int
    abandoned: int
    flowed_out: int
    lost: int
    service_level: float | None = Field(description="0 to 1, by the formula named beside it; null when there is none")


class LiveTeam(_Answer):
    """One team; the general line is in no area and at no site."""

    id: str
    name: str
    area: str
    site: str
    open: bool
    waiting: int
    longest_wait_seconds: Tenths = Field(description="Since the first contact of the call; 0 when nobody waits")
    waiting_since: AwareDatetime | None = Field(
        description="First contact of whoever waits longest; null when nobody waits", default=None
    )
    waiting_in_dialogue: int = Field(
        description="So many of `waiting` are spoken to, or asked after a key, just now: place kept, no phone rings",
        default=0,
    )
    estimated_wait_seconds: Tenths | None = Field(
        description="Median wait of who joins now; null while too little is known"
    )
    members: LiveMembers
    today: LiveToday
    callbacks_open: int
    messages_open: int


class LiveTrouble(_Answer):
    """Something wrong, and its cure."""

    what: str
    cure: str


class Live(_Answer):
    """All teams now."""

    as_of: AwareDatetime = Field(description="The last proof that the figures are true (UTC)")
    stale: bool = Field(description="Asterisk is not heard: the figures are those of `as_of`, not of now")
    formula: str = Field(description="The name of the service level's formula")
    teams: tuple[LiveTeam, ...]
    troubles: tuple[LiveTrouble, ...]


def live_figures(look: Look, looking: Looking) -> APIRouter:
    """`/api/v1/live`: totals of teams only, no person and no number, for whom `looking` lets in."""
    router = APIRouter(prefix="/api/v1", tags=["live"])

    @router.get(
        "/live",
        summary="Every team now",
        responses={401: {"description": "Who asks?"}, 503: {"description": "Not known yet"}},
    )
    async def live_now(request: Request, response: Response) -> Live:
        """Waiting callers, members by state and today's books of every team that is yours to see, and how old they are.

        Without a sign-in from addresses of TEAMLINE_WALLBOARD_FROM.
        """
        audience = await looking.audience(request)
        response.headers["Cache-Control"] = "no-store"
        return live_for(audience, known(look))

    return router


def known(look: Look) -> LiveNow:
    """What is known now. HTTPException 503 before Asterisk was heard for the first time."""
    if (now := look()) is None:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "live figures are not known yet", {"Retry-After": "1"})
    return now


def live_for(audience: Audience, now: LiveNow) -> Live:
    """The part of it that they may see; troubles are for who sees everything."""
    return Live(
        as_of=now.as_of.astimezone(UTC),
        stale=now.is_stale,
        formula=now.board.formula,
        teams=tuple(LiveTeam.model_validate(team) for team in now.board.teams if audience.sees(team.id)),
        troubles=troubles_of(audience.teams, now),
    )


def troubles_of(teams: frozenset[str] | None, now: LiveNow) -> tuple[LiveTrouble, ...]:
    """For who sees all teams (None); none for others."""
    return tuple(LiveTrouble.model_validate(each) for each in now.board.troubles) if teams is None else ()


def not_known_yet() -> LiveNow | None:
    """The look of a router that has no live figures."""
    return None
