"""The queue let a caller out without an answer: back in line, at the same place."""

from ivr.line import Line
from ivr.ports import Router
from routing.decision import Rule


async def after_queue(line: Line, router: Router) -> None:
    """Send the caller back to the same queue; QUEUE_PRIO, and so the place, stays as it is.

    A queue that is no longer configured becomes the general line.
    """
    queue = await line.get("TEAMLINE_QUEUE")
    if queue is not None and queue in router.centre.queues:
        await line.set(TEAMLINE_QUEUE=queue)
        return
    general = router.centre.teams[router.centre.general_line]
    await line.set(TEAMLINE_RULE=Rule.TEAM_GONE.value, TEAMLINE_TEAM=general.id, TEAMLINE_QUEUE=general.queue)
