"""A voice message for a team: offered, recorded, saved before anything is promised. Who presses nothing may speak."""

from collections.abc import Mapping
from contextlib import suppress
from enum import Enum

from ivr.house import House
from ivr.line import CallEnded, Line
from ivr.ports import Mailbox, MailboxAway
from ivr.promise import promised
from routing.contact_rules import MessageRules
from routing.spoken import Spoken

WITHOUT_KEY = "3"
RECORDINGS = 4
"""So often a caller may speak: whoever is never content leaves none."""
EMPTY_RECORDINGS = 2
"""After so many in which nothing was said the caller is not asked again."""


class _Answer(Enum):
    """What is to become of a recording."""

    KEEP = "keep"
    EMPTY = "empty"
    AGAIN = "again"
    WITHOUT = "without"


_ANSWERS: Mapping[str, _Answer] = {"2": _Answer.AGAIN, WITHOUT_KEY: _Answer.WITHOUT}


async def leave_message(line: Line, team: str, house: House) -> bool:
    """Whether a message lies in the team's mailbox now, and the caller was told. Raises CallEnded, as every step does.

    What was said before a hang-up is kept. False: the caller would rather not, said nothing, or nothing can be kept.
    """
    if await line.key(Spoken("message-offer")) == WITHOUT_KEY:
        return False
    try:
        name = await _agreed(line, team, house.mailbox, house.router.centre.messages)
    except MailboxAway:
        await line.say(Spoken("not-possible-now"))
        return False
    return name is not None and await _is_kept(line, name, team, house.mailbox)


async def _agreed(line: Line, team: str, mailbox: Mailbox, rules: MessageRules) -> str | None:
    """The recording that the caller wants to leave; every other one is dropped. Raises MailboxAway."""
    empty = 0
    for _ in range(RECORDINGS):
        name = await mailbox.begin(team, line)
        answer = await _recorded(line, name, team, mailbox, rules)
        if answer is _Answer.KEEP:
            return name
        await mailbox.drop(name)
        empty += answer is _Answer.EMPTY
        if answer is _Answer.WITHOUT or empty == EMPTY_RECORDINGS:
            return None
    return None


async def _recorded(line: Line, name: str, team: str, mailbox: Mailbox, rules: MessageRules) -> _Answer:
    try:
        await line.say(Spoken("message-speak"))
        await line.record(name, rules.seconds, rules.silence_seconds)
        if not await promised(line, mailbox.finish(name)):
            await line.say(Spoken("message-nothing-heard"))
            return _Answer.EMPTY
        return _ANSWERS.get(await line.key(Spoken("message-choice")), _Answer.KEEP)
    except CallEnded:
        await _keep_what_was_said(line, name, team, mailbox)
        raise


async def _keep_what_was_said(line: Line, name: str, team: str, mailbox: Mailbox) -> None:
    with suppress(MailboxAway):
        if await mailbox.finish(name):
            await mailbox.keep(name, team, line)
        else:
            await mailbox.drop(name)


async def _is_kept(line: Line, name: str, team: str, mailbox: Mailbox) -> bool:
    """Saved first, told then."""
    try:
        await promised(line, mailbox.keep(name, team, line))
    except MailboxAway:
        await mailbox.drop(name)
        await line.say(Spoken("message-not-kept"))
        return False
    await line.say(Spoken("message-kept"), Spoken("goodbye"))
    return True
