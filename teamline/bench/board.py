"""From an event to the boards: 50 readers of the live stream, 27 teams and the general line, ten calls a second.

A child is the router's side: whole calls' events through the reader of AMI events and every fold, the real board, the
real stream on a loopback port. It notes when each caller joined; here, 50 readers note when a change tells them so (the
monotonic clock is one for the whole machine). The child plays the same twice, first without readers: what it needs more
processor time for with them is the stream's, boards included. Of several rounds the quietest counts, since whatever
else the machine does only ever adds.
"""

import asyncio
import json
import logging
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

import uvloop

from facts.call import CallerJoined
from facts.kinds import Fact
from metrics.board import Board, board
from metrics.books import today_of
from teamline import __version__, loop
from teamline.bench.board_reader import Arrivals, read_board
from teamline.bench.watching import Watching
from teamline.bench.whole_calls import GREETING, busy_centre, calls, sign_ins
from teamline.router.logs import configure
from telephony.ami.reader import Reader
from web.app import application
from web.health import Dependencies
from web.live import LiveNow
from web.looking import Looking
from web.server import WebServer
from web.stream.pace import LOOK_SECONDS
from web.stream.room import live_stream
from web.stream.streams import Streams

VIEWERS, CALLS_A_SECOND, SECONDS, ROUNDS = 50, 10, 9.0, 3
MOST_P99_MS, MOST_SHARE = 250, 10
MIXED_EVENTS = 3000
"""So many are told first: calls in every state."""
MOST_OF_THEM = 0.9
"""The very last callers may be told to nobody any more."""
SEED = 2026
_READY, _GO = "ready", "go\n"

Joined = tuple[float, str, int]
"""When (monotonic), for which team, and how many calls it had been offered then."""


def run() -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound)."""
    command = [sys.executable, "-m", "teamline.bench.board", str(SECONDS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as router:  # noqa: S603 - ourselves
        arrivals = uvloop.run(_watched(router))
        told, _ = router.communicate()
    if not told:
        raise RuntimeError("the router's side told nothing")
    found = json.loads(told)
    waits = _waits(found["joined"], arrivals)
    size = max(2, len(waits) // ROUNDS)
    rounds = [waits[start : start + size] for start in range(0, len(waits) - size + 1, size)]
    cuts = min((statistics.quantiles(each, n=100) for each in rounds), key=lambda one: one[98])
    share = 100 * (found["with"] - found["without"]) / SECONDS
    name = f"board: {VIEWERS} readers, {CALLS_A_SECOND} calls/s"
    return [
        (
            f"{name}: caller joined to read",
            f"p50 {cuts[49] * 1e3:.0f} ms, p99 {cuts[98] * 1e3:.0f} ms ({len(waits):,} arrivals)",
            f"p99 <= {MOST_P99_MS} ms",
        ),
        (
            f"{name}: the router's processor time for it",
            f"{share:.1f} % of a core (events alone {100 * found['without'] / SECONDS:.1f} %)",
            f"<= {MOST_SHARE} %",
        ),
    ]


def _waits(joined: Sequence[Joined], arrivals: Sequence[Arrivals]) -> list[float]:
    """Seconds from each join to each reader, in the order of the joins."""
    told = ((reader.since(team, offered), at) for at, team, offered in joined for reader in arrivals)
    waits = [read_at - at for read_at, at in told if read_at is not None]
    if len(waits) < len(joined) * len(arrivals) * MOST_OF_THEM or len(waits) < ROUNDS:
        raise RuntimeError("the readers were not told of every caller")
    return waits


async def _watched(router: "subprocess.Popen[str]") -> list[Arrivals]:
    assert router.stdin  # noqa: S101 - a pipe, see above
    port = await _said(router)
    arrivals = [Arrivals() for _ in range(VIEWERS)]
    readers = [asyncio.create_task(read_board(int(port), each)) for each in arrivals]
    await asyncio.gather(*(each.begun.wait() for each in arrivals))
    router.stdin.write(_GO)
    router.stdin.flush()
    await asyncio.gather(*readers)
    return arrivals


async def _said(router: "subprocess.Popen[str]") -> str:
    """The port, as soon as the first half is over."""
    assert router.stdout  # noqa: S101 - a pipe, see above
    line = await asyncio.to_thread(router.stdout.readline)
    if not line.startswith(_READY):
        raise RuntimeError("the router's side did not start")
    return line.removeprefix(_READY)


class _Side:
    """The router's side."""

    def __init__(self, seconds: float) -> None:
        self._centre, self._seconds = busy_centre(), seconds
        self._watching = Watching(self._centre, self._happened)
        self._board: tuple[float, Board] | None = None
        self.joined: list[Joined] = []
        looking = Looking()
        self.streams = Streams(self._look, looking)
        rooms = [live_stream(self.streams, looking, lambda: self._centre.teams)]
        self.server = WebServer(application(__version__, _nothing, self._look, rooms, looking=looking))
        self._chance, self._reader = random.Random(SEED), Reader()
        self._events = self._told()

    async def play(self) -> float:
        """So many seconds of calls; the processor time that they took."""
        began, due = time.process_time(), time.monotonic()
        until = due + self._seconds
        rate = CALLS_A_SECOND * self._events_a_call()
        while (due := due + self._chance.expovariate(rate)) < until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._take(next(self._events))
        return time.process_time() - began

    def begin(self) -> None:
        """Everybody is signed in, and calls are in every state."""
        self._take(GREETING + b"".join(sign_ins(self._centre)))
        for event in islice(self._events, MIXED_EVENTS):
            self._take(event)

    def _told(self) -> Iterator[bytes]:
        return calls(self._centre, int(CALLS_A_SECOND * self._seconds * 2) + MIXED_EVENTS)

    def _events_a_call(self) -> float:
        count = 200
        return sum(1 for _ in calls(self._centre, count)) / count

    def _take(self, event: bytes) -> None:
        for frame in self._reader.feed(event):
            self._watching.take(frame)

    def _happened(self, fact: Fact) -> None:
        self.streams.stir()
        if isinstance(fact, CallerJoined) and self.streams.open:
            team = fact.place.team
            self.joined.append((time.monotonic(), team, today_of(self._watching.books, time.time())(team).offered))

    def _look(self) -> LiveNow:
        now, at = time.monotonic(), time.time()
        if self._board is None or now - self._board[0] >= LOOK_SECONDS:
            self._board = now, board(self._centre, self._watching.model, today_of(self._watching.books, at), at)
        return LiveNow(self._board[1], datetime.fromtimestamp(at, UTC), is_stale=False)


async def _nothing() -> Dependencies:
    return {}


async def _serve(seconds: float) -> int:
    side = _Side(seconds)
    side.begin()
    loop.keep_what_is_loaded()
    port = await side.server.start("127.0.0.1", 0)
    without = await side.play()
    print(f"{_READY}{port}", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    with_readers = await side.play()
    await asyncio.sleep(2 * LOOK_SECONDS)  # the last ones are on their way
    await side.streams.stop()
    await side.server.stop()
    print(json.dumps({"without": without, "with": with_readers, "joined": side.joined}))
    return 0


if __name__ == "__main__":
    configure("console", logging.ERROR)
    sys.exit(loop.run(lambda: _serve(float(sys.argv[1]))))
