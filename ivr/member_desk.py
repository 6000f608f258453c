"""`*45`, `*46` and `*47` on a member's phone: sign in or out, pause or resume, more after-call work; and hear which.

`*8` and a kiosk's number: hear why it does not ring, where it does not.
"""

from collections.abc import Awaitable, Callable

from facts.pause_reasons import MISSED_RINGS, wrap_up_until
from ivr.line import Line
from ivr.ports import Desk, DeskAway
from routing.spoken import Spoken


async def sign_in_or_out(line: Line, desk: Desk, member: str) -> None:
    """`*45`: whoever is signed in signs out of every queue, whoever is not signs in to all own ones."""
    await _told(line, desk, member, _signed_in_or_out)


async def pause_or_resume(line: Line, desk: Desk, member: str) -> None:
    """`*46`: whoever is paused rings again, whoever is not stops ringing; only for members signed in."""
    await _told(line, desk, member, _paused_or_resumed)


async def more_wrap_up(line: Line, desk: Desk, member: str) -> None:
    """`*47`: time for after-call work from now on; again: anew from then on. `*46` ends it; only if signed in."""
    await _told(line, desk, member, _longer)


async def not_rung(line: Line) -> None:
    """The kiosk is not rung: whoever the member means has left it, and a stranger would lift."""
    await line.set(TEAMLINE_REFUSED="left")
    await line.answer()
    await line.say(Spoken("kiosk-left"))


async def _told(line: Line, desk: Desk, member: str, does: Callable[[Desk, str], Awaitable[tuple[str, ...]]]) -> None:
    await line.answer()
    try:
        heard = await does(desk, member)
    except DeskAway:
        heard = ("desk-away",)
    await line.say(*(Spoken(phrase) for phrase in heard))


async def _signed_in_or_out(desk: Desk, member: str) -> tuple[str, ...]:
    if not await desk.is_signed_in(member):
        await desk.sign_in(member)
        return ("signed-in",)
    paused = await desk.paused_for(member)
    await desk.sign_out(member)
    return (*_why(paused), "signed-out")


async def _paused_or_resumed(desk: Desk, member: str) -> tuple[str, ...]:
    if not await desk.is_signed_in(member):
        return ("not-signed-in",)
    paused = await desk.paused_for(member)
    if paused is None:
        await desk.pause(member)
        return ("paused",)
    await desk.unpause(member)
    return (*_why(paused), "unpaused" if wrap_up_until(paused) is None else "wrap-up-over")


async def _longer(desk: Desk, member: str) -> tuple[str, ...]:
    if not await desk.is_signed_in(member):
        return ("not-signed-in",)
    await desk.more_wrap_up(member)
    return ("wrap-up-longer",)


def _why(paused: str | None) -> tuple[str, ...]:
    """A pause that the member did not ask for is explained."""
    return ("missed-rings",) if paused == MISSED_RINGS else ()
