"""Where a contact stands, as the channel keeps it between two stays in line: TEAMLINE_TEAM, _HOME, _VIA, _PASSED, ...

Whatever is missing or is not as it should be counts as not kept: a call that came by transfer, or while no router was
there, stands for the first time with the team of its queue.
"""

import re
from collections.abc import Iterable

from ivr.line import Line
from routing.centre import Centre
from routing.decision import Concern, Decision, Rule
from routing.fair_line import CREDIT_LIMIT
from routing.standing import Standing

_SECONDS = re.compile("[0-9]{1,10}").fullmatch
_INDEX = re.compile("-?[0-9]{1,3}").fullmatch
_BETWEEN = ":"


def of(decision: Decision) -> Standing:
    """Where a contact stands that was sent to a line; as if it were new there, where nobody says."""
    team = decision.team or decision.home
    return decision.standing or Standing(team, decision.home, decision.concern, decision.arrival, decision.credit)


def variables(standing: Standing) -> dict[str, str]:
    """For the channel. A team that is about to be joined is joined when the dialplan says so (TEAMLINE_SINCE)."""
    since = {"TEAMLINE_SINCE": ""} if standing.held_seconds is None else {}
    return {
        "TEAMLINE_TEAM": standing.team,
        "TEAMLINE_HOME": standing.home,
        "TEAMLINE_VIA": _BETWEEN.join(standing.via),
        "TEAMLINE_PASSED": _written(standing.passed),
        **since,
    }


async def in_line(line: Line, queue: str, centre: Centre, expected_seconds: float | None) -> Standing:
    """The standing of a caller who has just left this queue (one of the centre's) and may come back."""
    kept = await line.get("TEAMLINE_TEAM") or ""
    team = _team(queue, kept, centre)
    is_its_own = team == kept
    home = team if _is_transferred(kept, team) else await line.get("TEAMLINE_HOME") or ""
    return Standing(
        team=team,
        home=home if home in centre.teams else team,
        concern=_concern(queue, await line.get("TEAMLINE_CONCERN"), centre),
        arrival=line.arrival,
        credit=min(_number(await line.get("TEAMLINE_CREDIT")), CREDIT_LIMIT),
        via=_teams(await line.get("TEAMLINE_VIA"), centre) if is_its_own else (),
        passed=_indexes(await line.get("TEAMLINE_PASSED")) if is_its_own else (),
        held_seconds=await _held(line),
        expected_seconds=expected_seconds,
        is_wide=queue in {area.wide_queue for area in centre.areas.values()},
        rule=_rule(await line.get("TEAMLINE_RULE")),
    )


def _team(queue: str, kept: str, centre: Centre) -> str:
    """Whose line it is; a derived queue is that of the team kept, if it is one of its area's."""
    if own := centre.team_of_queue.get(queue):
        return own.id
    area = next(area for area in centre.areas.values() if queue in (area.wide_queue, area.urgent_queue))
    return kept if kept in area.teams else area.benefit[0]


def _is_transferred(kept: str, team: str) -> bool:
    """A member has decided whom it is for now. No team is kept where a call fell back: it is for whom it was."""
    return kept not in ("", team)


def _concern(queue: str, kept: str | None, centre: Centre) -> Concern:
    if queue in {area.urgent_queue for area in centre.areas.values()}:
        return Concern.EMERGENCY
    return Concern(kept) if kept in set(Concern) else Concern.MONEY


def _rule(kept: str | None) -> Rule:
    return Rule(kept) if kept in set(Rule) else Rule.HOUSEHOLD_TEAM


async def _held(line: Line) -> float:
    """Seconds since the first join to this team, all by Asterisk's clock."""
    now = _number(await line.get("EPOCH"))
    since = _number(await line.get("TEAMLINE_SINCE")) or now
    return float(max(0, now - since))


def _number(kept: str | None) -> int:
    return int(kept) if kept and _SECONDS(kept) else 0


def _teams(kept: str | None, centre: Centre) -> tuple[str, ...]:
    return tuple(team for team in (kept or "").split(_BETWEEN) if team in centre.teams)


def _indexes(kept: str | None) -> tuple[int, ...]:
    return tuple(int(index) for index in (kept or "").split(_BETWEEN) if _INDEX(index))


def _written(indexes: Iterable[int]) -> str:
    return _BETWEEN.join(map(str, indexes))
