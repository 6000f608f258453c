"""After-call work: a member gets the time of the team whose call it was, whatever else they serve.

Theory of operation. app_queue keeps a member from ringing for the longer of two times: the `wrapuptime` of the queue
that their last call came by, and that of the queue that wants to ring them now. So a time that differs between a
member's queues would be too long after the calls of the team with the shorter one. Each queue is therefore given the
shortest that any of its members' calls may have, and whoever needs longer is paused by the router for the rest. Where
teams have members and times of their own that is all of it, and holds without a router, too.
"""

from collections.abc import Mapping

from facts.place import Place
from routing.centre import Centre

LEAST_SECONDS = 2
"""Where the router has to pause somebody, app_queue waits for that: it counts whole seconds and rounds down."""


def after_call_seconds(centre: Centre, place: Place) -> int:
    """After a call that waited there: its team's. In a derived queue that is the team of the caller's concern."""
    team = centre.team_of_queue.get(place.queue) or centre.teams.get(place.team)
    return team.wrap_up_seconds if team else 0


def rendered_seconds(centre: Centre) -> Mapping[str, int]:
    """Queue -> the `wrapuptime` that Asterisk is given."""
    times = _times(centre)
    return {queue: _shortest(own, times[queue]) for queue, own in _longest(centre).items()}


def _shortest(own: int, times: set[int]) -> int:
    return min(own, max(min(times), LEAST_SECONDS))


def _longest(centre: Centre) -> Mapping[str, int]:
    """Queue -> the longest time of its own teams."""
    longest = {team.queue: team.wrap_up_seconds for team in centre.teams.values()}
    for area in centre.areas.values():
        longest[area.wide_queue] = max((centre.teams[team].wrap_up_seconds for team in area.benefit), default=0)
        longest[area.urgent_queue] = max(centre.teams[team].wrap_up_seconds for team in area.teams)
    return longest


def _times(centre: Centre) -> Mapping[str, set[int]]:
    """Queue -> every time that is due after some call of somebody who serves it."""
    times = {team.queue: {team.wrap_up_seconds} for team in centre.teams.values()}
    for area in centre.areas.values():
        times[area.wide_queue] = {centre.teams[team].wrap_up_seconds for team in area.benefit} or {0}
        times[area.urgent_queue] = {centre.teams[team].wrap_up_seconds for team in area.teams}
    for member in centre.members.values():
        own = {centre.teams[team].wrap_up_seconds for team in member.teams}
        for queue in centre.queues_of(member):
            times[queue] |= own
    return times
