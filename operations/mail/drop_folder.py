"""A copy of each document for other systems: `<drop>/<team>/<id>.<extension>`, there only once it is whole."""

import asyncio
import errno
import os
import shutil
from pathlib import Path
from typing import Protocol

from facts.contact import LeftKind
from operations.mail.ports import Refused, Unreachable
from operations.mailbox.ports import Entry, NoSuchEntry


class Contents(Protocol):
    """Where the mailbox has its files."""

    def content(self, entry: Entry) -> Path:
        """Raises NoSuchEntry."""
        ...


class DropFolder:
    """`operations.mail.ports.Carrier`."""

    def __init__(self, folder: Path, contents: Contents) -> None:
        self._folder, self._contents = folder, contents

    async def carry(self, entry: Entry) -> None:
        """The copy is there on return, on the disk. Raises Unreachable, Refused, NoSuchEntry."""
        if entry.what is not LeftKind.DOCUMENT or not entry.file:
            return
        try:
            await asyncio.to_thread(self._copy, entry)
        except NoSuchEntry:
            raise
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, "fault")
            raise Unreachable(f"the drop folder cannot be written ({name})") from error

    def _copy(self, entry: Entry) -> None:
        source = self._contents.content(entry)
        folder = self._folder / entry.team
        if folder.parent != self._folder:
            raise Refused("the team's id is no name of a folder")
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{entry.id}{source.suffix}"
        beside = folder / f".{entry.id}.part"
        try:
            with source.open("rb") as content, beside.open("wb") as copy:
                shutil.copyfileobj(content, copy, 1024 * 1024)
                copy.flush()
                os.fsync(copy.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
