"""Words before a question of weight: a key that was meant for another one, or pressed to hear less, answers nothing."""

from ivr.line import Line
from routing.spoken import Spoken

SAYINGS = 3


async def listens(line: Line, *spoken: Spoken) -> bool:
    """Whether the caller has heard this to its end, said anew while they press keys; no key is ahead then."""
    for _ in range(SAYINGS):
        line.forget_keys()
        if await line.say(*spoken):
            return True
    line.forget_keys()
    return False
