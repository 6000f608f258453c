"""People in line are told once, and in time, that their team closes, and what becomes of them."""

from collections.abc import Mapping

from ivr.house import House
from ivr.line import Line
from routing.contact_rules import ClosingRule
from routing.decision import Concern
from routing.spoken import Spoken
from routing.standing import Standing

_PHRASES: Mapping[ClosingRule, str] = {
    ClosingRule.SERVE: "closing-served",
    ClosingRule.CALLBACK: "closing-callback",
    ClosingRule.MESSAGE: "closing-message",
}


async def tell_closing(line: Line, standing: Standing, house: House) -> dict[str, str]:
    """Say it if it is time, was not said, and nothing was offered for it yet; what the channel is to remember."""
    if standing.team not in house.router.centre.teams or any(rule < 0 for rule in standing.passed):
        return {}
    notice = house.router.closing_notice(standing)
    if notice is None:
        return {}
    told = f"{standing.team}/{int(notice.closes_at.timestamp())}"
    if await line.get("TEAMLINE_CLOSING_TOLD") == told:
        return {}
    is_served = notice.served_until is None or standing.concern is Concern.EMERGENCY
    rule = ClosingRule.SERVE if is_served else _possible(notice.rule, standing, house)
    was_heard = await line.say(Spoken(_PHRASES[rule]))
    return {"TEAMLINE_CLOSING_TOLD": told} if was_heard else {}


def _possible(rule: ClosingRule, standing: Standing, house: House) -> ClosingRule:
    """Where nobody could call back in time a message is what is offered (`routing.closing_time`)."""
    is_callback = rule is ClosingRule.CALLBACK
    return ClosingRule.MESSAGE if is_callback and not house.callbacks.is_possible(standing.home) else rule
