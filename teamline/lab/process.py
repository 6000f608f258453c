"""The lab while it runs: brings its parts up, signs phones in, follows configuration, ends everything."""

import asyncio
import contextlib
import http.client
import json
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
from watchfiles import awatch

from teamline.lab.control import PARTS, SOCKET, Control
from teamline.lab.described import Lab, described
from teamline.lab.sign_in import SignIn
from telephony.dialplan.files import reload_commands

READY_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.05
REAP_SECONDS = 0.2

log = structlog.get_logger()


class LabFailed(Exception):
    """The lab did not come up; the sentence ends with what its router said."""


class LabProcess:
    """Runs one prepared lab until it is told to end.

    `ready` is called once, when it takes calls; `beside` ends what that began.
    """

    def __init__(
        self,
        lab: Lab,
        *,
        is_signed_out: bool,
        ready: Callable[[dict[str, Any], Lab], None],
        beside: Callable[[], Awaitable[None]],
    ) -> None:
        self._lab = lab
        self._ready = ready
        self._beside = beside
        self._sign_in = None if is_signed_out else SignIn(lab)
        self._control = Control(lab.places.run / SOCKET, self._start_again)
        self._ended = asyncio.Event()

    async def run(self) -> int:
        """Start, stay, end; 0. Raises LabFailed or AsteriskDidNotStart."""
        loop = asyncio.get_running_loop()
        for end in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(end, self._ended.set)
        tasks: list[asyncio.Task[None]] = []
        try:
            self._lab.parts.start_router()
            self._lab.parts.start_asterisk()
            await self._until_ready()
            tasks = [loop.create_task(self._follow_rendered()), loop.create_task(self._reap())]
            if self._sign_in:
                self._sign_in.start()
            await self._control.open()
            self._ready(self._write_description(), self._lab)
            await self._ended.wait()
        finally:
            await self._end(tasks)
        return 0

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        await self._beside()
        self._control.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._sign_in:
            await self._sign_in.stop()
        self._lab.parts.stop()

    async def _start_again(self, part: str) -> None:
        if part not in PARTS:
            raise LabFailed(f"{part!r} is no part of a lab: one of {', '.join(PARTS)}")
        self._lab.parts.start(part)
        await self._until_ready()
        self._write_description()

    async def _until_ready(self) -> None:
        """Wait until the router takes calls and is connected to whatever runs."""
        running = self._lab.parts.pids
        async with asyncio.timeout(READY_SECONDS):
            while not await asyncio.to_thread(self._is_ready, self._running_parts(running)):
                if not self._lab.parts.pids["router"]:
                    if running["router"]:
                        raise LabFailed(f"the router ended:\n{self._lab.parts.router_said()}")
                    return
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    @staticmethod
    def _running_parts(pids: Any) -> set[str]:  # noqa: ANN401 - part -> pid
        parts = {part for part in ("asterisk", "store") if pids[part]}
        return parts | {"live"} if "asterisk" in parts else parts

    def _is_ready(self, wanted: set[str]) -> bool:
        url = f"http://127.0.0.1:{self._lab.ports.http}/readyz"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                told = json.load(answer)
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
            return False
        return bool(told["ready"]) and all(told["dependencies"][part]["is_ok"] for part in wanted)

    def _write_description(self) -> dict[str, Any]:
        told = dict(described(self._lab))
        place = self._lab.places.description
        beside = place.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(told, indent=2), encoding="utf-8")
        beside.replace(place)
        return told

    async def _follow_rendered(self) -> None:
        """What a path unit does on a real PBX: reload what the router has rendered, never restart."""
        asterisk = self._lab.parts.asterisk
        async for changes in awatch(asterisk.places.rendered, debounce=100, step=20, recursive=False):
            names = {Path(path).name for _, path in changes}
            for command in reload_commands(sorted(names)):
                if asterisk.pid:
                    with contextlib.suppress(Exception):
                        await asyncio.to_thread(asterisk.console, command)

    async def _reap(self) -> None:
        """Notice parts that were killed, so that no zombie keeps their place."""
        known = dict(self._lab.parts.pids)
        while True:
            await asyncio.sleep(REAP_SECONDS)
            now = dict(self._lab.parts.pids)
            for part in (part for part in PARTS if known[part] and not now[part]):
                again = f"teamline lab --dir {self._lab.places.home} --start {part}"
                sys.stderr.write(f"lab: the {part} has ended; `{again}` starts it again\n")
            known = now
