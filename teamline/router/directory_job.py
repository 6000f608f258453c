"""One upload of the customer directory at a time: received into a file, imported by a child, and deleted.

The file is nobody else's to read, and goes whatever happens: with the import's end, with a fault, at the next start.
"""

import asyncio
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from operations.directory_import import FILE_LIMIT_BYTES
from operations.sign_in.accounts import Account
from teamline.progress import read
from teamline.router.child import Child, NoAnswer, begun
from web.admin.ports import ImportEnded, ImportNow, ImportRunning, ImportState, NoRoom, PlacedMistake, TooLarge

MOST_SECONDS = 600.0
PIECE_BYTES = 1 << 20
"""Written at once, by a thread."""
LEFT_BYTES = 256 * 1024 * 1024
"""So much stays free on the disk for journal and mailbox."""
COMMAND = (sys.executable, "-m", "teamline.router.import_child")
BROKEN = "it broke off (memory, a fault, or it was ended): nothing was imported: try `teamline import` on the machine"
TOO_LONG = "it took too long: nothing was imported: see whether the machine or the store is overloaded, then try again"

log = structlog.get_logger()

Ended = Callable[[Account, ImportNow], None]
"""Is told of every import that changed something."""


class DirectoryJob:
    """`DirectoryImport`. `folder` is this job's own."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], ended: Ended, command: Sequence[str] = COMMAND
    ) -> None:
        self._folder, self._environment, self._ended, self._command = folder, environment, ended, command
        self._now = ImportNow()
        self._task: asyncio.Task[None] | None = None
        self._is_called_off = False

    @property
    def now(self) -> ImportNow:
        """Where it is."""
        return self._now

    def sweep(self) -> None:
        """Delete every file, also what a router that died has left; blocking. While no import is under way."""
        shutil.rmtree(self._folder, ignore_errors=True)

    async def take(self, arriving: AsyncIterator[bytes], length: int | None, account: Account, *, dry: bool) -> None:
        """Receive a file and begin."""
        if self._now.state in {ImportState.RECEIVING, ImportState.RUNNING}:
            raise ImportRunning(str(ImportRunning.__doc__))
        self._now, self._is_called_off = ImportNow(ImportState.RECEIVING, is_dry=dry, by=account.name), False
        file: Path | None = None
        try:
            file = await asyncio.to_thread(self._made, length or 0)
            await self._receive(arriving, file)
        except BaseException:
            self._now = ImportNow()
            if file:
                await asyncio.to_thread(file.unlink, missing_ok=True)
            raise
        self._now = replace(self._now, state=ImportState.RUNNING)
        self._task = asyncio.get_running_loop().create_task(self._work(file, account))

    async def cancel(self) -> None:
        """End it; one that is being received ends with its sender's next word."""
        if self._now.state is ImportState.RECEIVING:
            self._is_called_off = True
        elif self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
            await asyncio.to_thread(self.sweep)  # also what a task that never began would have deleted
            self._now = ImportNow()

    def _made(self, length: int) -> Path:
        """An empty file of ours. Raises TooLarge, NoRoom, OSError."""
        if length > FILE_LIMIT_BYTES:
            raise TooLarge(str(TooLarge.__doc__))
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(self._folder).free < length + LEFT_BYTES:
            raise NoRoom(str(NoRoom.__doc__))
        descriptor, name = tempfile.mkstemp(".csv", dir=self._folder)
        os.close(descriptor)
        return Path(name)

    async def _receive(self, arriving: AsyncIterator[bytes], file: Path) -> None:
        waiting, received = bytearray(), 0
        async for part in arriving:
            waiting += part
            received += len(part)
            if self._is_called_off:
                raise ImportEnded(str(ImportEnded.__doc__))
            if received > FILE_LIMIT_BYTES:
                raise TooLarge(str(TooLarge.__doc__))
            if len(waiting) >= PIECE_BYTES:
                await asyncio.to_thread(self._write, file, bytes(waiting))
                waiting.clear()
                self._now = replace(self._now, received_bytes=received)
        await asyncio.to_thread(self._write, file, bytes(waiting))
        if self._is_called_off:  # after the last part
            raise ImportEnded(str(ImportEnded.__doc__))
        self._now = replace(self._now, received_bytes=received)

    def _write(self, file: Path, piece: bytes) -> None:
        if shutil.disk_usage(self._folder).free < LEFT_BYTES:
            raise NoRoom(str(NoRoom.__doc__))
        with file.open("ab") as stream:
            stream.write(piece)

    async def _work(self, file: Path, account: Account) -> None:
        try:
            async with asyncio.timeout(MOST_SECONDS):
                ended = _ended(self._now, await self._told(file))
        except TimeoutError:
            ended = self._failed(TOO_LONG)
        except NoAnswer as error:
            ended = self._failed(str(error))
        except Exception:
            log.exception("directory_import_broke")
            ended = self._failed(BROKEN)
        await asyncio.to_thread(file.unlink, missing_ok=True)
        if ended.state is ImportState.DONE and not ended.is_dry:
            self._ended(account, ended)
        self._now = ended

    def _failed(self, why: str) -> ImportNow:
        return replace(self._now, state=ImportState.FAILED, failure=why)

    async def _told(self, file: Path) -> Mapping[str, Any]:
        """What the child says. Raises NoAnswer."""
        loop, process = asyncio.get_running_loop(), begun(self._command, self._environment)
        question = json.dumps({"path": str(file), "dry": self._now.is_dry}).encode()
        try:
            reading = asyncio.gather(
                asyncio.to_thread(_asked, process, question),
                asyncio.to_thread(_progress, process, lambda share: loop.call_soon_threadsafe(self._reads, share)),
            )
            answer, _ = await asyncio.shield(reading)
            return await asyncio.to_thread(_parsed, process, answer)
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)

    def _reads(self, share: float) -> None:
        if self._now.state is ImportState.RUNNING:
            self._now = replace(self._now, share=share)


def _asked(process: Child, question: bytes) -> bytes:
    if process.stdin:
        with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
            stdin.write(question)
    if not process.stdout:
        return b""
    with process.stdout as stdout:
        return stdout.read()


def _progress(process: Child, tell: Callable[[float], object]) -> None:
    if not process.stderr:
        return
    with process.stderr as stderr:
        for line in stderr:
            if told := read(line.decode(errors="replace").strip()):
                tell(told[1] / max(1, told[2]))


def _parsed(process: Child, answer: bytes) -> Mapping[str, Any]:
    if process.wait() != 0:
        raise NoAnswer(BROKEN)
    told: Mapping[str, Any] = json.loads(answer)
    return told


def _ended(now: ImportNow, told: Mapping[str, Any]) -> ImportNow:
    if "failure" in told:
        return replace(now, state=ImportState.FAILED, failure=told["failure"])
    if "mistakes" in told:
        mistakes = tuple(PlacedMistake(each["line"], 0, each["what"], each["cure"]) for each in told["mistakes"])
        return replace(now, state=ImportState.REFUSED, share=1.0, bad_lines=told["bad_lines"], mistakes=mistakes)
    return replace(now, state=ImportState.DONE, share=1.0, **told)
