"""An emergency out of hours: the dialplan rings the numbers of teams.yaml; who reached nobody comes back here."""

from dataclasses import replace

from ivr import kept_standing, queue_entry
from ivr.house import House
from ivr.line import Line
from routing.decision import Concern
from routing.spoken import Spoken
from routing.standing import Standing
from routing.way import ON_CALL_RANG


async def on_call(line: Line, house: House) -> None:
    """Nobody answered: a message for the team, else the next opening; into the line if somebody has opened meanwhile.

    The emergency service is never rung again in this call.
    """
    chosen = await line.get("TEAMLINE_LANGUAGE")
    if chosen is not None and chosen in house.router.centre.languages.values():
        line.speak(chosen)
    await line.say(Spoken("on-call-nobody"))
    decision = house.router.send_on(await _standing(line, house))
    if decision:
        await queue_entry.go_on(line, decision, house)


async def _standing(line: Line, house: House) -> Standing:
    """As the channel keeps it: at the door of a team that is closed."""
    centre = house.router.centre
    team = centre.teams.get(await line.get("TEAMLINE_TEAM") or "", centre.teams[centre.general_line])
    kept = await kept_standing.in_line(line, team.queue, centre, None)
    return replace(kept, concern=Concern.EMERGENCY, held_seconds=None).without(ON_CALL_RANG)
