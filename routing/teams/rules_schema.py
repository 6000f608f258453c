"""The keys of teams.yaml about contacts that cannot simply be answered; values in `routing.contact_rules`."""

from typing import Annotated

from pydantic import Field

from routing.contact_rules import (
    CallbackRules,
    Closing,
    ClosingRule,
    Condition,
    DeskRules,
    DocumentRules,
    EmergencyRules,
    MailedAs,
    MessageRules,
)
from routing.teams.keys import Keys
from routing.teams.kinds import AnnouncementText, Id, Language, LocalTime, PublicNumber

_CLOSING, _EMERGENCY, _MESSAGES, _DOCUMENTS, _DESK, _CALLBACKS = (
    Closing(),
    EmergencyRules(),
    MessageRules(),
    DocumentRules(),
    DeskRules(),
    CallbackRules(),
)


class OverflowKeys(Keys):
    """One rule: when it applies, and where it sends; a team's rules are asked in their order."""

    when: Condition = Field(description="The condition.", examples=["wait-over"])
    seconds: Annotated[int, Field(strict=True, ge=5, le=7200)] | None = Field(
        default=None, description="The limit of wait-over and hold-over.", examples=[600]
    )
    callers: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = Field(
        default=None, description="The limit of line-over.", examples=[20]
    )
    to: Id = Field(
        description="sister, general, wide, callback, message, or the id of a team.", examples=["sister", "general"]
    )


class ClosingKeys(Keys):
    """What becomes of people in line when their team closes."""

    rule: ClosingRule = Field(
        default=_CLOSING.rule,
        description="serve: everybody; callback or message: those who are not served within the minutes.",
    )
    within_minutes: int = Field(
        default=_CLOSING.within_minutes,
        strict=True,
        ge=0,
        le=240,
        description="So long after closing people in line are still served.",
    )
    announce_minutes: int = Field(
        default=_CLOSING.announce_minutes,
        strict=True,
        ge=0,
        le=60,
        description="So long before closing people in line are told; 0 for never.",
    )


class EmergencyKeys(Keys):
    """Emergencies out of hours, and how often is often."""

    on_call: list[PublicNumber] = Field(
        default=[], max_length=5, description="Rung one after the other out of hours.", examples=[["0211910999"]]
    )
    ring_seconds: int = Field(
        default=_EMERGENCY.ring_seconds, strict=True, ge=10, le=120, description="How long each of them rings."
    )
    often: int = Field(
        default=_EMERGENCY.often,
        strict=True,
        ge=2,
        le=100,
        description="So many emergencies of one household in 30 days are shown in reports.",
    )


_KeepDays = Annotated[int, Field(strict=True, ge=1, le=365)]


class MessagesKeys(Keys):
    """Voice messages for teams."""

    seconds: int = Field(default=_MESSAGES.seconds, strict=True, ge=10, le=600, description="The longest message.")
    silence_seconds: int = Field(
        default=_MESSAGES.silence_seconds, strict=True, ge=2, le=30, description="So long a pause ends it."
    )
    remind_minutes: int = Field(
        default=_MESSAGES.remind_minutes,
        strict=True,
        ge=0,
        le=10_000,
        description="A message that nobody claims is reminded of after so many minutes of opening time; 0 for never.",
    )
    keep_days: _KeepDays = Field(default=_MESSAGES.keep_days, description="Erased after so many days.")
    mail: MailedAs = Field(
        default=_MESSAGES.mail, description="What goes to the team's mailbox: nothing, a notice, or the recording."
    )


class DocumentsKeys(Keys):
    """Documents from scanners."""

    megabytes: int = Field(default=_DOCUMENTS.megabytes, strict=True, ge=1, le=100, description="The largest document.")
    pages: int = Field(default=_DOCUMENTS.pages, strict=True, ge=1, le=2000, description="The longest document.")
    keep_days: _KeepDays = Field(default=_DOCUMENTS.keep_days, description="Erased after so many days.")
    mail: MailedAs = Field(
        default=_DOCUMENTS.mail, description="What goes to the team's mailbox: nothing, a notice, or the document."
    )
    same_hours: int = Field(
        default=_DOCUMENTS.same_hours,
        strict=True,
        ge=0,
        le=720,
        description="The same document for the same team within so many hours counts once; 0 for never.",
    )


