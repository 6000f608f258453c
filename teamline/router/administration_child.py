"""The process that reads teams.yaml for administration: one question as JSON on stdin, one answer on stdout.

A text of somebody's making may take seconds to read, and two long ones more to compare: calls do not wait for that.
"""

import json
import resource
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from difflib import unified_diff
from typing import Any

from routing.centre import Centre
from routing.teams.changes import changes
from routing.teams.file import TeamsFileError, parse
from routing.teams.mistakes import listed, meant, shown
from routing.year_preview import groups
from teamline.commands.check_year import year_values
from teamline.year_calendar import year_calendar

MEMORY_BYTES = 1536 * 1024 * 1024
MOST_MISTAKES = 500
MOST_LINES = 5000
FILE = "teams.yaml"

Answer = Mapping[str, Any]


def main() -> None:
    """Answer one question."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin)
    json.dump(ANSWERS[asked["do"]](asked), sys.stdout)


def _checked(asked: Answer) -> Answer:
    try:
        centre = parse(asked["text"], FILE)
    except TeamsFileError as error:
        told = [
            {"line": each.line, "column": each.column, "what": each.what, "cure": each.cure} for each in error.mistakes
        ]
        return {"mistakes": told[:MOST_MISTAKES], "mistakes_count": len(told)}
    return {
        "mistakes": [],
        "mistakes_count": 0,
        "changes": _changes(asked["active"], centre),
        "teams": len(centre.teams),
        "members": len(centre.members),
    }


def _changes(before: str | None, after: Centre) -> list[str] | None:
    try:
        return list(changes(parse(before, FILE), after))[:MOST_LINES] if before is not None else None
    except TeamsFileError:
        return None


def _differences(asked: Answer) -> Answer:
    before, after = asked["before"], asked["after"]
    try:
        told = _changes(before, parse(after, FILE))
    except TeamsFileError:
        told = None
    lines = list(unified_diff(before.splitlines(), after.splitlines(), lineterm=""))[2:]
    return {"changes": told, "text": [line[:500] for line in lines[:MOST_LINES]]}


def _year(asked: Answer) -> Answer:
    centre, team = parse(asked["text"], FILE), asked["team"]
    if refused := _no_such_team(centre, team):
        return refused
    today = datetime.now(centre.timezone).date()
    return {
        **year_values(groups(centre, [team] if team else None), asked["year"], today),
        "names": {each.id: each.name for each in centre.teams.values()},
    }


def _calendar(asked: Answer) -> Answer:
    centre, team = parse(asked["text"], FILE), asked["team"]
    if refused := _no_such_team(centre, team):
        return refused
    chosen = groups(centre, [team] if team else None)
    return {"calendar": year_calendar(chosen, centre.timezone, asked["year"], datetime.now(UTC)).decode()}


def _no_such_team(centre: Centre, team: str) -> Answer | None:
    if not team or team in centre.teams:
        return None
    cure = meant(team, centre.teams, f"the teams are {listed(centre.teams)}")
    return {"refused": f"There is no team {shown(team)}: {cure}."}


ANSWERS: Mapping[str, Callable[[Answer], Answer]] = {
    "check": _checked,
    "differences": _differences,
    "year": _year,
    "calendar": _calendar,
}


if __name__ == "__main__":
    main()
