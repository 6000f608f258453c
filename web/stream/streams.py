"""All open streams: who is let in, what they are sent and when, and when they end.

It works only while somebody looks. Facts stir it, so that what happens is sent at once; otherwise it looks at times.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

import structlog
from fastapi import HTTPException, Request

from web.live import Look, known
from web.looking import Audience, Looking
from web.stream.feed import Feed
from web.stream.pace import Pace
from web.stream.viewers import SHUTDOWN, SIGNED_OUT, TOO_SLOW, Viewer
from web.stream.wire import OPENING, Lens

AGAIN_SECONDS = "5"
MOST_STREAMS = 500

log = structlog.get_logger()


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Streams:
    """`look`: the board now, at most so often made anew; `monotonic`: seconds of the clock that paces."""

    def __init__(
        self,
        look: Look,
        looking: Looking,
        most: int = MOST_STREAMS,
        *,
        clock: Callable[[], datetime] = _wall_clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look, self._looking, self._most, self._monotonic = look, looking, most, monotonic
        self._feed, self._pace = Feed(clock), Pace()
        self._viewers: dict[Viewer, None] = {}
        self._is_stale: bool | None = None
        self._stirred = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None
        self._is_over = False
        self.dropped: Callable[[], None] = lambda: None
        """Told of each reader who was too slow."""

    @property
    def open(self) -> int:
        """How many there are now."""
        return len(self._viewers)

    def admit(self, request: Request, audience: Audience, wanted: Lens, told: str) -> Viewer:
        """One more, who had got as far as the id `told`. HTTPException 503 for one too many, or nothing known yet."""
        self._bound(request, audience)
        now = known(self._look)
        viewer = Viewer(request, audience, wanted, self._ended)
        self._send(self._feed.take(now))
        viewer.give(OPENING + (self._feed.since(told, viewer.lens) if told else self._feed.snapshot(viewer.lens)))
        self._viewers[viewer] = None
        if self._running is None or self._running.done():
            self._pace.begin(self._monotonic())
            self._running = asyncio.get_running_loop().create_task(self._run())
        return viewer

    def gone(self, viewer: Viewer) -> None:
        """This stream is closed."""
        self._viewers.pop(viewer, None)
        if not self._viewers:
            self._stirred.set()

    def stir(self) -> None:
        """Something has happened: look soon."""
        if self._viewers:
            self._pace.stir(self._monotonic())
            self._stirred.set()

    def let_go(self) -> None:
        """The router is to stop: every stream ends now, and none begins."""
        self._is_over = True
        for viewer in list(self._viewers):
            viewer.end(SHUTDOWN)

    async def stop(self) -> None:
        """No task is left."""
        self.let_go()
        tasks = [each for each in (self._running, self._checking) if each]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def step(self) -> None:
        """Whatever is due now."""
        now = self._monotonic()
        if self._pace.is_to_look(now) and (found := self._look()):
            self._send(self._feed.take(found))
            if found.is_stale is not self._is_stale:
                self._is_stale = found.is_stale
                self._beat()
        if self._pace.is_to_beat(now):
            self._beat()
        if self._pace.is_to_check(now) and (self._checking is None or self._checking.done()):
            self._checking = asyncio.get_running_loop().create_task(self._check())

    async def _check(self) -> None:
        try:
            await self.check()
        except Exception:
            log.exception("sessions_of_streams_not_checked")

    async def check(self) -> None:
        """Streams whose session is over end; who serves other teams now sees these. Asked once a session."""
        asked: dict[str, Audience | None] = {}
        for viewer in list(self._viewers):
            credential = viewer.audience.credential
            if credential and credential not in asked:
                try:
                    asked[credential] = await self._looking.audience(viewer.request)
                except HTTPException as refused:
                    if refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                        return
                    asked[credential] = None
            self._judge(viewer, asked.get(credential, viewer.audience))

    def _judge(self, viewer: Viewer, audience: Audience | None) -> None:
        if audience is None:
            viewer.end(SIGNED_OUT)
        elif audience.teams != viewer.audience.teams:
            viewer.audience = audience
            viewer.give(self._feed.snapshot(viewer.lens))

    async def _run(self) -> None:
        while self._viewers:
            try:
                self.step()
            except Exception:
                log.exception("live_stream_failed")
            self._stirred.clear()
            wait = self._pace.wait_seconds(self._monotonic())
            if wait > 0:
                await self._until_due(wait)

    async def _until_due(self, wait: float) -> None:
        try:
            async with asyncio.timeout(wait):
                await self._stirred.wait()
        except TimeoutError:
            return

    def _send(self, changed: frozenset[str] | None) -> None:
        if changed is None:
            for viewer in self._viewers:
                viewer.give(self._feed.snapshot(viewer.lens))
        elif changed:
            for viewer in self._viewers:
                viewer.give(self._feed.change(changed, viewer.lens))

    def _beat(self) -> None:
        frames: dict[Lens, bytes] = {}
        for viewer in self._viewers:
            lens = viewer.lens
            if lens not in frames:
                frames[lens] = self._feed.heartbeat(lens)
            viewer.give(frames[lens])

    def _bound(self, request: Request, audience: Audience) -> None:
        if self._is_over:
            raise _again("The router ends: it is back in a moment.")
        who = _who(request, audience)
        same = sum(_who(each.request, each.audience) == who for each in self._viewers)
        if len(self._viewers) >= self._most or same >= max(1, self._most // 2):
            raise _again("Too many streams are open: close some, or let TEAMLINE_STREAMS be more.")

    def _ended(self, reason: str) -> None:
        if reason == TOO_SLOW:
            self.dropped()


def _who(request: Request, audience: Audience) -> str:
    """Whose streams are counted together: an account's, or an address'."""
    return (
        f"account {audience.account}" if audience.account else f"from {request.client.host if request.client else ''}"
    )


def _again(why: str) -> HTTPException:
    return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, why, {"Retry-After": AGAIN_SECONDS})
