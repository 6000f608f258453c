"""decide() and send_on(): contact, centre, table, team states and time -> where, in which order, why, what is said.

Household -> concern -> team, its home. From there `routing.way` follows the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from routing.centre import Centre, Credits
from routing.contact_rules import Goal
from routing.directory import Assignment, Directory, Match
from routing.fair_line import CREDIT_LIMIT, believed_arrival, priority
from routing.number import TypedNumber
from routing.rules import EXPLAINED, Concern, ContactKind, Rule
from routing.spoken import Spoken, Upcoming
from routing.standing import Standing, answering
from routing.team_state import TeamStates
from routing.way import Step, Way, way_in, way_on

__all__ = [
    "EXPLAINED",
    "Concern",
    "Contact",
    "ContactKind",
    "Decision",
    "Rule",
    "Standing",
    "Step",
    "Versions",
    "decide",
    "distinct",
    "send_on",
]


_KEPT_AS = {ContactKind.DOCUMENT: Goal.MESSAGE, ContactKind.REQUEST: Goal.CALLBACK}


@dataclass(frozen=True, slots=True)
class Contact:
    """The facts of one contact when its way is decided. `arrival` is the first contact in Unix seconds."""

    arrival: int
    concern: Concern = Concern.MONEY
    number: TypedNumber | None = None
    letter: str | None = None
    """The caller's answer to the one question about an ambiguous letter."""
    without_number: Rule = Rule.NO_NUMBER
    """Why there is no number: NO_NUMBER, TRIES_USED_UP or OVER_LIMIT."""
    kind: ContactKind = ContactKind.CALL
    taken_back: bool = False
    """The caller pressed the key for an emergency, and then said that it is none."""
    is_scanned: bool = False
    """Known by a document that was scanned beside this kiosk phone a moment ago, and asked nothing."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The data that a decision was made from."""

    config: str
    directory: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a contact goes.

    `queue` is None unless the goal is a line; `team` is None only for a goodbye. `arrival` is the first contact,
    `credit` the seconds granted, `priority` the QUEUE_PRIO of their difference.
    """

    queue: str | None
    team: str | None
    concern: Concern
    rule: Rule
    arrival: int
    credit: int
    priority: int
    versions: Versions
    says: tuple[Spoken, ...] = field(default=())
    opens_at: datetime | None = None
    opens: Upcoming | None = None
    """`opens_at` as it is told now."""
    goal: Goal = Goal.LINE
    """LINE, WIDE, CALLBACK, MESSAGE, ON_CALL or GOODBYE."""
    steps: tuple[Step, ...] = ()
    """The rules that sent the contact on, in order; empty where it is where it belongs."""
    home: str = ""
    """The team that the contact is for, whoever takes it: its messages and callbacks go there."""
    standing: Standing | None = None
    """Where it stands now; after a callback or message what `send_on` is to be asked with if that is not wanted."""


def decide(
    contact: Contact,
    centre: Centre,
    directory: Directory,
    states: TeamStates,
    now: datetime,
    config_version: str,
    arrived_by: int | None = None,
) -> Decision:
    """Where a contact that comes in goes, with a defined outcome for everything that may be missing.

    `now` is aware. Arrivals are told by Asterisk's clock: `arrived_by` is its Unix seconds now, the same as `now`
    unless opening hours run on another time. An impossible arrival counts as that: nothing in a channel variable
    ever raises here.
    A team whose members are merely signed out keeps its callers, in their own line, unless its rules say else.
    A document, or a request to be called, goes to its home at once: it waits there for people to come.
    """
    home, rule = _home(contact, centre, directory)
    arrival = believed_arrival(contact.arrival, int(now.timestamp()) if arrived_by is None else arrived_by)
    credit = _credit(contact, centre.credits)
    standing = Standing(home, home, contact.concern, arrival, credit, rule=rule)
    kept = _KEPT_AS.get(contact.kind)
    way = Way(kept, rule, home, None, (), standing) if kept else way_in(standing, centre, states, now)
    return _decision(way, centre, now, Versions(config_version, directory.version))


def send_on(
    standing: Standing, centre: Centre, states: TeamStates, now: datetime, versions: Versions
) -> Decision | None:
    """Where the rules send a contact that was decided before; None: it stays in its line.

    One that has not joined a line (`held_seconds` None: it wants no callback or message) always goes somewhere. Teams
    that are no longer configured count as the general line.
    """
    known = _as_configured(standing, centre)
    way = way_on(known, centre, states, now)
    return _decision(way, centre, now, versions) if way else None


def _decision(way: Way, centre: Centre, now: datetime, versions: Versions) -> Decision:
    standing = way.standing
    opens_at = None if way.queue else _next_opening(standing, centre, now)
    opens = Upcoming(opens_at, now) if opens_at else None
    return Decision(
        queue=way.queue,
        team=way.team,
        concern=standing.concern,
        rule=way.rule,
        arrival=standing.arrival,
        credit=standing.credit,
        priority=priority(standing.arrival, standing.credit),
        versions=versions,
        says=_says(way, opens),
        opens_at=opens_at,
        opens=opens,
        goal=way.goal,
        steps=way.steps,
        home=standing.home,
        standing=standing,
    )


def _as_configured(standing: Standing, centre: Centre) -> Standing:
    teams, general = centre.teams, centre.general_line
    home = standing.home if standing.home in teams else general
    if standing.team in teams:
        return replace(standing, home=home)
    return replace(standing, team=general, home=home, passed=(), is_wide=False, rule=Rule.TEAM_GONE)


def _home(contact: Contact, centre: Centre, directory: Directory) -> tuple[str, Rule]:
    """The team that the contact is for, were everybody there, and why."""
    household = _household(contact, directory)
    if isinstance(household, Rule):
        is_emergency = contact.concern is Concern.EMERGENCY
        return centre.general_line, Rule.EMERGENCY_GENERAL if is_emergency else household
    home, rule = _own_team(contact.concern, household, centre) or (centre.general_line, Rule.TEAM_GONE)
    return home, Rule.KIOSK_SCAN if contact.is_scanned and rule is Rule.HOUSEHOLD_TEAM else rule


def _household(contact: Contact, directory: Directory) -> Assignment | Rule:
    """The one household that the contact can mean, or the rule for having none."""
    if contact.number is None:
        return contact.without_number
    matches = directory.find(contact.number)
    if not matches:
        return Rule.UNKNOWN_NUMBER
    if contact.letter is not None:
        matches = tuple(match for match in matches if match.letter == contact.letter)
    meant = distinct(matches)
    return meant[0] if len(meant) == 1 else Rule.AMBIGUOUS_NUMBER


def distinct(matches: Iterable[Match]) -> tuple[Assignment, ...]:
    """The assignments that differ in area or team: more than one, and a letter has to tell them apart."""
    found = (match.assignment for match in matches)
    return tuple({(it.area, it.benefit, it.placement): it for it in found}.values())


def _own_team(concern: Concern, household: Assignment, centre: Centre) -> tuple[str, Rule] | None:
    """The household's team for this concern; None if what it needs is no longer configured."""
    name = household.placement if concern is Concern.JOB else household.benefit
    if name not in centre.teams:
        return None
    if concern is not Concern.EMERGENCY:
        return name, Rule.HOUSEHOLD_TEAM
    return (name, Rule.EMERGENCY_AREA) if household.area in centre.areas else None


