"""Closing time and lunch, seen coming: whether a queue is open, in slots of five minutes from now on."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from routing.centre import Centre
from routing.hours import OpeningHours
from routing.waits.staffing import AHEAD, SLOT

Doors = tuple[bool, ...]
"""Open or closed, the present slot first, `staffing.AHEAD` of them; () as long as no closing is in sight."""

OPEN: Doors = ()


def always_open(queue: str, now: float) -> Doors:  # noqa: ARG001 - the shape of Openings.ahead
    """Of a centre whose hours nobody knows."""
    return OPEN


def hours_of_queues(centre: Centre) -> dict[str, tuple[OpeningHours, ...]]:
    """By queue: the hours of every team that it belongs to; it is open while one of them is."""
    hours: dict[str, tuple[OpeningHours, ...]] = {team.queue: (team.hours,) for team in centre.teams.values()}
    for area in centre.areas.values():
        hours[area.wide_queue] = tuple(centre.teams[team].hours for team in area.benefit)
        hours[area.urgent_queue] = tuple(centre.teams[team].hours for team in area.teams)
    return hours


class Openings:
    """Remembers what it has looked up: hours are asked once in five minutes for each queue."""

    def __init__(self, hours_of: Callable[[str], Sequence[OpeningHours]]) -> None:
        """`hours_of` a queue: open while one of them is, always if there are none; the same object until changed."""
        self._hours_of = hours_of
        self._known: dict[str, tuple[Sequence[OpeningHours], int, Doors]] = {}

    def ahead(self, queue: str, now: float) -> Doors:
        """From `now` (Unix seconds) on; OPEN for a moment beyond the calendar."""
        hours, slot = self._hours_of(queue), int(now // SLOT)
        known = self._known.get(queue)
        if known is None or known[0] is not hours or known[1] != slot:
            known = self._known[queue] = (hours, slot, _doors(hours, slot))
        return known[2]


def _doors(hours: Sequence[OpeningHours], slot: int) -> Doors:
    if not hours or any(one.always for one in hours):
        return OPEN
    try:
        middles = [datetime.fromtimestamp((slot + ahead + 0.5) * SLOT, UTC) for ahead in range(AHEAD)]
    except (OverflowError, ValueError, OSError):
        return OPEN
    doors = tuple(any(one.is_open(middle) for one in hours) for middle in middles)
    return OPEN if all(doors) else doors
