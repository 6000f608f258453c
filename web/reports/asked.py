"""What is asked of reports, as people and programs write it, made a question; every mistake with its cure."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from fastapi import HTTPException

from metrics.calendar_days import STEPS
from operations.report_answer import Kind, ReportQuestion
from operations.report_span import ReportSpan, SpanRefused, span_of
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account
from routing.centre import CENTRE, Centre, Team

MOST_ROWS = 100_000
MOST_COURSE = 20_000
_DAY_SECONDS = 86_400
MOST_WORDS = 200
SUM, NOWHERE = "sum", "-"
"""The name of all chosen teams together, and of the area or site of a team that has none."""
_PLUS_LOST = re.compile(r"(?<=T)(.{5,8}) (?=\d\d:\d\d$)")
"""In an address `+` means a space: the offset of a time that was written as it is."""


class Step(StrEnum):
    """How long an interval is, as `teamline report --step` takes it."""

    FIVE_MINUTES = "5m"
    QUARTER = "15m"
    HALF_HOUR = "30m"
    HOUR = "60m"
    ONE_HOUR = "1h"
    DAY = "1d"


class By(StrEnum):
    """What a row is about."""

    TEAM = "team"
    AREA = "area"
    SITE = "site"
    SUM = "sum"
    """All teams that were chosen, together."""
    CENTRE = "centre"
    """Contacts of the whole centre, each once."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Words as they came; empty for what was not said."""

    begin: str | None = None
    end: str | None = None
    step: Step | None = None
    teams: Sequence[str] = ()
    areas: Sequence[str] = ()
    sites: Sequence[str] = ()
    by: By = By.TEAM


@dataclass(frozen=True, slots=True)
class Meant:
    """A wish understood. `teams`: those whose figures are counted; `is_whole`: every team that there is."""

    span: ReportSpan
    teams: Sequence[Team]
    by: By
    step: Step | None
    is_whole: bool


def meant(wish: Wish, account: Account, centre: Centre, now: float) -> Meant:
    """HTTPException 422 with the cure for what cannot be, 403 for others' teams."""
    by, teams = wish.by, list(wish.teams)
    if CENTRE in teams:
        if len(teams) > 1 or wish.areas or wish.sites:
            raise _wrong(f"team={CENTRE}: the totals of everything: leave the other teams, areas and sites out")
        by, teams = By.CENTRE, []
    if by is By.CENTRE and (teams or wish.areas or wish.sites):
        raise _wrong("by=centre: the totals of everything: ask by=sum for the teams that you choose")
    _known("team", teams, centre.teams)
    _known("area", wish.areas, centre.areas)
    _known("site", wish.sites, centre.sites)
    try:
        span = span_of(_time(wish.begin), _time(wish.end), now, centre.timezone, dashes="")
    except SpanRefused as error:
        raise _wrong(str(error)) from error
    _may(account, by, teams)
    chosen = [
        team
        for team in centre.teams.values()
        if account.serves(team.id)
        and (not teams or team.id in teams)
        and (not wish.areas or area_of(centre, team.id) in wish.areas)
        and (not wish.sites or site_of(centre, team.id) in wish.sites)
    ]
    if not chosen:
        raise _nobody(account)
    is_whole = account.role not in OWN_TEAMS_ONLY and not (teams or wish.areas or wish.sites)
    return Meant(span, chosen, by, wish.step, is_whole)


def question(kind: Kind, said: Meant, centre: Centre, first: int = 0, limit: int = 0) -> ReportQuestion:
    """HTTPException 422 for one whose answer would be too long. `first`, `limit`: of a page of rows."""
    groups = _groups(said, centre)
    rows, most = intervals(said) * len(groups), MOST_COURSE if kind is Kind.OVERVIEW else MOST_ROWS
    if rows > most:
        raise _wrong(f"step={said.step}: {rows} rows, at most {most}: choose a longer step, fewer days or fewer teams")
    targets = centre.targets
    return ReportQuestion(
        kind=kind,
        zone=centre.timezone.key,
        begin=said.span.begin,
        end=said.span.end,
        step=said.step,
        about=said.by if said.by in {By.AREA, By.SITE} else By.TEAM,
        groups=groups,
        targets={team.id: (team.target_seconds, team.short_abandon_seconds) for team in centre.teams.values()},
        target=(targets.answer_seconds, targets.short_abandon_seconds),
        formula=targets.formula,
        has_unnamed=said.is_whole and said.by is By.TEAM,
        total=CENTRE if said.is_whole else SUM,
        first=first,
        most=limit,
    )


def intervals(said: Meant) -> int:
    """How many there are, about: one more where a day is longer or cut off."""
    if said.step is None:
        return 1
    return math.ceil((said.span.end - said.span.begin) / (STEPS[said.step] or _DAY_SECONDS))


def area_of(centre: Centre, team: str) -> str:
    """The id of the team's area; NOWHERE for none."""
    area = centre.area_of_team.get(team)
    return area.id if area else NOWHERE


def site_of(centre: Centre, team: str) -> str:
    """The id of the team's site; NOWHERE for none."""
    area = centre.area_of_team.get(team)
    return area.site if area else NOWHERE


def _groups(said: Meant, centre: Centre) -> Mapping[str, Sequence[str]]:
    teams = [team.id for team in said.teams]
    if said.by is By.CENTRE:
        return {CENTRE: ()}
    if said.by is By.SUM:
        return {SUM: teams}
    if said.by is By.TEAM:
        return {team: (team,) for team in teams}
    place = area_of if said.by is By.AREA else site_of
    groups: dict[str, list[str]] = {}
    for team in teams:
        groups.setdefault(place(centre, team), []).append(team)
    return groups


def _may(account: Account, by: By, teams: Sequence[str]) -> None:
    if by is By.CENTRE and account.role in OWN_TEAMS_ONLY:
        raise HTTPException(
            HTTPStatus.FORBIDDEN, "The centre's totals are not yours to see: ask by=sum for your teams."
        )
    if not all(account.serves(team) for team in teams):
        raise HTTPException(HTTPStatus.FORBIDDEN, "This team is none of your own.")


def _nobody(account: Account) -> HTTPException:
    if account.role in OWN_TEAMS_ONLY:
        return HTTPException(HTTPStatus.FORBIDDEN, "None of your own teams is there.")
    return _wrong("team, area, site: no team is in all of them: choose less, they must all fit")


def _known(name: str, given: Sequence[str], known: Mapping[str, object]) -> None:
    if len(given) > MOST_WORDS:
        raise _wrong(f"{name}: too many, at most {MOST_WORDS}")
    if any(each not in known for each in given):
        some = ", ".join(list(known)[:MOST_WORDS])
        raise _wrong(f"{name}: no such {name}: one of {some}")


def _time(text: str | None) -> str | None:
    return _PLUS_LOST.sub(r"\1+", text) if text else None


def _wrong(what: str) -> HTTPException:
    return HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, what)
