"""Close now, for a whole centre: whom a closure concerns, and the centre with its closures in force."""

from collections.abc import Sequence
from dataclasses import replace

from routing.centre import Centre
from routing.hours.closure import CENTRE_SCOPE, SITE_SCOPE, TEAM_SCOPE, Closure
from routing.hours.opening_hours import OpeningHours

__all__ = ["Closure", "apply", "closed_teams"]


def closed_teams(centre: Centre, scope: str) -> tuple[str, ...]:
    """The teams that a closure of this scope closes: `centre`, `site:ID` (its areas' teams), `team:ID`.

    Raises LookupError for a scope that this centre does not have.
    """
    if scope == CENTRE_SCOPE:
        return tuple(centre.teams)
    name = scope.partition(":")[2]
    if scope.startswith(TEAM_SCOPE) and name in centre.teams:
        return (name,)
    if scope.startswith(SITE_SCOPE) and name in centre.sites:
        return tuple(team for area in centre.areas.values() if area.site == name for team in area.teams)
    raise LookupError(scope)


def apply(centre: Centre, closures: Sequence[Closure]) -> Centre:
    """The same centre, whose teams' hours know exactly these closures (those applied before are replaced).

    A closure of something that the centre does not have closes nothing. Expired ones may stay: they close nothing
    either. Teams that share their hours still share them.
    """
    by_team: dict[str, list[Closure]] = {}
    for closure in closures:
        for team in _closed(centre, closure.scope):
            by_team.setdefault(team, []).append(closure)
    shared: dict[tuple[int, tuple[Closure, ...]], OpeningHours] = {}

    def closed(hours: OpeningHours, own: Sequence[Closure]) -> OpeningHours:
        key = (id(hours), tuple(own))
        if key not in shared:
            shared[key] = hours.with_closures(tuple(own))
        return shared[key]

    teams = {
        name: replace(team, hours=closed(team.hours, by_team.get(name, ()))) for name, team in centre.teams.items()
    }
    everywhere = [closure for closure in closures if closure.scope == CENTRE_SCOPE]
    return replace(centre, hours=closed(centre.hours, everywhere), teams=teams)


def _closed(centre: Centre, scope: str) -> tuple[str, ...]:
    try:
        return closed_teams(centre, scope)
    except LookupError:
        return ()
