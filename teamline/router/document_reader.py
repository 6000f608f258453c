"""Looks into documents in a process of its own, kept over many of them and begun again when it dies.

It is begun by the loop's own thread (see `teamline.router.what_if_job.started`), gives way to calls, dies with the
router, and has nothing of the router's environment that could be a secret.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from asyncio import StreamReader, StreamReaderProtocol
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, Any, cast

import structlog

from operations.documents.faults import DocumentRefused, ReaderAway, Why
from routing.document_kind import DocumentKind

COMMAND = (
    *("setpriv", "--pdeathsig", "KILL", "--", "nice", "-n", "10"),
    *(sys.executable, "-m", "teamline.router.document_child"),
)
DOCUMENT_SECONDS = 30.0
"""For one document; also for the process to begin on a busy machine."""
MOST_DOCUMENTS = 500
"""So many a process: what parsers leave behind in it goes with it."""

log = structlog.get_logger()


class _Ended(Exception):
    """The process is gone, or talks nonsense."""


class _TooLong(_Ended):
    """The process has said nothing for too long."""


class _Child:
    """One process, one question at a time."""

    def __init__(self, process: subprocess.Popen[bytes], asking: IO[bytes], answers: IO[bytes]) -> None:
        self._process, self._asking, self._answers = process, asking, answers
        self._reader = StreamReader()
        self._transport: asyncio.BaseTransport | None = None
        self.answered = 0

    async def ready(self) -> None:
        """Once it takes questions. Raises _Ended."""
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: StreamReaderProtocol(self._reader), self._answers
        )
        await self._line()

    async def ask(self, question: Mapping[str, object]) -> dict[str, Any]:
        """Its answer. Raises _Ended."""
        try:
            self._asking.write(json.dumps(question).encode() + b"\n")
            self._asking.flush()  # a few hundred bytes into an empty pipe: never waits
        except OSError as error:
            raise _Ended from error
        self.answered += 1
        return await self._line()

    async def _line(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(DOCUMENT_SECONDS):
                told = await self._reader.readline()
            answer: dict[str, Any] = json.loads(told)
        except TimeoutError as error:
            raise _TooLong from error
        except ValueError as error:
            raise _Ended from error
        return answer

    async def end(self) -> bool:
        """Gone when this returns; whether it was because it had used up the CPU seconds of a document."""
        self._process.kill()
        ended_by = -await asyncio.to_thread(self._process.wait)
        if self._transport:
            self._transport.close()
        with contextlib.suppress(OSError):
            self._asking.close()
        return ended_by == signal.SIGXCPU


def _begun(command: Sequence[str]) -> _Child:
    """Raises OSError."""
    process = subprocess.Popen(  # noqa: S603 - a list of our own words, no shell
        command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment(), start_new_session=True
    )
    return _Child(process, cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout))


class DocumentReader:
    """`operations.documents.documents.Pages`: one document at a time."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._child: _Child | None = None
        self._one_at_a_time = asyncio.Lock()

    async def pages(self, path: Path, kind: DocumentKind, most: int) -> int:
        """The pages of this file (an absolute path). Raises DocumentRefused, ReaderAway when no process can begin."""
        question = {"path": str(path), "kind": kind.value, "most": most}
        async with self._one_at_a_time:
            try:
                answer = await self._answer(question)
            except _Ended:  # perhaps somebody else's doing: this document is asked about once more
                log.warning("document_reader_died", kind=kind.value)
                answer = await self._answer_at_last(question)
        if "why" in answer:
            raise DocumentRefused(Why(answer["why"]))
        return int(answer["pages"])

    async def stop(self) -> None:
        """End the process."""
        async with self._one_at_a_time:
            await self._end()

    async def _answer_at_last(self, question: Mapping[str, object]) -> dict[str, Any]:
        try:
            return await self._answer(question)
        except _Ended as error:  # too much memory, too long, or a fault in a parser
            raise DocumentRefused(Why.DAMAGED) from error

    async def _answer(self, question: Mapping[str, object]) -> dict[str, Any]:
        try:
            child = await self._running()
        except (OSError, _Ended) as error:
            log.error("document_reader_not_started", error=type(error).__name__)
            await self._end()
            raise ReaderAway from error
        try:
            return await child.ask(question)
        except _TooLong as error:
            await self._end()
            raise DocumentRefused(Why.DAMAGED) from error
        except _Ended as error:
            if await self._end():
                raise DocumentRefused(Why.DAMAGED) from error  # its own doing: others wait for their turn
            raise
        except BaseException:  # gone, or asked no longer: its answer must not be the next one's
            await self._end()
            raise

    async def _running(self) -> _Child:
        if self._child and self._child.answered >= MOST_DOCUMENTS:
            await self._end()
        if self._child is None:
            self._child = _begun(self._command)
            await self._child.ready()
        return self._child

    async def _end(self) -> bool:
        """Whether the process had used up the CPU seconds of a document."""
        child, self._child = self._child, None
        return child is not None and await child.end()


def _environment() -> dict[str, str]:
    """The router's own without its settings, which hold passwords."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEAMLINE_")}
