"""The closed lists of a decision: what a contact is about, how it came in, and why it landed where it did."""

from collections.abc import Mapping
from enum import StrEnum


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
    CALLBACK = "callback"
    REDIAL = "redial"


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
    Rule.CALLBACK: "A citizen who is called back: the team that promised it, with the place of the first contact.",
    Rule.REDIAL: "Somebody with a callback, or with a place lost a moment ago, calls again: the same team and place.",
    Rule.KIOSK_SCAN: "A document was scanned beside this kiosk phone a moment ago: its team, without a question.",
}
"""Each rule as the sentence that `teamline explain` prints."""
