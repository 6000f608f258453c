"""What overflow rules of teams.yaml mean for the rest of the file: limits, targets, rules that can do nothing."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from routing.contact_rules import Condition, Goal
from routing.teams.mistakes import listed, meant, shown
from routing.teams.places import Document, Finding, Path
from routing.teams.sightings import found, ids, texts

NAMED_GOALS = (Goal.SISTER, Goal.GENERAL, Goal.WIDE, Goal.CALLBACK, Goal.MESSAGE)
"""What `to` of an overflow rule may be beside a team's id."""
_LIMITS = {Condition.WAIT_OVER: "seconds", Condition.HOLD_OVER: "seconds", Condition.LINE_OVER: "callers"}
_EXAMPLES = {"seconds": "seconds: 600", "callers": "callers: 20"}
_PAIR = 2


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule as it stands in the file; `team`: whose own it is, None for the centre's."""

    path: Path
    team: str | None
    when: str
    to: str
    keys: Collection[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules are checked against; None and empty where the file does not say, or not soundly."""

    teams: Collection[str] | None
    general: str | None
    benefit: Mapping[str, tuple[str, ...]]
    """Team -> all benefit teams of its area; placement teams have none."""
    staffed: Collection[str] | None

    def sister(self, team: str | None) -> str | None:
        """The one other benefit team of its area."""
        others = [other for other in self.benefit.get(team or "", ()) if other != team]
        return others[0] if len(others) == 1 else None

    def target(self, rule: WrittenRule, team: str | None) -> str | None:
        """The team that the rule sends this team's contacts to; None for none, and for one that is not known."""
        if rule.to in (Goal.SISTER, Goal.WIDE):
            return self.sister(team)
        if rule.to == Goal.GENERAL:
            return self.general
        return rule.to if rule.to not in NAMED_GOALS and rule.to in (self.teams or ()) else None


def overflow_findings(document: Document) -> Iterator[Finding]:
    """Every mistake of overflow rules but circles (`routing.teams.overflow_circles`)."""
    around = surroundings(document)
    for rules in written(document).values():
        first: dict[tuple[str, str | None], WrittenRule] = {}
        for rule in rules:
            yield from _limit(rule)
            yield from _target(rule, around)
            place = rule.when, around.target(rule, rule.team) if rule.to != Goal.WIDE else rule.to
            earlier = first.setdefault((place[0], place[1] or rule.to), rule)
            if earlier is not rule:
                yield _twice(rule, document.place(earlier.path).line)


def surroundings(document: Document) -> Surroundings:
    """What the file says of teams, areas and members."""
    benefit: dict[str, tuple[str, ...]] = {}
    for _, teams in found(document.value, ("areas", "*", "benefit")):
        if isinstance(teams, list):
            named = tuple(team for team in teams if isinstance(team, str))
            benefit |= dict.fromkeys(named, named)
    general = next((name for _, name in texts(document, "general_line")), None)
    known = ids(document, "teams")
    staffed = None if ids(document, "members") is None else {name for _, name in texts(document, "members.*.teams.*")}
    return Surroundings(known, general if general in (known or ()) else None, benefit, staffed)


def written(document: Document) -> dict[str | None, list[WrittenRule]]:
    """The rules of the centre (None) and of each team that has its own, in their order; misshapen ones left out."""
    lists: dict[str | None, list[WrittenRule]] = {}
    for pattern in (("overflow",), ("teams", "*", "overflow")):
        for path, rules in found(document.value, pattern):
            if isinstance(rules, list):
                team = str(path[1]) if len(path) > 1 else None
                lists[team] = list(_rules(path, team, rules))
    return lists


def _rules(path: Path, team: str | None, rules: list[object]) -> Iterator[WrittenRule]:
    for index, rule in enumerate(rules):
        if isinstance(rule, dict):
            when, to = rule.get("when"), rule.get("to")
            if isinstance(when, str) and when in list(Condition) and isinstance(to, str):
                said = tuple(key for key, value in rule.items() if value is not None)
                yield WrittenRule((*path, index), team, when, to, said)


def _limit(rule: WrittenRule) -> Iterator[Finding]:
    needed = _LIMITS.get(Condition(rule.when))
    if needed and needed not in rule.keys:
        yield Finding(rule.path, f"{rule.when} without a limit", f"write for example  {_EXAMPLES[needed]}")
    for key in ("seconds", "callers"):
        if key in rule.keys and key != needed:
            what = f"{shown(key)} means nothing for {rule.when}"
            cure = f"write  {_EXAMPLES[needed]}  instead" if needed else "remove it"
            yield Finding((*rule.path, key), what, cure, at_key=True)


def _target(rule: WrittenRule, around: Surroundings) -> Iterator[Finding]:
    if wrong := _unknown(rule, around) or _without_sister(rule, around) or _useless(rule, around):
        yield Finding((*rule.path, "to"), *wrong)


def _unknown(rule: WrittenRule, around: Surroundings) -> tuple[str, str] | None:
    if around.teams is None or rule.to in NAMED_GOALS or rule.to in around.teams:
        return None
    goals = [goal.value for goal in NAMED_GOALS]
    otherwise = f"write {listed(goals)}, or one of {listed(around.teams)}"
    return f"there is no team {shown(rule.to)}", meant(rule.to, [*goals, *around.teams], otherwise)


def _without_sister(rule: WrittenRule, around: Surroundings) -> tuple[str, str] | None:
    if rule.team is None or rule.to not in (Goal.SISTER, Goal.WIDE) or around.sister(rule.team):
        return None
    teams = len(around.benefit.get(rule.team, ()))
    why = f"its area has {teams} benefit teams" if teams > _PAIR else "it is not one of two benefit teams of an area"
    cure = "write the id of a team, general, callback or message"
    return f"team {shown(rule.team)} has no one sister: {why}", cure


def _useless(rule: WrittenRule, around: Surroundings) -> tuple[str, str] | None:
    target = around.target(rule, rule.team)
    if target is None:
        return None
    if target == rule.team:
        name = "the general line" if rule.to == Goal.GENERAL else f"team {shown(target)}"
        return f"{name} sends its contacts to itself", "name another team, or write callback or message"
    if around.staffed is not None and target not in around.staffed:
        cure = "give the team a member, or send elsewhere"
        return f"nobody could answer there: team {shown(target)} has no member", cure
    return None


def _twice(rule: WrittenRule, line: int) -> Finding:
    what = f"{rule.when} sends to {shown(rule.to)} a second time (first in line {line}), so this rule does nothing"
    limit = ", with the lower limit" if Condition(rule.when) in _LIMITS else ""
    return Finding(rule.path, what, f"keep one of the two{limit}")
