"""A document while it arrives: a file of its own on the mailbox's disk, which nobody ever finds if it is not kept."""

import asyncio
import contextlib
import errno
import hashlib
import os
import secrets
from pathlib import Path
from typing import IO

from operations.documents.faults import DocumentRefused, NoRoom, Why
from operations.mailbox.ports import MailboxAway
from routing.document_kind import HEAD_BYTES

FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
WRITTEN_AT_ONCE = 256 * 1024
"""Bytes that are collected in memory until a thread writes them."""


class Arriving:
    """One document on its way in. `digest`, `bytes` and `head` are right once `complete` has returned."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.path = path
        self.bytes = 0
        self.head = b""
        self._most_bytes = most_bytes
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()
        self._unwritten = bytearray()
        self._is_gone = False

    @property
    def digest(self) -> str:
        """SHA-256 of what was written, in hex."""
        return self._digest.hexdigest()

    async def write(self, part: bytes) -> None:
        """Take the next bytes. Raises DocumentRefused (TOO_LARGE), NoRoom, MailboxAway; then it is gone."""
        self.bytes += len(part)
        if self.bytes > self._most_bytes:
            await self.drop()
            raise DocumentRefused(Why.TOO_LARGE)
        if len(self.head) < HEAD_BYTES:
            self.head = (self.head + part)[:HEAD_BYTES]
        self._unwritten += part
        if len(self._unwritten) >= WRITTEN_AT_ONCE:
            await self._in_thread(is_end=False)

    async def complete(self) -> None:
        """Everything is there, on the disk itself. Raises like `write`."""
        await self._in_thread(is_end=True)

    async def drop(self) -> None:
        """Nothing of it is left; also after it was kept elsewhere."""
        self._is_gone = True
        await asyncio.to_thread(self._remove)

    async def _in_thread(self, *, is_end: bool) -> None:
        part, self._unwritten = bytes(self._unwritten), bytearray()
        work = asyncio.ensure_future(asyncio.to_thread(self._write, part, is_end=is_end))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work])  # a thread writes on: only then can the file be removed for good
            raise
        except OSError as error:
            await self.drop()
            raise (NoRoom if error.errno in FULL else MailboxAway) from error

    def _write(self, part: bytes, *, is_end: bool) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        view = memoryview(part)
        while view:
            view = view[self._file.write(view) :]
        self._digest.update(part)
        if is_end:
            os.fsync(self._file.fileno())
            self._file.close()

    def _remove(self) -> None:
        """A folder that lets nothing go keeps nobody from an answer: the next start sweeps it."""
        with contextlib.suppress(OSError):
            if self._file:
                self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink()


class Arrivals:
    """The folder of documents that arrive; what a router left there when it was killed is nobody's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, most_bytes: int) -> Arriving:
        """A new one; the file is made with its first bytes."""
        return Arriving(self._folder / f"{secrets.token_hex(16)}.part", most_bytes)

    async def sweep(self) -> int:
        """Remove what is left of the last run, before anything new arrives: how many. Raises OSError."""
        return await asyncio.to_thread(self._sweep)

    def _sweep(self) -> int:
        left = list(self._folder.glob("*.part")) if self._folder.is_dir() else []
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)
