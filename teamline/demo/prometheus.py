"""Prometheus beside the demo: begun when the lab is ready, ended with it."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rich.progress import Progress

from teamline.commands.lab import Ready
from teamline.lab.described import Lab
from teamline.monitoring.fetch import NoPrometheus, programs
from teamline.monitoring.run import RunningPrometheus
from teamline.output import errors, fail
from telephony.lab.ports import free_ports

READY_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.2

End = Callable[[], Awaitable[None]]


def prometheus_beside() -> "Beside":
    """A Prometheus to run beside a demo, fetched if need be. Exit code 1 with a sentence when there is none."""
    try:
        with Progress(console=errors, transient=True) as progress:
            task = progress.add_task("Prometheus", total=100, visible=False)
            found = programs(
                lambda percent, doing: progress.update(task, completed=percent, description=doing, visible=True)
            )
    except (NoPrometheus, OSError) as error:
        fail(str(error))
    return Beside(lambda folder: RunningPrometheus(found, folder, free_ports(1)[0]))


class Beside:
    """One Prometheus while the demo runs."""

    def __init__(self, make: Callable[[Path], RunningPrometheus]) -> None:
        self._make = make
        self._running: RunningPrometheus | None = None
        self._telling: asyncio.Task[None] | None = None
        self.told = ""
        """Its address for people, once it answers."""

    def around(self, ready: Ready, end: End) -> tuple[Ready, End]:
        """The same beginning and end, with Prometheus before the one and after the other."""

        def both_ready(told: dict[str, Any], lab: Lab) -> None:
            self.begin(told)
            ready(told, lab)

        async def both_end() -> None:
            await end()
            await self.end()

        return both_ready, both_end

    def begin(self, told: dict[str, Any]) -> None:
        """Start it, from the lab's main thread, and tell its address once it answers."""
        self._running = self._make(Path(told["dir"]) / "prometheus")
        try:
            self._running.start(told["metrics"].removeprefix("http://").removesuffix("/metrics"))
        except OSError as error:
            sys.stderr.write(f"demo: Prometheus could not be started: {error}\n")
            return
        self._telling = asyncio.get_running_loop().create_task(self._tell(self._running))

    async def end(self) -> None:
        """End it."""
        if self._telling:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        if self._running:
            await asyncio.to_thread(self._running.stop)

    async def _tell(self, running: RunningPrometheus) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                while running.pid:
                    if await asyncio.to_thread(running.is_ready):
                        self.told = f"Prometheus {running.url}/alerts"
                        sys.stdout.write(f"{self.told}\n")
                        sys.stdout.flush()
                        return
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
        sys.stderr.write(f"demo: Prometheus did not come up:\n{running.said}\n")
