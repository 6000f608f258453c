"""A process beside the router that is asked once: its question on stdin, its answer on stdout, bounded in time.

It dies with the router and takes its turn after calls (see `what_if_job`, whose `started` tells why it is begun so).
"""

import asyncio
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from subprocess import PIPE

AFTER_CALLS = ("setpriv", "--pdeathsig", "KILL", "--", "nice", "-n", "10")
"""In front of a command: it ends with the router, and yields to it."""
MOST_SENTENCES = 8


class NoAnswer(Exception):
    """The process could not be started, or did not end in time; the sentence names the cure."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How it ended. `sentences`: what it said on stderr, the last ones."""

    code: int
    answer: bytes
    sentences: Sequence[str]


Child = subprocess.Popen[bytes]


def begun(argv: Sequence[str], environment: Mapping[str, str]) -> Child:
    """The process, with pipes to talk to it. Raises NoAnswer."""
    try:
        return subprocess.Popen(  # noqa: S603 - a list of our own options, no shell
            (*AFTER_CALLS, *argv), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, start_new_session=True
        )
    except OSError as error:
        raise NoAnswer(f"not started: {error.strerror}: install setpriv (util-linux) and nice (coreutils)") from error


async def ask(argv: Sequence[str], question: bytes, environment: Mapping[str, str], most_seconds: float) -> Answered:
    """Its answer; no process is left when this returns or raises. Raises NoAnswer."""
    process = begun(argv, environment)
    try:
        answer, told = await asyncio.to_thread(process.communicate, question, most_seconds)
    except subprocess.TimeoutExpired as error:
        raise NoAnswer(f"no answer after {most_seconds:.0f} s: see whether the machine is overloaded") from error
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)
    lines = [line.strip() for line in told.decode(errors="replace").splitlines() if line.strip()]
    return Answered(process.returncode, answer, lines[-MOST_SENTENCES:])
