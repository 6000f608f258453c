"""The end of the dialogue: what to expect, and the variables that the dialplan queues by."""

from ivr import kept_standing
from ivr.attention import listens
from ivr.callback_request import Offered, ask_for_callback
from ivr.closing import tell_closing
from ivr.house import House
from ivr.line import Line
from ivr.line_choice import hint
from ivr.offer import KEPT, OFFERS, offer
from ivr.ports import CallbackWish, Waits
from ivr.slices import slice_for
from ivr.wait import Told, tell, tellable
from routing.centre import Centre
from routing.contact_rules import Goal
from routing.decision import Concern, Decision
from routing.fair_line import virtual_arrival
from routing.spoken import Spoken
from routing.spoken_wait import callback_is_due
from routing.wait_estimate import Expected

CLOSED, ON_CALL = "closed", "on-call"
"""TEAMLINE_END: a goodbye; the centre's emergency number is rung."""


async def go_on(line: Line, decision: Decision, house: House) -> None:
    """Say what was decided, and do it: into a line, to a message or callback, or a goodbye."""
    if decision.queue:
        house.waits.comes(decision.queue, virtual_arrival(decision.arrival, decision.credit))
    announced = house.notices.now(decision.team, line.language) if decision.team else ()
    await line.say(*announced, *decision.says)
    if decision.goal in OFFERS:
        settled = await offer(line, decision, house)
        if settled.decision:
            await go_on(line, settled.decision, house)
        return
    if decision.queue is None or decision.team is None:
        kept = _kept_for_its_return(line, decision) if decision.goal is Goal.ON_CALL else {}
        await line.set(**kept, TEAMLINE_END=ON_CALL if kept else CLOSED)
        return
    await _join(line, decision, decision.team, decision.queue, house)


def _kept_for_its_return(line: Line, decision: Decision) -> dict[str, str]:
    """Nobody may answer there: `ivr.on_call` goes on from this."""
    return {
        **(kept_standing.variables(decision.standing) if decision.standing else {}),
        "TEAMLINE_LANGUAGE": line.language,
        "TEAMLINE_CONCERN": decision.concern.value,
        "TEAMLINE_RULE": decision.rule.value,
        "TEAMLINE_CREDIT": str(decision.credit),
    }


async def _join(line: Line, decision: Decision, team: str, queue: str, house: House) -> None:
    centre, standing = house.router.centre, kept_standing.of(decision)
    expected = house.waits.expect(queue, virtual_arrival(decision.arrival, decision.credit))
    closing = await tell_closing(line, standing, house)
    told = await _tell(line, decision, queue, expected, centre, house.waits)
    due = _callback_due(team, expected, centre)
    is_listening = bool(told["TEAMLINE_TOLD_PLACE"]) and not told["TEAMLINE_QUIET"]
    if await _is_helped_otherwise(line, decision, is_listening, bool(due), house):
        return
    await line.set(
        **told,
        **closing,
        TEAMLINE_SLICE=slice_for(standing, expected, house),
        TEAMLINE_CALLBACK_DUE=due,
        **_contact(line, decision),
        TEAMLINE_QUEUE=queue,  # last: the dialplan trusts a decision only once this is set
    )


async def _is_helped_otherwise(line: Line, decision: Decision, is_listening: bool, is_due: bool, house: House) -> bool:
    """A long wait is worth an offer (an emergency is not put off by one); who stays, and listens, hears of `#`."""
    wish = CallbackWish(decision.home or decision.team or "", arrival=decision.arrival, credit=decision.credit)
    is_due = is_due and decision.concern is not Concern.EMERGENCY and house.callbacks.is_possible(wish.team)
    if is_due and await listens(line, Spoken("callback-keeps-place")):
        if await ask_for_callback(line, Offered(wish), house):
            await line.set(TEAMLINE_END=KEPT)
            return True
        await line.say(Spoken("please-stay"), Spoken("back-in-line"))
        is_listening = True
    return is_listening and await hint(line, wish, house)


def _contact(line: Line, decision: Decision) -> dict[str, str]:
    """What is to be known of the contact wherever the dialplan takes it."""
    came_before = {"__TEAMLINE_ARRIVAL": str(decision.arrival)} if decision.arrival < line.arrival else {}
    return {
        **came_before,
        "TEAMLINE_LANGUAGE": line.language,
        "TEAMLINE_CONCERN": decision.concern.value,
        "TEAMLINE_RULE": decision.rule.value,
        **kept_standing.variables(kept_standing.of(decision)),
        "TEAMLINE_CREDIT": str(decision.credit),
        "QUEUE_PRIO": str(decision.priority),
    }


async def _tell(
    line: Line, decision: Decision, queue: str, expected: Expected | None, centre: Centre, waits: Waits
) -> dict[str, str]:
    """Nothing where somebody is free for this caller. What to remember of it."""
    if expected is None:
        return await _tell_counted_place(line, decision, queue)
    is_next = expected.position <= expected.free
    news = Told() if is_next else tellable(expected, Told(), centre.waits)
    return news.variables(await tell(line, waits, queue, expected, news, decision))


async def _tell_counted_place(line: Line, decision: Decision, queue: str) -> dict[str, str]:
    """Where nobody else knows it: behind all whom Asterisk counts. A credit overtakes: that place is not known."""
    ahead = 0 if decision.credit else await line.waiting(queue) or 0
    news = Told(ahead + 1 if ahead else None)
    return news.variables(not ahead or await line.say(*news.sentences))


def _callback_due(team: str, expected: Expected | None, centre: Centre) -> str:
    """Whether the wait is longer than the team lets people wait; the channel keeps it for whoever reads it."""
    found = centre.teams.get(team)
    is_due = found and expected and callback_is_due(expected.estimate, found.callback_from_seconds)
    return "1" if is_due else ""
