"""teams.yaml as pydantic models: which keys there are, what each may hold, what it is when left out.

Only shape is checked here; what one key means for another is in `routing.teams_checks`. Titles, descriptions
and examples serve the JSON Schema for editors, and the examples also the cures of mistakes.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from routing.centre import BenefitRule, Credits, Limits, Targets, TeamKind, WaitRules
from routing.contact_rules import (
    Closing,
    ClosingRule,
    Condition,
    DeskRules,
    DocumentRules,
    EmergencyRules,
    MailedAs,
    MessageRules,
    WaitingSound,
)
from routing.teams_hours import OFFICE
from routing.teams_hours_kinds import ClosingDays, Exceptions
from routing.teams_kinds import (
    AnnouncementText,
    CallbackSeconds,
    Credit,
    Extension,
    Formula,
    HolidayName,
    HolidayRule,
    Id,
    Land,
    Language,
    LanguageKey,
    LocalTime,
    Mailbox,
    Name,
    NumberPattern,
    PublicNumber,
    RepeatSeconds,
    Seconds,
    Share,
    Week,
    Zone,
)

_NO_OTHERS: JsonDict = {"additionalProperties": False}
_TARGETS, _LIMITS, _CREDITS, _WAITS = Targets(), Limits(), Credits(), WaitRules()
_CLOSING, _EMERGENCY, _MESSAGES, _DOCUMENTS, _DESK = (
    Closing(),
    EmergencyRules(),
    MessageRules(),
    DocumentRules(),
    DeskRules(),
)


class _Keys(BaseModel):
    """A block whose keys are fixed: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CentreKeys(_Keys):
    """The centre itself."""

    name: Name = Field(description="What the centre is called.", examples=["Jobcenter Musterstadt"])
    land: Land = Field(description="The Land, for its public holidays.", examples=["NW"])
    timezone: Zone = Field(default="Europe/Berlin", description="The zone of every time in this file.")


class NumbersKeys(_Keys):
    """How the numbers on letters look: 9 a digit, A any letter, other capital letters themselves."""

    customer: NumberPattern = Field(default="999A999999", description="A customer number (Kundennummer).")
    household: NumberPattern = Field(default="99999BG9999999", description="A household number (BG-Nummer).")


class TargetsKeys(_Keys):
    """What the centre promises; teams may have their own seconds."""

    answer_seconds: Annotated[Seconds, Field(ge=1)] = Field(
        default=_TARGETS.answer_seconds, description="A call answered within these seconds counts as in time."
    )
    share: Share = Field(default=_TARGETS.share, description="The part of calls to be answered in time: 0.75 is 75 %.")
    short_abandon_seconds: Seconds = Field(
        default=_TARGETS.short_abandon_seconds, description="Who hangs up within these seconds is not counted."
    )
    formula: Formula = Field(default="default", description="How the service level is counted.")


class LimitsKeys(_Keys):
    """How often and how long a caller may try to key a number."""

    tries_per_call: int = Field(
        default=_LIMITS.tries_per_call, strict=True, ge=1, le=10, description="Tries in one call."
    )
    tries_per_hour: int = Field(
        default=_LIMITS.tries_per_hour,
        strict=True,
        ge=1,
        le=1000,
        description="Wrong numbers per caller ID and hour.",
    )
    ivr_seconds: int = Field(
        default=_LIMITS.ivr_seconds, strict=True, ge=30, le=3600, description="The longest dialogue before the line."
    )


class CreditsKeys(_Keys):
    """Seconds by which somebody stands further ahead in the line: at most one hour."""

    emergency: Credit = Field(default=_CREDITS.emergency, description="An emergency.")
    kiosk: Credit = Field(default=_CREDITS.kiosk, description="Somebody at a kiosk phone.")
    appointment: Credit = Field(default=_CREDITS.appointment, description="An appointment whose time has come.")


class WaitsKeys(_Keys):
    """What callers hear of the wait that they must expect."""

    spoken: bool = Field(
        default=_WAITS.spoken, strict=True, description="Whether callers are told how long it may take."
    )
    repeat_seconds: RepeatSeconds = Field(
        default=_WAITS.repeat_seconds,
        description="Told again in line after so many seconds, 60 to 90 is sensible; 0 for never.",
    )
    callback_from_seconds: CallbackSeconds = Field(
        default=_WAITS.callback_from_seconds,
        description="Who must expect a longer wait than these seconds is offered a callback.",
    )


