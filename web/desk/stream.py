"""`/api/v1/desk/{team}/stream`: the own phone and the team's line, as they change, for one desk and nobody else.

Nothing is kept for a slow reader: what is sent is always the present, made when the connection takes more.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import StreamingResponse

from operations.desk.calls_on_phones import team_topic
from operations.desk.phone import PhoneNow
from operations.desk.team_line import Stands
from operations.sign_in.accounts import Account, Right
from web.desk.parts import DeskParts
from web.desk.seat import may_sit, seat_of, seen_by
from web.desk.told import ToldLine, event, phone_told
from web.messages import known_team
from web.who import own_team

TICK_SECONDS = 1.0
"""States also change because time goes by: so often everything is looked at."""
HEARTBEAT_SECONDS = 2.0
LINE_SECONDS = 0.3
"""A team's line is put together at most so often, and shared by its desks."""
GUEST_SECONDS = 3.0
"""So often it is asked anew whether the session still counts."""
MOST_STREAMS = 3000
MOST_OF_ONE = 30
"""Of one account: more tabs than anybody has in view."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class DeskStreams:
    """Every open stream of this router's desks."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._lines: dict[str, tuple[float, ToldLine]] = {}
        self._open: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False

    def let_go(self) -> None:
        """The router ends: so does every stream, with its next look."""
        self._is_over = True

    async def stop(self) -> None:
        """No question about a number is left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._parts.phones.line.stop()
        await self._parts.phones.callers.stop()

    @contextmanager
    def counted(self, account: str) -> Iterator[None]:
        """HTTPException 429 for one too many."""
        if self._open[account] >= MOST_OF_ONE or self._open.total() >= MOST_STREAMS:
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS, "Too many desks are open: close some tabs.", {"Retry-After": "30"}
            )
        self._open[account] += 1
        try:
            yield
        finally:
            self._open[account] -= 1
            if not self._open[account]:
                del self._open[account]

    def line(self, team: str) -> ToldLine:
        """The team's line now, shared; numbers follow as soon as Asterisk has told them."""
        made = self._lines.get(team)
        if made is None or time.monotonic() >= made[0] + LINE_SECONDS:
            line = self._parts.phones.line.of(team, self._parts.phones.moment().now)
            if unknown := self._parts.phones.line.unknown(line):
                self._run(self._parts.phones.line.learn(unknown))
            made = self._lines[team] = time.monotonic(), ToldLine(line)
        return made[1]

    async def events(self, request: Request, account: Account, team: str, member: str) -> AsyncIterator[str]:
        """Until the session ends, the rights go, or the router does."""
        with (
            self.counted(account.name),
            self._parts.phones.calls.listening(*filter(None, (member, team_topic(team)))) as changed,
        ):
            sent = _Sent(account)
            while not (over := await self._over(request, team, member, sent)):
                changed.clear()
                for text in self._news(team, member, sent):
                    yield text
                try:
                    async with asyncio.timeout(TICK_SECONDS):
                        await changed.wait()
                except TimeoutError:
                    continue
            yield event("over", {"reason": over})

    def _news(self, team: str, member: str, sent: "_Sent") -> Iterator[str]:
        parts, moment, centre = self._parts, self._parts.phones.moment(), self._parts.centre()
        is_aged = moment.is_stale is not sent.is_stale
        sent.is_stale = moment.is_stale
        if member:
            phone = seen_by(sent.account, parts.phones.look(member, moment.now), centre)
            if phone.caller:
                parts.phones.callers.want(phone.caller)
            if is_aged or phone != sent.phone:
                sent.phone, sent.at = phone, time.monotonic()
                yield event("phone", phone_told(phone, moment, centre))
        told = self.line(team)
        if is_aged or told.line != sent.line:
            sent.line, sent.at = told.line, time.monotonic()
            yield told.event(moment)
        if time.monotonic() >= sent.at + HEARTBEAT_SECONDS:
            sent.at = time.monotonic()
            yield event("heartbeat", moment.told())

    async def _over(self, request: Request, team: str, member: str, sent: "_Sent") -> str:
        """Why the stream is over; empty while it goes on. A store that is away ends nothing."""
        if self._is_over:
            return "shutdown"
        if time.monotonic() < sent.checked_at + GUEST_SECONDS:
            return ""
        sent.checked_at = time.monotonic()
        try:
            sent.account = (await self._parts.door.guest(request)).account
        except HTTPException as refused:
            return "signed-out" if refused.status_code == HTTPStatus.UNAUTHORIZED else ""
        return "" if _may(sent.account, team, member, self._parts) else "signed-out"

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@dataclass(slots=True)
class _Sent:
    """What one desk has last been told, and whom."""

    account: Account
    phone: PhoneNow | None = None
    line: tuple[Stands, ...] | None = None
    is_stale: bool | None = None
    at: float = 0.0
    checked_at: float = field(default_factory=time.monotonic)


def desk_stream(parts: DeskParts, streams: DeskStreams) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
    reads = parts.door.may(Right.READ_MESSAGES)

    @router.get(
        "/{team}/stream",
        summary="The own phone and the team's line, as they change",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}, "description": "Server-sent events"}},
    )
    async def stream(
        team: str,
        request: Request,
        account: Annotated[Account, Depends(reads)],
        member: Annotated[str, Query(max_length=64, description="Whose phone; empty: the account's own")] = "",
    ) -> StreamingResponse:
        """Events: `phone` (with the caller's numbers), `line`, `heartbeat` every 2 s, `over` with a `reason`."""
        centre = parts.centre()
        known_team(centre, team)
        own_team(account, team)
        wanted = member or seat_of(account, centre, "").member
        if not _may(account, team, wanted, parts):
            raise HTTPException(HTTPStatus.FORBIDDEN, "This phone is another person's.")
        with streams.counted(account.name):
            events = streams.events(request, account, team, wanted)
        return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)

    return router


def _may(account: Account, team: str, member: str, parts: DeskParts) -> bool:
    centre = parts.centre()
    is_theirs = account.has(Right.READ_MESSAGES) and account.serves(team) and team in centre.teams
    return is_theirs and (not member or may_sit(account, member, centre))
