"""A citizen's call, from the first ring to the line."""

from ivr.contact import ask_contact
from ivr.house import House
from ivr.line import Line
from ivr.redial import go_in
from ivr.welcome import welcome
from routing.decision import Contact, ContactKind, Decision


async def inbound(line: Line, house: House) -> Decision:
    """Answer, greet, ask, decide, hand over. Raises CallEnded as soon as the caller hangs up.

    The dialogue ends after the centre's limit: that caller goes to the general line.
    """
    caller = await line.caller()
    await line.answer()
    try:
        async with house.within(house.router.centre.limits.ivr_seconds):
            await welcome(line, house)
            contact = await ask_contact(line, house.router, house.attempts, caller, ContactKind.CALL)
    except TimeoutError:
        contact = Contact(arrival=line.arrival)
    return await go_in(line, contact, house)