class OverflowKeys(_Keys):
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


class ClosingKeys(_Keys):
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


class EmergencyKeys(_Keys):
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


class MessagesKeys(_Keys):
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


class DocumentsKeys(_Keys):
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


class DeskKeys(_Keys):
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


class AnnouncementKeys(_Keys):
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


class HoursKeys(_Keys):
    """Opening hours of every team that has none of its own."""

    default: Week = Field(
        default={day: list(spans) for day, spans in OFFICE.items()},
        description='Days and times, or the word "always". A day that is missing is closed.',
        examples=[dict(OFFICE)],
    )
    holidays: HolidayRule | None = Field(
        default=None,
        description="Whether public holidays of the Land are closed; left out: closed, unless hours are always.",
        examples=["closed"],
    )
    open_on: list[HolidayName] = Field(
        default=[], description="Holidays of the Land on which we work.", examples=[["Fronleichnam"]]
    )
    closed_on: list[HolidayName] = Field(
        default=[],
        description="Holidays that only parts of the Land keep, and we with them.",
        examples=[["Mariä Himmelfahrt"]],
    )
    closing_days: ClosingDays = {}
    exceptions: Exceptions = {}


class SiteKeys(_Keys):
    """A building of the centre."""

    id: Id = Field(description="Short name, used in areas and kiosks.", examples=["nord"])
    name: Name = Field(description="Its name.", examples=["Nord"])
    hours: Week | None = Field(
        default=None, description="Its teams' hours in place of hours.default.", examples=[dict(OFFICE)]
    )
    closing_days: ClosingDays = {}
    exceptions: Exceptions = {}


class AreaKeys(_Keys):
    """Benefit teams and one placement team for the same households."""

    id: Id = Field(description="Short name, used in the customer file.", examples=["A1"])
    name: Name = Field(description="Its name.", examples=["Nord 1"])
    site: Id = Field(description="The id of its site.", examples=["nord"])
    benefit: list[Id] = Field(min_length=1, description="Its benefit teams.", examples=[["L01", "L02"]])
    placement: Id = Field(description="Its placement team.", examples=["V01"])
    benefit_rule: BenefitRule = Field(
        default=BenefitRule.HOUSEHOLD_LAST_DIGIT,
        description="Who of two benefit teams takes a household: by its number's last digit, even the first, "
        "odd the second; or as every line of the customer file says.",
    )


class TeamKeys(_Keys):
    """People who share one line, one queue and one mailbox."""

    name: Name = Field(description="What people call it.", examples=["Leistung 01"])
    kind: TeamKind = Field(description="What it works on.", examples=["benefit"])
    extension: Extension = Field(description="Its internal number.", examples=["2101"])
    mailbox: Mailbox | None = Field(
        default=None, description="Where its messages go.", examples=["leistung01@example.org"]
    )
    hours: Week | None = Field(
        default=None, description="Its own hours in place of its site's or hours.default.", examples=[dict(OFFICE)]
    )
    closing_days: ClosingDays = {}
    exceptions: Exceptions = {}
    target_seconds: Annotated[Seconds, Field(ge=1)] | None = Field(
        default=None, description="Its own targets.answer_seconds.", examples=[30]
    )
    short_abandon_seconds: Seconds | None = Field(
        default=None, description="Its own targets.short_abandon_seconds.", examples=[5]
    )
    ring_seconds: int = Field(
        default=20, strict=True, ge=5, le=300, description="How long one phone rings before the next one does."
    )
    wrap_up_seconds: Seconds = Field(default=0, description="Pause for a member after each call.")
    outbound_caller_id: PublicNumber | None = Field(
        default=None, description="The number shown when the team calls.", examples=["0211910101"]
    )
    callback_from_seconds: CallbackSeconds | None = Field(
        default=None, description="Its own waits.callback_from_seconds.", examples=[900]
    )
    overflow: list[OverflowKeys] | None = Field(
        default=None,
        description="Its own overflow rules in place of the centre's.",
        examples=[[{"when": "wait-over", "seconds": 600, "to": "sister"}]],
    )
    closing: ClosingKeys | None = Field(
        default=None, description="Its own closing rule.", examples=[{"rule": "message", "within_minutes": 10}]
    )
    waiting: WaitingSound = Field(default=WaitingSound.MUSIC, description="What people in line hear.")


