"""Documents over real HTTP into a real mailbox folder: only the store is in memory, and the line's figures stand."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import httpx
from fastapi import Request

from facts.contact import ContactDecided
from operations.active import InForce
from operations.cards import Cards
from operations.documents.arriving import Arrivals
from operations.documents.documents import Documents, Pages
from operations.documents.kiosk_scans import KioskScans
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import MailboxAway
from operations.mailbox.record import MailboxRecords
from routing.centre import Centre
from routing.directory import DirectoryTable
from tests.fakes.entries import MemoryMail
from tests.fakes.router import CUSTOMERS, small_centre
from web.app import application
from web.documents import Offer, documents
from web.health import Dependencies
from web.server import WebServer


class RevokedInMemory:
    """Ids of cards in a set; away when `is_away`."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.is_away = False

    async def has(self, card: str) -> bool:
        self._answer()
        return card in self.ids

    async def add(self, card: str) -> None:
        self._answer()
        self.ids.add(card)

    def _answer(self) -> None:
        if self.is_away:
            raise MailboxAway


KNOWN = "123A456789"
"""A customer of L01."""
UNKNOWN = "999A999999"


@dataclass(frozen=True, slots=True)
class Scanner:
    """The account that sends."""

    name: str = "scanner-1"


@dataclass
class DocumentDesk:
    """What a test changes and looks at. `url`: the real server's."""

    folder: Path
    reader: Pages
    centre: Centre = field(default_factory=small_centre)
    kept: MemoryMail = field(default_factory=MemoryMail)
    decided: list[ContactDecided] = field(default_factory=list)
    now: float = field(default_factory=time.time)
    scans: KioskScans = field(default_factory=lambda: KioskScans(time.monotonic))
    cards: Cards = field(default_factory=lambda: Cards(b"s" * 32, RevokedInMemory()))
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=60, verify=False))  # noqa: S501 - plain HTTP
    url: str = ""

    @property
    def arriving(self) -> list[Path]:
        """Files of documents that are on their way."""
        folder = self.folder / ".arriving"
        return list(folder.iterdir()) if folder.is_dir() else []

    @property
    def files(self) -> list[Path]:
        """The contents that are kept."""
        return sorted(path for path in self.folder.glob("m-*") if path.suffix != ".json")

    async def sent(
        self, content: bytes, number: str | None = KNOWN, name: str = "scan", **fields: str
    ) -> httpx.Response:
        """One document, handed in."""
        told = {**fields, **({"number": number} if number is not None else {})}
        return await self.client.post(f"{self.url}/api/v1/documents", data=told, files={"file": (name, content)})


async def _anybody(_: Request) -> Scanner:
    return Scanner()


def _offer(kiosk: str, team: str) -> Offer | None:
    return Offer(kiosk=kiosk, team=team, open=True, waiting=2, estimated_wait_seconds=90.0)


@asynccontextmanager
async def document_desk(
    folder: Path, reader: Pages, change: Callable[[DocumentDesk], None] = lambda _: None
) -> AsyncIterator[DocumentDesk]:
    """A running desk; `change` may set what it begins with."""
    desk = DocumentDesk(folder, reader)
    change(desk)
    files = ContentFiles(folder, MailboxRecords(b"s" * 32))
    await files.prepare()
    mailbox = Mailbox(desk.kept, files, lambda: desk.now, lambda _: None)

    def in_force() -> InForce:
        return InForce(desk.centre, "config-1", cast("DirectoryTable", CUSTOMERS))

    taking = Documents(
        in_force,
        Arrivals(folder / ".arriving"),
        desk.reader,
        mailbox,
        desk.scans,
        desk.cards,
        desk.decided.append,
        clock=lambda: desk.now,
    )

    async def nothing() -> Dependencies:
        return {}

    server = WebServer(application("1", nothing, None, [documents(taking, _anybody, _offer)]))
    desk.url = f"http://127.0.0.1:{await server.start('127.0.0.1', 0)}"
    try:
        yield desk
    finally:
        await desk.client.aclose()
        await server.stop()


async def until(look: Callable[[], object], seconds: float = 10) -> None:
    """Once it is true; TimeoutError otherwise."""
    async with asyncio.timeout(seconds):
        while not look():  # noqa: ASYNC110 - what is looked at are files, which tell nobody
            await asyncio.sleep(0.01)
