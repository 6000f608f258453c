"""What Asterisk's console says of each team, beside what the router's board and metrics say."""

import json
import re
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from running_lab import RunningLab, until

_MEMBER = re.compile(r"\(PJSIP/(\w+)\)((?: \([^)]*\))*)")
_FLAG = re.compile(r"\(([^)]*)\)")
_CALLER = re.compile(r"^\s+\d+\. (\S+) \(wait: ", re.MULTILINE)
_AWAY = {"Unavailable", "Unknown", "Invalid"}
_IN_USE = {"In use", "Busy", "Ring+Inuse", "On Hold"}
_CHANNEL, _STATE, _APPLICATION, _BRIDGE = 0, 4, 5, -2
LOOK_SECONDS = 10
"""Less than from one comparison to the next: what one has left wrong is seen."""


@dataclass(frozen=True, slots=True)
class TeamSeen:
    """Who waits and what the signed-in members do."""

    waiting: int
    members: Mapping[str, int]


Seen = Mapping[str, TeamSeen]
"""Team -> what is seen of it."""


def asterisks(lab: RunningLab) -> Seen:
    """By `queue show` and `core show channels`: callers of derived queues count for no team here."""
    shown = lab.console("queue show")
    legs = _legs(lab.console("core show channels concise"))
    blocks = {block.strip().partition(" ")[0]: block for block in shown.split("\n\n")}
    paused = {who for who, flags in _MEMBER.findall(shown) if "(paused" in flags}
    return {team.id: _team(blocks.get(team.queue, ""), legs, paused) for team in lab.centre.teams.values()}


def _team(block: str, legs: Mapping[str, str], paused: set[str]) -> TeamSeen:
    states = Counter(_state(_FLAG.findall(flags), legs.get(who, ""), who in paused) for who, flags in _members(block))
    return TeamSeen(len(_CALLER.findall(block)), dict(states))


def _members(block: str) -> Sequence[tuple[str, str]]:
    return _MEMBER.findall(block.partition("Members:")[2].partition("Callers:")[0])


def _state(flags: Sequence[str], leg: str, is_paused: bool) -> str:
    if _AWAY & {*flags}:
        return "unavailable"
    if leg:
        return leg
    if "Ringing" in flags:
        return "ringing"
    if _IN_USE & {*flags}:
        return "busy"
    return "paused" if is_paused else "available"


def _legs(channels: str) -> Mapping[str, str]:
    """Member -> what their channel does that app_queue has called."""
    legs = {}
    for line in channels.splitlines():
        told = line.split("!")
        if len(told) > -_BRIDGE and told[_APPLICATION] == "AppQueue":
            member = told[_CHANNEL].removeprefix("PJSIP/").rpartition("-")[0]
            legs[member] = "talking" if told[_STATE] == "Up" else "ringing"
    return legs


def live(lab: RunningLab) -> Mapping[str, Any]:
    """GET /api/v1/live."""
    with urllib.request.urlopen(f"{lab.told['http']}/api/v1/live", timeout=5) as answer:
        told: Mapping[str, Any] = json.load(answer)
    return told


def metrics(lab: RunningLab) -> Mapping[tuple[str, ...], float]:
    """Every sample of `/metrics` by its name and its labels' values, in the order of their names."""
    with urllib.request.urlopen(lab.told["metrics"], timeout=5) as answer:
        text = answer.read().decode()
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(one.name, *(value for _, value in sorted(one.labels.items()))): one.value for one in samples}


def drift(lab: RunningLab) -> Counter[str]:
    """teamline_live_drift_total by kind."""
    told = metrics(lab).items()
    return Counter({names[1]: int(value) for names, value in told if names[0] == "teamline_live_drift_total"})


def on_board(lab: RunningLab) -> Seen:
    """By the board; nothing when there is none, or one that calls itself stale."""
    try:
        told = live(lab)
    except OSError:
        return {}
    teams = () if told["stale"] else told["teams"]
    return {
        team["id"]: TeamSeen(team["waiting"], {word: count for word, count in team["members"].items() if count})
        for team in teams
    }


def in_metrics(lab: RunningLab) -> Seen:
    """By the gauges; nothing when nobody answers."""
    waiting: dict[str, int] = {}
    members: dict[str, dict[str, int]] = {}
    try:
        told = metrics(lab)
    except OSError:
        return {}
    for names, value in told.items():
        if names[0] == "teamline_callers_waiting":
            waiting[names[1]] = int(value)
        elif names[0] == "teamline_members" and value:
            members.setdefault(names[2], {})[names[1]] = int(value)
    return {team: TeamSeen(count, members.get(team, {})) for team, count in waiting.items()}


def until_right(lab: RunningLab) -> None:
    """Wait until looks have shown every team right, on board and in metrics: before the next comparison is due.

    Under load a look may fall between two states: a team is compared where Asterisk said the same before and after.
    """
    wrong = {*lab.centre.teams}
    last = ""

    def are_right() -> bool:
        nonlocal last
        before, board, gauges, after = asterisks(lab), on_board(lab), in_metrics(lab), asterisks(lab)
        still = {team for team in wrong if before[team] == after[team]}
        wrong.difference_update(team for team in still if before[team] == board.get(team) == gauges.get(team))
        last = "; ".join(f"{team}: {before[team]}, {board.get(team)}, {gauges.get(team)}" for team in sorted(wrong))
        return not wrong

    try:
        until(are_right, LOOK_SECONDS, "Asterisk, board and metrics alike")
    except AssertionError as error:
        raise AssertionError(f"{error}: {last}") from None
