"""Recordings while their callers still decide: the folder that Asterisk writes into.

Beside each recording lies a note from before its first second: the entry that it would become, sealed. So what was
said is not lost when the router dies, or nobody comes to fetch it: `left_behind` finds it.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from operations.mailbox.content_files import NOTE, on_disk, sync, write_durably
from operations.mailbox.entry_id import is_entry_id
from operations.mailbox.ports import Entry, MailboxAway
from operations.mailbox.record import MailboxRecords, NoRecord

SOUND = ".wav"
LEFT_SECONDS = 120.0
"""A recording that nobody has written to for so long, and that is in nobody's hands here, was left behind."""
MOST_BEGUN = 5000
FOREVER_SECONDS = 3600.0
"""No call is busy with one recording for so long."""
CLOSED_SECONDS = 0.5
"""So long Asterisk may take to write a recording to its end after it has told that it is over."""
_LOOK_SECONDS = 0.02


class NotHeard(Exception):
    """A recording that cannot be read as sound."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What to ask of a recording, in a thread. `trimmed`: seconds of speech left, raises NotHeard, OSError."""

    trimmed: Callable[[Path], float]
    is_closed: Callable[[Path], bool]


class VoiceFolder:
    """Every method raises MailboxAway for a disk that does not work, but `drop`."""

    def __init__(self, folder: Path, records: MailboxRecords, sound: Sound) -> None:
        self.folder = folder
        self._records = records
        self._sound = sound
        self._begun: OrderedDict[str, tuple[Entry, float]] = OrderedDict()

    async def prepare(self) -> None:
        """Make the folder if there is none. Raises OSError."""
        await on_disk(self._make)

    async def begin(self, entry: Entry) -> str:
        """The name for the recording of this message (its id), noted on the disk."""
        try:
            await on_disk(lambda: self._note(entry))
        except OSError as error:
            raise MailboxAway("a recording cannot be noted") from error
        self._begun[entry.id] = entry, time.monotonic()
        while len(self._begun) > MOST_BEGUN:
            self._begun.popitem(last=False)
        return entry.id

    async def finish(self, name: str) -> float:
        """Trim the silence around it: seconds of speech, 0.0 for none, or for no recording."""
        file = self.file(name)
        try:
            await self._closed(file)
            seconds = await on_disk(lambda: self._sound.trimmed(file))
        except FileNotFoundError:
            return 0.0
        except (NotHeard, OSError) as error:
            raise MailboxAway("a recording cannot be read") from error
        if name in self._begun:
            entry, begun = self._begun[name]
            self._begun[name] = replace(entry, seconds=seconds), begun
        return seconds

    async def noted(self, name: str) -> Entry:
        """The entry that the recording is to become."""
        if name in self._begun:
            return self._begun[name][0]
        entry = await self._read_note(name) if is_entry_id(name) else None
        if entry is None:
            raise MailboxAway("nothing is noted about a recording")
        return entry

    def let_go(self, name: str) -> None:
        """Nobody has it in hand here any more: unless it is dropped, it is found as left behind."""
        self._begun.pop(name, None)

    async def drop(self, name: str) -> None:
        """Recording and note are gone; never an error."""
        self.let_go(name)
        if is_entry_id(name):
            with contextlib.suppress(OSError):
                await on_disk(lambda: self._unlink(name))

    def file(self, name: str) -> Path:
        """Where Asterisk writes it. Raises MailboxAway for a name that is none of ours."""
        if not is_entry_id(name):
            raise MailboxAway("this is no recording of ours")
        return self.folder / f"{name}{SOUND}"

    async def left_behind(self, now: float) -> list[Entry]:
        """What recordings were to become that nobody has in hand any more. `now`: Unix seconds. Raises OSError."""
        long_ago = time.monotonic() - FOREVER_SECONDS
        while self._begun and next(iter(self._begun.values()))[1] < long_ago:
            self._begun.popitem(last=False)
        in_hand = frozenset(self._begun)
        return await on_disk(lambda: self._left(in_hand, now - LEFT_SECONDS))

    async def _closed(self, file: Path) -> None:
        """Wait a little until Asterisk has written it to its end: nothing tells us when."""
        for _ in range(int(CLOSED_SECONDS / _LOOK_SECONDS)):
            if await on_disk(lambda: self._sound.is_closed(file)):
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o750)

    def _note(self, entry: Entry) -> None:
        self._make()
        write_durably(self.folder / f"{entry.id}{NOTE}", self._records.record(entry))
        sync(self.folder)

    async def _read_note(self, name: str) -> Entry | None:
        try:
            return await on_disk(lambda: self._by_note(self.folder / f"{name}{NOTE}"))
        except OSError:
            return None

    def _by_note(self, note: Path) -> Entry | None:
        try:
            entry = self._records.entry(note.read_bytes())
        except (OSError, NoRecord):
            return None
        return entry if note.name == f"{entry.id}{NOTE}" else None

    def _left(self, in_hand: frozenset[str], older_than: float) -> list[Entry]:
        found = []
        for note in self.folder.glob(f"m-*{NOTE}"):
            name = note.name.removesuffix(NOTE)
            if name not in in_hand and self._was_written(name, older_than) and (entry := self._by_note(note)):
                found.append(entry)
        return found

    def _was_written(self, name: str, older_than: float) -> bool:
        for file in (self.folder / f"{name}{SOUND}", self.folder / f"{name}{NOTE}"):
            try:
                return file.stat().st_mtime < older_than
            except OSError:
                continue
        return False

    def _unlink(self, name: str) -> None:
        for suffix in (SOUND, NOTE):  # the note last: without it nobody would find the recording again
            try:
                (self.folder / f"{name}{suffix}").unlink(missing_ok=True)
            except OSError:
                return
