"""How many serve each team, and pause for which reason: told when it changes and at local midnight.

So the journal knows without names.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from facts.member import PhoneState
from facts.pause_reasons import MISSED_RINGS, told, wrap_up_until
from facts.watch import StaffCounted
from metrics.live import LiveModel
from routing.centre import Centre


class Count(NamedTuple):
    """Signed in, how many of those paused, and for which reasons (see `pause_reasons`); after-call work is no pause."""

    signed_in: int
    paused: int
    reasons: str


def could_answer(model: LiveModel, centre: Centre) -> dict[str, int]:
    """Team -> members who could answer, now or after a talk or a break; every team has one.

    Not whose phone is gone, nor who pauses because nobody picked it up: they are signed in, and not there.
    """
    return {team.id: could_answer_in(model, team.queue) for team in centre.teams.values()}


def could_answer_in(model: LiveModel, queue: str) -> int:
    """The same for one queue."""
    return sum(
        queue in member.queues and member.phone is not PhoneState.UNAVAILABLE and member.paused != MISSED_RINGS
        for member in model.members.values()
    )


def staff(model: LiveModel, centre: Centre) -> dict[str, Count]:
    """Team -> its count; every team has one. Who serves several teams counts in each."""
    pauses: dict[str, list[str | None]] = {team: [] for team in centre.teams}
    for member in model.members.values():
        for queue in member.queues:
            if team := centre.team_of_queue.get(queue):
                pauses[team.id].append(None if wrap_up_until(member.paused) is not None else member.paused)
    return {team: _count(of_team) for team, of_team in pauses.items()}


def _count(pauses: Sequence[str | None]) -> Count:
    """`pauses`: the reason of each member, None if not paused."""
    reasons = [reason for reason in pauses if reason is not None]
    return Count(len(pauses), len(reasons), told(reasons))


class StaffCounts:
    """Remembers what was told last."""

    def __init__(self, node: str, model: LiveModel, centre: Callable[[], Centre]) -> None:
        self._node = node
        self._model = model
        self._centre = centre
        self._told: dict[str, Count] = {}
        self._day: date | None = None

    def tell_all_again(self) -> None:
        """Tell every team with the next count: nobody knows what happened before."""
        self._told = {}

    def due(self, at: float) -> list[StaffCounted]:
        """The counts that have changed, or all of them on a new day; `at` in Unix seconds."""
        centre = self._centre()
        day = datetime.fromtimestamp(at, centre.timezone).date()
        known = self._told if day == self._day else {}
        counts = staff(self._model, centre)
        self._day, self._told = day, counts
        changed = (team for team, count in counts.items() if known.get(team) != count)
        return [StaffCounted(at=at, node=self._node, team=team, **counts[team]._asdict()) for team in changed]
