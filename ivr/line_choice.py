"""`#` in line, or on the way into it: a callback, a message, or on with waiting. Who takes nothing loses nothing."""

from ivr.callback_request import Offered, ask_for_callback
from ivr.house import House
from ivr.line import Line
from ivr.message import leave_message
from ivr.offer import KEPT
from ivr.ports import CallbackWish
from routing.fair_line import CREDIT_LIMIT
from routing.spoken import Spoken

KEY = "#"
QUESTIONS = 2
"""A key that is none of the choices is asked about once more; silence is not."""

_STAYS = Spoken("back-in-line")
_CALLBACK, _MESSAGE, _WAIT = "1", "2", "3"


def wish(home: str, arrival: int, virtual_arrival: int) -> CallbackWish:
    """A callback with the very place that the caller has now (Unix seconds)."""
    return CallbackWish(home, arrival=arrival, credit=min(max(0, arrival - virtual_arrival), CREDIT_LIMIT))


async def line_choice(line: Line, place: CallbackWish, house: House) -> bool:
    """Whether the call is over: a message or a wish is kept, and the caller was told. Else the place stays."""
    if await _is_taken(line, place, house):
        await line.set(TEAMLINE_END=KEPT)
        return True
    await line.say(Spoken("please-stay"), _STAYS)
    return False


async def hint(line: Line, place: CallbackWish, house: House) -> bool:
    """Say that there is a choice; who presses `#` already has it. Whether the call is over."""
    line.forget_keys()
    is_possible = house.callbacks.is_possible(place.team)
    if await line.say(Spoken("line-hint" if is_possible else "line-hint-message")):
        return False
    return await line.key() == KEY and await line_choice(line, place, house)


async def _is_taken(line: Line, place: CallbackWish, house: House) -> bool:
    is_possible = house.callbacks.is_possible(place.team)
    for _ in range(QUESTIONS):
        pressed = await line.key(Spoken("line-choice" if is_possible else "line-choice-message"))
        if pressed == _CALLBACK and is_possible:
            return await ask_for_callback(line, Offered(place), house)
        if pressed == _MESSAGE:
            return await leave_message(line, place.team, house)
        if pressed in ("", _WAIT):
            return False
    return False
