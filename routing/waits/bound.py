"""When members who serve other queues, too, are free for this one: after the earlier callers of those are served.

A set S of queues is served at the first moment by which all who serve any of S can have answered all who stand there.
A member who serves the queues G is free for others when every S within G is served: with expected counts, that is
exactly when G can be (Gale, A theorem on flows in networks, 1957: demands are met if every set of them can be). More
members only bring that nearer, more callers only put it off.

Of a queue where nobody is, nothing can be said of whom else the first to come would serve: they are hoped for as if it
were nobody. What is expected is expected of a flow: by how much such a moment may be missed is not in it, and callers
ahead in the queue itself take nobody away from those elsewhere (so the wait in a queue of which only a part is shared
is rather told too long).

Everything is counted in answers to the queue asked for: a caller whose talks are twice as long needs two of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.waits.answers import answers_of
from routing.waits.experience import Experience
from routing.waits.floor import Caller, Floor, Member
from routing.waits.grid import GRID, HORIZON, WIDTHS, Floats, steps
from routing.waits.line_ahead import Lines
from routing.waits.patience import COUNT, STEP

_LONGEST = COUNT * STEP - HORIZON
_LEAST_PACE = 1e-9
_MOST_SETS = 64
_LAST = float(GRID[-2])

WHOLLY = 1.0
"""All of what a group gives."""

Serves = frozenset[str]
"""Of the other queues with earlier callers, those that a member serves."""


@dataclass(frozen=True, slots=True)
class Group:
    """Members of a queue who are free for it together.

    `answers` between the moments of GRID, two rows as those of `Turns`, as if nobody stood elsewhere; `free` is the
    part of them that is left for the queue. `there`: how surely the group is there for it, of those who stay.
    """

    count: int
    answers: Floats
    free: Floats | float = WHOLLY
    there: Floats | float = WHOLLY


def groups(
    floor: Floor, known: Experience, queue: str, earlier: Lines, now: float, second: float, stay: Floats
) -> Sequence[Group]:
    """The members of the queue, when these callers stand before one of it elsewhere; `stay` as in staffing.Outlook."""
    members = list(floor.queue(queue).own(queue))
    if not earlier:
        return [Group(len(members), steps(answers_of(floor, known, queue, members, now, second)))]
    ours = _by_what_they_serve(members, earlier)
    others = {id(member): member for name in earlier for member in floor.queue(name).own(name)}
    for member in members:
        others.pop(id(member), None)
    capacity: defaultdict[Serves, Floats] = defaultdict(lambda: np.zeros(len(GRID)))
    answers = {}
    for key, team in ours.items():
        answers[key] = steps(answers_of(floor, known, queue, team, now, second))
        capacity[key[0]] += _counted(answers[key], stay)
    for (serves, _), team in _by_what_they_serve(others.values(), earlier).items():
        capacity[serves] += _counted(steps(answers_of(floor, known, queue, team, now, second)), stay)
    needs = {name: _needed(floor, known, queue, name, callers, now, second) for name, callers in earlier.items()}
    pace = known.turns_of(queue, floor.queue(queue).wrap_up_seconds, second).pace
    free = {serves: _free(_served(serves, needs, capacity), pace) for serves, _ in ours}
    return [_group(team, answers[serves, rests], free[serves], rests=rests) for (serves, rests), team in ours.items()]


def _group(team: Sequence[Member], answers: Floats, free: Floats | None, *, rests: bool) -> Group:
    if free is None:
        return Group(len(team), answers)
    # The very first answer, that hazards tell so sharply, is for somebody else.
    later = np.minimum(answers, answers[0])
    # Whoever rests gives nothing when others are served sooner: no reason to hope less for somebody else.
    return Group(len(team), later, free, 1.0 if rests else free)


def _by_what_they_serve(members: Iterable[Member], earlier: Lines) -> dict[tuple[Serves, bool], list[Member]]:
    """By that, and by whether they are paused."""
    teams: defaultdict[tuple[Serves, bool], list[Member]] = defaultdict(list)
    for member in members:
        teams[frozenset(earlier.keys() & member.first), member.paused is not None].append(member)
    return teams


def _counted(answers: Floats, stay: Floats) -> Floats:
    return np.concatenate(((0.0,), np.cumsum(answers[0] * stay)))


def _needed(
    floor: Floor, known: Experience, queue: str, other: str, callers: Sequence[Caller], now: float, second: float
) -> Floats:
    """Answers for callers of the other queue, if they are all served by each moment of GRID.

    They are half-way there, on average: those who have given up by then need none.
    """
    ours, theirs = (known.turns_of(name, floor.queue(name).wrap_up_seconds, second) for name in (queue, other))
    stays = np.array(known.patience.stays(other))
    ages = np.array([min(max(0.0, now - caller.since), _LONGEST) for caller in callers]) / STEP
    still = stays[(ages[:, None] + GRID / (2 * STEP)).astype(int)] / stays[ages.astype(int)][:, None]
    needed: Floats = still.sum(axis=0) * (theirs.turn_seconds / ours.turn_seconds)
    return needed


def _served(serves: Serves, needs: Mapping[str, Floats], capacity: Mapping[Serves, Floats]) -> float:
    """Seconds until all who stand in these queues are served. Only sets that have all their members in common count."""
    by = {name: frozenset(team for team in capacity if name in team) for name in sorted(serves)}
    sets: set[frozenset[Serves]] = set()
    for teams in by.values():
        sets |= {teams, *(teams | more for more in sets)}
        if len(sets) > _MOST_SETS:
            break
    return max((_moment(within, by, needs, capacity) for within in sets), default=0.0)


def _moment(
    within: frozenset[Serves],
    by: Mapping[str, frozenset[Serves]],
    needs: Mapping[str, Floats],
    capacity: Mapping[Serves, Floats],
) -> float:
    """When those are served whom nobody but these teams serve."""
    answers = np.sum([capacity[team] for team in within], axis=0)
    left = answers - np.sum([needs[name] for name, teams in by.items() if teams <= within], axis=0)
    if left[-1] >= 0:
        return float(np.interp(0.0, left, GRID))
    return HORIZON - float(left[-1]) / max(float((answers[-1] - answers[-2]) / WIDTHS[-1]), _LEAST_PACE)


def _free(seconds: float, pace: float) -> Floats | None:
    """The part of each span of GRID after so many seconds; None for all of it.

    The last span goes on for ever: who is free only then has answered one when their turn after that is over.
    """
    if seconds <= 0:
        return None
    after: Floats = np.clip((GRID[1:] - seconds) / WIDTHS, 0.0, 1.0)
    after[-1] = max(after[-1], 1 / (1 + max(0.0, seconds - _LAST) * pace))
    return after
