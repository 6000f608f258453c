"""Instead of a line: a message or a callback is offered, and what is not wanted, or cannot be kept, is asked on."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.callback_request import Offered, ask_for_callback
from ivr.house import House
from ivr.line import Line
from ivr.message import leave_message
from ivr.ports import CallbackWish
from routing.contact_rules import Goal
from routing.decision import Decision, Rule
from routing.spoken import Spoken
from routing.standing import Standing

KEPT = "kept"
"""TEAMLINE_END of who has left a message or a wish: the call is over."""

OFFERS = (Goal.MESSAGE, Goal.CALLBACK)

_CLOSED = (Rule.OVERFLOW_CLOSED, Rule.CLOSING_TIME)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of offers: the call is over, or goes on as decided; without a decision it stands where it stood."""

    is_over: bool = False
    decision: Decision | None = None
    standing: Standing | None = None


async def offer(line: Line, decision: Decision, house: House) -> Settled:
    """Offer what was decided, and what the rules say next, until something is taken or decided. Raises CallEnded."""
    now: Decision | None = decision
    standing = decision.standing
    why = _why(decision)
    while now and now.goal in OFFERS:
        if _is_possible(now, house):
            await line.say(*why)
            if await _is_taken(line, now, house):
                await line.set(TEAMLINE_END=KEPT)
                return Settled(is_over=True)
            why = ()
        standing = now.standing
        now = house.router.send_on(standing) if standing else None
    return Settled(decision=now, standing=standing)


def _is_possible(decision: Decision, house: House) -> bool:
    """A callback that nobody could dial in time is not offered: the rules say what is instead."""
    return decision.goal is not Goal.CALLBACK or house.callbacks.is_possible(_team(decision))


def _team(decision: Decision) -> str:
    return decision.team or decision.home


async def _is_taken(line: Line, decision: Decision, house: House) -> bool:
    team = _team(decision)
    if decision.goal is Goal.MESSAGE:
        return await leave_message(line, team, house)
    wish = CallbackWish(team, arrival=decision.arrival, credit=decision.credit)
    return await ask_for_callback(line, Offered(wish, decision.opens if decision.rule in _CLOSED else None), house)


def _why(decision: Decision) -> Sequence[Spoken]:
    """Why nobody answers: first of all."""
    if decision.rule is Rule.OVERFLOW_CLOSED and decision.opens:
        return (Spoken("closed-until", {"opens": decision.opens}),)
    if decision.rule is Rule.EMERGENCY_ON_CALL:
        return ()  # told already
    return (Spoken("team-closed" if decision.rule in _CLOSED else "nobody-free"),)
