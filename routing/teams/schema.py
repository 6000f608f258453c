"""teams.yaml as pydantic models: which keys there are, what each may hold, what it is when left out.

Only shape is checked here; what one key means for another is in `routing.teams.checks`. Titles, descriptions
and examples serve the JSON Schema for editors, and the examples also the cures of mistakes.
"""

from typing import Annotated

from pydantic import Field
from pydantic.config import JsonDict

from routing.centre import BenefitRule, Credits, Limits, Targets, TeamKind, WaitRules
from routing.contact_rules import WaitingSound
from routing.teams.hours import OFFICE
from routing.teams.hours_kinds import ClosingDays, Exceptions
from routing.teams.keys import Keys
from routing.teams.kinds import (
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
from routing.teams.rules_schema import (
    AnnouncementKeys,
    CallbacksKeys,
    ClosingKeys,
    DeskKeys,
    DocumentsKeys,
    EmergencyKeys,
    MessagesKeys,
    OverflowKeys,
)

_NO_OTHERS: JsonDict = {"additionalProperties": False}
_TARGETS, _LIMITS, _CREDITS, _WAITS = Targets(), Limits(), Credits(), WaitRules()


class CentreKeys(Keys):
    """The centre itself."""

    name: Name = Field(description="What the centre is called.", examples=["Jobcenter Musterstadt"])
    land: Land = Field(description="The Land, for its public holidays.", examples=["NW"])
    timezone: Zone = Field(default="Europe/Berlin", description="The zone of every time in this file.")


class NumbersKeys(Keys):
    """How the numbers on letters look: 9 a digit, A any letter, other capital letters themselves."""

    customer: NumberPattern = Field(default="999A999999", description="A customer number (Kundennummer).")
    household: NumberPattern = Field(default="99999BG9999999", description="A household number (BG-Nummer).")


class TargetsKeys(Keys):
    """What the centre promises; teams may have their own seconds."""

    answer_seconds: Annotated[Seconds, Field(ge=1)] = Field(
        default=_TARGETS.answer_seconds, description="A call answered within these seconds counts as in time."
    )
    share: Share = Field(default=_TARGETS.share, description="The part of calls to be answered in time: 0.75 is 75 %.")
    short_abandon_seconds: Seconds = Field(
        default=_TARGETS.short_abandon_seconds, description="Who hangs up within these seconds is not counted."
    )
    formula: Formula = Field(default="default", description="How the service level is counted.")


class LimitsKeys(Keys):
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


class CreditsKeys(Keys):
    """Seconds by which somebody stands further ahead in the line: at most one hour."""

    emergency: Credit = Field(default=_CREDITS.emergency, description="An emergency.")
    kiosk: Credit = Field(default=_CREDITS.kiosk, description="Somebody at a kiosk phone.")
    appointment: Credit = Field(default=_CREDITS.appointment, description="An appointment whose time has come.")


class WaitsKeys(Keys):
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


class HoursKeys(Keys):
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
    closing_days: ClosingDays = Field(default={})
    exceptions: Exceptions = Field(default={})


class SiteKeys(Keys):
    """A building of the centre."""

    id: Id = Field(description="Short name, used in areas and kiosks.", examples=["nord"])
    name: Name = Field(description="Its name.", examples=["Nord"])
    hours: Week | None = Field(
        default=None, description="Its teams' hours in place of hours.default.", examples=[dict(OFFICE)]
    )
    closing_days: ClosingDays = Field(default={})
    exceptions: Exceptions = Field(default={})


class AreaKeys(Keys):
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


class TeamKeys(Keys):
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
    closing_days: ClosingDays = Field(default={})
    exceptions: Exceptions = Field(default={})
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
    appointments_per_half_hour: Annotated[int, Field(strict=True, ge=1, le=500)] | None = Field(
        default=None, description="Its own callbacks.per_half_hour.", examples=[6]
    )
    waiting: WaitingSound = Field(default=WaitingSound.MUSIC, description="What people in line hear.")


class MemberKeys(Keys):
    """Who answers: one phone, in one or several teams."""

    name: Name = Field(description="The desk or person.", examples=["Platz 0101"])
    teams: list[Id] = Field(description="The ids of the member's teams.", examples=[["L01"]])
    phone: Extension = Field(description="The phone's internal number.", examples=["3101"])


class KioskKeys(Keys):
    """A phone beside a document scanner."""

    site: Id = Field(description="The id of its site.", examples=["nord"])
    phone: Extension = Field(description="The phone's internal number.", examples=["3901"])
    plain_numbers: bool = Field(
        default=False, description="Whether a printed customer or BG number may be scanned, too, not only a card."
    )


class TeamsYaml(Keys):
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
    callbacks: CallbacksKeys = Field(default=CallbacksKeys(), description="Callbacks.")
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
