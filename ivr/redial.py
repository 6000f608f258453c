"""Somebody who waits already, or was cut off a moment ago, calls again: one person waits once, at the place they had.

Found by the customer number alone. Whoever is in an emergency, or has scanned a document, is asked nothing: they are
on the line, and that is the answer.
"""

from ivr.attention import listens
from ivr.callback_request import keyed_number
from ivr.house import House
from ivr.line import CallEnded, Line
from ivr.offer import KEPT
from ivr.ports import FormerPlace, MailboxAway
from ivr.promise import promised
from ivr.queue_entry import go_on
from routing.decision import Concern, Contact, Decision, Rule
from routing.fair_line import CREDIT_LIMIT
from routing.spoken import Spoken
from routing.standing import Standing

QUESTIONS = 2
"""Silence, twice: whoever is on the line wants to talk."""

_KEEP, _TAKE_OVER, _CANCEL, _CHANGE, _OTHER = "1", "2", "3", "4", "5"


async def go_in(line: Line, contact: Contact, house: House) -> Decision:
    """Decide, and do it; with the place that this customer has already, if there is one. Raises CallEnded."""
    house.mailbox.about(contact)
    house.callbacks.about(contact)
    decision = house.router.decide(contact)
    place = await house.callbacks.former_place(contact)
    if place is None:
        return await _as_decided(line, decision, house)
    is_same = decision.home == place.team
    if not place.callback:
        return await _with_lost_place(line, decision, place if is_same else None, house)
    if contact.is_scanned or _is_urgent(contact.concern):
        return await _at_once(line, decision, place if is_same else None, house)
    return await _asked(line, decision, place, house, is_same=is_same)


async def _as_decided(line: Line, decision: Decision, house: House) -> Decision:
    await go_on(line, decision, house)
    return decision


async def _with_lost_place(line: Line, decision: Decision, place: FormerPlace | None, house: House) -> Decision:
    """No question: the old arrival counts for the team that it was for, and nobody's emergency is inherited."""
    if place is None or _is_urgent(decision.concern) != _is_urgent(place.concern):
        return await _as_decided(line, decision, house)
    again = _again(decision, place, house) or decision
    if again.queue:
        await line.say(Spoken("redial-place-kept"))
    return await _as_decided(line, again, house)


async def _asked(line: Line, decision: Decision, place: FormerPlace, house: House, *, is_same: bool) -> Decision:
    question = (Spoken("redial-choice"), *(() if is_same else (Spoken("redial-other"),)))
    for _ in range(QUESTIONS):
        pressed = await line.key(*question) if await listens(line, *_told(place)) else ""
        if pressed == _OTHER and not is_same:
            return await _as_decided(line, decision, house)
        if pressed == _TAKE_OVER:
            return await _in_person(line, decision, place, house)
        if pressed == _CANCEL:
            return await _without(line, decision, place, house)
        if pressed == _KEEP or (pressed == _CHANGE and await _is_changed(line, place, house)):
            await _goodbye(line, "redial-kept" if pressed == _KEEP else "redial-changed")
            return decision
    return await (_in_person(line, decision, place, house) if is_same else _as_decided(line, decision, house))


async def _at_once(line: Line, decision: Decision, place: FormerPlace | None, house: House) -> Decision:
    """In person, and nobody calls them meanwhile; where that is not possible, in line anew: they are on the line."""
    again = _again(decision, place, house) if place else None
    if place is None or again is None or again.queue is None:
        return await _as_decided(line, decision, house)
    try:
        await _taken_over(line, place, house)
    except MailboxAway:
        return await _as_decided(line, decision, house)
    return await _there(line, again, place, house)


async def _in_person(line: Line, decision: Decision, place: FormerPlace, house: House) -> Decision:
    """In line by themselves, at this place; the callback stays where there is no line now.

    Nobody hears of a slow store that the callback stays: it may be called off a moment later. They are in line.
    """
    again = _again(decision, place, house)
    if again is None or again.queue is None:
        return await _stays(line, decision)
    try:
        await _taken_over(line, place, house)
    except MailboxAway:
        return await _there(line, again, place, house)
    return await _there(line, again, place, house, Spoken("redial-taken-over"))


async def _taken_over(line: Line, place: FormerPlace, house: House) -> None:
    """The callback is none any more, also if the caller hangs up meanwhile. Raises MailboxAway: soon, or it stays."""
    try:
        await promised(line, house.callbacks.take_over(place))
    except CallEnded:
        house.callbacks.broke_off(place)
        raise


async def _there(line: Line, again: Decision, place: FormerPlace, house: House, *words: Spoken) -> Decision:
    try:
        if words:
            await line.say(*words)
        return await _as_decided(line, again, house)
    except CallEnded:
        house.callbacks.broke_off(place)
        raise


async def _without(line: Line, decision: Decision, place: FormerPlace, house: House) -> Decision:
    """On as anybody who calls; told that the callback is called off once it is."""
    try:
        await promised(line, house.callbacks.cancel(place))
    except MailboxAway:
        return await _as_decided(line, decision, house)
    await line.say(Spoken("redial-cancelled"))
    return await _as_decided(line, decision, house)


async def _is_changed(line: Line, place: FormerPlace, house: House) -> bool:
    """False: no other number after all, or it cannot be kept just now."""
    number = await keyed_number(line, house.mailbox)
    if number is None:
        return False
    try:
        await promised(line, house.callbacks.change_number(place, number))
    except MailboxAway:
        await line.say(Spoken("not-possible-now"))
        return False
    return True


async def _stays(line: Line, decision: Decision) -> Decision:
    await line.say(Spoken("not-possible-now"))
    await _goodbye(line, "redial-kept")
    return decision


async def _goodbye(line: Line, phrase: str) -> None:
    await line.set(TEAMLINE_END=KEPT)
    await line.say(Spoken(phrase), Spoken("goodbye"))


def _again(decision: Decision, place: FormerPlace, house: House) -> Decision | None:
    """Where this place is in line now; what was granted stays granted, what an appointment would get comes then."""
    is_inherited = not place.appointment and not _is_urgent(place.concern)
    credit = max(place.credit, decision.credit) if is_inherited else decision.credit
    standing = Standing(
        team=place.team,
        home=place.team,
        concern=decision.concern if decision.home == place.team else place.concern,
        arrival=min(place.arrival, decision.arrival),
        credit=min(credit, CREDIT_LIMIT),
        rule=Rule.REDIAL,
    )
    return house.router.send_on(standing)


def _told(place: FormerPlace) -> tuple[Spoken, ...]:
    if place.appointment:
        return (Spoken("redial-appointment", {"at": place.appointment}),)
    return (Spoken("redial-place", {"place": place.position}) if place.position else Spoken("redial-callback"),)


def _is_urgent(concern: Concern) -> bool:
    return concern is Concern.EMERGENCY
