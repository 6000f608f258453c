"""`teamline simulate` as a process of its own beside the router: its interpreter, its memory, its turn after calls.

It dies with the router, however that ends (prctl(2), PR_SET_PDEATHSIG, by util-linux's setpriv: nothing of ours runs
between fork and exec in a process with threads), and its words arrive as a list, never through a shell.
"""

import asyncio
import json
import os
import subprocess
import sys
from asyncio import StreamReader, StreamReaderProtocol
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from subprocess import DEVNULL, PIPE
from typing import IO, TypeVar

import structlog

from routing.what_if.changes import Of
from teamline.progress import read
from teamline.settings import Settings
from web.what_if_job import AlreadyRunning, Failure, Now, Progress, State, Step, Why
from web.what_if_question import Asked

MOST_SECONDS = 300.0
MOST_ANSWER_BYTES = 8 * 1024 * 1024
BROKEN = "it broke off: ask `teamline simulate` the same on the router's machine, which says why (memory, a fault)"
_MOST_SENTENCES = 8
_AFTER_CALLS = ("setpriv", "--pdeathsig", "KILL", "--", "nice", "-n", "10")
COMMAND = (*_AFTER_CALLS, sys.executable, "-m", "teamline", "simulate")

_WHY: Mapping[str, Why] = {"nothing is known": Why.NOTHING_KNOWN, "--on:": Why.NO_SUCH_DAY}
"""How the sentences of `operations.what_if.answer.NothingKnown` begin."""


log = structlog.get_logger()


Child = subprocess.Popen[bytes]
_Told = TypeVar("_Told")


class _NoAnswer(Exception):
    """The process ended without an answer; the sentence is its own."""


class ChildJob:
    """One question at a time in a child process; the next forgets the answer of the one before."""

    def __init__(
        self, environment: Mapping[str, str], command: Sequence[str] = COMMAND, most_seconds: float = MOST_SECONDS
    ) -> None:
        self._environment = environment
        self._command = command
        self._most_seconds = most_seconds
        self._now = Now()
        self._task: asyncio.Task[None] | None = None

    @property
    def now(self) -> Now:
        """Where the question is."""
        return self._now

    def start(self, question: Asked) -> None:
        """Begin; raises AlreadyRunning."""
        if self._now.state is State.RUNNING:
            raise AlreadyRunning
        self._now = Now(State.RUNNING, Progress(Step.STARTING, 0, 0), question)
        self._task = asyncio.get_running_loop().create_task(self._work(question))
        self._task.add_done_callback(self._ended)

    async def cancel(self) -> None:
        """End the question, or forget its answer; no process is left when this returns."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._now = Now()

    async def _work(self, question: Asked) -> None:
        try:
            async with asyncio.timeout(self._most_seconds):
                answer = await self._answer(question)
        except TimeoutError:
            self._failed(
                Why.TOO_LONG,
                f"no answer after {self._most_seconds:.0f} s: ask with fewer runs, fewer days or fewer teams, "
                "or ask `teamline simulate`, which takes its time",
            )
        except _NoAnswer as error:
            why = next((why for begin, why in _WHY.items() if str(error).startswith(begin)), Why.FAILED)
            self._failed(why, str(error))
        except OSError as error:
            self._failed(
                Why.FAILED, f"not started: {error.strerror}: install setpriv (util-linux) and nice (coreutils)"
            )
        else:
            self._now = replace(self._now, state=State.DONE, progress=None, answer=answer)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A fault of ours keeps nobody from asking again."""
        if not task.cancelled() and (fault := task.exception()):
            log.error("what_if_broke", error=type(fault).__name__)
            self._failed(Why.FAILED, BROKEN)

    def _failed(self, why: Why, what: str) -> None:
        log.warning("what_if_failed", why=why.value)
        self._now = replace(self._now, state=State.FAILED, progress=None, error=Failure(why, what))

    async def _answer(self, question: Asked) -> Mapping[str, object]:
        process = started((*self._command, *options(question)), self._environment)
        try:
            text, sentences = await asyncio.gather(
                _heard(process.stdout, _whole), _heard(process.stderr, self._sentences)
            )
            if await asyncio.to_thread(process.wait) != 0:
                raise _NoAnswer(_reason(sentences))
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)
        self._now = replace(self._now, notes=tuple(sentences))
        try:
            answer: Mapping[str, object] = await asyncio.to_thread(json.loads, text)
        except ValueError as error:
            raise _NoAnswer(BROKEN) from error
        return answer

    async def _sentences(self, stderr: StreamReader) -> list[str]:
        """What it says besides its progress, which is shown at once. Raises _NoAnswer when it talks nonsense."""
        sentences: deque[str] = deque(maxlen=_MOST_SENTENCES)
        try:
            async for line in stderr:
                text = line.decode(errors="replace").strip()
                if progress := read(text):
                    self._now = replace(self._now, progress=_progress(*progress))
                elif text:
                    sentences.append(text)
        except ValueError as error:  # a line without end
            raise _NoAnswer(BROKEN) from error
        return list(sentences)


def started(argv: Sequence[str], environment: Mapping[str, str]) -> Child:
    """The process, with pipes to hear it. Raises OSError.

    Begun by the loop's own thread, with which the kernel ends it, and not by the loop: uvloop forks, which stops a
    router of some hundred megabytes for a tenth of a second; subprocess uses vfork(2), a few milliseconds of any size.
    """
    return subprocess.Popen(  # noqa: S603 - a list of our own options, no shell
        argv, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=environment, start_new_session=True
    )


def options(question: Asked) -> list[str]:
    """The command line of a question: each word stands in one argument with its option, so none can be another."""
    changes = [f"--{of}={word}" for of in Of for word in getattr(question, of.value)]
    named = {
        "from": question.begin,
        "to": question.end,
        "target": question.target,
        "within": question.within,
        "runs": question.runs,
        "seed": question.seed,
    }
    return [
        *changes,
        *(f"--team={team}" for team in question.teams),
        *(f"--on={day}" for day in question.on),
        *(f"--{name}={word}" for name, word in named.items() if word is not None),
        "--json",
        "--progress-lines",
    ]


def environment(settings: Settings) -> dict[str, str]:
    """The router's own, so that the process finds the same store, and says its sentences without colours."""
    inherited = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    named = {"TEAMLINE_CONFIG": str(settings.config)} if settings.config else {}
    return {**inherited, **named, "TEAMLINE_DATA": str(settings.data), "NO_COLOR": "1", "PYTHONUTF8": "1"}


def _reason(sentences: Sequence[str]) -> str:
    """Its own words for why there is no answer; those of a fault in the program are for its log."""
    told = [each for each in sentences if not each.startswith("note: ")]
    is_told = 0 < len(told) < _MOST_SENTENCES and not any("Traceback" in each for each in told)
    return " ".join(told) if is_told else BROKEN


def _progress(step: str, done: int, of: int) -> Progress:
    known = {each.value: each for each in Step}
    return Progress(known.get(step, Step.STARTING), done, of)


async def _heard(pipe: IO[bytes] | None, hear: Callable[[StreamReader], Awaitable[_Told]]) -> _Told:
    """What comes out of a pipe, which is closed at the end."""
    reader = StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: StreamReaderProtocol(reader), pipe)
    try:
        return await hear(reader)
    finally:
        transport.close()


async def _whole(stdout: StreamReader) -> bytes:
    text = bytearray()
    while part := await stdout.read(64 * 1024):
        text += part
        if len(text) > MOST_ANSWER_BYTES:
            raise _NoAnswer("the answer is too long: ask for fewer teams")
    return bytes(text)
