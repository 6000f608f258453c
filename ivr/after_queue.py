"""The queue let a caller out without an answer: back in line, at the same place."""

from ivr.line import Line
from ivr.ports import Router
from routing.decision import Rule

MOST_DIGITS = 6


async def after_queue(line: Line, router: Router) -> None:
    """Send the caller back to the same queue as the next visit; QUEUE_PRIO, and so the place, stays as it is.

    A queue that is no longer configured becomes the general line.
    """
    queue = await line.get("TEAMLINE_QUEUE")
    visit = str(_visits(await line.get("TEAMLINE_VISIT")) + 1)
    if queue is not None and queue in router.centre.queues:
        await line.set(TEAMLINE_VISIT=visit, TEAMLINE_QUEUE=queue)
        return
    general = router.centre.teams[router.centre.general_line]
    await line.set(
        TEAMLINE_RULE=Rule.TEAM_GONE.value,
        TEAMLINE_TEAM=general.id,
        TEAMLINE_VISIT=visit,
        TEAMLINE_QUEUE=general.queue,
    )


def _visits(value: str | None) -> int:
    """The visits so far; 1 if the variable is missing or garbled."""
    is_count = value is not None and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS
    return int(value) if value is not None and is_count else 1
