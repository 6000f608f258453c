"""The centre as frozen values: sites, areas, teams, members, and what they agreed on.

Built only by `routing.teams.file` (which reports every mistake); everything here may trust what it holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from routing.contact_rules import (
    Announcement,
    CallbackRules,
    Closing,
    DeskRules,
    DocumentRules,
    EmergencyRules,
    MessageRules,
    OverflowRule,
    WaitingSound,
)
from routing.hours import OpeningHours, always_open

CENTRE = "centre"
"""What reports call the whole centre's totals: no team has this id."""
CALLBACK_FROM_SECONDS = 600
"""From this expected wait on a callback is offered, where nobody says otherwise."""
RESERVED_QUEUE = "general"  # app_queue reads [general] of queues.conf, in any case, as its own settings


class TeamKind(StrEnum):
    """What a team works on; the general line is a team too."""

    BENEFIT = "benefit"
    PLACEMENT = "placement"
    GENERAL = "general"


class BenefitRule(StrEnum):
    """How an area shares its households between its two benefit teams."""

    HOUSEHOLD_LAST_DIGIT = "household-last-digit"
    """Even last digit of the household number: first team; odd: second team. One team takes all."""
    CUSTOMER_FILE = "customer-file"
    """Every line of the customer file names its benefit team: for areas with more than two."""


@dataclass(frozen=True, slots=True)
class Site:
    """A building of the centre."""

    id: str
    name: str
    hours: OpeningHours | None = None
    """What its teams inherit; None where it is all the same to whoever made this centre."""


@dataclass(frozen=True, slots=True)
class Area:
    """Benefit teams and one placement team for the same households."""

    id: str
    name: str
    site: str
    benefit: tuple[str, ...]
    placement: str
    benefit_rule: BenefitRule

    @property
    def teams(self) -> tuple[str, ...]:
        """Every team of the area, benefit teams first."""
        return (*self.benefit, self.placement)

    @property
    def wide_queue(self) -> str:
        """Derived queue: members of all benefit teams of the area."""
        return f"{self.id}-wide"

    @property
    def urgent_queue(self) -> str:
        """Derived queue: members of all teams of the area."""
        return f"{self.id}-urgent"


@dataclass(frozen=True, slots=True)
class WaitRules:
    """What callers hear of their wait; see `routing.spoken_wait`."""

    spoken: bool = True
    """Whether a caller is told the expected wait at all, before the line and in it."""
    repeat_seconds: int = 75
    """So long a caller waits in line until told again (5 to 600); 0: never again after joining."""
    callback_from_seconds: int = CALLBACK_FROM_SECONDS
    """A callback is offered to whoever must expect a longer wait than this, in teams that say nothing else."""


@dataclass(frozen=True, slots=True)
class Team:
    """People who share one line, one queue and one mailbox ("" for none). Spans are seconds."""

    id: str
    name: str
    kind: TeamKind
    extension: str
    mailbox: str
    hours: OpeningHours
    target_seconds: int
    short_abandon_seconds: int
    ring_seconds: int
    wrap_up_seconds: int
    outbound_caller_id: str | None = None
    callback_from_seconds: int = CALLBACK_FROM_SECONDS
    overflow: tuple[OverflowRule, ...] = ()
    closing: Closing = field(default_factory=Closing)
    waiting: WaitingSound = WaitingSound.MUSIC
    appointments_per_half_hour: int = CallbackRules().per_half_hour

    @property
    def queue(self) -> str:
        """The team's queue in Asterisk: its id, but `general-line` for the one id it reserves."""
        return f"{self.id}-line" if self.id.casefold() == RESERVED_QUEUE else self.id


@dataclass(frozen=True, slots=True)
class Member:
    """Who answers: an ordinary SIP phone with its own extension, in one or several teams."""

    id: str
    name: str
    teams: tuple[str, ...]
    phone: str

    @property
    def interface(self) -> str:
        """The member as app_queue knows it."""
        return f"PJSIP/{self.id}"


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A phone beside a document scanner."""

    id: str
    site: str
    phone: str
    plain_numbers: bool = False
    """Whether a printed customer or household number may be scanned here, too, not only a card."""


@dataclass(frozen=True, slots=True)
class Credits:
    """Seconds granted on top of the wait (at most 3600): see `routing.fair_line`."""

    emergency: int = 1800
    kiosk: int = 300
    appointment: int = 1200


@dataclass(frozen=True, slots=True)
class Limits:
    """Tries with an unknown or malformed number per call and per caller ID and hour; whole IVR in seconds."""

    tries_per_call: int = 3
    tries_per_hour: int = 10
    ivr_seconds: int = 180


@dataclass(frozen=True, slots=True)
class Targets:
    """The centre's promise: `share` of calls answered within `answer_seconds`."""

    answer_seconds: int = 30
    share: float = 0.75
    short_abandon_seconds: int = 5
    formula: str = "default"


