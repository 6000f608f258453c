"""Entries of mailboxes as tests need them, and a store of them in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from facts.contact import LeftKind
from operations.mailbox.entry_id import new_id
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry, TakenAlready

MONDAY = 1_795_420_800.0
"""2026-11-23, 08:00 UTC."""


def voice(came_at: float = MONDAY, team: str = "L01", **others: object) -> Entry:
    """A voice message."""
    given = {"phone": "+49211555100", "number": "123A456789", "media_type": "audio/wav"} | others
    return Entry(
        id=new_id(came_at), what=LeftKind.VOICE, team=team, came_at=came_at, arrival=int(came_at) - 60, **given
    )  # type: ignore[arg-type]  # a test names fields of Entry


def callback(came_at: float = MONDAY, team: str = "L01", **others: object) -> Entry:
    """A wish to be called back."""
    given = {"phone": "+49211555100"} | others
    return Entry(
        id=new_id(came_at), what=LeftKind.CALLBACK, team=team, came_at=came_at, arrival=int(came_at) - 60, **given
    )  # type: ignore[arg-type]  # a test names fields of Entry


def document(came_at: float = MONDAY, team: str = "L01", **others: object) -> Entry:
    """A document."""
    given = {"media_type": "application/pdf", "digest": "a" * 64} | others
    return Entry(id=new_id(came_at), what=LeftKind.DOCUMENT, team=team, came_at=came_at, arrival=int(came_at), **given)  # type: ignore[arg-type]  # a test names fields of Entry


@dataclass
class MemoryMail:
    """`KeptMail` in memory; `is_away` and `told`: every write in its order."""

    entries: dict[str, Entry] = field(default_factory=dict)
    is_away: bool = False
    told: list[tuple[str, str]] = field(default_factory=list)

    async def put(self, entry: Entry) -> None:
        self._answer("put", entry.id)
        self.entries.setdefault(entry.id, entry)

    async def get(self, entry: str) -> Entry:
        self._answer()
        if entry not in self.entries:
            raise NoSuchEntry
        return self.entries[entry]

    async def listed(self, team: str | None = None) -> Sequence[Entry]:
        self._answer()
        found = [entry for entry in self.entries.values() if team in (None, entry.team)]
        return sorted(found, key=lambda entry: (entry.came_at, entry.id))

    async def change(self, before: Entry, after: Entry) -> None:
        if await self.get(before.id) != before:
            raise TakenAlready
        self._answer("change", after.id)
        self.entries[after.id] = after

    async def erase(self, entry: str) -> None:
        self._answer("erase", entry)
        self.entries.pop(entry, None)

    async def same(self, team: str, digest: str, number: str, since: float) -> Entry | None:
        alike = [entry for entry in await self.listed(team) if (entry.digest, entry.number) == (digest, number)]
        found = [entry for entry in alike if entry.came_at >= since]
        return found[-1] if digest and found else None

    def _answer(self, *change: str) -> None:
        if self.is_away:
            raise MailboxAway
        if change:
            self.told.append((change[0], change[1]))


def recording(folder: Path, content: bytes = b"RIFF of a voice") -> Path:
    """A file to be kept."""
    folder.mkdir(exist_ok=True)
    file = folder / "recording.wav"
    file.write_bytes(content)
    return file