class MemberKeys(_Keys):
    """Who answers: one phone, in one or several teams."""

    name: Name = Field(description="The desk or person.", examples=["Platz 0101"])
    teams: list[Id] = Field(description="The ids of the member's teams.", examples=[["L01"]])
    phone: Extension = Field(description="The phone's internal number.", examples=["3101"])


class KioskKeys(_Keys):
    """A phone beside a document scanner."""

    site: Id = Field(description="The id of its site.", examples=["nord"])
    phone: Extension = Field(description="The phone's internal number.", examples=["3901"])


class TeamsYaml(_Keys):
    """The one file that a centre edits."""

    centre: CentreKeys = Field(
        description="The centre itself.", examples=[{"name": "Jobcenter Musterstadt", "land": "NW"}]
    )
    entry: list[PublicNumber] = Field(
        min_length=1, description="Numbers that citizens dial.", examples=[["0211910000"]]
    )
    text_entry: list[PublicNumber] = Field(
        default=[],
        description="More numbers, for callers who read: their phones also show what is said, if they can.",
        examples=[["0211910009"]],
    )
    languages: dict[LanguageKey, Language] = Field(
        default={"1": "de", "2": "de-leicht", "3": "en"},
        min_length=1,
        description="The key after * -> language; the first is spoken to callers who choose none.",
        examples=[{"1": "de", "3": "en"}],
        json_schema_extra=_NO_OTHERS,
    )
    numbers: NumbersKeys = Field(default=NumbersKeys(), description="How the numbers on letters look.")
    targets: TargetsKeys = Field(default=TargetsKeys(), description="What the centre promises.")
    limits: LimitsKeys = Field(default=LimitsKeys(), description="How often and how long a caller may try.")
    credits: CreditsKeys = Field(default=CreditsKeys(), description="Who stands further ahead in the line.")
    waits: WaitsKeys = Field(default=WaitsKeys(), description="What callers hear of their wait.")
    hours: HoursKeys = Field(default=HoursKeys(), description="Opening hours.")
    overflow: list[OverflowKeys] = Field(
        default=[],
        description="Where contacts go that a team cannot take, for every team that has no rules of its own.",
        examples=[[{"when": "closed", "to": "message"}]],
    )
    closing: ClosingKeys = Field(default=ClosingKeys(), description="What becomes of people in line at closing.")
    emergency: EmergencyKeys = Field(default=EmergencyKeys(), description="Emergencies out of hours.")
    messages: MessagesKeys = Field(default=MessagesKeys(), description="Voice messages.")
    documents: DocumentsKeys = Field(default=DocumentsKeys(), description="Documents from scanners.")
    desk: DeskKeys = Field(default=DeskKeys(), description="Members' phones.")
    announcements: list[AnnouncementKeys] = Field(
        default=[],
        description="What callers are told for some time.",
        examples=[[{"id": "staff-meeting", "texts": {"de": "Heute nur bis zehn Uhr."}, "until": "2026-12-02 16:00"}]],
    )
    general_line: Id = Field(description="The team that takes callers who cannot be placed.", examples=["general"])
    sites: list[SiteKeys] = Field(
        min_length=1, description="The buildings.", examples=[[{"id": "nord", "name": "Nord"}]]
    )
    areas: list[AreaKeys] = Field(
        description="The areas.",
        examples=[[{"id": "A1", "name": "Nord 1", "site": "nord", "benefit": ["L01"], "placement": "V01"}]],
    )
    teams: dict[Id, TeamKeys] = Field(
        min_length=1,
        description="Every team under its id, which names its queue.",
        examples=[{"general": {"name": "Zentrale", "kind": "general", "extension": "2000"}}],
        json_schema_extra=_NO_OTHERS,
    )
    members: dict[Id, MemberKeys] = Field(
        description="Every member under an id, which is also the phone's account.",
        examples=[{"m0101": {"name": "Platz 0101", "teams": ["L01"], "phone": "3101"}}],
        json_schema_extra=_NO_OTHERS,
    )
    kiosks: dict[Id, KioskKeys] = Field(
        default={}, description="Every kiosk phone under an id.", json_schema_extra=_NO_OTHERS
    )


def schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12) of teams.yaml, for editors."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Teamline teams.yaml"}
    return {**TeamsYaml.model_json_schema(), **head}
