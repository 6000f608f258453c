"""A small centre, a directory in a dict, and a Router that decides with the real rules."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

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
from routing.closing_time import ClosingNotice, closing_notice
from routing.decision import Contact, Decision, Versions, decide, send_on
from routing.directory import Assignment, Match
from routing.hours import OpeningHours, WeeklyHours, always_open
from routing.number import NumberFormat, TypedNumber, letter_fits
from routing.overflow import due_seconds
from routing.standing import Standing
from routing.team_state import TeamStates

ZONE = ZoneInfo("Europe/Berlin")
MONDAY_AT_NINE = datetime(2026, 1, 5, 9, 0, tzinfo=ZONE)
ALWAYS = always_open(ZONE)
NEVER = OpeningHours(WeeklyHours(ZONE, {}))


def team(name: str, kind: TeamKind = TeamKind.BENEFIT, hours: OpeningHours = ALWAYS) -> Team:
    """A team with everyday spans."""
    return Team(
        id=name,
        name=name,
        kind=kind,
        extension=f"2{name[1:]}",
        mailbox=f"{name}@example.org",
        hours=hours,
        target_seconds=30,
        short_abandon_seconds=5,
        ring_seconds=20,
        wrap_up_seconds=0,
    )


def small_centre(
    *,
    hours: Mapping[str, OpeningHours] | None = None,
    without_members: tuple[str, ...] = (),
    credits_: Credits | None = None,
) -> Centre:
    """Two areas of three teams, one member each, and the general line; open unless `hours` says else."""
    kinds = {
        "L01": TeamKind.BENEFIT,
        "L02": TeamKind.BENEFIT,
        "V01": TeamKind.PLACEMENT,
        "L03": TeamKind.BENEFIT,
        "L04": TeamKind.BENEFIT,
        "V02": TeamKind.PLACEMENT,
        "general": TeamKind.GENERAL,
    }
    staffed = [name for name in kinds if name not in without_members]
    rule = BenefitRule.HOUSEHOLD_LAST_DIGIT
    return Centre(
        name="Jobcenter Musterstadt",
        land="NW",
        timezone=ZONE,
        entry=("0211910000",),
        languages={"1": "de", "2": "de-leicht", "3": "en"},
        customer_pattern="999A999999",
        household_pattern="99999BG9999999",
        targets=Targets(),
        limits=Limits(),
        credits=credits_ or Credits(),
        hours=ALWAYS,
        general_line="general",
        sites={"nord": Site("nord", "Nord")},
        areas={
            "A1": Area("A1", "Nord 1", "nord", ("L01", "L02"), "V01", rule),
            "A2": Area("A2", "Nord 2", "nord", ("L03", "L04"), "V02", rule),
        },
        teams={name: team(name, kind, (hours or {}).get(name, ALWAYS)) for name, kind in kinds.items()},
        members={f"m{name}": Member(f"m{name}", name, (name,), "3101") for name in staffed},
        kiosks={"k1": Kiosk("k1", "nord", "3901")},
    )


A1 = Assignment("A1", "L01", "V01")
A2 = Assignment("A2", "L03", "V02")


@dataclass(frozen=True, slots=True)
class SmallDirectory:
    """Customers by canonical digits."""

    customers: Mapping[str, tuple[Match, ...]]
    version: str = "customers-1"

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        matches = self.customers.get(number.canonical, ())
        return tuple(match for match in matches if letter_fits(number, match.letter))


CUSTOMERS = SmallDirectory(
    {
        "123456789": (Match(A1, "A"),),  # keyed 1232456789 or 123456789
        "222456789": (Match(A1, "A"), Match(A2, "B"), Match(A1, "D")),  # one keyed form, two areas
        "333456789": (
            Match(A1, "A"),
            Match(replace(A1, language="en"), "B"),
        ),  # two customers, the same teams
        "444456789": tuple(Match(A1 if letter < "C" else A2, letter) for letter in "ABCDE"),
        "555456789": (Match(A1), Match(A2)),  # no letters known
        "123450001234": (Match(A1),),  # household 12345BG0001234
        "999000000": (Match(Assignment("gone", "L98", "V98"), "A"),),
    }
)


@dataclass(slots=True)
class SmallRouter:
    """The active versions, a clock that stands, and every decision that was made."""

    centre: Centre = field(default_factory=small_centre)
    directory: SmallDirectory = CUSTOMERS
    now: datetime = MONDAY_AT_NINE
    decided: list[Decision] = field(default_factory=list)
    states: TeamStates = field(default_factory=dict)

    @property
    def numbers(self) -> NumberFormat:
        return NumberFormat(self.centre.customer_pattern, self.centre.household_pattern)

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        return self.directory.find(number)

    def decide(self, contact: Contact) -> Decision:
        decision = decide(contact, self.centre, self.directory, self.states, self.now, "config-1")
        self.decided.append(decision)
        return decision

    def send_on(self, standing: Standing) -> Decision | None:
        versions = Versions("config-1", self.directory.version)
        decision = send_on(standing, self.centre, self.states, self.now, versions)
        if decision:
            self.decided.append(decision)
        return decision

    def due_seconds(self, standing: Standing) -> float | None:
        return due_seconds(standing, self.centre, self.now)

    def closing_notice(self, standing: Standing) -> ClosingNotice | None:
        return closing_notice(standing, self.centre, self.now)


@dataclass(slots=True)
class CountedAttempts:
    """Tries in one hour that never ends."""

    most: int = 10
    counted: Counter[str] = field(default_factory=Counter)

    def is_over(self, caller: str) -> bool:
        return bool(caller) and self.counted[caller] >= self.most

    def count(self, caller: str) -> None:
        if caller:
            self.counted[caller] += 1


@asynccontextmanager
async def all_the_time(_seconds: float) -> AsyncIterator[None]:
    """A dialogue that never takes too long."""
    yield


@asynccontextmanager
async def no_time(_seconds: float) -> AsyncIterator[None]:
    """A dialogue whose time is up at its end."""
    yield
    raise TimeoutError
