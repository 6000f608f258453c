"""The dialogue at a kiosk phone that has no scan: a short greeting, then the same questions."""

from ivr.contact import ask_contact
from ivr.line import Line
from ivr.ports import Attempts, Router, Waits, Within
from ivr.queue_entry import enter_queue
from routing.decision import Contact, ContactKind, Decision
from routing.spoken import Spoken


async def kiosk(line: Line, router: Router, attempts: Attempts, within: Within, waits: Waits) -> Decision:
    """Answer, greet, ask, decide with the kiosk's credit, hand over; as patient as `ivr.inbound`."""
    caller = await line.caller()
    await line.answer()
    try:
        async with within(router.centre.limits.ivr_seconds):
            await line.say(Spoken("kiosk-welcome"))
            contact = await ask_contact(line, router, attempts, caller, ContactKind.KIOSK)
    except TimeoutError:
        contact = Contact(arrival=line.arrival, kind=ContactKind.KIOSK)
    decision = router.decide(contact)
    await enter_queue(line, decision, router.centre, waits)
    return decision
