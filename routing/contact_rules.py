"""What a centre has decided for contacts that cannot simply be answered: values of teams.yaml, no logic.

Rules are asked by `routing.overflow` (overflow, closing) and whoever offers what they send to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Condition(StrEnum):
    """When an overflow rule applies."""

    CLOSED = "closed"
    NO_MEMBERS = "no-members"
    """Nobody is signed in to the team."""
    WAIT_OVER = "wait-over"
    """The estimated wait (p50) of this contact is longer than the limit."""
    HOLD_OVER = "hold-over"
    """The contact has waited for this team longer than the limit."""
    LINE_OVER = "line-over"
    """More callers than the limit wait in the team's line."""


class Goal(StrEnum):
    """Where a contact goes. In teams.yaml also a team's id."""

    LINE = "line"
    """A team's own queue; never written in teams.yaml."""
    SISTER = "sister"
    """The other benefit team of the same area."""
    GENERAL = "general"
    """The general line."""
    WIDE = "wide"
    """`<area>-wide`: the own members and the sister's, at the same place."""
    CALLBACK = "callback"
    """We note a number and the team calls back."""
    MESSAGE = "message"
    """The team's voice mailbox."""
    ON_CALL = "on-call"
    """The emergency number out of hours; never written in teams.yaml."""
    GOODBYE = "goodbye"
    """The next opening is told, then the call ends; never written in teams.yaml."""


@dataclass(frozen=True, slots=True)
class OverflowRule:
    """One rule of a team, asked in their order. `limit`: seconds, or callers for LINE_OVER; None where none counts.

    `team` is set where `to` is a team's id in teams.yaml; then `goal` is LINE.
    """

    when: Condition
    goal: Goal
    limit: int | None = None
    team: str | None = None


class ClosingRule(StrEnum):
    """What becomes of people in line when their team closes."""

    SERVE = "serve"
    """Everybody who is in line is served."""
    CALLBACK = "callback"
    """Whoever will not be served within the minutes is offered a callback at the next opening, arrival kept."""
    MESSAGE = "message"
    """Whoever will not be served within the minutes is asked for a message."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A team's rule for people in line at closing."""

    rule: ClosingRule = ClosingRule.SERVE
    within_minutes: int = 15
    """People who came before closing are still served for so long; not for SERVE."""
    announce_minutes: int = 10
    """So long before closing people in line are told that the team closes, and what happens then; 0: never."""


@dataclass(frozen=True, slots=True)
class EmergencyRules:
    """What becomes of an emergency when nobody of the household's teams is there."""

    on_call: tuple[str, ...] = ()
    """Numbers to ring one after the other out of hours: internal phones or public numbers; none: no such service."""
    ring_seconds: int = 30
    often: int = 3
    """A household with so many emergencies in 30 days is shown in reports."""


class MailedAs(StrEnum):
    """What goes by mail to a team's address when something came in."""

    NOTHING = "nothing"
    NOTICE = "notice"
    """That something is there, and where to find it."""
    CONTENT = "content"
    """With the recording or document."""


@dataclass(frozen=True, slots=True)
class MessageRules:
    """Voice messages."""

    seconds: int = 120
    """The longest message."""
    silence_seconds: int = 5
    """So long a pause ends it."""
    remind_minutes: int = 120
    """Open hours' minutes after which an unclaimed message is reminded of; 0: never."""
    keep_days: int = 30
    """Erased so long after it came; done ones after one day."""
    mail: MailedAs = MailedAs.NOTICE


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """Documents from scanners and other systems."""

    megabytes: int = 20
    pages: int = 100
    keep_days: int = 30
    mail: MailedAs = MailedAs.NOTICE
    same_hours: int = 24
    """The same content for the same team within so many hours is one document."""


@dataclass(frozen=True, slots=True)
class DeskRules:
    """Members' phones."""

    missed_rings: int = 3
    """After so many rings in a row that nobody picked up the member is paused; 0: never."""
    more_wrap_up_seconds: int = 180
    """By `*47` a member gets so long for after-call work."""
    sign_out_at_closing: bool = False
    """Whether members are signed out once all their teams have closed for the day."""
    announcers: tuple[str, ...] = ()
    """Members who may record announcements for their teams by phone."""


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """Callbacks: who is dialled, how often, when."""

    dial: bool = True
    """Whether Teamline dials at all; else a wish lies on the team's desk, and somebody there calls."""
    attempts: int = 3
    spacing_minutes: int = 10
    """Between two attempts."""
    ring_seconds: int = 30
    at_once: int = 10
    """So many citizens are dialled at the same time at most, in the whole centre."""
    per_second: int = 2
    """So many dials begin within a second at most."""
    a_day: int = 2
    """Callbacks for one number within 24 hours."""
    keep_days: int = 7
    """A callback that is not served by then expires (1 to 7)."""
    per_half_hour: int = 4
    """Appointments of one team that begin within the same half-hour."""
    appointment_minutes: int = 60
    """An appointment whose caller names no end is kept until so long after its beginning."""
    also_allowed: tuple[str, ...] = ()
    """Numbers that may be called back although the numbering plan's allow-list leaves them out; E.164."""
    mail: MailedAs = MailedAs.NOTICE
    """What the team's address is sent when a callback lies on its desk in the end."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something to be said to callers for some time. `texts`: language -> sentences; `teams` empty: to everybody."""

    id: str
    texts: Mapping[str, str] = field(default_factory=dict)
    teams: tuple[str, ...] = ()
    begins: datetime | None = None
    until: datetime | None = None
    """Aware; not said from this moment on."""


class WaitingSound(StrEnum):
    """What people in line hear."""

    MUSIC = "music"
    SILENCE = "silence"
