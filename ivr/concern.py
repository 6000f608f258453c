"""What the call is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.line import Line
from routing.decision import Concern
from routing.spoken import Spoken

CONCERNS: Mapping[str, Concern] = {"1": Concern.MONEY, "2": Concern.JOB, "3": Concern.DOCUMENTS}
EMERGENCY, CONFIRM = "9", "1"
QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """The concern, and whether an emergency was taken back on the way to it."""

    concern: Concern
    taken_back: bool = False


async def ask_concern(line: Line) -> Asked:
    """The caller's concern; money for whoever does not answer the question and its two repeats.

    An emergency is confirmed with `1`; any other key, or none, goes back to the question. That costs no
    repeat, and happens three times at most.
    """
    unanswered = taken_back = 0
    while unanswered < QUESTIONS and taken_back < QUESTIONS:
        pressed = await line.key(Spoken("concern"))
        if pressed in CONCERNS:
            return Asked(CONCERNS[pressed], taken_back > 0)
        if pressed != EMERGENCY:
            unanswered += 1
        elif await line.key(Spoken("emergency-confirm")) == CONFIRM:
            return Asked(Concern.EMERGENCY)
        else:
            taken_back += 1
    return Asked(Concern.MONEY, taken_back > 0)
