"""A centre with nine areas of the shipped shape, and its directory's secret, for tests of the directory."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from routing.centre import (
    Area,
    BenefitRule,
    Centre,
    Credits,
    Limits,
    Site,
    Targets,
    Team,
    TeamKind,
)
from routing.directory import KeyedHash
from routing.hours import OpeningHours, WeeklyHours

SECRET = bytes(range(32))
KEYED_HASH = KeyedHash(SECRET)
ZONE = ZoneInfo("Europe/Berlin")
HOURS = OpeningHours(WeeklyHours(ZONE, {}, always=True))


def _team(team: str, kind: TeamKind) -> Team:
    return Team(team, team, kind, f"2{team[1:]}", f"{team.lower()}@example.org", HOURS, 30, 5, 20, 0)


def _areas(count: int) -> Mapping[str, Area]:
    return {
        f"A{n}": Area(
            f"A{n}",
            f"Area {n}",
            "nord",
            (f"L{2 * n - 1:02}", f"L{2 * n:02}"),
            f"V{n:02}",
            BenefitRule.HOUSEHOLD_LAST_DIGIT,
        )
        for n in range(1, count + 1)
    }


def _teams(areas: Mapping[str, Area]) -> Mapping[str, Team]:
    benefit = {team: _team(team, TeamKind.BENEFIT) for area in areas.values() for team in area.benefit}
    placement = {area.placement: _team(area.placement, TeamKind.PLACEMENT) for area in areas.values()}
    return {**benefit, **placement, "general": _team("general", TeamKind.GENERAL)}


def centre(
    *,
    customer: str = "999A999999",
    household: str = "99999BG9999999",
    areas: Mapping[str, Area] | None = None,
) -> Centre:
    """Nine areas A1 to A9 with benefit teams L01 to L18 and placement teams V01 to V09, if none are given."""
    areas = _areas(9) if areas is None else areas
    return Centre(
        name="Jobcenter Musterstadt",
        land="NW",
        timezone=ZONE,
        entry=("0211910000",),
        languages={"1": "de", "2": "de-leicht", "3": "en"},
        customer_pattern=customer,
        household_pattern=household,
        targets=Targets(),
        limits=Limits(),
        credits=Credits(),
        hours=HOURS,
        general_line="general",
        sites={"nord": Site("nord", "Nord")},
        areas=areas,
        teams=_teams(areas),
        members={},
        kiosks={},
    )
