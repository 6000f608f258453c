"""A citizen is called back: who calls, and what they want now. Not why: somebody else may have picked up.

An answering machine presses nothing, and so is nobody who was reached.
"""

from collections.abc import Collection, Mapping

from ivr.line import Line
from routing.spoken import Spoken

TALK, LATER, NEVER = "1", "2", "3"
NOBODY = "0"
"""TEAMLINE_ACCEPT of whom nobody heard a key from: the words were said, and need not be said again."""
SAYINGS = 2

_ANSWERS: Mapping[str, str] = {TALK: "callback-connecting", LATER: "callback-later", NEVER: "callback-never"}


async def call_back(line: Line, languages: Collection[str], chosen: str) -> None:
    """Sets TEAMLINE_ACCEPT: whoever hangs up before they are connected does not talk.

    `chosen`: the language of whoever asked for it; the line's own where the centre does not speak it.
    """
    if chosen in languages:
        line.speak(chosen)
    words = (Spoken("callback-hello"), Spoken("callback-press"))
    for _ in range(SAYINGS):
        pressed = await line.key(*words)
        if pressed in _ANSWERS:
            await _answered(line, pressed)
            return
    await line.set(TEAMLINE_ACCEPT=NOBODY)


async def _answered(line: Line, pressed: str) -> None:
    if pressed == TALK:
        await line.say(Spoken(_ANSWERS[pressed]))
        await line.set(TEAMLINE_ACCEPT=pressed)
    else:
        await line.set(TEAMLINE_ACCEPT=pressed)
        await line.say(Spoken(_ANSWERS[pressed]))
