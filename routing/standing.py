"""Where a contact stands when a team's rules are asked, and what a rule does with it; and who answers there."""

from dataclasses import dataclass, replace
from datetime import datetime

from routing.centre import Centre, Team
from routing.contact_rules import Goal
from routing.rules import Concern, Rule


@dataclass(frozen=True, slots=True)
class Standing:
    """A contact in a team's line, or about to join it. The first contact, the credit and the home never change."""

    team: str
    """Whose rules count: the team whose books it is in or is about to join."""
    home: str
    """The team that the contact is for."""
    concern: Concern
    arrival: int
    """First contact in Unix seconds."""
    credit: int
    """Seconds."""
    via: tuple[str, ...] = ()
    """Teams that have sent it on: it never comes back to one of them."""
    passed: tuple[int, ...] = ()
    """Rules of this team that are used up: their places in its list, and `routing.closing_time`'s own."""
    held_seconds: float | None = None
    """Since it joined this team; None: it has not joined."""
    expected_seconds: float | None = None
    """Its own p50 from now; None: not known, and before it joins the team's figure counts."""
    is_wide: bool = False
    """It stands in `<area>-wide`."""
    joined_at: datetime | None = None
    """When it joined this team, by the clock of opening hours; None: `held_seconds` ago."""
    rule: Rule = Rule.HOUSEHOLD_TEAM
    """Why it is with this team."""

    def without(self, rule: int) -> "Standing":
        """The same once this rule is used up."""
        return replace(self, passed=(*self.passed, rule))


@dataclass(frozen=True, slots=True)
class Move:
    """What a rule of `team` does with a contact: `to` is the team whose line, members or mailbox take it."""

    team: str
    rule: Rule
    goal: Goal
    to: str
    index: int
    """The rule's place in the team's list, as in `Standing.passed`."""

    def after(self, standing: Standing) -> Standing:
        """Where the contact stands now; after a callback or message: where it stands if it is not wanted."""
        if self.goal is not Goal.LINE:
            is_wide = standing.is_wide or self.goal is Goal.WIDE
            return replace(standing.without(self.index), is_wide=is_wide)
        return Standing(
            team=self.to,
            home=standing.home,
            concern=standing.concern,
            arrival=standing.arrival,
            credit=standing.credit,
            via=(*standing.via, standing.team),
            rule=self.rule,
        )


def is_urgent(standing: Standing, centre: Centre) -> bool:
    """Whether it stands in `<area>-urgent`: an emergency of any team of an area."""
    return standing.concern is Concern.EMERGENCY and standing.team in centre.area_of_team


def queue_of(standing: Standing, centre: Centre) -> str:
    """The queue in which it stands."""
    area = centre.area_of_team.get(standing.team)
    if area and standing.concern is Concern.EMERGENCY:
        return area.urgent_queue
    return area.wide_queue if area and standing.is_wide else centre.teams[standing.team].queue


def answering(standing: Standing, centre: Centre) -> tuple[Team, ...]:
    """The teams whose members answer where it stands."""
    area = centre.area_of_team.get(standing.team)
    if area and standing.concern is Concern.EMERGENCY:
        return tuple(centre.teams[team] for team in area.teams)
    teams = area.benefit if area and standing.is_wide else (standing.team,)
    return tuple(centre.teams[team] for team in teams)
