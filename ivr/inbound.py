"""A citizen's call, from the first ring to the line."""

from ivr.contact import ask_contact
from ivr.line import Line
from ivr.ports import Attempts, Router, Waits, Within
from ivr.queue_entry import enter_queue
from ivr.welcome import welcome
from routing.decision import Contact, ContactKind, Decision


async def inbound(line: Line, router: Router, attempts: Attempts, within: Within, waits: Waits) -> Decision:
    """Answer, greet, ask, decide, hand over. Raises CallEnded as soon as the caller hangs up.

    `within` ends the dialogue after the centre's limit: that caller goes to the general line.
    """
    caller = await line.caller()
    await line.answer()
    try:
        async with within(router.centre.limits.ivr_seconds):
            await welcome(line, router.centre)
            contact = await ask_contact(line, router, attempts, caller, ContactKind.CALL)
    except TimeoutError:
        contact = Contact(arrival=line.arrival)
    decision = router.decide(contact)
    await enter_queue(line, decision, router.centre, waits)
    return decision