def _next_opening(standing: Standing, centre: Centre, now: datetime) -> datetime | None:
    """When the first of the home's teams and the general line opens again."""
    home = Standing(standing.home, standing.home, standing.concern, standing.arrival, standing.credit)
    teams = (*answering(home, centre), centre.teams[centre.general_line])
    closed = (team.hours for team in teams if not team.hours.is_open(now))
    return min(filter(None, (hours.next_opening(now) for hours in closed)), default=None)


def _credit(contact: Contact, credits_: Credits) -> int:
    """The largest credit that the contact has a claim to, in seconds."""
    emergency = credits_.emergency if contact.concern is Concern.EMERGENCY else 0
    kiosk = credits_.kiosk if contact.kind is ContactKind.KIOSK else 0
    return min(max(0, emergency, kiosk), CREDIT_LIMIT)


def _says(way: Way, opens: Upcoming | None) -> tuple[Spoken, ...]:
    """Nothing to who is offered a callback or message: that conversation has its own words."""
    if way.goal is Goal.GOODBYE:
        return _closed(opens)
    if way.goal is Goal.ON_CALL:
        return (Spoken("on-call"),)
    return _connecting(way.standing.concern) if way.queue else ()


def _connecting(concern: Concern) -> tuple[Spoken, ...]:
    """The same words whether or not the number is known."""
    return (Spoken("connecting-urgent" if concern is Concern.EMERGENCY else "connecting"),)


def _closed(opens: Upcoming | None) -> tuple[Spoken, ...]:
    when = Spoken("closed-until", {"opens": opens}) if opens else Spoken("closed")
    return (when, Spoken("goodbye"))
