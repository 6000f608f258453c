"""A scrape of all 28 teams: the copy on the loop, the text in a thread, its bytes, and how long the loop is held.

The figures are those of the shipped teams.yaml with some 800 members, after thousands of calls and with hundreds under
way. Spans of work are CPU time. A tick is due on the loop every millisecond, and how late it comes is how long the loop
was held; of many short rounds the quietest counts, since whatever else the machine does only ever adds.
"""

import asyncio
import statistics
import sys
from collections.abc import Callable, Coroutine
from time import perf_counter, thread_time, time
from typing import Any

import uvloop

from metrics.board import board
from metrics.books import today_of
from metrics.callback_counts import CallbackCounts
from metrics.exporter import Exporter
from metrics.kiosk_counts import KioskCounts
from metrics.live_figures import LiveFigures
from operations.difference import Drift
from teamline import __version__
from teamline.bench.watching import NODE, Watching
from teamline.bench.whole_calls import GREETING, busy_centre, calls, sign_ins
from teamline.loop import THREADS_TURN_SECONDS
from telephony.ami.reader import Reader
from web.metrics_page import page

CALLS = 4_000
LEFT_OUT = 2_000
"""So many of the last events are not told: calls stay in line and in talk."""
ROUNDS, SCRAPES, COPIES = 20, 10, 100
TICK_SECONDS = 0.001
MOST_HELD_MS = 10


def run() -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound)."""
    watching, exporter = _watching(), Exporter(__version__, NODE)
    copies = [_seconds(lambda: exporter.show(figures(watching))) for _ in range(COPIES)]
    texts = [_seconds(exporter.render) for _ in range(COPIES)]
    text = exporter.render()
    sys.setswitchinterval(THREADS_TURN_SECONDS)
    quiet = min(_held(lambda: _pauses(statistics.median(texts))) for _ in range(ROUNDS))
    scraped = min(_held(lambda: _scrapes(watching, exporter)) for _ in range(ROUNDS))
    return [
        ("scrape: copy on the loop, board included", _shown(copies), f"p99 <= {MOST_HELD_MS} ms"),
        ("scrape: text in its thread", _shown(texts), ""),
        ("scrape: size", f"{len(text):,} bytes, {_series(text):,} series", ""),
        (
            f"scrape: longest hold of the loop in {SCRAPES} scrapes",
            f"{scraped * 1e3:.1f} ms (without any {quiet * 1e3:.1f} ms)",
            f"<= {MOST_HELD_MS} ms",
        ),
    ]


def figures(watching: Watching) -> LiveFigures:
    """This moment, as the router copies it."""
    now = time()
    return LiveFigures(
        centre=watching.centre,
        board=board(watching.centre, watching.model, today_of(watching.books, now), now),
        counted=watching.counts.copy(),
        drift={kind.value: 0 for kind in Drift},
        age_seconds=0.0,
        estimates=watching.estimate_counts.copy(),
        callbacks=CallbackCounts(watching.centre.teams.values()).copy(),
        kiosk_calls=KioskCounts(watching.centre.sites).copy(),
    )


def _watching() -> Watching:
    centre = busy_centre()
    watching = Watching(centre, lambda _: None)
    told = list(calls(centre, CALLS))
    for frame in Reader().feed(GREETING + b"".join((*sign_ins(centre), *told[:-LEFT_OUT]))):
        watching.take(frame)
    return watching


def _seconds(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began


def _shown(seconds: list[float]) -> str:
    return f"p50 {statistics.median(seconds) * 1e3:.2f} ms, p99 {statistics.quantiles(seconds, n=100)[98] * 1e3:.2f} ms"


def _series(text: bytes) -> int:
    return sum(not line.startswith(b"#") for line in text.splitlines())


async def _scrapes(watching: Watching, exporter: Exporter) -> None:
    for _ in range(SCRAPES):
        await page(lambda: exporter.show(figures(watching)), exporter.render)


async def _pauses(seconds: float) -> None:
    for _ in range(SCRAPES):
        await asyncio.sleep(seconds)


def _held(work: Callable[[], Coroutine[Any, Any, None]]) -> float:
    """The longest time in seconds that the loop could not do what was due, while this ran on it."""

    async def measured() -> float:
        ticks = _Ticks()
        await work()
        ticks.stop()
        return ticks.latest

    return uvloop.run(measured())


class _Ticks:
    """Something that is due on the loop every TICK_SECONDS, and how late it was at worst."""

    def __init__(self) -> None:
        self.latest = 0.0
        self._loop = asyncio.get_running_loop()
        self._due = perf_counter()
        self._next: asyncio.Handle = self._loop.call_soon(self._tick)

    def _tick(self) -> None:
        now = perf_counter()
        self.latest = max(self.latest, now - self._due)
        self._due = now + TICK_SECONDS
        self._next = self._loop.call_later(TICK_SECONDS, self._tick)

    def stop(self) -> None:
        self._next.cancel()
