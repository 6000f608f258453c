"""The board: what supervisors, wallboards and gauges show now, of the live model and today's books."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Protocol

from metrics.left_open import LeftOpen
from metrics.live import LiveModel
from metrics.member_state import MemberState
from routing.centre import Centre, Team
from routing.wrap_up import after_call_seconds


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
    waiting_since: float | None = None
    """The first contact of whoever came first (Unix seconds); None when nobody waits."""
    waiting_in_dialogue: int = 0
    """So many of `waiting` are spoken to or asked just now: their place is kept, and no phone rings for them."""


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
    expected: Mapping[str, float] = MappingProxyType({}),
    left: Mapping[str, LeftOpen] = MappingProxyType({}),
) -> Board:
    """The whole board at `now` (Unix seconds).

    `expected`: team -> the estimated wait (p50, seconds) of somebody who joins now, where it is known.
    `left`: team -> what nobody has claimed in its mailbox; a team without anything may be missing.
    Opening hours count by `opens_by` (aware), where a lab's clock shows another time than Asterisk's.
    """
    waits, asked = _waits(model), _in_dialogue(model)
    heads = _Heads(centre, model, now)
    instant = opens_by or datetime.fromtimestamp(now, UTC)
    return Board(
        formula=centre.targets.formula,
        teams=tuple(
            _team_now(
                centre,
                team,
                _Line.of(waits.get(team.id, ()), asked[team.id], now),
                heads.in_team(team.id),
                today(team.id),
                instant,
                expected.get(team.id),
                left.get(team.id, LeftOpen()),
            )
            for team in centre.teams.values()
        ),
        people={site: heads.at_site(site) for site in (*centre.sites, "")},
        troubles=(*troubles, *_stranded(centre, waits)),
    )


def _team_now(
    centre: Centre,
    team: Team,
    line: "_Line",
    members: MemberCounts,
    today: TodayFigures,
    instant: datetime,
    expected: float | None,
    left: LeftOpen,
) -> TeamNow:
    area = centre.area_of_team.get(team.id)
    return TeamNow(
        id=team.id,
        name=team.name,
        area=area.id if area else "",
        site=_site(centre, team),
        open=team.hours.is_open(instant),
        waiting=line.waiting,
        longest_wait_seconds=line.longest_seconds,
        waiting_since=line.since,
        waiting_in_dialogue=line.in_dialogue,
        estimated_wait_seconds=expected,
        members=members,
        today=today,
        callbacks_open=left.callback,
        messages_open=left.messages,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """Who waits for a team: how many, so many of them in the dialogue; since when (Unix seconds) whoever came first."""

    waiting: int
    in_dialogue: int
    since: float | None
    longest_seconds: float

    @classmethod
    def of(cls, waits: Sequence[float], in_dialogue: int, now: float) -> "_Line":
        since = min(waits, default=None)
        return cls(len(waits), in_dialogue, since, 0.0 if since is None else max(0.0, now - since))


def _waits(model: LiveModel) -> Mapping[str, Sequence[float]]:
    """Team -> since when each of its callers waits: one in a derived queue waits for the team of their concern.

    Whoever is called back waits for nobody on the line: placeholders are left out.
    """
    waits: defaultdict[str, list[float]] = defaultdict(list)
    for visit in model.in_line:
        if not visit.place.is_placeholder:
            waits[visit.place.team].append(model.waiting_since(visit))
    return waits


def _in_dialogue(model: LiveModel) -> Counter[str]:
    """Team -> its callers who have left Asterisk's queue for a moment: a slice is over, or they pressed a key."""
    return Counter(visit.place.team for visit in model.between.values() if not visit.place.is_placeholder)


class _Heads:
    """Signed-in members by team and by site, in one walk over all of them."""

    def __init__(self, centre: Centre, model: LiveModel, now: float) -> None:
        self._homes = {queue: (team.id, _site(centre, team)) for queue, team in centre.team_of_queue.items()}
        self._teams: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._sites: defaultdict[str, Counter[str]] = defaultdict(Counter)
        alike = Counter(
            (frozenset(known.queues), state)
            for _, known, state in model.states(now, partial(after_call_seconds, centre))
        )
        for (queues, state), members in alike.items():
            self._count(queues, state, members)

    def _count(self, queues: Iterable[str], state: MemberState, members: int) -> None:
        """A member counts in every own team, and once at a site; a derived queue is no team."""
        homes = [home for queue in queues if (home := self._homes.get(queue))]
        for team, _ in homes:
            self._teams[team][state] += members
        for site in {site for _, site in homes}:
            self._sites[site][state] += members

    def in_team(self, team: str) -> MemberCounts:
        """Of a team, by its id."""
        return MemberCounts(**self._teams[team])

    def at_site(self, site: str) -> MemberCounts:
        """Of a site, by its id."""
        return MemberCounts(**self._sites[site])


def _site(centre: Centre, team: Team) -> str:
    area = centre.area_of_team.get(team.id)
    return area.site if area else ""


def _stranded(centre: Centre, waits: Mapping[str, Sequence[float]]) -> Iterator[Trouble]:
    """Callers whom no row would show: their team is no longer in the active teams.yaml."""
    for team in sorted(waits.keys() - centre.teams.keys()):
        yield Trouble(
            what=f"{len(waits[team])} waiting for team {team}, which is no longer configured",
            cure="put the team back into teams.yaml and activate it",
        )