@dataclass(frozen=True)
class Centre:
    """One job centre. Mappings are keyed by id and keep the order of teams.yaml."""

    name: str
    land: str
    timezone: ZoneInfo
    entry: tuple[str, ...]
    languages: Mapping[str, str]
    """The key pressed after `*` -> language (`de`, `de-leicht`, `en`); the first is the default."""
    customer_pattern: str
    household_pattern: str
    targets: Targets
    limits: Limits
    credits: Credits
    hours: OpeningHours
    general_line: str
    sites: Mapping[str, Site]
    areas: Mapping[str, Area]
    teams: Mapping[str, Team]
    members: Mapping[str, Member]
    kiosks: Mapping[str, Kiosk]
    waits: WaitRules = WaitRules()
    overflow: tuple[OverflowRule, ...] = ()
    """Of teams that say nothing else; every team holds the rules that count for it. So does `closing`."""
    closing: Closing = field(default_factory=Closing)
    emergency: EmergencyRules = field(default_factory=EmergencyRules)
    messages: MessageRules = field(default_factory=MessageRules)
    documents: DocumentRules = field(default_factory=DocumentRules)
    desk: DeskRules = field(default_factory=DeskRules)
    callbacks: CallbackRules = field(default_factory=CallbackRules)
    announcements: tuple[Announcement, ...] = ()
    text_entry: tuple[str, ...] = ()
    """Numbers at which what is said is also shown, on phones that can show it."""

    @property
    def default_language(self) -> str:
        """The language of a caller who chose none."""
        return next(iter(self.languages.values()))

    @cached_property
    def area_of_team(self) -> Mapping[str, Area]:
        """The area that a team belongs to; the general line is in none."""
        return {team: area for area in self.areas.values() for team in area.teams}

    @cached_property
    def queues(self) -> tuple[str, ...]:
        """Every queue that Asterisk must have: teams, then `<area>-wide` and `<area>-urgent`."""
        derived = [queue for area in self.areas.values() for queue in (area.wide_queue, area.urgent_queue)]
        return (*(team.queue for team in self.teams.values()), *derived)

    @cached_property
    def team_of_queue(self) -> Mapping[str, Team]:
        """The team behind each team queue; derived queues belong to no single team."""
        return {team.queue: team for team in self.teams.values()}

    @cached_property
    def staffed_teams(self) -> frozenset[str]:
        """The teams that have a member, signed in or not: looked up in every decision."""
        return frozenset(team for member in self.members.values() for team in member.teams)

    def queues_of(self, member: Member) -> tuple[str, ...]:
        """Every queue that the member serves while signed in: own teams and what derives from them."""
        areas = {area.id: area for team in member.teams if (area := self.area_of_team.get(team))}
        derived: list[str] = []
        for area in areas.values():
            if any(team in area.benefit for team in member.teams):
                derived.append(area.wide_queue)
            derived.append(area.urgent_queue)
        return (*(self.teams[team].queue for team in member.teams), *derived)

    def sister_of(self, team: str) -> str | None:
        """The other benefit team of the same area; None unless there is exactly one."""
        area = self.area_of_team.get(team)
        others = [other for other in area.benefit if other != team] if area and team in area.benefit else []
        return others[0] if len(others) == 1 else None

    def members_of(self, team: str) -> tuple[Member, ...]:
        """The members configured for a team, signed in or not."""
        return tuple(member for member in self.members.values() if team in member.teams)


def with_hours_always_open(centre: Centre) -> Centre:
    """The same centre, open at every hour of every day: for the lab."""
    hours = always_open(centre.timezone)
    teams = {team.id: replace(team, hours=hours) for team in centre.teams.values()}
    sites = {site.id: replace(site, hours=hours) for site in centre.sites.values()}
    return replace(centre, hours=hours, sites=sites, teams=teams)
