"""The greeting, and the one moment at which a caller may choose a language."""

from ivr.house import House
from ivr.line import Line
from routing.spoken import Spoken

GREETING = (Spoken("welcome"), Spoken("privacy"), Spoken("language-choice"))
GREETINGS = 3


async def welcome(line: Line, house: House) -> None:
    """Greet, with what is announced to everybody now; `*` and a language's key change the language.

    `#` goes on, any other key begins the number.

    An unknown language key repeats the greeting, at most twice; a second `*` starts the choice over.
    """
    centre = house.router.centre
    for _ in range(GREETINGS):
        pressed = await line.key(*GREETING, *house.notices.now(None, line.language))
        if pressed != "*":
            line.unread(pressed.replace("#", ""))
            return
        chosen = await line.key()
        if chosen in centre.languages:
            line.speak(centre.languages[chosen])
            await line.say(Spoken("language-changed"), *house.notices.now(None, line.language))
            return
        line.unread(chosen if chosen == "*" else "")
