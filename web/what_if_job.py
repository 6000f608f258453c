"""What the what-if page needs of whoever works its questions out: one at a time, elsewhere than on our loop."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from web.what_if_question import Asked


class State(StrEnum):
    """The life of a question: idle -> running -> done or failed; ended or forgotten it is idle again."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Why(StrEnum):
    """Why there is no answer, for pages that say it in their own language."""

    NOTHING_KNOWN = "nothing_known"
    NO_SUCH_DAY = "no_such_day"
    TOO_LONG = "too_long"
    FAILED = "failed"


class Step(StrEnum):
    """What is being done."""

    STARTING = "starting"
    READING = "reading"
    """The journal, counted in days."""
    SIMULATING = "simulating"
    """Counted in runs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far: `done` of `of` in this step; `of` is 0 while it is not known."""

    step: Step
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer: for programs, and in a sentence with the cure."""

    why: Why
    what: str


@dataclass(frozen=True, slots=True)
class Now:
    """Where the question is. `answer` is the document of `teamline simulate --json`; `notes` are what it warned of."""

    state: State = State.IDLE
    progress: Progress | None = None
    question: Asked | None = None
    answer: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    error: Failure | None = None


class AlreadyRunning(Exception):
    """A question is being worked out: wait for its answer, or end it."""


class WhatIfJob(Protocol):
    """Works out one question at a time."""

    @property
    def now(self) -> Now:
        """Where the question is."""
        ...

    def start(self, question: Asked) -> None:
        """Begin; raises AlreadyRunning."""
        ...

    async def cancel(self) -> None:
        """End the question, or forget its answer; nothing of it runs on when this returns."""
        ...
