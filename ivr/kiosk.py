"""The dialogue at a kiosk phone that has no scan: a short greeting, then the same questions."""

from ivr.contact import ask_contact
from ivr.house import House
from ivr.line import Line
from ivr.queue_entry import go_on
from routing.decision import Contact, ContactKind, Decision
from routing.spoken import Spoken


async def kiosk(line: Line, house: House) -> Decision:
    """Answer, greet, ask, decide with the kiosk's credit, hand over; as patient as `ivr.inbound`."""
    caller = await line.caller()
    await line.answer()
    try:
        async with house.within(house.router.centre.limits.ivr_seconds):
            await line.say(Spoken("kiosk-welcome"))
            contact = await ask_contact(line, house.router, house.attempts, caller, ContactKind.KIOSK)
    except TimeoutError:
        contact = Contact(arrival=line.arrival, kind=ContactKind.KIOSK)
    house.mailbox.about(contact)
    decision = house.router.decide(contact)
    await go_on(line, decision, house)
    return decision
