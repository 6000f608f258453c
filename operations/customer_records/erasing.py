"""Erases what is kept of one customer, store by store; what is cut off in between is found by the next time."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from facts.record import record
from operations.callbacks.lost_places import KeptPlaces
from operations.customer_records.kept import Customer, Kept, about
from operations.gave_up.row import EverybodyWhoGaveUp
from operations.mail.ports import Outgoing, Way
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.ports import Entry
from operations.mailbox.voice_folder import VoiceFolder


class Erases(Protocol):
    """The mailbox. Raises MailboxAway."""

    async def erase(self, entry: str) -> None:
        """For ever, with its content."""
        ...


class Forgets(Protocol):
    """The outbox. Raises OutboxAway."""

    async def remove(self, ids: Sequence[str]) -> None:
        """No longer known."""
        ...


class Rewrites(Protocol):
    """The journal. Raises JournalAway."""

    async def rewrite(self, day: date, changed: Callable[[bytes], bytes | None]) -> int:
        """Each record as `changed` wants it, None as it is; how many have changed."""
        ...


@dataclass(frozen=True, slots=True)
class Erased:
    """How much has gone."""

    entries: int
    files: int
    recordings: int
    mails: int
    facts: int
    in_calls: int
    """Recordings of calls that go on at this moment: they are not touched."""
    gave_up: int = 0
    """Times on the list of those who hung up today."""


@dataclass(frozen=True, slots=True)
class Eraser:
    """Where things are erased."""

    mailbox: Erases
    files: ContentFiles
    voices: VoiceFolder
    mails: Forgets
    journal: Rewrites
    places: KeptPlaces
    gave_up: EverybodyWhoGaveUp
    now: Callable[[], float] = time.time
    """Unix seconds."""

    async def erase(self, kept: Kept, customer: Customer, *, perhaps: bool = False) -> Erased:
        """All of it; what is perhaps another's only if wanted.

        Mails first: none goes out about what is being erased. Raises MailboxAway, OutboxAway, JournalAway,
        LostPlacesAway, GaveUpAway, OSError.
        """
        entries = [*kept.entries, *(kept.perhaps if perhaps else ())]
        await self.mails.remove([_mail(entry, way) for entry in entries for way in Way])
        for entry in entries:
            await self.mailbox.erase(entry.id)
        for entry in kept.files:
            await self.files.remove(entry)
        left = {entry.id for entry in await self.voices.left_behind(self.now())}
        over = [entry for entry in kept.recordings if entry.id in left]
        for entry in over:
            await self.voices.drop(entry.id)
        await self.places.remove(customer.place_key)
        await self.gave_up.forget([row.id for row in kept.gave_up])
        facts, pseudonym = 0, customer.pseudonym
        for day in sorted({each.day for each in kept.facts}):
            facts += await self.journal.rewrite(day, lambda told: without(told, pseudonym))
        return Erased(
            len(entries),
            len(kept.files),
            len(over),
            len(kept.mails),
            facts,
            len(kept.recordings) - len(over),
            len(kept.gave_up),
        )


def without(told: bytes, pseudonym: str) -> bytes | None:
    """The record without the customer; None if it is about another."""
    fact = about(told, pseudonym)
    return record(replace(fact, customer="")) if fact else None


def _mail(entry: Entry, way: Way) -> str:
    return Outgoing(entry=entry.id, way=way, since=0.0, due_at=0.0).id
