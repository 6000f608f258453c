"""Which teams a wallboard shows: `?teams=L01,L02&sites=nord&areas=1`, in that order. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.centre import Centre
from web.looking import Audience

MOST_IDS = 200
MOST_TOLD = 12
"""So many unknown ids are named, each cut to MOST_CHARACTERS."""
MOST_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """`teams`: ids to show. `unknown`: what was asked for and is none, or not the visitor's to see."""

    teams: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    is_all: bool = False
    """Nothing was asked for: all, also those that come later."""


def chosen(centre: Centre, audience: Audience, teams: str, sites: str, areas: str) -> Choice:
    """What these parts of an address mean; ids are compared without regard to case."""
    asked = [
        *_found(teams, {team: (team,) for team in centre.teams}),
        *_found(sites, {site: teams_at(centre, site) for site in centre.sites}),
        *_found(areas, {area.id: area.teams for area in centre.areas.values()}),
    ]
    if not asked:
        return Choice(tuple(filter(audience.sees, centre.teams)), is_all=True)
    wanted = dict.fromkeys(team for _, found in asked for team in found or ())
    unknown = [name[:MOST_CHARACTERS] for name, found in asked if found is None]
    unknown += [team for team in wanted if not audience.sees(team)]
    return Choice(tuple(filter(audience.sees, wanted)), tuple(dict.fromkeys(unknown))[:MOST_TOLD])


def teams_at(centre: Centre, site: str) -> tuple[str, ...]:
    """The teams of a site's areas; the general line is at none."""
    return tuple(team for area in centre.areas.values() if area.site == site for team in area.teams)


def _found(told: str, known: Mapping[str, tuple[str, ...]]) -> list[tuple[str, tuple[str, ...] | None]]:
    """Each id that was asked for, with its teams; None for one that there is not."""
    by_name = {name.casefold(): teams for name, teams in known.items()}
    ids = (each.strip() for each in told.split(",", MOST_IDS)[:MOST_IDS])
    return [(each, by_name.get(each.casefold())) for each in ids if each]
