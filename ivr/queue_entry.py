"""The end of the dialogue: what to expect, and the variables that the dialplan queues by."""

from ivr.house import House
from ivr.line import Line
from ivr.ports import Waits
from ivr.wait import Told, slice_seconds, tell, tellable
from routing.centre import Centre
from routing.decision import Decision
from routing.fair_line import virtual_arrival
from routing.spoken_wait import callback_is_due
from routing.wait_estimate import Expected


async def go_on(line: Line, decision: Decision, house: House) -> None:
    """Say what was decided, and do it: into a line, to a message or callback, or a goodbye."""
    announced = house.notices.now(decision.team, line.language) if decision.team else ()
    await line.say(*announced, *decision.says)
    if decision.queue is None or decision.team is None:
        await line.set(TEAMLINE_END="closed")
        return
    centre = house.router.centre
    expected = house.waits.expect(decision.queue, virtual_arrival(decision.arrival, decision.credit))
    told = await _tell(line, decision, decision.queue, expected, centre, house.waits)
    await line.set(
        **told,
        TEAMLINE_SLICE=slice_seconds(expected, centre.waits),
        TEAMLINE_CALLBACK_DUE=_callback_due(decision.team, expected, centre),
        TEAMLINE_LANGUAGE=line.language,
        TEAMLINE_CONCERN=decision.concern.value,
        TEAMLINE_RULE=decision.rule.value,
        TEAMLINE_TEAM=decision.team,
        TEAMLINE_CREDIT=str(decision.credit),
        QUEUE_PRIO=str(decision.priority),
        TEAMLINE_QUEUE=decision.queue,  # last: the dialplan trusts a decision only once this is set
    )


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
    """For the offer of a callback, which the dialplan can make once there is somebody to keep it."""
    found = centre.teams.get(team)
    is_due = found and expected and callback_is_due(expected.estimate, found.callback_from_seconds)
    return "1" if is_due else ""
