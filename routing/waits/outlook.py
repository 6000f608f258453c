"""What a queue's members, and those of its sisters, can be expected to answer from now on."""

from collections import defaultdict

import numpy as np

from routing.waits.answers import answers_of
from routing.waits.arrivals import LAGS
from routing.waits.bound import WHOLLY, Group, groups
from routing.waits.experience import Experience
from routing.waits.floor import Floor, Member
from routing.waits.grid import GRID, WIDTHS, Floats, steps
from routing.waits.line_ahead import NOBODY, Lines
from routing.waits.sisters import NO_HELP, Help, together
from routing.waits.staffing import Outlook
from routing.waits.turns import Turns
from routing.waits.walk import Capacity

_SPEED_AT = int(np.searchsorted(GRID, 1200.0))
_NEVER_NONE = 1e-12
_RING_SECONDS = 5.0


def capacity(
    floor: Floor,
    known: Experience,
    queue: str,
    now: float,
    second: float,
    *,
    urgent: bool,
    arrival: float | None = None,
    earlier: Lines = NOBODY,
) -> Capacity:
    """For the callers of this queue at `now`, the `second` of the local day; the urgent are not overtaken.

    Whoever has this virtual `arrival` is overtaken by those to come with an earlier one; None: as one who joins now.
    Members who serve the queues where these `earlier` ones stand are free for ours when they are served.
    """
    own = _own(floor, known, queue, now, second, earlier)
    if not urgent:
        overtaking = _overtaking(floor, known, queue, now, second, now if arrival is None else arrival)
        # Nearly what is left after them; where they would take all, they give up and go to sisters, too.
        own = own * (own[0] / np.maximum(own[0] + overtaking, _NEVER_NONE))
    return Capacity(own[0], help_of_sisters(floor, known, queue, now, second), _RING_SECONDS, own[1])


def _overtaking(
    floor: Floor, known: Experience, queue: str, now: float, second: float, arrival: float
) -> Floats | float:
    """Callers expected between the moments of GRID who go first: urgent ones, and those whose credit reaches so far.

    Of queues with common members only as many as our members will take.
    """
    arrivals = known.arrivals[queue]
    urgent = arrivals.rate(now, second) * arrivals.urgent_share * WIDTHS
    lagging = [
        (share * come.rate(now, second)) * come.lagging()
        for name, share in ((queue, 1.0), *floor.shares(queue))
        if (come := known.arrivals.get(name)) and come.has_credits
    ]
    if not lagging:
        return urgent
    by_then: Floats = np.interp(max(0.0, now - arrival) + GRID, LAGS, np.sum(lagging, axis=0))
    overtaking: Floats = urgent + (by_then[1:] + by_then[:-1]) / 2 * WIDTHS
    return overtaking


def _own(floor: Floor, known: Experience, queue: str, now: float, second: float, earlier: Lines) -> Floats:
    """Two rows, as those of `Turns`. One member more adds at least what is no longer hoped for instead.

    Whoever may come is as free for the queue as those who are there and free first.
    """
    turns = known.turns_of(queue, floor.queue(queue).wrap_up_seconds, second)
    outlook = known.staffing.outlook(second, known.doors(queue, now))
    missing = known.staffing.missing(queue)
    there = groups(floor, known, queue, earlier, now, second, outlook.stay)
    if len(there) == 1 and there[0].free is WHOLLY:
        return _undivided(turns, outlook, missing, there[0])
    answers: Floats | float = 0.0
    all_left, free = outlook.open, None
    for group in there:
        answers = answers + group.answers * group.free
        all_left = all_left * (1 - outlook.stay * group.there) ** group.count
        free = group.free if free is None else np.maximum(free, group.free)
    come_free = 1.0 if free is None else free
    coming = missing * turns.of_one_coming(outlook.come) if missing else 0.0
    hoped = np.maximum(turns.hoped_for - coming, 0.0) * all_left
    return np.maximum((answers + coming * come_free) * outlook.stay + hoped * come_free, 0.0)


def _undivided(turns: Turns, outlook: Outlook, missing: float, group: Group) -> Floats:
    """The same for nearly all queues, nearly always: nobody of theirs is needed elsewhere before."""
    answers, hoped = group.answers, turns.hoped_for
    if missing:
        coming = missing * turns.of_one_coming(outlook.come)
        answers, hoped = answers + coming, np.maximum(hoped - coming, 0.0)
    own = answers * outlook.stay
    own += hoped * outlook.nobody(group.count)
    return np.maximum(own, 0.0, out=own)


def help_of_sisters(floor: Floor, known: Experience, queue: str, now: float, second: float) -> Help:
    """Of members for whom another queue comes first, and who serve this one, too."""
    serving: defaultdict[str, list[Member]] = defaultdict(list)
    for member in floor.queue(queue).members.values():
        if queue not in member.first:
            serving[member.own].append(member)
    if not serving:
        return NO_HELP
    each = [_help_of(floor, known, sister, members, now, second) for sister, members in serving.items()]
    return each[0] if len(each) == 1 else together(each)


def _help_of(floor: Floor, known: Experience, sister: str, serving: list[Member], now: float, second: float) -> Help:
    team = floor.queue(sister)
    turns = known.turns_of(sister, team.wrap_up_seconds, second)
    members, doors = list(team.own(sister)), known.doors(sister, now)
    idle = _idle(serving, now)
    ours = all_answers = answers_of(floor, known, sister, serving, now, second)[0] - idle * turns.first_of_free
    if len(serving) < len(members):
        more = _idle(members, now) * turns.first_of_free
        all_answers = answers_of(floor, known, sister, members, now, second)[0] - more
    arrivals = known.arrivals[sister].rate(now, second)
    speed = float(all_answers[_SPEED_AT] / GRID[_SPEED_AT])
    empty = known.empty_lines.chance(len(team.callers), arrivals, speed, known.patience.rate(sister))
    answers = np.maximum(steps(ours), 0.0) * (empty[1:] + empty[:-1]) / 2
    if doors:
        answers = answers * known.staffing.outlook(second, doors).stay
    later = len(serving) * max(0.0, 1 - arrivals * turns.turn_seconds / len(members)) if idle else 0.0
    return Help(answers, idle, later, turns.turn_seconds)


def _idle(members: list[Member], now: float) -> int:
    """Their first answers are left out of what is expected: they can be had at once, and are counted as idle."""
    return sum([member.is_free(now) for member in members])
