"""`*45` and `*46` on a member's phone: sign in or out, pause or resume, and hear which."""

from ivr.line import Line
from ivr.ports import Desk, DeskAway
from routing.spoken import Spoken


async def sign_in_or_out(line: Line, desk: Desk, member: str) -> None:
    """`*45`: whoever is signed in signs out of every queue, whoever is not signs in to all own ones."""
    await line.answer()
    try:
        if await desk.is_signed_in(member):
            await desk.sign_out(member)
            heard = "signed-out"
        else:
            await desk.sign_in(member)
            heard = "signed-in"
    except DeskAway:
        heard = "desk-away"
    await line.say(Spoken(heard))


async def pause_or_resume(line: Line, desk: Desk, member: str) -> None:
    """`*46`: whoever is paused rings again, whoever is not stops ringing; only for members signed in."""
    await line.answer()
    try:
        heard = await _paused_or_resumed(desk, member)
    except DeskAway:
        heard = "desk-away"
    await line.say(Spoken(heard))


async def _paused_or_resumed(desk: Desk, member: str) -> str:
    if not await desk.is_signed_in(member):
        return "not-signed-in"
    if await desk.is_paused(member):
        await desk.unpause(member)
        return "unpaused"
    await desk.pause(member)
    return "paused"
