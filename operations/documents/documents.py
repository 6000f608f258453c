"""Documents from scanners and other systems into the mailbox of the household's team.

Accepted means: the file is on the disk, its name is on the disk, and its entry would survive a power cut in the
store. Until then nothing is promised and nothing of a refused document is left. The team is that of `routing.decision`
were everybody there: a document needs no opening hours and nobody who picks up.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from facts.contact import ContactDecided, LeftKind
from operations.active import InForce
from operations.cards import CardRefused
from operations.documents.arriving import FULL, Arrivals, Arriving
from operations.documents.faults import DocumentRefused, NoRoom, Why
from operations.documents.kiosk_scans import KioskScans
from operations.mailbox.entry_id import new_id
from operations.mailbox.ports import Entry, MailboxAway
from routing.centre import Centre, Team, with_hours_always_open
from routing.contact_rules import Goal
from routing.decision import Concern, Contact, ContactKind, Decision, decide
from routing.document_kind import DocumentKind, kind_of
from routing.number import NumberFormat, TypedNumber

MEGABYTE = 1024 * 1024


class Pages(Protocol):
    """Looks into documents, in a process of its own."""

    async def pages(self, path: Path, kind: DocumentKind, most: int) -> int:
        """The pages of this file. Raises DocumentRefused, ReaderAway."""
        ...


class ReadsCards(Protocol):
    """Customer cards."""

    async def number_on(self, token: str) -> str:
        """The number that the card holds. Raises CardRefused, MailboxAway."""
        ...


class Keeping(Protocol):
    """The mailbox. Everything raises MailboxAway."""

    async def same(self, team: str, digest: str, number: str, since: float) -> Entry | None:
        """The entry of this team with this content and number that came since then (Unix seconds)."""
        ...

    async def keep_file(self, source: Path, entry: Entry) -> Entry:
        """A new entry with this content, which is moved into the mailbox: durable on return."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """What the scanner tells beside the file. Its `repr` has no number."""

    number: str = ""
    card: str = ""
    concern: str = ""
    kiosk: str = ""
    source: str = ""
    """The account that sent it: a kiosk's own has the kiosk's id."""

    def __repr__(self) -> str:
        """Only what is nobody's."""
        return f"Told(kiosk={self.kiosk!r}, source={self.source!r})"


@dataclass(frozen=True, slots=True)
class Taken:
    """A document that is kept: now, or already (`is_duplicate`). `kiosk`: where its owner stands, if known there."""

    entry: Entry
    team: Team
    kind: DocumentKind
    is_duplicate: bool
    kiosk: str = ""


