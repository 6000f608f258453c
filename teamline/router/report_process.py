"""Keeps the process that works reports out, begins it anew when it dies, and lets it go when nobody asks for long.

It is begun by the loop's own thread (see `teamline.router.what_if_job.started`), yields to calls, and dies with the
router.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
from asyncio import StreamReader, StreamReaderProtocol
from collections.abc import Callable, Mapping, Sequence
from subprocess import DEVNULL, PIPE
from typing import IO, cast

import structlog

from web.reports.worker import ReportsAway

COMMAND = (
    *("setpriv", "--pdeathsig", "KILL", "--", "nice", "-n", "10"),
    *(sys.executable, "-m", "teamline.router.report_child"),
)
BEGIN_SECONDS = 30.0
SILENT_SECONDS = 120.0
"""A day of the journal is read in a tenth of that; after so long without a word the process hangs."""
IDLE_SECONDS = 1800.0
MOST_ANSWER_BYTES = 64 * 1024 * 1024

Progress = Callable[[int, int], None]
log = structlog.get_logger()


class _Ended(Exception):
    """The process is gone, hangs, or talks nonsense."""


class _Child:
    """One process, one question at a time."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Raises OSError."""
        self._process = subprocess.Popen(  # noqa: S603 - a list of our own words, no shell
            command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, start_new_session=True
        )
        self._asking = cast("IO[bytes]", self._process.stdin)
        self._reader = StreamReader()
        self._transport: asyncio.BaseTransport | None = None

    async def ready(self) -> None:
        """Once it takes questions. Raises _Ended."""
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: StreamReaderProtocol(self._reader), cast("IO[bytes]", self._process.stdout)
        )
        if await self._line(BEGIN_SECONDS) != ["R"]:
            raise _Ended

    async def ask(self, question: Mapping[str, object], told: Progress) -> bytes:
        """Its answer. Raises _Ended, ReportsAway."""
        self._write(json.dumps(question).encode() + b"\n")
        while True:
            match await self._line(SILENT_SECONDS):
                case ["P", done, of]:
                    told(int(done), int(of))
                case ["A", length] if int(length) <= MOST_ANSWER_BYTES:
                    return await self._reader.readexactly(int(length))
                case ["F", "away"]:
                    raise ReportsAway
                case _:
                    raise _Ended

    async def call_off(self) -> None:
        """End the question it works on; what it has read stays read. Raises _Ended."""
        self._write(b"\n")
        while (told := await self._line(SILENT_SECONDS))[0] != "F":
            if told[0] == "A":  # it was faster
                await self._reader.readexactly(int(told[1]))
                return

    async def end(self) -> None:
        """Gone when this returns."""
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        if self._transport:
            self._transport.close()
        with contextlib.suppress(OSError):
            self._asking.close()

    def _write(self, line: bytes) -> None:
        try:
            self._asking.write(line)
            self._asking.flush()  # some kilobytes into an empty pipe of 64: does not wait
        except OSError as error:
            raise _Ended from error

    async def _line(self, seconds: float) -> list[str]:
        try:
            async with asyncio.timeout(seconds):
                told = (await self._reader.readline()).decode(errors="replace").split()
        except (TimeoutError, ValueError) as error:
            raise _Ended from error
        if not told:
            raise _Ended
        return told


class ReportProcess:
    """`web.reports.worker.ReportWorker`."""

    def __init__(self, environment: Mapping[str, str], command: Sequence[str] = COMMAND) -> None:
        self._environment, self._command = environment, command
        self._child: _Child | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def answer(self, question: Mapping[str, object], told: Progress) -> bytes:
        """The answer of one question. Raises ReportsAway; called off, it leaves nothing running."""
        async with self._turn:
            if self._idle:
                self._idle.cancel()
            try:
                return await self._asked(question, told)
            finally:
                self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._let_go)

    async def stop(self) -> None:
        """No process is left when this returns."""
        if self._idle:
            self._idle.cancel()
        await self._end()

    async def _asked(self, question: Mapping[str, object], told: Progress) -> bytes:
        try:
            child = await self._running()
            return await child.ask(question, told)
        except asyncio.CancelledError:
            await self._called_off()
            raise
        except (OSError, _Ended, ValueError, asyncio.IncompleteReadError) as error:
            log.warning("report_process_ended", error=type(error).__name__)
            await self._end()
            raise ReportsAway from error

    async def _called_off(self) -> None:
        try:
            if self._child:
                await self._child.call_off()
        except (OSError, _Ended, ValueError, asyncio.IncompleteReadError):
            await self._end()

    async def _running(self) -> _Child:
        if self._child is None:
            child = _Child(self._command, self._environment)
            try:
                await child.ready()
            except BaseException:  # called off meanwhile, too: nobody would end it
                await child.end()
                raise
            self._child = child
        return self._child

    def _let_go(self) -> None:
        task = asyncio.get_running_loop().create_task(self._end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child:
            await child.end()
