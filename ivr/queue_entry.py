"""The end of the dialogue: what to expect, and the variables that the dialplan queues by."""

from ivr.line import Line
from routing.decision import Decision
from routing.spoken import Spoken
from routing.wait_estimate import estimate


async def enter_queue(line: Line, decision: Decision) -> None:
    """Say what was decided and hand the caller to the dialplan, or say goodbye for a closed centre."""
    await line.say(*decision.says)
    if decision.queue is None or decision.team is None:
        await line.set(TEAMLINE_END="closed")
        return
    await _expect(line, decision, decision.queue, decision.team)
    await line.set(
        TEAMLINE_LANGUAGE=line.language,
        TEAMLINE_CONCERN=decision.concern.value,
        TEAMLINE_RULE=decision.rule.value,
        TEAMLINE_TEAM=decision.team,
        TEAMLINE_CREDIT=str(decision.credit),
        QUEUE_PRIO=str(decision.priority),
        TEAMLINE_QUEUE=decision.queue,  # last: the dialplan trusts a decision only once this is set
    )


async def _expect(line: Line, decision: Decision, queue: str, team: str) -> None:
    """The place in line, and the wait once it can be told. A credit overtakes: that place is not known."""
    if decision.credit:
        return
    place = (await line.waiting(queue) or 0) + 1
    if place > 1:
        expected = (Spoken("place", {"place": place}), estimate(team, place))
        await line.say(*filter(None, expected))
