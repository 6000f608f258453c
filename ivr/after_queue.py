"""A slice is over, `#` was pressed, or the queue let a caller out: sent on by a rule, or back in line, with a word."""

import re
from dataclasses import dataclass, replace

from ivr import kept_standing
from ivr.closing import tell_closing
from ivr.house import House
from ivr.line import Line
from ivr.line_choice import line_choice, wish
from ivr.offer import OFFERS, Settled, offer
from ivr.slices import slice_for
from ivr.wait import is_nearly_served, tell, tellable, told_before
from routing.centre import Centre
from routing.contact_rules import Goal
from routing.decision import Decision, Rule
from routing.fair_line import HORIZON
from routing.spoken import Spoken
from routing.standing import Standing, queue_of
from routing.wait_estimate import Expected

_PRIORITY = re.compile("[0-9]{1,10}").fullmatch
_BACK = Spoken("back-in-line")
_DERIVED = ("-wide", "-urgent")
"""How the queues end that an area brings (`routing.centre.Area`)."""


@dataclass(frozen=True, slots=True)
class _Stay:
    """In which queue somebody stands, and what is to be expected there."""

    queue: str
    virtual_arrival: int
    standing: Standing
    expected: Expected | None


async def after_queue(line: Line, house: House) -> None:
    """Back to the same queue, or where the team's rules send; QUEUE_PRIO, and so the place, stays as it is.

    A slice that ran out is the moment to ask the rules, and to tell place and wait. A queue that is no longer
    configured becomes the general line.
    """
    centre = house.router.centre
    queue = await line.get("TEAMLINE_QUEUE")
    if queue is None or queue not in centre.queues:
        await _out_of_a_queue_that_is_gone(line, queue or "", house)
        return
    stay = await _stay(line, queue, house)
    status = await line.get("QUEUESTATUS")
    if status == "KEY":
        await _choose(line, stay, house)
        return
    if status != "TIMEOUT":
        await _back(line, stay, house, {})
        return
    await _speak_as_chosen(line, centre)
    settled = await _sent_on(line, stay.standing, house)
    if settled.is_over:
        return
    if settled.decision and settled.decision.queue:
        await _move(line, settled.decision, settled.decision.queue, stay.virtual_arrival, house)
        return
    standing = settled.standing or stay.standing
    passed = {} if standing == stay.standing else kept_standing.variables(standing)
    closing = await tell_closing(line, standing, house)
    heard = await _tell(line, stay, house)
    await _back(line, replace(stay, standing=standing), house, passed | closing | heard)


async def _choose(line: Line, stay: _Stay, house: House) -> None:
    """Without an answer, or when nothing can be kept, back to the same place."""
    await _speak_as_chosen(line, house.router.centre)
    if not await line_choice(line, wish(stay.standing.home, stay.standing.arrival, stay.virtual_arrival), house):
        await _back(line, stay, house, {})


async def _out_of_a_queue_that_is_gone(line: Line, gone: str, house: House) -> None:
    """To the general line, whose rules count from now; a derived queue's area may just be called otherwise now."""
    centre = house.router.centre
    kept = await kept_standing.in_line(line, centre.teams[centre.general_line].queue, centre, None)
    team, home = await line.get("TEAMLINE_TEAM") or "", await line.get("TEAMLINE_HOME") or ""
    if home in centre.teams:
        kept = replace(kept, home=home)
    if team in centre.teams and gone.endswith(_DERIVED):
        standing = replace(kept, team=team)
    else:
        standing = replace(kept, held_seconds=None, rule=Rule.TEAM_GONE)
    queue = queue_of(standing, centre)
    expected = house.waits.expect(queue, await _virtual_arrival(line))
    await line.set(
        TEAMLINE_RULE=standing.rule.value,
        **kept_standing.variables(standing),
        TEAMLINE_SLICE=slice_for(standing, expected, house),
        TEAMLINE_QUEUE=queue,
    )


async def _stay(line: Line, queue: str, house: House) -> _Stay:
    arrival = await _virtual_arrival(line)
    expected = house.waits.expect(queue, arrival)
    p50 = expected.estimate.p50 if expected and expected.estimate else None
    return _Stay(queue, arrival, await kept_standing.in_line(line, queue, house.router.centre, p50), expected)


async def _sent_on(line: Line, standing: Standing, house: House) -> Settled:
    """What the rules do; whoever takes nothing that is offered has the place still, and hears so."""
    sent = house.router.send_on(standing)
    if sent is None or sent.goal not in OFFERS:
        return Settled(decision=sent, standing=standing)
    settled = await offer(line, sent, house)
    if settled.is_over or (settled.decision and settled.decision.queue):
        return settled
    await line.say(_BACK)
    is_in_line = settled.standing is not None and settled.standing.held_seconds is not None
    return Settled(standing=settled.standing if is_in_line else standing)


async def _move(line: Line, decision: Decision, queue: str, virtual_arrival: int, house: House) -> None:
    """To another queue with the same QUEUE_PRIO; of a wider one nothing need be said."""
    if decision.goal is Goal.LINE:
        await line.say(Spoken("another-team"), _BACK)
    expected = house.waits.expect(queue, virtual_arrival)
    heard = await _tell_of_another(line, queue, expected, decision, house)
    standing = kept_standing.of(decision)
    await line.set(
        **heard,
        TEAMLINE_RULE=decision.rule.value,
        **kept_standing.variables(standing),
        TEAMLINE_SLICE=slice_for(standing, expected, house),
        TEAMLINE_QUEUE=queue,
    )


async def _back(line: Line, stay: _Stay, house: House, news: dict[str, str]) -> None:
    slice_seconds = slice_for(stay.standing, stay.expected, house)
    await line.set(**news, TEAMLINE_SLICE=slice_seconds, TEAMLINE_QUEUE=stay.queue)


async def _tell(line: Line, stay: _Stay, house: House) -> dict[str, str]:
    """Say what is new, or every second time what is not; silent for who is nearly served. What to remember of it."""
    if stay.expected is None or is_nearly_served(stay.expected):
        return {}
    before = await told_before(line)
    news = tellable(stay.expected, before, house.router.centre.waits)
    now = before.then(news)
    if not news.sentences or (now == before and await line.get("TEAMLINE_QUIET") != "1"):
        return {"TEAMLINE_QUIET": "1"}
    return now.variables(await tell(line, house.waits, stay.queue, stay.expected, news, None))


async def _tell_of_another(
    line: Line, queue: str, expected: Expected | None, decision: Decision, house: House
) -> dict[str, str]:
    """In another line what is no worse than what was told before; nothing where somebody is free."""
    if expected is None or expected.position <= expected.free:
        return {}
    before = await told_before(line)
    news = tellable(expected, before, house.router.centre.waits)
    return before.then(news).variables(await tell(line, house.waits, queue, expected, news, decision))


async def _speak_as_chosen(line: Line, centre: Centre) -> None:
    chosen = await line.get("TEAMLINE_LANGUAGE")
    if chosen is not None and chosen in centre.languages.values():
        line.speak(chosen)


async def _virtual_arrival(line: Line) -> int:
    """What the line is ordered by, a raise included; the first contact where the channel holds no sound priority."""
    priority = await line.get("QUEUE_PRIO") or ""
    return HORIZON - int(priority) if _PRIORITY(priority) and 0 < int(priority) <= HORIZON else line.arrival