class DeskKeys(Keys):
    """Members' phones."""

    missed_rings: int = Field(
        default=_DESK.missed_rings,
        strict=True,
        ge=0,
        le=20,
        description="After so many rings in a row that nobody picks up a member is paused; 0 for never.",
    )
    more_wrap_up_seconds: int = Field(
        default=_DESK.more_wrap_up_seconds,
        strict=True,
        ge=10,
        le=3600,
        description="So much longer after-call work a member gets by dialling *47.",
    )
    sign_out_at_closing: bool = Field(
        default=_DESK.sign_out_at_closing,
        strict=True,
        description="Whether members are signed out when all their teams have closed for the day.",
    )
    announcers: list[Id] = Field(
        default=[],
        description="Members who may record announcements for their teams by dialling *49.",
        examples=[["m0101"]],
    )


class CallbacksKeys(Keys):
    """Callbacks: who is dialled, how often, when."""

    dial: bool = Field(
        default=_CALLBACKS.dial,
        strict=True,
        description="Whether Teamline dials; false: a wish lies on the team's desk, and somebody there calls.",
    )
    attempts: int = Field(
        default=_CALLBACKS.attempts,
        strict=True,
        ge=1,
        le=10,
        description="How often a citizen is dialled who is not reached.",
    )
    spacing_minutes: int = Field(
        default=_CALLBACKS.spacing_minutes, strict=True, ge=1, le=1440, description="Minutes between two attempts."
    )
    ring_seconds: int = Field(
        default=_CALLBACKS.ring_seconds, strict=True, ge=10, le=120, description="How long the citizen's phone rings."
    )
    at_once: int = Field(
        default=_CALLBACKS.at_once,
        strict=True,
        ge=1,
        le=500,
        description="Citizens dialled at the same time, in the whole centre.",
    )
    per_second: int = Field(
        default=_CALLBACKS.per_second, strict=True, ge=1, le=50, description="Dials that begin within a second."
    )
    a_day: int = Field(
        default=_CALLBACKS.a_day, strict=True, ge=1, le=20, description="Callbacks for one number within 24 hours."
    )
    keep_days: int = Field(
        default=_CALLBACKS.keep_days,
        strict=True,
        ge=1,
        le=7,
        description="A callback that is not served after so many days expires.",
    )
    per_half_hour: int = Field(
        default=_CALLBACKS.per_half_hour,
        strict=True,
        ge=1,
        le=500,
        description="Appointments of one team in the same half-hour.",
    )
    appointment_minutes: int = Field(
        default=_CALLBACKS.appointment_minutes,
        strict=True,
        ge=10,
        le=480,
        description="How long an appointment is kept whose end nobody names.",
    )
    also_allowed: list[PublicNumber] = Field(
        default=[], description="Numbers that may be called back beside German ones.", examples=[["0211910999"]]
    )
    mail: MailedAs = Field(
        default=_CALLBACKS.mail, description="What a team is sent by mail when a callback lies on its desk in the end."
    )


class AnnouncementKeys(Keys):
    """Something said to callers for some time, before anything else."""

    id: Id = Field(description="Short name.", examples=["staff-meeting"])
    texts: dict[Language, AnnouncementText] = Field(
        min_length=1,
        description="Language -> what is said.",
        examples=[{"de": "Heute schließen wir wegen einer Personalversammlung schon um zehn Uhr."}],
    )
    teams: list[Id] = Field(
        default=[], description="Only to callers of these teams; left out: to everybody.", examples=[["L01"]]
    )
    begins: LocalTime | None = Field(default=None, description="From this moment on.", examples=["2026-12-01 08:00"])
    until: LocalTime = Field(description="Until this moment.", examples=["2026-12-02 16:00"])
