"""A slice in the queue is over, or the queue let a caller out: back in line, at the same place, with a word."""

import re

from ivr.house import House
from ivr.line import Line
from ivr.ports import Waits
from ivr.wait import is_nearly_served, slice_seconds, tell, tellable, told_before
from routing.centre import Centre
from routing.decision import Rule
from routing.fair_line import HORIZON
from routing.wait_estimate import Expected

_PRIORITY = re.compile("[0-9]{1,10}").fullmatch


async def after_queue(line: Line, house: House) -> None:
    """Send the caller back to the same queue; QUEUE_PRIO, and so the place, stays as it is.

    A slice that ran out is the moment to tell place and wait. A queue that is no longer configured becomes the
    general line.
    """
    centre, waits = house.router.centre, house.waits
    queue = await line.get("TEAMLINE_QUEUE")
    if queue is None or queue not in centre.queues:
        general = centre.teams[centre.general_line]
        await line.set(
            TEAMLINE_SLICE="",
            TEAMLINE_RULE=Rule.TEAM_GONE.value,
            TEAMLINE_TEAM=general.id,
            TEAMLINE_QUEUE=general.queue,
        )
        return
    expected = waits.expect(queue, await _virtual_arrival(line))
    heard = await _tell(line, waits, queue, expected, centre)
    await line.set(**heard, TEAMLINE_SLICE=slice_seconds(expected, centre.waits), TEAMLINE_QUEUE=queue)


async def _tell(line: Line, waits: Waits, queue: str, expected: Expected | None, centre: Centre) -> dict[str, str]:
    """Say what is new, or every second time what is not; silent for who is nearly served. What to remember of it."""
    if expected is None or is_nearly_served(expected) or await line.get("QUEUESTATUS") != "TIMEOUT":
        return {}
    before = await told_before(line)
    news = tellable(expected, before, centre.waits)
    now = before.then(news)
    if not news.sentences or (now == before and await line.get("TEAMLINE_QUIET") != "1"):
        return {"TEAMLINE_QUIET": "1"}
    await _speak_as_chosen(line, centre)
    return now.variables(await tell(line, waits, queue, expected, news, None))


async def _speak_as_chosen(line: Line, centre: Centre) -> None:
    chosen = await line.get("TEAMLINE_LANGUAGE")
    if chosen is not None and chosen in centre.languages.values():
        line.speak(chosen)


async def _virtual_arrival(line: Line) -> int:
    """What the line is ordered by, a raise included; the first contact where the channel holds no sound priority."""
    priority = await line.get("QUEUE_PRIO") or ""
    return HORIZON - int(priority) if _PRIORITY(priority) and 0 < int(priority) <= HORIZON else line.arrival
