"""How long what lies in mailboxes is kept, and that it is erased then.

Social data (SGB X 67 ff., DSGVO): a done message or document one day longer, a callback's number 24 h after it was
done and 7 days at most, everything after the centre's days, claimed or not.
"""

import asyncio
from collections.abc import Callable

import structlog

from facts.contact import LeftKind, LeftState
from operations.callbacks.rules import erased_at as callback_erased_at
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway
from routing.centre import Centre

DAY = 86_400.0
DONE_DAYS = 1
AT_ONCE = 16
"""Each waits for the store's disk: together they wait once."""

log = structlog.get_logger()


def erased_at(entry: Entry, centre: Centre) -> float:
    """Unix seconds from which on the entry is kept no longer."""
    if entry.what is LeftKind.CALLBACK:
        ends = callback_erased_at(entry, centre)
    else:
        rules = centre.messages if entry.what is LeftKind.VOICE else centre.documents
        ends = entry.came_at + rules.keep_days * DAY
    if entry.state is LeftState.DONE and entry.done_at is not None:
        ends = min(ends, entry.done_at + DONE_DAYS * DAY)
    return ends


class Retention:
    """The sweep. `centre`: the active one; `now`: Unix seconds."""

    def __init__(
        self, mailbox: Mailbox, files: ContentFiles, centre: Callable[[], Centre], now: Callable[[], float]
    ) -> None:
        self._mailbox, self._files, self._centre, self._now = mailbox, files, centre, now

    async def sweep(self) -> int:
        """Erase what is over, and contents that no entry and no note knows; how many entries. Raises MailboxAway.

        What the disk does not let go is tried again at the next sweep, and keeps no other from being erased.
        """
        centre, now = self._centre(), self._now()
        over = [entry for entry in await self._mailbox.listed() if erased_at(entry, centre) <= now]
        erased = 0
        for start in range(0, len(over), AT_ONCE):
            erased += sum(await asyncio.gather(*(self._is_erased(entry) for entry in over[start : start + AT_ONCE])))
        await self._sweep_strangers(centre, now)
        if erased:
            log.info("mailbox_swept", erased=erased)
        return erased

    async def _is_erased(self, entry: Entry) -> bool:
        try:
            await self._mailbox.erase(entry.id)
        except MailboxAway as error:
            log.warning("mailbox_not_erased", entry=entry.id, reason=str(error))
            return False
        return True

    async def _sweep_strangers(self, centre: Centre, now: float) -> None:
        longest = max(centre.messages.keep_days, centre.documents.keep_days)
        known = {entry.file for entry in await self._mailbox.listed()}
        for file in await self._files.strangers(now - longest * DAY):
            if file.name not in known:
                await self._files.forget(file)
                log.warning("mailbox_stranger_erased", file=file.name)
