"""Documents over HTTP: the feature around `operations.documents.documents`."""

from collections.abc import Callable, Sequence

import structlog

from facts.contact import ContactDecided
from operations.active import InForce
from operations.cards import Cards
from operations.documents.arriving import Arrivals
from operations.documents.documents import Documents
from operations.documents.kiosk_scans import KioskScans
from operations.mailbox.mailbox import Mailbox
from teamline.router.document_reader import DocumentReader
from teamline.settings import Settings
from web.documents import Asks, Offer, documents
from web.live import Look
from web.room import Room

ARRIVING = ".arriving"
"""A folder of the mailbox folder's file system for what is not kept yet."""

log = structlog.get_logger()


class DocumentFeature:
    """`Feature`. `asks`: who may hand in documents (`Door.may(Right.ADD_DOCUMENTS)`)."""

    def __init__(
        self,
        settings: Settings,
        mailbox: Mailbox,
        in_force: Callable[[], InForce],
        scans: KioskScans,
        cards: Cards,
        look: Look,
        asks: Asks,
        decided: Callable[[ContactDecided], object],
    ) -> None:
        self._arrivals = Arrivals(settings.mailbox_folder.absolute() / ARRIVING)
        self._reader = DocumentReader()
        self._look = look
        taking = Documents(in_force, self._arrivals, self._reader, mailbox, scans, cards, decided, node=settings.node)
        self._rooms = [documents(taking, asks, self._offer)]

    @property
    def rooms(self) -> Sequence[Room]:
        """`POST /api/v1/documents`."""
        return self._rooms

    async def start(self) -> None:
        """Remove what a router that was killed had not kept."""
        try:
            if left := await self._arrivals.sweep():
                log.warning("documents_broken_off", count=left)
        except OSError as error:
            log.error("documents_not_swept", error=error.strerror)

    async def stop(self) -> None:
        """End the process that looks into documents."""
        await self._reader.stop()

    def configured(self, now: InForce) -> None:
        """Bounds and teams are asked for with each document."""

    def _offer(self, kiosk: str, team: str) -> Offer | None:
        """The team's line now, as the board shows it."""
        live = self._look()
        found = next((each for each in live.board.teams if each.id == team), None) if live else None
        if found is None:
            return None
        return Offer(
            kiosk=kiosk,
            team=team,
            open=found.open,
            waiting=found.waiting,
            estimated_wait_seconds=found.estimated_wait_seconds,
        )
