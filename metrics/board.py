"""The board: what supervisors, wallboards and gauges show now, of the live model and today's books."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from metrics.live import LiveModel, Visit
from metrics.member_state import MemberState
from routing.centre import Centre, Team


@dataclass(frozen=True, slots=True)
class TodayFigures:
    """A team's books of today; `service_level` by the centre's formula, 0 to 1, None for an empty day."""

    offered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    flowed_out: int = 0
    lost: int = 0
    service_level: float | None = None


class TodayOf(Protocol):
    """Where today's figures come from."""

    def __call__(self, team: str, /) -> TodayFigures:
        """The figures of a team by its id; a team without calls has zeros."""
        ...


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """How many members are in each state (`metrics.member_state`)."""

    available: int = 0
    ringing: int = 0
    talking: int = 0
    busy: int = 0
    wrapup: int = 0
    paused: int = 0
    unavailable: int = 0


@dataclass(frozen=True, slots=True)
class TeamNow:
    """One team now. `area` and `site` are ids, empty for the general line; spans in seconds."""

    id: str
    name: str
    area: str
    site: str
    open: bool
    waiting: int
    longest_wait_seconds: float
    """Since the first contact of whoever came first; 0 when nobody waits."""
    estimated_wait_seconds: float | None
    members: MemberCounts
    today: TodayFigures
    callbacks_open: int
    messages_open: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong that an administrator can cure, as two sentences; they name no caller and no number."""

    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class Board:
    """The centre now. Teams in the order of teams.yaml; `formula` is the name of the service level's."""

    formula: str
    teams: tuple[TeamNow, ...]
    people: Mapping[str, MemberCounts]
    """Site id -> its signed-in members, each once whatever teams they are in; "" for teams without a site."""
    troubles: tuple[Trouble, ...] = ()


def board(
    centre: Centre,
    model: LiveModel,
    today: TodayOf,
    now: float,
    *,
    opens_by: datetime | None = None,
    troubles: Sequence[Trouble] = (),
) -> Board:
    """The whole board at `now` (Unix seconds).

    Opening hours count by `opens_by` (aware), where a lab's clock shows another time than Asterisk's.
    """
    waits = _waits(model, now)
    states = _states(centre, model, now)
    counts = _counts(centre, model, states)
    instant = opens_by or datetime.fromtimestamp(now, UTC)
    return Board(
        formula=centre.targets.formula,
        teams=tuple(
            _team_now(centre, team, waits.get(team.id, ()), counts[team.id], today(team.id), instant)
            for team in centre.teams.values()
        ),
        people=_people(centre, model, states),
        troubles=(*troubles, *_stranded(centre, waits)),
    )


def wrap_up_seconds(centre: Centre) -> Callable[[str], int]:
    """Queue -> its wrap-up time, the longest of its teams', as the dialplan renders `wrapuptime`; 0 if unknown."""
    seconds = {queue: team.wrap_up_seconds for queue, team in centre.team_of_queue.items()}
    for area in centre.areas.values():
        seconds[area.wide_queue] = max(centre.teams[team].wrap_up_seconds for team in area.benefit)
        seconds[area.urgent_queue] = max(centre.teams[team].wrap_up_seconds for team in area.teams)
    return lambda queue: seconds.get(queue, 0)


def _team_now(
    centre: Centre, team: Team, waits: Sequence[float], members: MemberCounts, today: TodayFigures, instant: datetime
) -> TeamNow:
    area = centre.area_of_team.get(team.id)
    return TeamNow(
        id=team.id,
        name=team.name,
        area=area.id if area else "",
        site=area.site if area else "",
        open=team.hours.is_open(instant),
        waiting=len(waits),
        longest_wait_seconds=max(waits, default=0.0),
        estimated_wait_seconds=None,
        members=members,
        today=today,
        callbacks_open=0,
        messages_open=0,
    )


def _waits(model: LiveModel, now: float) -> Mapping[str, Sequence[float]]:
    """Team -> how long each of its callers waits: one in a derived queue waits for the team of their concern."""
    waits: defaultdict[str, list[float]] = defaultdict(list)
    visits: Iterator[Visit] = model.in_line
    for visit in visits:
        waits[visit.place.team].append(model.waiting_seconds(visit, now))
    return waits


def _states(centre: Centre, model: LiveModel, now: float) -> Mapping[str, MemberState]:
    wrap_up = wrap_up_seconds(centre)
    states = {member: model.state_of(member, now, wrap_up) for member in model.members}
    return {member: state for member, state in states.items() if state}


def _counts(centre: Centre, model: LiveModel, states: Mapping[str, MemberState]) -> Mapping[str, MemberCounts]:
    """Team -> its members: each counts in every team that they are signed in to."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for member, state in states.items():
        for team in _own_teams(centre, model, member):
            counts[team.id][state.value] += 1
    return {team: MemberCounts(**counts[team]) for team in centre.teams}


def _people(centre: Centre, model: LiveModel, states: Mapping[str, MemberState]) -> Mapping[str, MemberCounts]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for member, state in states.items():
        areas = [centre.area_of_team.get(team.id) for team in _own_teams(centre, model, member)]
        for site in {area.site if area else "" for area in areas}:
            counts[site][state.value] += 1
    return {site: MemberCounts(**counts[site]) for site in (*centre.sites, "")}


def _own_teams(centre: Centre, model: LiveModel, member: str) -> list[Team]:
    """A derived queue is no team of its own."""
    return [team for queue in model.members[member].queues if (team := centre.team_of_queue.get(queue))]


def _stranded(centre: Centre, waits: Mapping[str, Sequence[float]]) -> Iterator[Trouble]:
    """Callers whom no row would show: their team is no longer in the active teams.yaml."""
    for team in sorted(waits.keys() - centre.teams.keys()):
        yield Trouble(
            what=f"{len(waits[team])} waiting for team {team}, which is no longer configured",
            cure="put the team back into teams.yaml and activate it",
        )
