"""How long somebody stands in line until let out for a moment: to be spoken to, or to be sent on by a rule."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from ivr.house import House
from ivr.wait import is_nearly_served
from routing.centre import WaitRules
from routing.contact_rules import ClosingRule
from routing.standing import Standing
from routing.wait_estimate import Expected

UNTIL_SERVED = 2
"""So many repeats later a caller is looked after again who is nearly served."""

LOOK_SECONDS = 60
"""So often a team's rules are asked for somebody in its line: who is signed in, and how long it takes, changes."""

SHORTEST, LONGEST = 5, 3600
"""Seconds; less would be over before anybody could be rung."""


def slice_for(standing: Standing, expected: Expected | None, house: House) -> str:
    """For TEAMLINE_SLICE: seconds in line until the router is asked again; empty: until answered.

    The least of: the next word about place and wait, the moment at which time makes one of the team's rules apply,
    and `LOOK_SECONDS` where a rule may apply at any moment.
    """
    ends = (_until_spoken_to(expected, house.router.centre.waits), *_until_ruled(standing, house))
    first = min(filter(None, ends), default=0)
    return str(max(first, SHORTEST)) if first else ""


def _until_ruled(standing: Standing, house: House) -> Iterator[int]:
    team = house.router.centre.teams.get(standing.team)
    if team is None:
        return  # another configuration is in force: at the next look it is the general line
    due = house.router.due_seconds(replace(standing, held_seconds=standing.held_seconds or 0.0))
    if due is not None:
        yield min(max(ceil(due), 1), LONGEST)
    if team.overflow or team.closing.rule is not ClosingRule.SERVE:
        yield LOOK_SECONDS


def _until_spoken_to(expected: Expected | None, rules: WaitRules) -> int:
    """0: never. Somebody who is nearly served is left alone for longer: whoever was free may have gone for a break."""
    if expected is None:
        return 0
    return rules.repeat_seconds * (UNTIL_SERVED if is_nearly_served(expected) else 1)
