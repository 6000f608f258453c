"""The files of mailbox entries: placed so that they survive a power cut, found again, removed for good.

Every method but `path` does its work in a thread. Files are readable by the router's user only.
"""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from operations.mailbox.entry_id import is_entry_id
from operations.mailbox.ports import Entry, NoSuchEntry
from operations.mailbox.record import MailboxRecords, NoRecord

SUFFIX: Mapping[str, str] = {
    "audio/wav": ".wav",
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
}
NOTE = ".json"
DISK_SECONDS = 5.0
"""A disk that takes longer for one file is taken for dead."""
_PART = ".part"
_Done = TypeVar("_Done")


class ContentFiles:
    """The mailbox folder: `<id>.<suffix>` is an entry's content, `<id>.json` beside it the sealed entry itself."""

    def __init__(self, folder: Path, records: MailboxRecords) -> None:
        self.folder = folder
        self._records = records

    async def prepare(self) -> None:
        """Make the folder (mode 0700) if there is none. Raises OSError."""
        await on_disk(self._make)

    async def place(self, source: Path, entry: Entry) -> Entry:
        """The entry with its file, which is on the disk, note and all, when this returns; `source` stays.

        Raises OSError, with nothing left in the folder.
        """
        placed = replace(entry, file=entry.id + SUFFIX.get(entry.media_type, ".bin"))
        return await on_disk(lambda: self._place(source, placed))

    async def remove(self, entry: Entry) -> None:
        """Take content and note away, durably; not there is no error. Raises OSError."""
        await on_disk(lambda: self._remove(entry))

    def path(self, entry: Entry) -> Path:
        """Where the content lies. Raises NoSuchEntry: it has none, or it is gone."""
        path = self._path(entry)
        if path is None or not path.is_file():
            raise NoSuchEntry
        return path

    async def noted(self, older_than: float) -> list[tuple[Entry, Path]]:
        """Entries by the notes in the folder whose files were written before this (Unix seconds), with content."""
        return await on_disk(lambda: list(self._noted(older_than)))

    async def strangers(self, older_than: float) -> list[Path]:
        """Files of no entry that has a note, written before this: parts of a cut, notes without content."""
        return await on_disk(lambda: list(self._strangers(older_than)))

    async def forget(self, file: Path) -> None:
        """Unlink a file that has no use any more; one that cannot be is no error."""
        await on_disk(lambda: _unlink(file))

    def _make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _place(self, source: Path, entry: Entry) -> Entry:
        self._make()
        path = self.folder / str(entry.file)
        note = self.folder / f"{entry.id}{NOTE}"
        try:
            _same_file(source, path)
            entry = replace(entry, bytes=path.stat().st_size)
            path.chmod(0o600)
            sync(path)
            write_durably(note, self._records.record(entry))
            sync(self.folder)
        except BaseException:
            for file in (path, note):
                _unlink(file)
            raise
        return entry

    def _remove(self, entry: Entry) -> None:
        if not is_entry_id(entry.id):
            return
        path = self._path(entry)
        for file in (path, self.folder / f"{entry.id}{NOTE}"):
            if file is not None:
                file.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            sync(self.folder)

    def _path(self, entry: Entry) -> Path | None:
        """Never a path out of the folder, whatever the store says."""
        if not (
            entry.file and is_entry_id(entry.id) and entry.file.startswith(f"{entry.id}.") and "/" not in entry.file
        ):
            return None
        return self.folder / entry.file

    def _noted(self, older_than: float) -> Iterator[tuple[Entry, Path]]:
        for note in self.folder.glob(f"m-*{NOTE}"):
            entry = self._by_note(note)
            path = self._path(entry) if entry else None
            if entry and path and _was_written(path, older_than):
                yield entry, path

    def _strangers(self, older_than: float) -> Iterator[Path]:
        own = {path for _, path in self._noted(float("inf"))}
        own |= {path.with_suffix(NOTE) for path in own}
        for file in self.folder.iterdir():
            if file not in own and file.name.startswith(("m-", ".m-")) and _was_written(file, older_than):
                yield file

    def _by_note(self, note: Path) -> Entry | None:
        try:
            entry = self._records.entry(note.read_bytes())
        except (OSError, NoRecord):
            return None
        return entry if note.name == f"{entry.id}{NOTE}" else None


async def on_disk(work: Callable[[], _Done]) -> _Done:
    """Do this in a thread. Raises OSError (TimeoutError for a disk that hangs), and what the work raises."""
    async with asyncio.timeout(DISK_SECONDS):
        return await asyncio.to_thread(work)


def write_durably(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, synced; the name lasts once its folder is synced. Raises OSError."""
    part = file.with_name(f".{file.name}{_PART}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except BaseException:
        _unlink(part)
        raise


def sync(path: Path) -> None:
    """Bring a file or a folder to the disk (fsync). Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _same_file(source: Path, path: Path) -> None:
    """The same content under another name: a second name of the file, or on another disk a copy."""
    try:
        path.hardlink_to(source)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, path)


def _was_written(file: Path, older_than: float) -> bool:
    try:
        return file.stat().st_mtime < older_than
    except OSError:
        return False


def _unlink(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()
