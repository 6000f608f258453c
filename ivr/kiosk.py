"""At a kiosk phone: straight to the team of the last scan; without one a short greeting, then the same questions."""

from dataclasses import replace

from ivr.contact import ask_contact
from ivr.house import House
from ivr.line import Line
from ivr.redial import go_in
from routing.decision import Contact, ContactKind, Decision
from routing.spoken import Spoken


async def kiosk(line: Line, house: House, scanned: Contact | None = None) -> Decision:
    """Answer, greet, ask, decide with the kiosk's credit, hand over; as patient as `ivr.inbound`.

    `scanned`: the contact whose document was scanned beside this phone a moment ago.
    """
    caller = await line.caller()
    await line.answer()
    contact = _as_scanned(line, scanned) if scanned else await _asked(line, house, caller)
    return await go_in(line, contact, house)


def _as_scanned(line: Line, scanned: Contact) -> Contact:
    return replace(scanned, arrival=line.arrival, kind=ContactKind.KIOSK, is_scanned=True)


async def _asked(line: Line, house: House, caller: str) -> Contact:
    try:
        async with house.within(house.router.centre.limits.ivr_seconds):
            await line.say(Spoken("kiosk-welcome"))
            return await ask_contact(line, house.router, house.attempts, caller, ContactKind.KIOSK)
    except TimeoutError:
        return Contact(arrival=line.arrival, kind=ContactKind.KIOSK)
