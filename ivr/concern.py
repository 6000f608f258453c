"""What the call is about."""

from collections.abc import Mapping

from ivr.line import Line
from routing.decision import Concern
from routing.spoken import Spoken

CONCERNS: Mapping[str, Concern] = {"1": Concern.MONEY, "2": Concern.JOB, "3": Concern.DOCUMENTS}
EMERGENCY = "9"
QUESTIONS = 3


async def ask_concern(line: Line) -> Concern:
    """The caller's concern; money for whoever does not answer the question and its two repeats.

    An emergency is confirmed with `1`; any other key, or none, goes back to the question. That costs no
    repeat, and happens three times at most.
    """
    unanswered = taken_back = 0
    while unanswered < QUESTIONS and taken_back < QUESTIONS:
        pressed = await line.key(Spoken("concern"))
        if pressed in CONCERNS:
            return CONCERNS[pressed]
        if pressed != EMERGENCY:
            unanswered += 1
        elif await line.key(Spoken("emergency-confirm")) == "1":
            return Concern.EMERGENCY
        else:
            taken_back += 1
    return Concern.MONEY
