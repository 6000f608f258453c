"""The questions that make a contact: who calls, and about what."""

from ivr.concern import ask_concern
from ivr.identify import identify
from ivr.line import Line
from ivr.ports import Attempts, Router
from routing.decision import Contact, ContactKind, Rule


async def ask_contact(line: Line, router: Router, attempts: Attempts, caller: str, kind: ContactKind) -> Contact:
    """Number, then concern; `caller` as `Line.caller` told. A caller over the hourly limit is asked neither.

    Keys that such a caller meant for a number must not be taken for a concern.
    """
    identity = await identify(line, router, attempts, caller)
    if identity.without_number is Rule.OVER_LIMIT:
        return Contact(arrival=line.arrival, without_number=Rule.OVER_LIMIT, kind=kind)
    asked = await ask_concern(line)
    return Contact(
        arrival=line.arrival,
        concern=asked.concern,
        number=identity.number,
        letter=identity.letter,
        without_number=identity.without_number,
        kind=kind,
        taken_back=asked.taken_back,
    )
