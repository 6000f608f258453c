"""`GET /api/v1/live/curves`: what came to each team in every quarter hour of today."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from metrics.calendar_days import shown
from metrics.day_curves import STEP_SECONDS, Curve, CurvesOfDay
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.who import Door

KEPT_SECONDS = 10
"""So long a browser may show what it was told before, to the same person."""
WHO_ASKS = "Cookie, Authorization"


class TeamCurve(BaseModel):
    """One figure a quarter hour, from local midnight up to the one that runs."""

    offered: list[int]
    answered: list[int] = Field(description="Of those offered in this quarter hour, whenever they were answered")
    abandoned: list[int] = Field(description="Of those offered in this quarter hour, whenever they hung up")
    waiting_max: list[int] = Field(description="So many stood in line at once")


class Curves(BaseModel):
    """Today, as `/api/v1/reports/intervals?step=15m` counts it."""

    model_config = ConfigDict(populate_by_name=True)

    step_seconds: int
    begins: AwareDatetime = Field(alias="from", description="Local midnight; each figure is step_seconds later")
    teams: dict[str, TeamCurve] = Field(description="Every team of yours, in the order of teams.yaml")


def curves(today: Callable[[], CurvesOfDay], centre: Callable[[], Centre], door: Door) -> APIRouter:
    """The route. `today` is called for every answer."""
    router = APIRouter(prefix="/api/v1/live", tags=["live"])

    @router.get("/curves", summary="Today by the quarter hour", response_model=Curves)
    async def told(account: Annotated[Account, Depends(door.may(Right.SEE_TEAMS))]) -> JSONResponse:
        """Calls offered, answered and abandoned, and the longest line, of own teams."""
        day, known = today(), centre()
        answer = {
            "step_seconds": STEP_SECONDS,
            "from": shown(day.begins, known.timezone),
            "teams": {team: _told(day.of(team)) for team in known.teams if account.serves(team)},
        }
        return JSONResponse(answer, headers={"Cache-Control": f"private, max-age={KEPT_SECONDS}", "Vary": WHO_ASKS})

    return router


def _told(curve: Curve) -> dict[str, tuple[int, ...]]:
    return {
        "offered": curve.offered,
        "answered": curve.answered,
        "abandoned": curve.abandoned,
        "waiting_max": curve.waiting_max,
    }
