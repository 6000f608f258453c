"""Kiosks in the router: the feature around `operations.kiosks`."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog

from ivr.member_desk import not_rung
from metrics.board import Trouble
from operations.active import ActiveRouter, InForce
from operations.audit import Notes
from operations.documents.kiosk_scans import KioskScans
from operations.kiosks.codes import ReadsCards
from operations.kiosks.desk import Clocks, KioskDesk
from operations.kiosks.now import Figures
from operations.kiosks.placing import HomeTeams
from operations.kiosks.promises import Promises
from operations.mailbox.callback_wishes import CallbackWishes
from operations.mailbox.ports import Entry
from routing.decision import Contact
from telephony.agi.line import AgiLine
from telephony.ami.connection import AmiConnection
from telephony.ami.kiosk_calls import KioskCalls
from web.kiosk import kiosks
from web.kiosk_page import kiosk_page
from web.live import Look
from web.room import Room
from web.who import Door

LOOK_SECONDS = 1.0

log = structlog.get_logger()


class KioskFeature:
    """`Feature`. `clock` rules the opening hours; `place_of`: a callback's place in its team's line.

    `open_callbacks`: every one that somebody counts on; `is_stopped`: whether callbacks are stopped just now.
    """

    def __init__(
        self,
        router: ActiveRouter,
        scans: KioskScans,
        cards: ReadsCards,
        wishes: CallbackWishes,
        ami: AmiConnection,
        *,
        look: Look,
        door: Door,
        clock: Callable[[], datetime],
        open_callbacks: Iterable[Entry],
        place_of: Callable[[str, str], int | None],
        is_stopped: Callable[[], bool],
        notes: Notes,
    ) -> None:
        self._look, self._scans, self._router = look, scans, router
        promises = Promises(
            wishes,
            open_callbacks,
            router,
            time.time,
            place_of=place_of,
            is_dialling=lambda: router.centre.callbacks.dial and not is_stopped(),
        )
        self.desk = KioskDesk(
            router,
            HomeTeams(lambda: router.in_force, clock),
            scans,
            cards,
            KioskCalls(ami),
            promises,
            self._figures,
            Clocks(time.time, time.monotonic, clock),
        )
        self._rooms = [kiosks(self.desk, lambda: router.centre, door, notes), kiosk_page(lambda: router.centre)]
        self._work: asyncio.Task[None] | None = None

    @property
    def rooms(self) -> Sequence[Room]:
        """`/api/v1/kiosks` and `/kiosk/{id}`."""
        return self._rooms

    async def start(self) -> None:
        """Begin to look after kiosks' phones and scans."""
        self._work = asyncio.get_running_loop().create_task(self._keep_up())

    async def stop(self) -> None:
        """End."""
        self.let_go()
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def let_go(self) -> None:
        """Whoever waits for news is answered now: the server is to stop."""
        self.desk.versions.close()

    def configured(self, now: InForce) -> None:
        """Kiosks are asked for with each request; their screens look again."""
        for kiosk in now.centre.kiosks:
            self.desk.versions.touch(kiosk)

    def troubles(self) -> Iterable[Trouble]:
        """For the board: what is wrong with a kiosk for longer than a moment."""
        return self.desk.troubles()

    def scanned(self, line: AgiLine, kiosk: str) -> Contact | None:
        """Whose call this is, in the language that they have chosen on the screen, if they have."""
        contact, language = self._scans.of_call(line.call_id, kiosk)
        if language in self._router.centre.languages.values():
            line.speak(language)
        return contact

    async def rung(self, line: AgiLine, phone: str) -> None:
        """A member has dialled `*8` and this number."""
        kiosk = next((each.id for each in self._router.centre.kiosks.values() if each.phone == phone), "")
        if not self.desk.may_be_rung(kiosk):
            await not_rung(line)

    def _figures(self, team: str) -> Figures | None:
        live = self._look()
        found = next((each for each in live.board.teams if each.id == team), None) if live else None
        return Figures(found.open, found.waiting, found.estimated_wait_seconds) if found else None

    async def _keep_up(self) -> None:
        while True:
            try:
                await self.desk.look()
            except Exception:
                log.exception("kiosks_not_looked_after")
            await asyncio.sleep(LOOK_SECONDS)
