"""Who is served before a caller: one line over all queues that members share.

Asterisk gives a member who is free the earliest virtual arrival of all queues that they serve. So those ahead are
everybody in the queue with an earlier one, and everybody with an earlier one in a queue with common members: these as
far as they take our members and not the others of theirs.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from routing.waits.floor import Caller, Floor

_MOST = 100
"""Callers of other queues; when there are more, neighbours are taken as one: a walk costs by the caller."""


class Before(NamedTuple):
    """A caller who is served before, and the chance that they take one of the queue's own answers.

    Neighbours in other queues' lines may stand together for the sum of their chances.
    """

    caller: Caller
    weight: float = 1.0


def ahead(floor: Floor, queue: str, arrival: float, caller: Caller | None = None) -> Sequence[Before]:
    """Everybody who is served before this `caller` of the queue, or before one who joined now with this arrival.

    First to last; callers of other queues are told by their weight.
    """
    line = floor.queue(queue).in_order()
    if caller is None:
        own = [Before(other) for other in line if other.urgent or other.arrival <= arrival]
    else:
        own = [Before(other) for other in takewhile(lambda other: other is not caller, line)]
    others = list(_others(floor, queue, arrival, caller))
    if not others:
        return own
    others.sort(key=_turn)
    return sorted([*own, *_together(others)], key=_turn)


def _others(floor: Floor, queue: str, arrival: float, caller: Caller | None) -> Iterator[Before]:
    before = (not (caller and caller.urgent), arrival, caller.since if caller else float("inf"))
    for name, share in floor.shares(queue):
        for other in floor.queue(name).callers.values():
            if (not other.urgent, other.arrival, other.since) < before:
                yield Before(other, share)


def _together(others: list[Before]) -> list[Before]:
    size = -(-len(others) // _MOST)
    if size == 1:
        return others
    chunks = (others[start : start + size] for start in range(0, len(others), size))
    return [Before(chunk[len(chunk) // 2].caller, sum(one.weight for one in chunk)) for chunk in chunks]


def _turn(before: Before) -> tuple[bool, float]:
    return not before.caller.urgent, before.caller.arrival
