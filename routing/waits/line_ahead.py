"""Who is served before a caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from routing.waits.floor import Caller, Floor


@dataclass(frozen=True, slots=True)
class Before:
    """A caller who is served before, and the chance that they take one of the queue's own answers."""

    caller: Caller
    weight: float = 1.0


def ahead(floor: Floor, queue: str, arrival: float, caller: Caller | None = None) -> Sequence[Before]:
    """Everybody who is served before this `caller` of the queue, or before one who joined now with this arrival."""
    line = floor.queue(queue).in_order()
    if caller is not None:
        return [Before(other) for other in takewhile(lambda other: other is not caller, line)]
    return [Before(other) for other in line if other.urgent or other.arrival <= arrival]
