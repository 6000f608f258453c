"""Everything that is kept of one customer: looked for in every store, by number."""

import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from facts.contact import ContactDecided
from facts.kinds import Journalled
from facts.record import NotAFact, fact_from
from operations.callbacks.lost_places import KeptPlaces, LostPlace
from operations.customer_records.fits import Fit, fit
from operations.emergencies import household
from operations.gave_up.row import EverybodyWhoGaveUp, GaveUp
from operations.mail.ports import Outgoing
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.ports import Entry
from operations.mailbox.voice_folder import VoiceFolder
from routing.directory import DirectoryTable, KeyedHash, Match
from routing.number import NumberFormat, TypedNumber


@dataclass(frozen=True, slots=True)
class Customer:
    """Whose things are looked for. Its `repr` has no number."""

    number: TypedNumber
    numbers: NumberFormat
    keyed_hash: KeyedHash
    place_key: str
    """By this a lost place is kept (`operations.callbacks.lost_places`)."""

    def __repr__(self) -> str:
        return f"Customer({self.number.kind.value})"

    @property
    def pseudonym(self) -> str:
        """What stands in the journal for this number."""
        return household(self.number, self.keyed_hash)

    def fit(self, entry: Entry) -> Fit:
        """Whether an entry is this customer's."""
        return fit(entry.number, self.number, self.numbers)


@dataclass(frozen=True, slots=True)
class JournalFact:
    """One fact about the customer, and the day that it stands in."""

    day: date
    fact: Journalled


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was found. Its `repr` tells counts only."""

    entries: Sequence[Entry] = field(default=())
    perhaps: Sequence[Entry] = ()
    """Entries whose number was keyed without a letter: perhaps another customer's."""
    files: Sequence[Entry] = ()
    """Contents that lie in the mailbox folder without an entry in the store."""
    recordings: Sequence[Entry] = ()
    """Messages that are being spoken, or were left behind."""
    mails: Sequence[Outgoing] = ()
    assigned: Sequence[Match] = ()
    directory: str = ""
    """The version of the directory that was asked; empty: none was imported."""
    facts: Sequence[JournalFact] = ()
    gave_up: Sequence[GaveUp] = ()
    """Hung up in line, today."""
    place: LostPlace | None = None
    """In a line that they hung up in; for ten minutes."""

    def __repr__(self) -> str:
        return f"Kept({self.count} things)"

    @property
    def count(self) -> int:
        """How many things `erase` would erase, the uncertain ones left out."""
        lists = (self.entries, self.files, self.recordings, self.mails, self.facts, self.gave_up)
        return sum(map(len, lists)) + (self.place is not None)


class Listing(Protocol):
    """The mailbox's list. Raises MailboxAway."""

    async def listed(self, team: str | None = None) -> Sequence[Entry]:
        """Everything that is not erased."""
        ...


class Mails(Protocol):
    """What waits to be sent. Raises OutboxAway."""

    async def unsettled(self) -> Sequence[Outgoing]:
        """All that wait or were given up."""
        ...


class Days(Protocol):
    """The journal. Both raise JournalAway."""

    async def days(self) -> list[date]:
        """Those that there are."""
        ...

    def read(self, day: date) -> AsyncIterator[bytes]:
        """The day's records."""
        ...


@dataclass(frozen=True, slots=True)
class Stores:
    """Where to look. `directory` is the one in force."""

    mailbox: Listing
    files: ContentFiles
    voices: VoiceFolder
    mails: Mails
    directory: DirectoryTable
    journal: Days
    places: KeptPlaces
    gave_up: EverybodyWhoGaveUp


async def kept_of(customer: Customer, stores: Stores) -> Kept:
    """Everything. Raises MailboxAway, OutboxAway, JournalAway, LostPlacesAway, GaveUpAway, OSError."""
    listed = await stores.mailbox.listed()
    known = {entry.id for entry in listed}
    entries = [entry for entry in listed if customer.fit(entry) is Fit.SURE]
    notes = [entry for entry, _ in await _noted(stores.files) if entry.id not in known]
    waiting = await stores.voices.left_behind(math.inf)
    ids = {entry.id for entry in entries}
    return Kept(
        entries=entries,
        perhaps=[entry for entry in listed if customer.fit(entry) is Fit.PERHAPS],
        files=[entry for entry in notes if customer.fit(entry) is Fit.SURE],
        recordings=[entry for entry in waiting if entry.id not in known and customer.fit(entry) is Fit.SURE],
        mails=[mail for mail in await stores.mails.unsettled() if mail.entry in ids],
        assigned=stores.directory.find(customer.number),
        directory=stores.directory.version if len(stores.directory) else "",
        facts=[fact async for fact in _facts(customer.pseudonym, stores.journal)],
        gave_up=[row for row in await stores.gave_up.everybody() if _is_theirs(row, customer)],
        place=await stores.places.get(customer.place_key),
    )


def _is_theirs(row: GaveUp, customer: Customer) -> bool:
    return fit(row.number, customer.number, customer.numbers) is Fit.SURE


async def _noted(files: ContentFiles) -> list[tuple[Entry, Path]]:
    return await files.noted(math.inf) if files.folder.is_dir() else []


async def _facts(pseudonym: str, journal: Days) -> AsyncIterator[JournalFact]:
    for day in await journal.days():
        async for record in journal.read(day):
            if (fact := about(record, pseudonym)) is not None:
                yield JournalFact(day, fact)


def about(record: bytes, pseudonym: str) -> ContactDecided | None:
    """The fact of this record, if it is about whoever has this pseudonym."""
    if pseudonym.encode() not in record:  # most records are not even read
        return None
    try:
        fact = fact_from(record)
    except NotAFact:
        return None
    return fact if isinstance(fact, ContactDecided) and fact.customer == pseudonym else None
