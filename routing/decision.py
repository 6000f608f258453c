"""decide(): contact, centre, table, team states and time -> where, in which order, why, and what is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from routing.centre import Centre, Credits, Team
from routing.contact_rules import Goal
from routing.directory import Assignment, Directory, Match
from routing.fair_line import CREDIT_LIMIT, believed_arrival, priority
from routing.number import TypedNumber
from routing.spoken import Spoken
from routing.team_state import TeamStates


class Concern(StrEnum):
    """What a contact is about."""

    MONEY = "money"
    JOB = "job"
    DOCUMENTS = "documents"
    EMERGENCY = "emergency"


class ContactKind(StrEnum):
    """The way a contact came in."""

    CALL = "call"
    KIOSK = "kiosk"
    DOCUMENT = "document"
    REQUEST = "request"
    """Somebody asks on the web page to be called."""


class Rule(StrEnum):
    """Why a contact landed where it did: the closed list, explained in docs/rules.md."""

    HOUSEHOLD_TEAM = "household-team"
    EMERGENCY_AREA = "emergency-area"
    EMERGENCY_GENERAL = "emergency-general"
    NO_NUMBER = "no-number"
    TRIES_USED_UP = "tries-used-up"
    OVER_LIMIT = "over-limit"
    UNKNOWN_NUMBER = "unknown-number"
    AMBIGUOUS_NUMBER = "ambiguous-number"
    TEAM_GONE = "team-gone"
    TEAM_CLOSED = "team-closed"
    TEAM_WITHOUT_MEMBERS = "team-without-members"
    CENTRE_CLOSED = "centre-closed"
    OVERFLOW_CLOSED = "overflow-closed"
    OVERFLOW_NO_MEMBERS = "overflow-no-members"
    OVERFLOW_WAIT = "overflow-wait"
    OVERFLOW_HOLD = "overflow-hold"
    OVERFLOW_LINE = "overflow-line"
    WIDENED = "widened"
    CLOSING_TIME = "closing-time"
    EMERGENCY_ON_CALL = "emergency-on-call"
    EMERGENCY_RAISED = "emergency-raised"
    KIOSK_SCAN = "kiosk-scan"


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


@dataclass(frozen=True, slots=True)
class Versions:
    """The data that a decision was made from."""

    config: str
    directory: str


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that sent a contact on: the team whose rule it is, the rule, and the team that it goes to.

    `to` is empty where the goal is no team.
    """

    team: str
    rule: Rule
    goal: Goal
    to: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a contact goes.

    `queue` is None unless the goal is a line; `team` is None only for a closed centre. `arrival` is the first contact,
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
    goal: Goal = Goal.LINE
    """LINE, WIDE, CALLBACK, MESSAGE, ON_CALL or GOODBYE."""
    steps: tuple[Step, ...] = ()
    """The rules that sent the contact on, in order; empty where it is where it belongs."""
    home: str = ""
    """The team that the contact is for, whoever takes it: its messages and callbacks go there."""


EXPLAINED: Mapping[Rule, str] = {
    Rule.HOUSEHOLD_TEAM: "The number belongs to a household, and this is its team for the concern.",
    Rule.EMERGENCY_AREA: (
        "An emergency of a known household: any free member of its area's teams, with the emergency credit."
    ),
    Rule.EMERGENCY_GENERAL: ("An emergency, but no household is known: the general line, with the emergency credit."),
    Rule.NO_NUMBER: "The caller has no number, gave none, or the dialogue took too long: the general line.",
    Rule.TRIES_USED_UP: "No number was understood within the tries of one call: the general line.",
    Rule.OVER_LIMIT: ("This caller ID tried too many unknown or malformed numbers within the hour: the general line."),
    Rule.UNKNOWN_NUMBER: "The number is well-formed, but nobody in the directory has it: the general line.",
    Rule.AMBIGUOUS_NUMBER: (
        "The keys fit customers with different teams, and no letter told them apart: the general line."
    ),
    Rule.TEAM_GONE: (
        "The household's team or area is no longer in teams.yaml: the general line until the next import."
    ),
    Rule.TEAM_CLOSED: "The household's team is closed now, and the general line is open: the general line.",
    Rule.TEAM_WITHOUT_MEMBERS: (
        "Nobody is configured to answer for the household's team: the general line. Give the team a member."
    ),
    Rule.CENTRE_CLOSED: (
        "The team and the general line are closed now: the caller hears when one of them opens, then goodbye."
    ),
    Rule.OVERFLOW_CLOSED: "The team is closed now, and its rule for that sends its contacts elsewhere.",
    Rule.OVERFLOW_NO_MEMBERS: "Nobody is signed in to the team, and its rule for that sends its contacts elsewhere.",
    Rule.OVERFLOW_WAIT: "The wait to be expected is longer than the team's limit: its rule sends elsewhere.",
    Rule.OVERFLOW_HOLD: "The contact has waited longer than the team's limit: its rule sends elsewhere.",
    Rule.OVERFLOW_LINE: "More callers wait than the team's limit: its rule sends elsewhere.",
    Rule.WIDENED: "The contact has waited so long that the sister team's members are rung as well, at the same place.",
    Rule.CLOSING_TIME: "The team has closed while the contact waited: its closing rule says what happens then.",
    Rule.EMERGENCY_ON_CALL: "An emergency out of hours: the centre's emergency number is rung.",
    Rule.EMERGENCY_RAISED: "A member made this contact an emergency.",
    Rule.KIOSK_SCAN: "A document was scanned beside this kiosk phone a moment ago: its team, without a question.",
}
"""Each rule as the sentence that `teamline explain` prints."""


