"""What takes long in administration, each in a process of its own beside the router."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from teamline.output import WRONG_USE
from teamline.router.child import Answered, NoAnswer, ask
from web.admin.ports import Checked, Differences, Erased, Finding, Kept, PlacedMistake, WorkFailed, WorkRefused

READING_SECONDS = 30.0
CUSTOMER_SECONDS = 240.0
"""Thirty days of journal are looked through."""
DOCTOR_SECONDS = 30.0
AT_ONCE = 2
BROKEN = "it broke off (memory, a fault, or it was ended): try again; if it stays so, ask `teamline {}` on the machine"
READER = (sys.executable, "-m", "teamline.router.administration_child")
TEAMLINE = (sys.executable, "-m", "teamline")

log = structlog.get_logger()


class ChildWork:
    """`Work`: a few at once, whoever comes later waits their turn."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._turns, self._customers = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(1)

    async def checked(self, text: str, active: str | None) -> Checked:
        """Whether a text is right, and what it would change."""
        told = await self._read(do="check", text=text, active=active)
        return Checked(**{**told, "mistakes": [PlacedMistake(**each) for each in told["mistakes"]]})

    async def differences(self, before: str, after: str) -> Differences:
        """Between two texts."""
        return Differences(**await self._read(do="differences", before=before, after=after))

    async def year(self, text: str, year: int, team: str) -> Mapping[str, object]:
        """As `teamline check --year --json`."""
        return await self._read(do="year", text=text, year=year, team=team)

    async def calendar(self, text: str, year: int, team: str) -> str:
        """As iCalendar."""
        told = await self._read(do="calendar", text=text, year=year, team=team)
        return str(told["calendar"])

    async def kept(self, number: str) -> Kept:
        """What there is of a customer."""
        told = await self._customer(number, "erase", "--count")
        return Kept({name: count for name, count in told.items() if name != "assigned"}, told["assigned"] > 0)

    async def export(self, number: str) -> bytes:
        """All of it."""
        return (await self._command(number, CUSTOMER_SECONDS, "export", "-", "--json")).answer

    async def erase(self, number: str) -> Erased:
        """Gone for ever."""
        told = await self._customer(number, "erase", "--yes")
        return Erased({name: count for name, count in told.items() if name != "left"}, told["left"])

    async def doctor(self) -> Sequence[Finding]:
        """A thorough look."""
        done = await self._asked((*TEAMLINE, "doctor", "--json"), b"", DOCTOR_SECONDS)
        told = await _parsed(done, "doctor")
        return [Finding(**each) for each in told["checks"]]

    async def _customer(self, number: str, command: str, *options: str) -> Mapping[str, Any]:
        done = await self._command(number, CUSTOMER_SECONDS, command, "-", *options, "--json")
        return await _parsed(done, command)

    async def _command(self, number: str, seconds: float, *words: str) -> Answered:
        """The number goes in by stdin: no list of processes shows it."""
        done = await self._asked((*TEAMLINE, *words), f"{number}\n".encode(), seconds, self._customers)
        if done.code == WRONG_USE:
            raise WorkRefused(_told(done, words[0]))
        if done.code != 0:
            raise WorkFailed(_told(done, words[0]))
        return done

    async def _read(self, **question: object) -> Mapping[str, Any]:
        asked = await asyncio.to_thread(lambda: json.dumps(question).encode())
        done = await self._asked(READER, asked, READING_SECONDS)
        if done.code != 0:
            log.warning("administration_child_failed", code=done.code)
            raise WorkFailed(BROKEN.format("check"))
        told = await _parsed(done, "check")
        if "refused" in told:
            raise WorkRefused(told["refused"])
        return told

    async def _asked(
        self, argv: Sequence[str], question: bytes, seconds: float, turns: asyncio.Semaphore | None = None
    ) -> Answered:
        async with turns or self._turns:
            try:
                return await ask(argv, question, self._environment, seconds)
            except NoAnswer as error:
                raise WorkFailed(str(error)) from error


async def _parsed(done: Answered, command: str) -> Mapping[str, Any]:
    try:
        told: Mapping[str, Any] = await asyncio.to_thread(json.loads, done.answer)
    except ValueError as error:
        raise WorkFailed(_told(done, command)) from error
    return told


def _told(done: Answered, command: str) -> str:
    """Its own words; those of a fault in the program are for its log."""
    is_told = done.sentences and not any("Traceback" in each or "Error" in each for each in done.sentences)
    return " ".join(done.sentences) if is_told else BROKEN.format(command)
