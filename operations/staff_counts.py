"""How many serve each team: told when it changes and at local midnight, so that the journal knows without names."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from facts.watch import StaffCounted
from metrics.live import LiveModel
from routing.centre import Centre

Count = tuple[int, int]
"""Signed in, and how many of those paused."""


def staff(model: LiveModel, centre: Centre) -> dict[str, Count]:
    """Team -> its count; every team has one. Who serves several teams counts in each."""
    signed_in: Counter[str] = Counter()
    paused: Counter[str] = Counter()
    for member in model.members.values():
        for queue in member.queues:
            if team := centre.team_of_queue.get(queue):
                signed_in[team.id] += 1
                paused[team.id] += member.paused is not None
    return {team: (signed_in[team], paused[team]) for team in centre.teams}


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
        return [
            StaffCounted(at=at, node=self._node, team=team, signed_in=counts[team][0], paused=counts[team][1])
            for team in changed
        ]
