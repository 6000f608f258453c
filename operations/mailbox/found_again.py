"""What was cut off between the disk and the store is taken in: contents without an entry, recordings left behind."""

from collections.abc import Callable
from dataclasses import replace

import structlog

from facts.contact import LeftKind
from operations.mailbox.content_files import ContentFiles, on_disk
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry
from operations.mailbox.voice_folder import VoiceFolder
from routing.centre import Centre

SETTLED_SECONDS = 60.0
"""Contents that are younger may be on their way into the store just now."""

log = structlog.get_logger()


class FoundAgain:
    """Looks at both folders. `centre`: the active one; `now`: Unix seconds."""

    def __init__(
        self,
        mailbox: Mailbox,
        files: ContentFiles,
        voices: VoiceFolder,
        centre: Callable[[], Centre],
        now: Callable[[], float],
    ) -> None:
        self._mailbox, self._files, self._voices, self._centre, self._now = mailbox, files, voices, centre, now

    async def contents(self) -> None:
        """Contents whose entry the store does not have become entries. Raises MailboxAway, OSError."""
        found = await self._files.noted(self._now() - SETTLED_SECONDS)
        known = {entry.id for entry in await self._mailbox.listed()}
        for entry, _ in found:
            if entry.id in known:
                continue
            async with self._mailbox.files_change:
                await self._content(entry)

    async def recordings(self) -> None:
        """Recordings left behind become messages if anybody spoke, else they are removed. Raises MailboxAway, OSError.

        One that cannot be read stays where it is, and keeps no other from being found.
        """
        for entry in await self._voices.left_behind(self._now()):
            try:
                await self._recording(entry)
            except MailboxAway as error:
                log.warning("recording_not_taken_in", entry=entry.id, reason=str(error))

    async def _content(self, entry: Entry) -> None:
        since = entry.came_at - self._centre().documents.same_hours * 3600
        is_document = entry.what is LeftKind.DOCUMENT
        twice = is_document and await self._mailbox.same(entry.team, entry.digest, entry.number, since)
        if twice and twice.id != entry.id:
            await self._files.remove(entry)  # whoever got no answer has sent it again
            return
        try:
            await on_disk(lambda: self._files.path(entry))
        except NoSuchEntry:
            return
        await self._mailbox.take_in(entry)
        log.warning("mailbox_content_found_again", entry=entry.id, team=entry.team)

    async def _recording(self, entry: Entry) -> None:
        if await self._is_kept(entry):  # the router died before it removed the recording
            await self._voices.drop(entry.id)
            return
        seconds = await self._voices.finish(entry.id)
        if seconds:
            await self._mailbox.keep_file(self._voices.file(entry.id), replace(entry, seconds=seconds))
            log.warning("recording_taken_in", entry=entry.id, team=entry.team)
        await self._voices.drop(entry.id)

    async def _is_kept(self, entry: Entry) -> bool:
        try:
            kept = await self._mailbox.get(entry.id)
            await on_disk(lambda: self._files.path(kept))
        except NoSuchEntry:
            return False
        return True
