"""Overflow rules that send in a circle: no contact would go round it, but nobody could say where one ends up.

Sister teams that help each other by `to: sister` are meant: a contact goes to the sister once. Every other circle is a
mistake. It has a rule that names a team by its id, since that is the only other way out of the general line.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import pairwise

from routing.contact_rules import Goal
from routing.teams.overflow_checks import NAMED_GOALS, WrittenRule, surroundings, written
from routing.teams.places import Document, Finding

_Edges = Mapping[str, Mapping[str, WrittenRule]]
_CURE = (
    "take one of these rules out; where two sister teams are to help each other, write  to: sister  in both "
    "(nobody is sent there twice)"
)
_MOST_SPELT = 12


def circle_findings(document: Document) -> Iterator[Finding]:
    """One finding a circle, at a rule of it that names a team."""
    edges = _on_circles(_edges(document))
    told: set[tuple[str, str]] = set()
    for team, targets in edges.items():
        for target, rule in targets.items():
            if rule.to in NAMED_GOALS or (team, target) in told:
                continue
            if back := _way(target, team, edges):
                circle = [team, *back]
                told |= set(pairwise(circle))
                yield Finding((*rule.path, "to"), f"overflow rules in a loop: {_spelt(circle)}", _CURE)


def _spelt(circle: list[str]) -> str:
    shown = circle if len(circle) <= _MOST_SPELT else [*circle[: _MOST_SPELT - 2], "…", circle[-1]]
    return " -> ".join(shown)


def _edges(document: Document) -> _Edges:
    """Team -> each other team that its rules send to, with the rule: one that names it by its id before others."""
    around, lists = surroundings(document), written(document)
    edges: dict[str, dict[str, WrittenRule]] = {}
    for team in around.teams or ():
        rules = [rule for rule in lists.get(team, lists.get(None, [])) if rule.to != Goal.WIDE]
        ways = edges[team] = {}
        for rule in sorted(rules, key=lambda rule: rule.to in NAMED_GOALS):
            target = around.target(rule, team)
            if target and target != team:
                ways.setdefault(target, rule)
    return edges


def _on_circles(edges: _Edges) -> _Edges:
    """Without the teams from which every way ends: what is left leads round."""
    sources: dict[str, list[str]] = {team: [] for team in edges}
    for team, targets in edges.items():
        for target in targets:
            sources[target].append(team)
    ways = {team: len(targets) for team, targets in edges.items()}
    ends = [team for team, count in ways.items() if not count]
    for team in ends:  # grows as it goes
        for source in sources[team]:
            ways[source] -= 1
            if not ways[source]:
                ends.append(source)
    return {
        team: {target: rule for target, rule in targets.items() if ways[target]}
        for team, targets in edges.items()
        if ways[team]
    }


def _way(begin: str, end: str, edges: _Edges) -> list[str]:
    """The shortest way, both ends included; empty if there is none."""
    came_from: dict[str, str] = {begin: ""}
    todo = deque([begin])
    while todo and end not in came_from:
        team = todo.popleft()
        for target in edges[team]:
            if target not in came_from:
                came_from[target] = team
                todo.append(target)
    way: list[str] = []
    team = end if end in came_from else ""
    while team:
        way.append(team)
        team = came_from[team]
    return way[::-1]
