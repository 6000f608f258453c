"""Callbacks' records as the runner sees them: in memory, changed only together with the store."""

import structlog

from operations.callbacks.open_callbacks import OpenCallbacks
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry, TakenAlready

log = structlog.get_logger()


class Records:
    """`known` follows the mailbox (a listener of `Mailbox.changed`)."""

    def __init__(self, mailbox: Mailbox, known: OpenCallbacks) -> None:
        self._mailbox, self.known = mailbox, known
        self.is_away = False
        """Whether the store kept or told nothing the last time it was asked."""
        self.is_stale = True
        """Whether what is known may not be what the store has."""

    @property
    def unpromised(self) -> frozenset[str]:
        """What the store may have, and nobody was told of: to be erased."""
        return frozenset(self._mailbox.withdrawn)

    async def list(self) -> None:
        """Everything anew; while the store is away what is known stays."""
        moment = self.known.moment
        try:
            entries = await self._mailbox.listed()
        except MailboxAway:
            self._fails()
            return
        self.known.listed(entries, moment)
        self.is_stale = False
        if self.is_away:
            log.info("callbacks_kept_again")
        self.is_away = False

    async def look_up(self, callback: str) -> Entry | None:
        """As it is known, or as the store has it; None if neither has it."""
        return self.known.get(callback) or await self._anew(callback)

    async def keep(self, before: Entry, after: Entry) -> bool:
        """Whether this change, from exactly `before`, is kept, and was made here."""
        try:
            await self._mailbox.change(before, after)
        except (TakenAlready, NoSuchEntry):
            await self._anew(before.id)
            return False
        except MailboxAway:
            self._fails()
            return False
        return True

    async def _anew(self, callback: str) -> Entry | None:
        try:
            entry = await self._mailbox.get(callback)
        except NoSuchEntry:
            self.known.forget(callback)
            return None
        except MailboxAway:
            self._fails()
            return None
        self.known.hear(entry)
        return self.known.get(callback)

    def _fails(self) -> None:
        if not self.is_away:
            log.warning("callbacks_not_kept", does="places and dials nobody until the store answers")
        self.is_away = self.is_stale = True