def decide(
    contact: Contact,
    centre: Centre,
    directory: Directory,
    states: TeamStates,  # noqa: ARG001 - overflow rules will read it; today no figure sends anybody elsewhere
    now: datetime,
    config_version: str,
    arrived_by: int | None = None,
) -> Decision:
    """Household -> concern -> team, with a defined outcome for everything that may be missing.

    `now` is aware. Arrivals are told by Asterisk's clock: `arrived_by` is its Unix seconds now, the same as `now`
    unless opening hours run on another time. An impossible arrival counts as that: nothing in a channel variable
    ever raises here.
    A team whose members are merely signed out keeps its callers, in their own line.
    """
    wanted = _wanted(contact, centre, directory)
    way = _open_way(wanted, centre, now)
    credit = _credit(contact, centre.credits)
    arrival = believed_arrival(contact.arrival, int(now.timestamp()) if arrived_by is None else arrived_by)
    opens_at = None if way else _next_opening(wanted, centre, now)
    return Decision(
        queue=way.queue if way else None,
        team=way.team if way else None,
        concern=contact.concern,
        rule=way.rule if way else Rule.CENTRE_CLOSED,
        arrival=arrival,
        credit=credit,
        priority=priority(arrival, credit),
        versions=Versions(config=config_version, directory=directory.version),
        says=_connecting(contact.concern) if way else _closed(opens_at),
        opens_at=opens_at,
        goal=Goal.LINE if way else Goal.GOODBYE,
        home=wanted.team,
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """A queue, the team in whose books it counts, why, and the teams whose members answer there."""

    rule: Rule
    queue: str
    team: str
    answering: tuple[Team, ...]


def _wanted(contact: Contact, centre: Centre, directory: Directory) -> _Way:
    """Where the contact belongs, were everybody there."""
    household = _household(contact, directory)
    if isinstance(household, Rule):
        is_emergency = contact.concern is Concern.EMERGENCY
        return _general(centre, Rule.EMERGENCY_GENERAL if is_emergency else household)
    way = _own_way(contact.concern, household, centre)
    return way or _general(centre, Rule.TEAM_GONE)


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


def _own_way(concern: Concern, household: Assignment, centre: Centre) -> _Way | None:
    """The household's way for this concern; None if what it needs is no longer configured."""
    if concern is Concern.EMERGENCY:
        return _urgent(household, centre)
    name = household.placement if concern is Concern.JOB else household.benefit
    team = centre.teams.get(name)
    return _Way(Rule.HOUSEHOLD_TEAM, team.queue, team.id, (team,)) if team else None


def _urgent(household: Assignment, centre: Centre) -> _Way | None:
    area = centre.areas.get(household.area)
    if area is None or household.benefit not in centre.teams:
        return None
    answering = tuple(centre.teams[team] for team in area.teams)
    return _Way(Rule.EMERGENCY_AREA, area.urgent_queue, household.benefit, answering)


def _general(centre: Centre, rule: Rule) -> _Way:
    general = centre.teams[centre.general_line]
    return _Way(rule, general.queue, general.id, (general,))


def _open_way(wanted: _Way, centre: Centre, now: datetime) -> _Way | None:
    """The wanted way, or the general line when nobody can answer there; None when that is closed too."""
    general = centre.teams[centre.general_line]
    if not any(team.hours.is_open(now) for team in wanted.answering):
        instead = Rule.TEAM_CLOSED
    elif not _has_members(wanted.answering, centre) and _has_members((general,), centre):
        instead = Rule.TEAM_WITHOUT_MEMBERS
    else:
        return wanted
    return _general(centre, instead) if general.hours.is_open(now) else None


def _has_members(teams: tuple[Team, ...], centre: Centre) -> bool:
    """Whether anybody is configured to answer, signed in or not."""
    return any(team.id in centre.staffed_teams for team in teams)


def _next_opening(wanted: _Way, centre: Centre, now: datetime) -> datetime | None:
    """When the first of the wanted teams and the general line opens again."""
    teams = (*wanted.answering, centre.teams[centre.general_line])
    closed = (team.hours for team in teams if not team.hours.is_open(now))
    return min(filter(None, (hours.next_opening(now) for hours in closed)), default=None)


def _credit(contact: Contact, credits_: Credits) -> int:
    """The largest credit that the contact has a claim to, in seconds."""
    emergency = credits_.emergency if contact.concern is Concern.EMERGENCY else 0
    kiosk = credits_.kiosk if contact.kind is ContactKind.KIOSK else 0
    return min(max(0, emergency, kiosk), CREDIT_LIMIT)


def _connecting(concern: Concern) -> tuple[Spoken, ...]:
    """The same words whether or not the number is known."""
    return (Spoken("connecting-urgent" if concern is Concern.EMERGENCY else "connecting"),)


def _closed(opens_at: datetime | None) -> tuple[Spoken, ...]:
    when = Spoken("closed-until", {"opens": opens_at}) if opens_at else Spoken("closed")
    return (when, Spoken("goodbye"))
