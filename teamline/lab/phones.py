"""The lab's phones: N for each team, the first configured members, and invented ones where a team has fewer."""

from collections.abc import Mapping
from typing import Any

import yaml
from yamlcore import CoreLoader

from routing.centre import Centre, Member
from routing.teams.file import parse


def phones(centre: Centre, per_team: int) -> tuple[Member, ...]:
    """The members that get a phone: the first `per_team` of each team, each once."""
    chosen = [member for team in centre.teams for member in centre.members_of(team)[:per_team]]
    return tuple({member.id: member for member in chosen}.values())


def with_enough_members(text: str, per_team: int) -> str:
    """A teams.yaml in which every team has at least `per_team` members; unchanged if it has. Raises TeamsFileError."""
    centre = parse(text)
    missing = {team: per_team - len(centre.members_of(team)) for team in centre.teams}
    if not any(count > 0 for count in missing.values()):
        return text
    content: dict[str, Any] = yaml.load(text, Loader=CoreLoader)  # noqa: S506 - a safe loader of YAML 1.2
    numbers = _free_numbers(centre)
    members: dict[str, object] = dict(content.get("members") or {})
    for team, count in missing.items():
        for number in range(1, count + 1):
            member = _free_name(f"lab-{team}-{number}", members)
            members[member] = {"name": f"Lab {team} {number}", "teams": [team], "phone": next(numbers)}
    content["members"] = members
    return yaml.dump(content, Dumper=_QuotedText, allow_unicode=True, sort_keys=False)


class _QuotedText(yaml.SafeDumper):
    """Every text in quotes: YAML 1.1, which PyYAML writes, and 1.2, which we read, take other words for numbers."""


_QuotedText.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def _free_name(wanted: str, taken: Mapping[str, object]) -> str:
    while wanted in taken:
        wanted += "x"
    return wanted


def _free_numbers(centre: Centre) -> Any:  # noqa: ANN401 - an endless iterator of str
    taken = {team.extension for team in centre.teams.values()} | set(centre.entry)
    taken |= {member.phone for member in centre.members.values()} | {kiosk.phone for kiosk in centre.kiosks.values()}
    return (str(number) for number in range(880000, 990000) if str(number) not in taken)
