"""What people do to a callback by phone, page or command: call it off, ring another number, stand in line instead."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from facts.contact import LeftState
from operations.callbacks.life import called_off, is_waiting, state_of
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry, TakenAlready
from routing.callback import Outcome, State

TRIES = 3
"""Two may change one callback at the same moment: the later one looks again."""


class CallbackChanges:
    """Each change is durable on return, once. All raise MailboxAway; NoSuchEntry for what is settled or erased.

    `now`: Unix seconds.
    """

    def __init__(self, mailbox: Mailbox, now: Callable[[], float]) -> None:
        self._mailbox, self._now = mailbox, now
        self._unsettled: set[str] = set()

    async def call_off(self, callback: str) -> Entry:
        """Nobody is called any more; whoever is just being dialled is rung no longer."""
        return await self._changed(callback, self._called_off)

    async def withdraw(self, callback: str) -> None:
        """Called off for a citizen on the line: nobody can ask them again, so what fails now is done by `settle`.

        Raises MailboxAway; settled or erased is no error.
        """
        self._unsettled.add(callback)
        with suppress(NoSuchEntry):
            await self.call_off(callback)
        self._unsettled.discard(callback)

    async def settle(self) -> None:
        """Call off what could not be before, as far as the store answers."""
        for callback in tuple(self._unsettled):
            with suppress(MailboxAway, TakenAlready):
                await self.withdraw(callback)

    async def change_number(self, callback: str, phone: str) -> Entry:
        """Ring this number (E.164, allowed) from now on, at the same place. Raises TakenAlready while it is dialled."""
        return await self._changed(callback, lambda entry: _with_number(entry, phone))

    def _called_off(self, entry: Entry) -> Entry:
        now = self._now()
        if state_of(entry) is None:
            return replace(entry, state=LeftState.DONE, done_at=now, outcome=Outcome.CANCELLED.value)
        return called_off(entry, now)

    async def _changed(self, callback: str, change: Callable[[Entry], Entry]) -> Entry:
        for left in reversed(range(TRIES)):
            before = await self._mailbox.get(callback)
            if not is_waiting(before):
                raise NoSuchEntry
            try:
                return await self._mailbox.change(before, change(before))
            except TakenAlready:
                if not left:
                    raise
        raise TakenAlready  # pragma: no cover - the last try has raised


def _with_number(entry: Entry, phone: str) -> Entry:
    """Dials of the former number do not count for this one."""
    if state_of(entry) is State.DIALLING:
        raise TakenAlready
    return replace(entry, phone=phone, kiosk="", uncounted=entry.attempts)
