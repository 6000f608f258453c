from dataclasses import replace

import pytest

from facts.contact import LeftState
from operations.callbacks.changes import CallbackChanges
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry
from routing.callback import State
from tests.fakes.entries import MONDAY, MemoryMail, callback

OPEN = callback(life=State.CONFIRMED.value)


def changes(*entries: Entry) -> tuple[MemoryMail, CallbackChanges]:
    kept = MemoryMail({entry.id: entry for entry in entries})
    mailbox = Mailbox(kept, None, lambda: MONDAY, lambda _: None)  # type: ignore[arg-type]  # no files here
    return kept, CallbackChanges(mailbox, lambda: MONDAY)


async def test_a_citizen_on_the_line_is_called_back_by_nobody() -> None:
    kept, changed = changes(OPEN)
    await changed.withdraw(OPEN.id)
    assert (kept.entries[OPEN.id].life, kept.entries[OPEN.id].state) == (State.CANCELLED.value, LeftState.DONE)


async def test_what_could_not_be_called_off_is_once_the_store_answers() -> None:
    kept, changed = changes(OPEN)
    kept.is_away = True
    with pytest.raises(MailboxAway):
        await changed.withdraw(OPEN.id)
    await changed.settle()
    kept.is_away = False
    assert kept.entries[OPEN.id] == OPEN
    await changed.settle()
    assert kept.entries[OPEN.id].life == State.CANCELLED.value


async def test_what_is_settled_by_itself_is_left_alone() -> None:
    reached = replace(OPEN, life=State.REACHED.value, state=LeftState.DONE)
    kept, changed = changes(reached)
    await changed.withdraw(reached.id)
    await changed.settle()
    assert kept.entries[reached.id] == reached
    with pytest.raises(NoSuchEntry):
        await changed.call_off(reached.id)
