from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from routing.centre import (
    Area,
    BenefitRule,
    Centre,
    Credits,
    Kiosk,
    Limits,
    Member,
    Site,
    Targets,
    Team,
    TeamKind,
)
from routing.hours import OpeningHours, WeeklyHours
from telephony.dialplan.wiring import AsteriskVersion, Wiring

BERLIN = ZoneInfo("Europe/Berlin")
ALWAYS = OpeningHours(WeeklyHours(zone=BERLIN, days={}, always=True))


def team(id_: str, kind: TeamKind, extension: str, name: str = "") -> Team:
    return Team(
        id=id_,
        name=name or f"Team {id_}",
        kind=kind,
        extension=extension,
        mailbox=f"{id_}@example.org",
        hours=ALWAYS,
        target_seconds=30,
        short_abandon_seconds=5,
        ring_seconds=15,
        wrap_up_seconds=10,
    )


def small_centre(team_name: str = "Leistung 01", member_name: str = "Platz 0101") -> Centre:
    teams = [
        team("L01", TeamKind.BENEFIT, "2101", team_name),
        team("L02", TeamKind.BENEFIT, "2102"),
        team("V01", TeamKind.PLACEMENT, "2201"),
        team("general", TeamKind.GENERAL, "2000"),
    ]
    members = [
        Member("m0101", member_name, ("L01",), "3101"),
        Member("m0201", "Platz 0201", ("V01",), "3201"),
        Member("m0001", "Zentrale", ("general",), "3001"),
    ]
    return Centre(
        name="Jobcenter Musterstadt",
        land="NW",
        timezone=BERLIN,
        entry=("0211910000",),
        languages={"1": "de", "2": "de-leicht", "3": "en"},
        customer_pattern="999A999999",
        household_pattern="99999BG9999999",
        targets=Targets(),
        limits=Limits(),
        credits=Credits(),
        hours=ALWAYS,
        general_line="general",
        sites={"nord": Site("nord", "Nord")},
        areas={"A1": Area("A1", "Nord 1", "nord", ("L01", "L02"), "V01", BenefitRule.HOUSEHOLD_LAST_DIGIT)},
        teams={each.id: each for each in teams},
        members={each.id: each for each in members},
        kiosks={"k-nord-1": Kiosk("k-nord-1", "nord", "3901")},
    )


@pytest.fixture
def centre() -> Centre:
    return small_centre()


@pytest.fixture
def centre_named() -> Callable[[str, str], Centre]:
    return small_centre


@pytest.fixture
def wiring() -> Wiring:
    return Wiring(
        agi=("127.0.0.1:4573", "10.0.0.2:4573"),
        ami_user="teamline",
        ami_secret="ami-secret-0123",
        ami_permit=("127.0.0.1/32",),
        prompts=Path("/var/lib/teamline/prompts"),
        version="c0ffee12",
        asterisk=AsteriskVersion(22, 10, 1),
        phone_password=lambda id_: f"password-of-{id_}",
        fallback_sounds=("/var/lib/teamline/prompts/de/please-wait",),
    )
