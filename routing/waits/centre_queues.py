"""What waits need to know of a centre's queues."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from routing.centre import Centre
from routing.hours import OpeningHours
from routing.waits.opening import hours_of_queues

_OFFSETS_CHANGE_ON = 900.0
"""Zones change their clocks at a quarter of an hour (UTC), and keep them until the next at least."""


@dataclass(frozen=True, slots=True)
class CentreQueues:
    """Every queue of a centre, and nothing of one that it has not."""

    wrap_up_seconds: Mapping[str, float]
    """By queue: the longest of its teams', as the dialplan renders `wrapuptime`."""
    areas: Mapping[str, str]
    """By queue; the general line has none."""
    queues: Mapping[str, str]
    """Team -> its queue."""
    of_one_team: frozenset[str]
    """All but those derived from an area's teams."""
    hours: Mapping[str, tuple[OpeningHours, ...]]
    """By queue: it is open while one of them is."""


def of_centre(centre: Centre) -> CentreQueues:
    """As this centre has them."""
    wrap_up = {team.queue: float(team.wrap_up_seconds) for team in centre.teams.values()}
    areas = {centre.teams[team].queue: area.id for team, area in centre.area_of_team.items()}
    for area in centre.areas.values():
        for queue, teams in ((area.wide_queue, area.benefit), (area.urgent_queue, area.teams)):
            wrap_up[queue] = float(max(centre.teams[team].wrap_up_seconds for team in teams))
            areas[queue] = area.id
    queues = {team.id: team.queue for team in centre.teams.values()}
    return CentreQueues(wrap_up, areas, queues, frozenset(queues.values()), hours_of_queues(centre))


class LocalClock:
    """Unix seconds -> seconds of the local calendar, of which only the time of day counts; cheap."""

    def __init__(self, zone: Callable[[], ZoneInfo]) -> None:
        self._zone = zone
        self._known: tuple[float, ZoneInfo] | None = None
        self._offset = 0.0

    def __call__(self, at: float) -> float:
        """At an instant; beyond the calendar (years 1 to 9999) as if the zone had no offset."""
        key = (at // _OFFSETS_CHANGE_ON, self._zone())
        if key != self._known:
            self._known, self._offset = key, _offset(*key)
        return at + self._offset


def _offset(quarter: float, zone: ZoneInfo) -> float:
    try:
        offset = datetime.fromtimestamp(quarter * _OFFSETS_CHANGE_ON, UTC).astimezone(zone).utcoffset()
    except (OverflowError, ValueError, OSError):
        return 0.0
    return offset.total_seconds() if offset else 0.0
