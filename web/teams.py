"""`/api/v1/teams`: each team as configured and as it is now, with its line; numbers are masked."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, BaseModel, Field

from operations.closings import Closings
from operations.line_actions import InLine, LineActions
from operations.ports import SwitchAway, SwitchRefused
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre, Team, TeamKind
from web.live import LiveTeam, Look, Tenths
from web.messages import known_team
from web.who import Door, own_team

MOST_NUMBERS = 50
"""Of so many at the head of a line the number is asked."""
NUMBERS_SECONDS = 1.0


class ClosedBy(BaseModel):
    """An order to close now."""

    scope: str = Field(description="team:ID, site:ID or centre")
    until: AwareDatetime
    reason: str


class Caller(BaseModel):
    """Somebody in line."""

    call: str = Field(description="For /api/v1/waiting")
    place: int
    waiting_seconds: Tenths
    credit_seconds: int
    concern: str
    language: str
    ringing: bool = Field(description="A member's phone rings for this caller")
    number: str | None = Field(description="Masked: the last three digits; null if withheld, or not yours to see")


class TeamNowAndConfigured(BaseModel):
    """A team."""

    id: str
    name: str
    kind: TeamKind
    extension: str
    target_seconds: int
    open: bool
    opens_at: AwareDatetime | None = Field(description="The next opening of a closed team")
    closed: tuple[ClosedBy, ...] = Field(description="Orders that keep it closed now, whatever its hours say")
    members: int = Field(description="As configured, signed in or not")
    live: LiveTeam | None = Field(description="As in /api/v1/live; null until it is known")


class TeamWithLine(TeamNowAndConfigured):
    """A team and its line, in the order of service."""

    line: tuple[Caller, ...]


class Teams(BaseModel):
    """Every team that is yours to see, in the order of teams.yaml."""

    stale: bool = Field(description="Asterisk is not heard: live figures are old")
    teams: tuple[TeamNowAndConfigured, ...]


class TeamLook:
    """Puts a team's answer together."""

    def __init__(
        self,
        centre: Callable[[], Centre],
        clock: Callable[[], datetime],
        look: Look,
        closings: Closings,
        line: LineActions,
        now: Callable[[], float],
    ) -> None:
        """`clock` rules the opening hours; `now`: Unix seconds."""
        self._now = now
        self.centre, self._clock, self._look, self._closings, self._line = centre, clock, look, closings, line

    def all(self, account: Account) -> Teams:
        """Every team that is theirs to see, without lines."""
        now = self._look()
        live = {each.id: LiveTeam.model_validate(each) for each in now.board.teams} if now else {}
        shown = (team for team in self.centre().teams.values() if account.serves(team.id))
        teams = tuple(self._team(team, live.get(team.id)) for team in shown)
        return Teams(stale=now is None or now.is_stale, teams=teams)

    async def one(self, team: str, account: Account) -> TeamWithLine:
        """One with its line."""
        found = next(each for each in self.all(account).teams if each.id == team)
        waiting = self._line.line(team, self._now())
        sees_numbers = account.has(Right.READ_MESSAGES) and account.serves(team)
        numbers = await self._numbers(waiting[:MOST_NUMBERS]) if sees_numbers else ()
        return TeamWithLine(**dict(found), line=tuple(_callers(waiting, numbers)))

    def _team(self, team: Team, live: LiveTeam | None) -> TeamNowAndConfigured:
        now = self._clock()
        is_open = team.hours.is_open(now)
        return TeamNowAndConfigured(
            id=team.id,
            name=team.name,
            kind=team.kind,
            extension=team.extension,
            target_seconds=team.target_seconds,
            open=is_open,
            opens_at=None if is_open else team.hours.next_opening(now),
            closed=tuple(
                ClosedBy(scope=each.closure.scope, until=each.closure.until, reason=each.closure.reason)
                for each in self._closings.of_team(team.id)
            ),
            members=len(self.centre().members_of(team.id)),
            live=live,
        )

    async def _numbers(self, waiting: Sequence[InLine]) -> Sequence[str | None]:
        try:
            async with asyncio.timeout(NUMBERS_SECONDS):
                return await asyncio.gather(*(self._number(each.place.call) for each in waiting))
        except TimeoutError:
            return ()

    async def _number(self, call: str) -> str | None:
        try:
            return await self._line.number(call) or None
        except (SwitchAway, SwitchRefused):
            return None


def teams(look: TeamLook, door: Door) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/v1/teams", tags=["teams"])
    sees = door.may(Right.SEE_TEAMS)

    @router.get("", summary="Every team")
    async def listed(response: Response, account: Annotated[Account, Depends(sees)]) -> Teams:
        """As configured, and as it is now; a member and a lead see their own."""
        response.headers["Cache-Control"] = "no-store"
        return look.all(account)

    @router.get("/{team}", summary="One team and its line")
    async def one(team: str, response: Response, account: Annotated[Account, Depends(sees)]) -> TeamWithLine:
        """Whoever answers for the team sees masked numbers."""
        response.headers["Cache-Control"] = "no-store"
        known_team(look.centre(), team)
        own_team(account, team)
        return await look.one(team, account)

    return router


def _callers(waiting: Sequence[InLine], numbers: Sequence[str | None]) -> Iterable[Caller]:
    for index, each in enumerate(waiting):
        yield Caller(
            call=each.place.call,
            place=index + 1,
            waiting_seconds=each.waited_seconds,
            credit_seconds=each.place.credit,
            concern=each.place.concern,
            language=each.place.language,
            ringing=each.is_rung,
            number=numbers[index] if index < len(numbers) else None,
        )