class Documents:
    """Takes documents in, one call each. `since`: the wall clock in Unix seconds."""

    def __init__(
        self,
        in_force: Callable[[], InForce],
        arrivals: Arrivals,
        pages: Pages,
        mailbox: Keeping,
        scans: KioskScans,
        cards: ReadsCards,
        decided: Callable[[ContactDecided], object],
        *,
        node: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._in_force, self._arrivals, self._pages, self._mailbox = in_force, arrivals, pages, mailbox
        self._scans, self._cards = scans, cards
        self._decided, self._node, self._clock = decided, node, clock
        self._same = Turns()
        self._placing: tuple[InForce, Centre] | None = None

    @property
    def most_bytes(self) -> int:
        """The largest document, in bytes."""
        return self._in_force().centre.documents.megabytes * MEGABYTE

    def begin(self) -> Arriving:
        """A document begins to arrive; whoever begins it drops it when it breaks off."""
        return self._arrivals.begin(self.most_bytes)

    async def take(self, arriving: Arriving, told: Told) -> Taken:
        """Keep what has arrived, or find that it is kept already.

        Raises DocumentRefused, NoRoom, MailboxAway or ReaderAway; the file is gone in each case.
        """
        try:
            return await self._take(arriving, told)
        finally:
            await arriving.drop()

    async def _take(self, arriving: Arriving, told: Told) -> Taken:
        force = self._in_force()
        contact = self._contact(told, await self._number(told), force.centre)
        kind, pages = await self._looked_into(arriving, force.centre)
        decision = self._decide(contact, force)
        team = force.centre.teams[decision.home]
        now = self._clock()
        async with self._same.turn(team.id, arriving.digest):
            since = now - force.centre.documents.same_hours * 3600
            kept = await self._mailbox.same(team.id, arriving.digest, written_by(contact, force.centre), since)
            entry = kept or await self._kept(arriving, told, contact, team, kind, pages)
        if kept is None:
            self._decided(self._fact(entry, decision))
        kiosk = self._bind(told, contact, force.centre)
        return Taken(entry, team, kind, kept is not None, kiosk)

    async def _looked_into(self, arriving: Arriving, centre: Centre) -> tuple[DocumentKind, int]:
        if not arriving.bytes:
            raise DocumentRefused(Why.EMPTY)
        kind = kind_of(arriving.head)
        if kind is None:
            raise DocumentRefused(Why.NOT_A_DOCUMENT)
        await arriving.complete()
        return kind, await self._pages.pages(arriving.path, kind, centre.documents.pages)

    async def _number(self, told: Told) -> str:
        """As it was told, or as the card holds it."""
        if told.number or not told.card:
            return told.number
        try:
            return await self._cards.number_on(told.card.strip())
        except CardRefused as refused:
            raise DocumentRefused(Why.CARD_UNKNOWN) from refused

    def _contact(self, told: Told, written: str, centre: Centre) -> Contact:
        number = NumberFormat(centre.customer_pattern, centre.household_pattern).written(written.strip())
        if number is None:
            raise DocumentRefused(Why.NUMBER_MALFORMED)
        return Contact(int(self._clock()), _concern(told.concern), number, number.letter, kind=ContactKind.DOCUMENT)

    def _decide(self, contact: Contact, force: InForce) -> Decision:
        """The household's own team: no hours, no overflow, nobody needs to be there."""
        if self._placing is None or self._placing[0] is not force:
            self._placing = force, always_there(force.centre)
        now = datetime.fromtimestamp(self._clock(), force.centre.timezone)
        return decide(contact, self._placing[1], force.directory, {}, now, force.config_version)

    async def _kept(
        self, arriving: Arriving, told: Told, contact: Contact, team: Team, kind: DocumentKind, pages: int
    ) -> Entry:
        entry = Entry(
            id=new_id(self._clock()),
            what=LeftKind.DOCUMENT,
            team=team.id,
            came_at=self._clock(),
            arrival=contact.arrival,
            concern=contact.concern.value,
            number=written_by(contact, self._in_force().centre),
            media_type=kind.media_type,
            bytes=arriving.bytes,
            digest=arriving.digest,
            pages=pages,
            source=_place(told, self._in_force().centre),
        )
        try:
            return await self._mailbox.keep_file(arriving.path, entry)
        except MailboxAway as away:
            if isinstance(away.__cause__, OSError) and away.__cause__.errno in FULL:
                raise NoRoom from away
            raise

    def _bind(self, told: Told, contact: Contact, centre: Centre) -> str:
        """Whoever scanned may lift the phone beside the scanner; a kiosk that is not in teams.yaml has none."""
        kiosk = _place(told, centre)
        if kiosk not in centre.kiosks:
            return ""
        self._scans.bind(kiosk, contact)
        return kiosk

    def _fact(self, entry: Entry, decision: Decision) -> ContactDecided:
        return ContactDecided(
            at=entry.came_at,
            node=self._node,
            call=entry.id,
            visit=0,
            team=entry.team,
            home=entry.team,
            goal=Goal.MESSAGE.value,
            rule=decision.rule.value,
            concern=decision.concern.value,
            way=ContactKind.DOCUMENT.value,
        )


def always_there(centre: Centre) -> Centre:
    """The same centre as its mailboxes see it: open at every hour, and no rule sends anything elsewhere."""
    opened = with_hours_always_open(centre)
    return replace(opened, teams={team.id: replace(team, overflow=()) for team in opened.teams.values()})


def _place(told: Told, centre: Centre) -> str:
    """Where it was scanned: a kiosk's own account speaks for no other kiosk."""
    return told.source if told.source in centre.kiosks else told.kiosk or told.source


def _concern(told: str) -> Concern:
    try:
        return Concern(told.strip() or Concern.DOCUMENTS)
    except ValueError as error:
        raise DocumentRefused(Why.CONCERN_UNKNOWN) from error


def written_by(contact: Contact, centre: Centre) -> str:
    """The contact's number as a member reads it; empty without one."""
    return shown(contact.number, centre) if contact.number else ""


def shown(number: TypedNumber, centre: Centre) -> str:
    """The number as a member reads it: as its pattern; as it was keyed where its letter is not known."""
    pattern = NumberFormat(centre.customer_pattern, centre.household_pattern).pattern(number.kind)
    letters = iter(number.letter or "")
    digits = iter(number.canonical)
    if pattern.count("A") != len(number.letter or ""):
        return number.keyed
    return "".join({"9": digits, "A": letters}[mark].__next__() if mark in "9A" else mark for mark in pattern)


class Turns:
    """One at a time for the same content of the same team: of two that come together, one is kept."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, str], tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, *of: str) -> AsyncIterator[None]:
        """Wait for this turn, and give it on."""
        key = (of[0], of[1])
        lock, waiting = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks.pop(key)
            if waiting > 1:
                self._locks[key] = (lock, waiting - 1)
