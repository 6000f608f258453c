"""Who is served before a caller: those ahead in the queue, and those of other queues whom common members serve first.

Theory of operation. A member who is free is given the earliest virtual arrival of all the queues that they serve. So a
caller stands behind everybody of the own queue with an earlier one. Callers of another queue are not in that line, but
a member who serves it, too, gives the own queue nothing until its earlier callers are served: by all of its members
together (`bound` tells when). So each member more, wherever, can only bring a wait nearer; each caller more, wherever,
and each later virtual arrival can only put it off.

A caller for whom a phone rings is as good as served: no other member is kept from us by them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate, takewhile
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from routing.waits.floor import Caller, Doing, Floor

Turn: TypeAlias = tuple[bool, float, float]
"""What callers are served by, over all queues: urgent ones first, then by virtual arrival, then who was there first."""

Lines: TypeAlias = Mapping[str, Sequence[Caller]]
"""Other queue -> its callers, first to last; queues without one are left out."""

NOBODY: Lines = MappingProxyType({})

_MOST_STAGES = 4


class Stage(NamedTuple):
    """Callers in a row of the own line who have about as many before them elsewhere: `earlier`, so many of them.

    `last` is the index of the last caller for whom it tells anything.
    """

    number: int
    earlier: Lines
    last: int


def turn(caller: Caller) -> Turn:
    """Of somebody in line."""
    return not caller.urgent, caller.arrival, caller.since


def turn_of_newcomer(arrival: float) -> Turn:
    """Of somebody who joins now with this virtual arrival."""
    return True, arrival, float("inf")


def ahead(floor: Floor, queue: str, arrival: float, caller: Caller | None = None) -> Sequence[Caller]:
    """Those of the queue who are served before this `caller` of it, or before one who joined now with this arrival."""
    line = floor.queue(queue).in_order()
    if caller is None:
        return [other for other in line if other.urgent or other.arrival <= arrival]
    return list(takewhile(lambda other: other is not caller, line))


def elsewhere(floor: Floor, queue: str) -> Lines:
    """Callers of the other queues that members of this one serve, but for those whom a phone rings for."""
    linked = {name for member in floor.queue(queue).own(queue) for name in member.first}
    lines = {name: _unrung(floor, name) for name in sorted(linked - {queue}) if floor.queue(name).callers}
    return {name: line for name, line in lines.items() if line}


def before(lines: Lines, limit: Turn) -> Lines:
    """Those of `lines` whose turn comes before this one."""
    earlier = {name: line[: bisect_left(line, limit, key=turn)] for name, line in lines.items()}
    return {name: line for name, line in earlier.items() if line}


def stages(lines: Lines, callers: Sequence[Caller]) -> tuple[Sequence[int], Sequence[Stage]]:
    """Of each of these `callers` of a line, first to last: how many stand before them elsewhere; and a few such counts.

    A line costs by the stage: whoever stands between two is told something between.
    """
    turns = sorted(turn(other) for line in lines.values() for other in line)
    counts = list(accumulate((bisect_left(turns, turn(caller)) for caller in callers), max))
    distinct = sorted(set(counts))
    most = min(_MOST_STAGES, len(distinct))
    chosen = [distinct[(len(distinct) - 1) * one // max(1, most - 1)] for one in range(most)]
    limits = [*chosen[1:], counts[-1] + 1]
    return counts, [
        Stage(count, before(lines, turn(callers[counts.index(count)])), bisect_left(counts, limit) - 1)
        for count, limit in zip(chosen, limits, strict=True)
    ]


def _unrung(floor: Floor, queue: str) -> Sequence[Caller]:
    of_queue = floor.queue(queue)
    rung = sum(member.doing is Doing.RINGING and member.queue == queue for member in of_queue.members.values())
    return sorted(of_queue.callers.values(), key=turn)[rung:]
