"""The small centre with overflow and closing rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from routing.centre import Centre
from routing.contact_rules import Closing, Condition, Goal, OverflowRule
from tests.fakes.router import small_centre


def rule(when: Condition, to: Goal | str, limit: int | None = None) -> OverflowRule:
    """As teams.yaml would have it: a team's id or a goal."""
    if isinstance(to, Goal):
        return OverflowRule(when, to, limit)
    return OverflowRule(when, Goal.LINE, limit, to)


def ruled(
    rules: Mapping[str, Sequence[OverflowRule]], centre: Centre | None = None, closing: Closing | None = None
) -> Centre:
    """Teams with these rules, all with this closing."""
    centre = centre or small_centre()
    teams = {
        team.id: replace(team, overflow=tuple(rules.get(team.id, ())), closing=closing or team.closing)
        for team in centre.teams.values()
    }
    return replace(centre, teams=teams)
