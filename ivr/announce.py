"""`*49` on a member's phone: record what callers of the own teams hear until midnight, or take it away."""

from ivr.line import Line
from ivr.ports import Announcer, AnnouncerAway
from routing.spoken import Spoken

TRIES = 3


async def announce(line: Line, announcer: Announcer, member: str) -> None:
    """`1` records, `2` takes away; any other key, or none, changes nothing."""
    await line.answer()
    if not announcer.may_announce(member):
        await line.say(Spoken("announce-not-allowed"))
        return
    pressed = await line.key(Spoken("announce-choice"))
    try:
        if pressed == "1":
            await _record(line, announcer, member)
        elif pressed == "2":
            await announcer.remove(member)
            await line.say(Spoken("announce-removed"))
        else:
            await line.say(Spoken("announce-unchanged"))
    except AnnouncerAway:
        await line.say(Spoken("desk-away"))


async def _record(line: Line, announcer: Announcer, member: str) -> None:
    for _ in range(TRIES):
        await line.say(Spoken("announce-speak"))
        heard = await announcer.record(line, member)
        if not heard:
            await line.say(Spoken("nothing-heard"))
        elif await line.key(Spoken("you-recorded"), *heard, Spoken("announce-keep")) == "1":
            await announcer.keep(member)
            await line.say(Spoken("announce-counts"))
            return
    await line.say(Spoken("announce-unchanged"))
