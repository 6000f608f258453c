"""A part of the kiosk in a process of its own: orders and events are JSON lines; it is started again for ever."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from kiosk.backoff import Backoff

SILENT_SECONDS = 15.0
"""A part that has said nothing for so long hangs: each says several times a minute that it lives."""
GOODBYE_SECONDS = 5.0
_LONGEST_LINE = 64 * 1024

log = structlog.get_logger()
Hears = Callable[[Mapping[str, Any]], None]


class Child:
    """One part. `hears` is given what it says, `gone` called whenever it has ended. Orders to a part away are lost."""

    def __init__(
        self,
        part: str,
        argv: Sequence[str],
        first: Mapping[str, object],
        hears: Hears,
        gone: Callable[[], None],
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._part, self._argv, self._first = part, argv, first
        self._hears, self._gone = hears, gone
        self._silent_seconds = silent_seconds
        self._process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Start it, listen to it, start it again; until cancelled, which ends it."""
        backoff = Backoff()
        while True:
            try:
                if await self._once():
                    backoff.worked()
            finally:
                self._gone()
            await asyncio.sleep(backoff.failed())

    def order(self, *words: str) -> None:
        """Tell it something."""
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(words).encode() + b"\n")

    def start_again(self) -> None:
        """It is of no use as it is."""
        if self._process and self._process.returncode is None:
            self._process.kill()

    async def _once(self) -> bool:
        """One life; whether it said anything."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LONGEST_LINE,
                start_new_session=True,  # Ctrl-C is ours: it goes at the end of its input
            )
        except OSError as error:
            log.error("part_not_started", part=self._part, why=error.strerror)
            return False
        self._process = process
        try:
            return await self._listen(process)
        finally:
            await self._end(process)
            log.warning("part_ended", part=self._part, code=process.returncode)

    async def _listen(self, process: asyncio.subprocess.Process) -> bool:
        assert process.stdin is not None  # noqa: S101 - pipes were asked for
        assert process.stdout is not None  # noqa: S101 - the same
        process.stdin.write(json.dumps(self._first).encode() + b"\n")
        has_spoken = False
        with contextlib.suppress(TimeoutError, ValueError):
            while line := await asyncio.wait_for(process.stdout.readline(), self._silent_seconds):
                has_spoken = True
                self._hears(json.loads(line))
        return has_spoken

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        self._process = None
        if process.stdin:
            process.stdin.close()
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            with contextlib.suppress(TimeoutError):  # nothing outlives SIGKILL, but who tells us may be late
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await process.wait()
