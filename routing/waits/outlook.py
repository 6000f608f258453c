"""What a queue's members, and those of its sisters, can be expected to answer from now on."""

from collections import Counter

import numpy as np

from routing.waits.experience import Experience
from routing.waits.floor import Doing, Floor, Member
from routing.waits.grid import GRID, POINTS, SECONDS_A_DAY, WIDTHS, Floats, steps
from routing.waits.pauses import SLOT as PAUSE_SLOT
from routing.waits.sisters import NO_HELP, Help
from routing.waits.turns import Turns
from routing.waits.walk import Capacity

_SPEED_AT = int(np.searchsorted(GRID, 1200.0))
_NEVER_NONE = 1e-12
_RING_SECONDS = 5.0


def capacity(floor: Floor, known: Experience, queue: str, now: float, second: float, *, urgent: bool) -> Capacity:
    """For the callers of this queue at `now`, the `second` of the local day; the urgent are not overtaken."""
    own = _own(floor, known, queue, now, second)
    if not urgent:
        arrivals = known.arrivals[queue]
        overtaking = arrivals.rate(now, second) * arrivals.urgent_share
        # Nearly what is left after them; where they would take all, they give up and go to sisters, too.
        own = own * (own[0] / np.maximum(own[0] + overtaking * WIDTHS, _NEVER_NONE))
    return Capacity(own[0], help_of_sisters(floor, known, queue, now, second), _RING_SECONDS, own[1])


def _own(floor: Floor, known: Experience, queue: str, now: float, second: float) -> Floats:
    """Two rows, as those of `Turns`. One member more adds at least what is no longer hoped for instead."""
    members = list(floor.queue(queue).own(queue))
    turns = known.turns_of(queue, floor.queue(queue).wrap_up_seconds, second)
    outlook, missing = known.staffing.outlook(second), known.staffing.missing(queue, len(members))
    coming = missing * turns.of_one_coming(outlook.come) if missing else 0.0
    answers = np.diff(_answers(floor, known, queue, members, now, second)) + coming
    all_left = (1 - outlook.stay) ** len(members)
    hoped = np.maximum(turns.hoped_for - coming, 0.0) * all_left
    return np.maximum(answers * outlook.stay + hoped, 0.0)


def _answers(floor: Floor, known: Experience, queue: str, members: list[Member], now: float, second: float) -> Floats:
    """Counted up to the moments of GRID."""
    if not members:
        return np.zeros((2, POINTS))
    turns = known.turns_of(queue, floor.queue(queue).wrap_up_seconds, second)
    answers = np.zeros((2, POINTS))
    for member in members:
        answers += _row(floor, known, turns, member, now, second)
    return answers


def _row(floor: Floor, known: Experience, turns: Turns, member: Member, now: float, second: float) -> Floats:
    lasts = max(0.0, now - member.since)
    if member.doing is Doing.TALKING:
        if member.queue == member.own:
            return turns.talking(lasts)
        return known.turns_of(member.queue, floor.queue(member.queue).wrap_up_seconds, second).talking(lasts)
    if member.doing is Doing.RINGING:
        return turns.ringing(lasts) if member.queue == member.own else turns.talking(0.0)
    if member.paused is not None:
        lasts = max(0.0, now - member.paused_since)
        return _paused(known, turns, lasts, second)
    left = member.wrap_up_until - now
    return turns.wrapping_up(left) if left > 0 else turns.free


def _paused(known: Experience, turns: Turns, lasts: float, second: float) -> Floats:
    began = int((second - lasts) % SECONDS_A_DAY) // PAUSE_SLOT * PAUSE_SLOT
    return turns.paused(str(began), lambda _: known.pauses.curve(began), lasts)


def help_of_sisters(floor: Floor, known: Experience, queue: str, now: float, second: float) -> Help:
    """Of members whose first queue is another one, and who serve this one, too."""
    serving = Counter(member.own for member in floor.queue(queue).members.values() if member.own != queue)
    if not serving:
        return NO_HELP
    each = [_help_of(floor, known, sister, count, now, second) for sister, count in serving.items()]
    if len(each) == 1:
        return each[0]
    return Help(
        np.sum([one.answers for one in each], axis=0),
        sum(one.idle for one in each),
        sum(one.idle_later for one in each),
        sum(one.settles for one in each) / len(each),
    )


def _help_of(floor: Floor, known: Experience, sister: str, serving: int, now: float, second: float) -> Help:
    team = floor.queue(sister)
    members = list(team.own(sister))
    turns = known.turns_of(sister, team.wrap_up_seconds, second)
    idle = sum(member.is_free(now) for member in members)
    answers = _answers(floor, known, sister, members, now, second)[0] - idle * (turns.free[0] - turns.again)
    speed = float(answers[_SPEED_AT] / GRID[_SPEED_AT])
    arrivals = known.arrivals[sister].rate(now, second)
    empty = known.empty_lines.chance(len(team.callers), arrivals, speed, known.patience.rate(sister))
    share = serving / max(1, len(members))
    turn = turns.turn_seconds
    idle_later = max(0.0, len(members) - arrivals * turn) if idle else 0.0
    return Help(
        np.maximum(steps(answers), 0.0) * (empty[1:] + empty[:-1]) / 2 * share,
        idle * share,
        idle_later * share,
        turn,
    )
