"""From what was seen to a plan: teams with their callers and talks, members in the pools that teams.yaml makes."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from operations.what_if.observed import Seen, Way
from routing.centre import Centre
from routing.what_if.erlang_a import Floats
from routing.what_if.expected import expected
from routing.what_if.plan import SLOTS, STEPS, Kind, Plan, Pool, TeamPlan, by_slot
from routing.what_if.spans import seen as seen_spans

_TALK_LEAN, _RING_LEAN = 30.0, 30.0
"""A team's talks lean on the centre's with the weight of so many."""
_TALK_SECONDS, _RING_SECONDS = 240.0, 6.0
"""When the journal has none."""


def plan_of(seen: Seen, centre: Centre, places: Sequence[int]) -> Plan:
    """The days at these places as a plan; every team of teams.yaml has its part."""
    days = tuple(seen.days[place] for place in places)
    present = {team: rows[list(places)] for team, rows in seen.present().items()}
    return Plan(days, _teams(seen, centre, places, present), _pools(centre, present, len(days)))


def _teams(seen: Seen, centre: Centre, places: Sequence[int], present: Mapping[str, Floats]) -> Mapping[str, TeamPlan]:
    calls = {team: seen.calls.get(team, np.zeros((len(seen.days), SLOTS)))[list(places)] for team in centre.teams}
    none = np.zeros((len(places), STEPS))
    there = {team: by_slot(present.get(team, none)) for team in centre.teams}
    likely = expected(calls, there, [seen.days[place].weekday() for place in places])
    talks = [talk for spans in seen.talks.values() for talk in spans]
    rings = [ring for spans in seen.rings.values() for ring in spans]
    own: dict[str, list[float]] = {team: [] for team in centre.teams}
    for (team, _), spans in seen.talks.items():
        own.setdefault(team, []).extend(spans)
    return {
        team.id: TeamPlan(
            calls=likely[team.id],
            talk=seen_spans(own[team.id], talks, _TALK_LEAN, _TALK_SECONDS),
            ring=seen_spans(seen.rings[team.id], rings, _RING_LEAN, _RING_SECONDS),
            patience=seen.waits.patience(team.id),
            given_up=seen.waits.rate(team.id),
            wrap_up_seconds=float(team.wrap_up_seconds),
            kinds=_kinds(seen.ways[team.id], centre, team.id),
        )
        for team in centre.teams.values()
    }


def _kinds(ways: Counter[Way], centre: Centre, team: str) -> tuple[Kind, ...]:
    own = frozenset((team,))
    if not ways:
        return (Kind(1.0, 0.0, own),)
    shared = {area.wide_queue: area.benefit for area in centre.areas.values()}
    shared |= {area.urgent_queue: area.teams for area in centre.areas.values()}
    return tuple(
        Kind(count / ways.total(), float(way.credit), frozenset(shared.get(way.queue, own)))
        for way, count in sorted(ways.items())
    )


def _pools(centre: Centre, present: Mapping[str, Floats], days: int) -> tuple[Pool, ...]:
    """Members of the same teams together.

    The journal counts each in every one of their teams: of those who serve several, as large a share is taken to be
    there as of the team of which the smallest is; the rest of a team's count are its own.
    """
    none = np.zeros((days, STEPS))
    members = Counter(frozenset(member.teams) for member in centre.members.values())
    listed = Counter(team for member in centre.members.values() for team in member.teams)
    left = {team: present.get(team, none) for team in centre.teams}
    share = {team: np.minimum(left[team] / max(listed[team], 1), 1.0) for team in centre.teams}
    pools = {}
    for teams, count in members.items():
        if len(teams) > 1:
            pools[teams] = count * np.min([share[team] for team in teams], axis=0)
            for team in teams:
                left[team] = np.maximum(left[team] - pools[teams], 0.0)
    pools |= {frozenset((team,)): rows for team, rows in left.items()}
    return tuple(Pool(teams, rows) for teams, rows in pools.items())
