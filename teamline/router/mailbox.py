"""The team mailbox in the router: put together, and looked after every now and then."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import structlog

from facts.contact import LeftWithUs
from operations.active import ActiveRouter, InForce
from operations.mailbox.callback_wishes import CallbackWishes, HashedPhones
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.found_again import FoundAgain
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.open_entries import OpenEntries
from operations.mailbox.ports import KeptMail, MailboxAway
from operations.mailbox.record import MailboxRecords
from operations.mailbox.reminders import Reminders
from operations.mailbox.retention import Retention
from operations.mailbox.voice_folder import NotHeard, Sound, VoiceFolder
from routing.centre import Centre
from teamline.router.call_mailbox import Callers, CallMailbox
from teamline.settings import Settings
from telephony.agi.line import AgiLine
from telephony.prompts.sound import SoundRefused
from telephony.recordings import is_closed, trimmed
from web.room import Room

LOOK_SECONDS = 15.0
SWEEP_SECONDS = 3600.0
_CURE = "make the folder, and let the router write there"

log = structlog.get_logger()


class TeamMailbox:
    """`Feature`. `of` gives each call its `ivr.ports.Mailbox`; `mailbox` is for mail and the API."""

    def __init__(
        self,
        settings: Settings,
        kept: KeptMail,
        secret: bytes,
        router: ActiveRouter,
        opens_by: Callable[[], datetime],
        tell: Callable[[LeftWithUs], object],
        now: Callable[[], float] = time.time,
    ) -> None:
        """`opens_by`: the clock of the opening hours; `tell` takes facts for the journal; `now`: Unix seconds."""

        def centre() -> Centre:
            return router.centre

        records = MailboxRecords(secret)
        self.files = ContentFiles(settings.mailbox_folder.absolute(), records)
        self.voices = VoiceFolder(settings.voice_folder.absolute(), records, Sound(_trimmed, is_closed))
        self.mailbox = Mailbox(kept, self.files, now, tell)
        self.known = OpenEntries(HashedPhones(secret))
        """Figures for the board and the metrics: `known.counts`."""
        self.wishes = CallbackWishes(
            self.mailbox, self.known, centre, now, opens_by, lambda: settings.trunk is not None
        )
        self._reminders = Reminders(self.mailbox, centre, now, opens_by)
        self._retention = Retention(self.mailbox, self.files, centre, now)
        self._found = FoundAgain(self.mailbox, self.files, self.voices, centre, now)
        self.callers, self._now = Callers(router), now
        self.settled: Callable[[str], object] = str
        """Told each call that has left something: set by whoever wants to know."""
        self._swept_at = float("-inf")
        self._is_away = False
        self._work: asyncio.Task[None] | None = None
        self.mailbox.changed.append(self.known.hear)

    @property
    def rooms(self) -> Sequence[Room]:
        """None: the API over it has rooms of its own."""
        return ()

    async def start(self) -> None:
        """Make the folders, and begin to look after what lies there."""
        for place in (self.files, self.voices):
            try:
                await place.prepare()
            except OSError as error:
                log.error("mailbox_folder_failed", folder=str(place.folder), error=error.strerror, cure=_CURE)
        self._work = asyncio.get_running_loop().create_task(self._keep_up())

    async def stop(self) -> None:
        """End; what was not promised yet is found again at the next start."""
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def configured(self, now: InForce) -> None:
        """The centre's rules are asked for each time."""

    def of(self, line: AgiLine) -> CallMailbox:
        """The mailbox of this call."""
        return CallMailbox(line.call_id, self.callers, self.voices, self.mailbox, self.wishes, self._now, self.settled)

    async def look(self) -> None:
        """Look after everything once: figures, recordings left behind, reminders; hourly what is to be erased."""
        try:
            await self._look()
        except (MailboxAway, OSError) as error:
            if not self._is_away:
                log.warning("mailbox_away", error=str(error) or type(error).__name__)
            self._is_away = True
            return
        if self._is_away:
            log.info("mailbox_back")
        self._is_away = False

    async def _keep_up(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("mailbox_not_looked_after")
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        entries = await self.mailbox.listed()
        self.known.listed(entries)
        await self.mailbox.erase_withdrawn()
        await self._found.recordings()
        if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
            await self._found.contents()
            await self._retention.sweep()
            self._swept_at = time.monotonic()
        await self._reminders.remind(entries)


def _trimmed(file: Path) -> float:
    try:
        return trimmed(file)
    except SoundRefused as error:
        raise NotHeard from error
