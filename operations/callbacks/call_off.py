"""Calls a callback off for somebody of the team: nobody is dialled for it any more."""

from facts.contact import LeftState
from operations.callbacks.changes import CallbackChanges
from operations.callbacks.life import state_of
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, NoSuchEntry, TakenAlready
from routing.callback import Outcome, State


class CallsOff:
    """By whom, and whether they may."""

    def __init__(self, mailbox: Mailbox, changes: CallbackChanges) -> None:
        self._mailbox, self._changes = mailbox, changes

    async def __call__(self, callback: str, by: str, *, leads: bool) -> Entry:
        """Kept on return; called off already is no error. While it rings at the citizen the attempt is broken off.

        Raises TakenAlready: they talk, it is settled, or another has it in hand and `by` does not lead the team.
        Raises NoSuchEntry, MailboxAway.
        """
        entry = await self._mailbox.get(callback)
        if is_called_off(entry):
            return entry
        if entry.state is LeftState.DONE or (
            entry.state is LeftState.CLAIMED and not (leads or entry.claimed_by == by)
        ):
            raise TakenAlready
        try:
            return await self._changes.call_off(callback)
        except NoSuchEntry:
            meanwhile = await self._mailbox.get(callback)
            if is_called_off(meanwhile):
                return meanwhile
            raise TakenAlready from None


def is_called_off(entry: Entry) -> bool:
    """Whether nobody wants it any more; also of what only people call back."""
    return state_of(entry) is State.CANCELLED or (
        state_of(entry) is None and entry.state is LeftState.DONE and entry.outcome == Outcome.CANCELLED
    )
