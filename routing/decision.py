"""decide(): contact, centre, table, team states and time -> where, in which order, why, and what is said."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from routing.centre import Centre
from routing.directory import Directory
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
class Decision:
    """Where a contact goes.

    `queue` and `team` are None only for a closed centre. `arrival` is the first contact, `credit` the seconds granted, `priority` the QUEUE_PRIO of their difference.
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


def decide(
    contact: Contact,
    centre: Centre,
    directory: Directory,
    states: TeamStates,
    now: datetime,
    config_version: str,
) -> Decision:
    """Household -> concern -> team, with a defined outcome for everything that may be missing."""
    raise NotImplementedError
